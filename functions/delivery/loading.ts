import type { Line } from '../request/line.ts';
import { promised } from '../request/line.ts';
import { compare } from '../shared/order.ts';
import { byUseBy, usableAt } from '../stock/lot.ts';
import { type ConsignmentLine, MAX_LOT_LINES } from './consignment.ts';

/**
 * Need lines of a consignment. With as many lot-lines, picking, dispatch and receipt each stay below the hundred actions
 * of a transaction.
 */
export const MAX_NEED_LINES = 24;

/** A hold of a site on a lot that nobody picks yet, and the need line it is for. */
export interface Goods {
  readonly need: Pick<Line, 'id' | 'requestId' | 'n' | 'tier' | 'needBy'>;
  readonly itemId: string;
  readonly lotId: string;
  readonly placeId: string;
  readonly quantity: number;
  readonly useBy?: string | undefined;
}

export type LotLine = Pick<ConsignmentLine, 'itemId' | 'lotId' | 'placeId' | 'useBy' | 'quantity' | 'shares'>;

export interface Loading {
  readonly lines: readonly LotLine[];
  /** Left for the next consignment, or for the next division to take back. */
  readonly waiting: readonly (Goods & { readonly why: 'full' | 'expires' })[];
}

/** What lines are promised from a place, by an apportionment or a person. `useBys` is by lot. */
export const goodsAt = (
  placeId: string,
  lines: readonly Line[],
  useBys: ReadonlyMap<string, string | undefined>,
): Goods[] =>
  lines.flatMap((line) =>
    promised(line)
      .filter((hold) => hold.placeId === placeId)
      .map(({ lotId, quantity }) => ({
        need: line,
        itemId: line.itemId,
        lotId,
        placeId,
        quantity,
        useBy: useBys.get(lotId),
      })),
  );

/** Highest tier, then need-by, then age; within a line what expires first. */
const byUrgency = (a: Goods, b: Goods): number =>
  a.need.tier - b.need.tier ||
  compare(a.need.needBy, b.need.needBy) ||
  compare(a.need.id, b.need.id) ||
  byUseBy(a, b) ||
  compare(a.lotId, b.lotId);

const withShare = (line: LotLine, { need, quantity }: Goods): LotLine => {
  const last = line.shares.at(-1);
  const shares =
    last?.requestId === need.requestId && last.n === need.n
      ? [...line.shares.slice(0, -1), { ...last, quantity: last.quantity + quantity }]
      : [...line.shares, { requestId: need.requestId, n: need.n, quantity }];
  return { ...line, quantity: line.quantity + quantity, shares };
};

/**
 * What of a site's planned goods goes into one consignment: the most urgent first, as many lots and need lines as its
 * papers and transactions hold. Shares of one lot travel as one lot-line. Whatever is not loaded is named in `waiting`.
 */
export const load = (goods: readonly Goods[], arrival: string): Loading => {
  const lots = new Map<string, LotLine>();
  const needs = new Set<string>();
  const waiting: (Goods & { why: 'full' | 'expires' })[] = [];
  for (const one of goods.toSorted(byUrgency)) {
    const { itemId, lotId, placeId, useBy, need } = one;
    if (!usableAt(useBy, arrival)) {
      waiting.push({ ...one, why: 'expires' });
      continue;
    }
    const lot = lots.get(lotId);
    if ((lot === undefined && lots.size === MAX_LOT_LINES) || (!needs.has(need.id) && needs.size === MAX_NEED_LINES)) {
      waiting.push({ ...one, why: 'full' });
      continue;
    }
    needs.add(need.id);
    lots.set(lotId, withShare(lot ?? { itemId, lotId, placeId, useBy, quantity: 0, shares: [] }, one));
  }
  return { lines: [...lots.values()], waiting };
};
