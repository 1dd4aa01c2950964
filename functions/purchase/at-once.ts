import { z } from 'zod';
import { type Action, insert, replace } from '../shared/actions.ts';
import { keysOf } from '../shared/keys.ts';
import { fen } from '../shared/money.ts';
import { defineRow } from '../shared/row.ts';
import type { Purchase } from './purchase.ts';
import { roundsOf } from './rounds.ts';

/** Purchases of a period that are told apart; more of them count as one, by what they come to. */
const MAX_TOLD = 200;

/**
 * What was bought of an item at once lately: read strongly, and written with each such decision under its version, so
 * that of two purchases assessed at one moment the second knows of the first.
 */
export const atOnceRow = defineRow({
  type: 'at-once',
  v: 1,
  schema: z.object({
    county: z.string(),
    itemId: z.string(),
    version: z.int(),
    /** The oldest first; each with what it comes to at most. */
    bought: z.array(z.object({ purchaseId: z.string(), fen, at: z.string() })).max(MAX_TOLD),
  }),
  keys: (row) => keysOf(row.county).atOnce(row.itemId),
});
export type AtOnce = ReturnType<typeof atOnceRow.parse>;

/** What earlier rounds of a purchase cost that were bought at once. */
const earlierFen = (of: Purchase, since: string): number => {
  const counted = new Set(
    roundsOf(of).flatMap(({ decision }, i) => (decision?.level === 'at-once' && decision.at >= since ? [i + 1] : [])),
  );
  return of.orders.reduce((sum, { round, spentFen }) => sum + (counted.has(round) ? spentFen : 0), 0);
};

/** What was bought of the item at once since then: others by the worst case, this purchase by what it has cost. */
export const atOnceFen = (row: AtOnce | undefined, of: Purchase, since: string): number =>
  (row?.bought ?? [])
    .filter(({ purchaseId, at }) => purchaseId !== of.id && at >= since)
    .reduce((sum, one) => sum + one.fen, earlierFen(of, since));

/** Two that are told apart no more: later forgotten than the older of them. */
const merged = ([first, second, ...rest]: AtOnce['bought']): AtOnce['bought'] =>
  first === undefined || second === undefined ? [] : [{ ...second, fen: first.fen + second.fen }, ...rest];

/** This purchase is bought at once too, for so much at most. Refused as stale where another was decided on meanwhile. */
export const countedAtOnce = (
  row: AtOnce | undefined,
  of: Purchase,
  mostFen: number,
  since: string,
  now: string,
): Action => {
  const others = (row?.bought ?? []).filter(({ purchaseId, at }) => purchaseId !== of.id && at >= since);
  const kept = others.length === MAX_TOLD ? merged(others) : others;
  const next: AtOnce = {
    ...{ county: of.county, itemId: of.itemId, version: row?.version ?? 1 },
    bought: [...kept, { purchaseId: of.id, fen: earlierFen(of, since) + mostFen, at: now }],
  };
  return row === undefined ? insert(atOnceRow, next) : replace(atOnceRow, next);
};
