import { z } from 'zod';
import { tier } from '../catalogue/policy.ts';
import { givenBack, handmade, type Line, picking, planned, word } from '../request/line.ts';
import { MAX_ACTIONS } from '../shared/actions.ts';
import { keysOf } from '../shared/keys.ts';
import { compare } from '../shared/order.ts';
import type { FieldError } from '../shared/problem.ts';
import { MAX_QUANTITY, positive, roundUpTo, slug, text } from '../shared/quantity.ts';
import { defineRow } from '../shared/row.ts';
import { stockStatus } from './balance.ts';
import type { Effects } from './movement.ts';

/** The adjustment, its shelf, its movement, event and idempotency marker. */
const ALWAYS = 5;

/** Lines that one adjustment may take goods back from: each is one action of its transaction. */
export const MAX_RELEASES = MAX_ACTIONS - ALWAYS;

/** Why the count changed (loss-and-adjustment report). */
export const adjustmentReason = z.enum(['miscounted', 'entry-error', 'found', 'damaged', 'expired', 'lost', 'other']);
const ONLY_UP: readonly string[] = ['found'];
const ONLY_DOWN: readonly string[] = ['damaged', 'expired', 'lost'];

export const adjustmentBody = z.strictObject({
  itemId: slug,
  lotId: z.string().regex(/^[\w-]{1,64}$/, 'a lot id'),
  placeId: slug,
  status: stockStatus.default('available'),
  /** More (+) or less (−) than the books say. */
  change: z
    .int()
    .min(-MAX_QUANTITY)
    .max(MAX_QUANTITY)
    .refine((change) => change !== 0, 'A change of nothing is no change.'),
  /** Of the change: said, never guessed, because a bare number may be boxes to one and pieces to another. */
  unit: text(20),
  reason: adjustmentReason,
  note: text(300).optional(),
});
export type AdjustmentBody = z.infer<typeof adjustmentBody>;

/** A line that had to give promised goods back, and where it stands in the order of claims. */
export const release = z.object({
  lineId: z.string(),
  siteId: z.string(),
  tier,
  needBy: z.string(),
  quantity: positive,
  /** Of goods that a person had promised: whose word is broken. */
  byHand: z.array(word).optional(),
});

/** What was found different from the books, and what followed (盘点调整). Never changed. */
export const adjustment = z.object({
  county: z.string(),
  id: z.string(),
  version: z.int(),
  itemId: z.string(),
  lotId: z.string(),
  placeId: z.string(),
  status: stockStatus,
  /** In base units. */
  change: z.int(),
  reason: adjustmentReason,
  note: z.string().optional(),
  /** Promised goods given back to the pool, because they are not there: planned ones first, lowest claim first. */
  released: z.array(release),
  at: z.string(),
  by: z.string(),
});
export type Adjustment = z.infer<typeof adjustment>;

export const adjustmentRow = defineRow({
  type: 'adjustment',
  v: 1,
  schema: adjustment,
  keys: (row) => ({
    ...keysOf(row.county).adjustment(row.id),
    GSI1PK: keysOf(row.county).queue('adjustments'),
    GSI1SK: row.id,
  }),
});

/**
 * What a change does to the lot's buckets. Found, lost and damaged goods stand under their own names in the account; what
 * was counted or entered wrongly never was or never left, and is adjusted.
 */
export const effectsOf = ({ change, reason }: Pick<Adjustment, 'change' | 'reason'>): Effects => {
  if (change > 0) return { onHand: change, [reason === 'found' ? 'found' : 'adjustedUp']: change };
  return { onHand: change, [reason === 'lost' || reason === 'damaged' ? reason : 'adjustedDown']: -change };
};

/** A tenth of a shelf is more than handling spoils, and so are ten issue units, however full the shelf. */
const LARGE = { part: 1 / 10, units: 10 };

/** Whether a write-off needs words; one issue unit, which falls and breaks, never does. All in base units. */
export const isLarge = (amount: number, onHand: number, unit: number): boolean =>
  amount > unit && (amount > onHand * LARGE.part || amount > unit * LARGE.units);

/** A reason that does not go with the change, or that says nothing. */
export const adjustmentFaults = ({ change, reason, note }: AdjustmentBody): FieldError[] => [
  ...((change < 0 && ONLY_UP.includes(reason)) || (change > 0 && ONLY_DOWN.includes(reason))
    ? [{ path: 'reason', message: `Goods ${reason} are not a change of ${change}.` }]
    : []),
  ...(reason === 'other' && note === undefined ? [{ path: 'note', message: 'Say what the other reason is.' }] : []),
];

interface Shelf {
  readonly lotId: string;
  readonly placeId: string;
}

const sumOn = (holds: readonly (Shelf & { readonly quantity: number })[], { lotId, placeId }: Shelf): number =>
  holds.reduce((sum, hold) => sum + (hold.lotId === lotId && hold.placeId === placeId ? hold.quantity : 0), 0);

/** What of a lot at a place is in picking, by consignment: out of an adjustment's reach. */
export const inPicking = (lines: readonly Line[], shelf: Shelf): Map<string, number> => {
  const by = new Map<string, number>();
  for (const hold of lines.flatMap(picking)) {
    const amount = sumOn([hold], shelf);
    if (amount > 0 && hold.consignmentId !== undefined)
      by.set(hold.consignmentId, (by.get(hold.consignmentId) ?? 0) + amount);
  }
  return by;
};

/** Weakest claim first: tier, then the latest need-by, then the youngest line. The apportionment's order, backwards. */
const weakestFirst = (a: Line, b: Line): number =>
  b.tier - a.tier || compare(b.needBy, a.needBy) || compare(b.id, a.id);

/** Lines without some of their goods. The next apportionment decides anew what they get, and says why. */
export interface Released {
  readonly lines: readonly Line[];
  readonly releases: readonly z.infer<typeof release>[];
  readonly quantity: number;
}

/**
 * Takes promised goods of a lot back until `needed` base units are free: planned ones, weakest claim first, and only when
 * there are no more, and `even` those, what people promised, in the same order. A hold is given back in whole issue units
 * of `unit` base units, as it was made. Less than `needed` where the lines are promised less.
 */
export const released = (
  lines: readonly Line[],
  shelf: Shelf,
  unit: number,
  needed: number,
  even: 'planned' | 'by-hand' = 'by-hand',
): Released => {
  const ordered = lines.toSorted(weakestFirst);
  let quantity = 0;
  const take = (line: Line, kind: typeof planned) => {
    const held = kind(line).filter((hold) => sumOn([hold], shelf) > 0);
    const back = Math.min(sumOn(held, shelf), roundUpTo(unit, needed - quantity));
    if (back <= 0) return [];
    quantity += back;
    const { id: lineId, siteId, tier: at, needBy } = line;
    const byHand = held.flatMap((hold) => hold.byHand ?? []);
    return [{ line, told: { lineId, siteId, tier: at, needBy, quantity: back, ...(byHand.length > 0 && { byHand }) } }];
  };
  const releases = [
    ...ordered.flatMap((line) => take(line, planned)),
    ...(even === 'by-hand' ? ordered.flatMap((line) => take(line, handmade)) : []),
  ];
  const byLine = Map.groupBy(releases, ({ line }) => line);
  return {
    lines: [...byLine].map(([line, of]) =>
      givenBack(
        line,
        shelf,
        of.reduce((sum, { told }) => sum + told.quantity, 0),
      ),
    ),
    releases: releases.map(({ told }) => told),
    quantity,
  };
};
