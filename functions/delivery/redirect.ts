import { z } from 'zod';
import { type Item, isForPost } from '../catalogue/item.ts';
import type { Tier } from '../catalogue/policy.ts';
import type { Site } from '../catalogue/site.ts';
import { type Line, lineIdOf, short } from '../request/line.ts';
import { compare } from '../shared/order.ts';
import type { FieldError } from '../shared/problem.ts';
import { slug, text } from '../shared/quantity.ts';
import type { StockStatus } from '../stock/balance.ts';
import { isMeantFor, type Lot, usableAt } from '../stock/lot.ts';
import type { ConsignmentLine } from './consignment.ts';
import { MAX_NEED_LINES } from './loading.ts';
import { undeliverable } from './return.ts';

export const redirectBody = z.strictObject({ toId: slug, reason: undeliverable, note: text(500).optional() });
export type RedirectBody = z.infer<typeof redirectBody>;

/** What of it cannot go there: not given for such a site, not issued to it, or past its use-by on arrival. */
export const redirectFaults = (
  lines: readonly ConsignmentLine[],
  {
    lots,
    items,
    statusOf,
  }: {
    readonly lots: ReadonlyMap<string, Lot>;
    readonly items: ReadonlyMap<string, Item>;
    readonly statusOf: (lotId: string) => StockStatus;
  },
  to: Site,
  arrivesAt: string,
): FieldError[] =>
  lines.flatMap(({ n, itemId, lotId, useBy }): FieldError[] => {
    const lot = lots.get(lotId);
    const item = items.get(itemId);
    const fault = (why: string): FieldError => ({ path: 'toId', message: `Line ${n}, ${itemId}: ${why}` });
    return [
      ...(lot !== undefined && isMeantFor(lot, { siteId: to.id, siteKind: to.kind })
        ? []
        : [fault('given for others than this site.')]),
      ...(item !== undefined && isForPost(item, to.kind) ? [] : [fault(`not issued to a ${to.kind}.`)]),
      ...(statusOf(lotId) === 'available' ? [] : [fault('recalled: bring it back.')]),
      ...(usableAt(useBy, arrivesAt) ? [] : [fault(`use by ${useBy}, before it could be used there.`)]),
    ];
  });

/** Need of the new site that the goods meet, and the lot-lines with the shares they have now. */
export interface Reshared {
  readonly lines: readonly ConsignmentLine[];
  readonly needs: readonly { readonly line: Line; readonly quantity: number }[];
}

const byUrgency = (a: Line, b: Line): number => a.tier - b.tier || compare(a.needBy, b.needBy) || compare(a.id, b.id);

/**
 * The goods as shares of what the new site still lacks, most urgent first; of that only what nothing is planned for. What
 * nobody there has asked for travels without a share, and counts to no need.
 */
export const reshared = (lines: readonly ConsignmentLine[], needs: readonly Line[]): Reshared => {
  const carried = new Set(lines.map(({ itemId }) => itemId));
  const lacking = new Map(
    needs
      .filter((need) => carried.has(need.itemId) && need.status === 'open' && short(need) > 0)
      .toSorted(byUrgency)
      .slice(0, MAX_NEED_LINES)
      .map((line) => [line.id, { line, left: short(line) }]),
  );
  const next = lines.map((lot) => {
    let left = lot.quantity;
    const shares: ConsignmentLine['shares'] = [];
    for (const need of lacking.values()) {
      const quantity = need.line.itemId === lot.itemId ? Math.min(left, need.left) : 0;
      if (quantity === 0) continue;
      left -= quantity;
      need.left -= quantity;
      shares.push({ requestId: need.line.requestId, n: need.line.n, quantity });
    }
    return { ...lot, shares };
  });
  const quantityFor = (line: Line): number =>
    next.flatMap(({ shares }) => shares).reduce((sum, one) => sum + (lineIdOf(one) === line.id ? one.quantity : 0), 0);
  return {
    lines: next,
    needs: [...lacking.values()].flatMap(({ line }) => {
      const quantity = quantityFor(line);
      return quantity === 0 ? [] : [{ line, quantity }];
    }),
  };
};

/** Whether goods go to somebody who comes after those they were sent to: a decision for headquarters. */
export const isDemotion = (from: Tier, to: Tier): boolean => to > from;
