import { z } from 'zod';
import type { Action } from '../shared/actions.ts';
import { keysOf } from '../shared/keys.ts';
import { Problem } from '../shared/problem.ts';
import { text } from '../shared/quantity.ts';
import { defineRow } from '../shared/row.ts';
import type { StockStatus } from './balance.ts';
import { type Movement, summed } from './movement.ts';

export const recallBody = z.strictObject({
  reason: z.enum(['maker-notice', 'authority-notice', 'harmful', 'contaminated', 'mislabelled', 'other']),
  note: text(300).optional(),
});
export type RecallBody = z.infer<typeof recallBody>;

export const liftBody = z.strictObject({ reason: text(300) });

/**
 * A recall of a lot (召回), beside the lot itself: while it is active, nothing of the lot is for use anywhere. A lot that is
 * recalled again has the same row under a new id; what was before is in its events.
 */
const recall = z.object({
  county: z.string(),
  id: z.string(),
  version: z.int(),
  lotId: z.string(),
  itemId: z.string(),
  active: z.boolean(),
  reason: recallBody.shape.reason,
  note: z.string().optional(),
  at: z.string(),
  by: z.string(),
  lifted: z.object({ at: z.string(), by: z.string(), reason: z.string() }).optional(),
  /** Something is yet to be done about it, since when: goods to be set apart, sites to be told, goods to arrive. */
  owed: z.string().optional(),
});
export type Recall = z.infer<typeof recall>;

/** A recall as people read it. */
export const recallView = recall.omit({ county: true });
export const recallViewOf = ({ county: _, ...view }: Recall): z.infer<typeof recallView> => view;

export const recallRow = defineRow({
  type: 'recall',
  v: 1,
  schema: recall,
  keys: (row) => ({
    ...keysOf(row.county).recall(row.lotId),
    ...(row.owed !== undefined && {
      GSI1PK: keysOf(row.county).queue('recalls.owed'),
      GSI1SK: `${row.owed}#${row.id}`,
    }),
  }),
});

/** How goods of a lot come onto a shelf, wherever they come from: those of a recalled lot are set apart. */
export const statusFor = (of: Pick<Recall, 'active'> | undefined): StockStatus =>
  of?.active === true ? 'quarantined' : 'available';

/**
 * That the lot is not being recalled when goods of it are put among those for use: part of that transaction, because a
 * recall may be declared between a look and a commit.
 */
export const notRecalled = (county: string, lotId: string): Action => ({
  kind: 'check',
  key: keysOf(county).recall(lotId),
  condition: 'attribute_not_exists(PK) OR #active = :no',
  names: { '#active': 'active' },
  values: { ':no': false },
  refuse: (was) =>
    new Problem(
      409,
      'lot-recalled',
      `${lotId} is recalled (${String(was?.['id'])}): nothing of it is for use until headquarters lifts that.`,
    ),
});

/** What a site got of a lot, in base units. */
export interface Received {
  readonly siteId: string;
  readonly quantity: number;
}

/** Goods of a lot that are on their way, and to whom. */
export interface Underway extends Received {
  readonly consignmentId: string;
}

/** The sites that got goods of a lot and have not sent them back, by the lot's movements. */
export const receivers = (movements: readonly Movement[]): Received[] =>
  [...Map.groupBy(movements, ({ placeId, toId }) => toId ?? placeId)].flatMap(([siteId, all]) => {
    const { delivered } = summed(all);
    return delivered > 0 ? [{ siteId, quantity: delivered }] : [];
  });

/** What left with each consignment and has not arrived, by the lot's movements. */
export const onTheRoad = (movements: readonly Movement[]): Map<string, number> =>
  new Map(
    [...Map.groupBy(movements, ({ document }) => document)].flatMap(([document, all]) => {
      const { inTransit } = summed(all);
      return inTransit > 0 ? [[document, inTransit] as const] : [];
    }),
  );

/** Goods that may turn up at a site yet. */
export const isAfoot = (movements: readonly Movement[]): boolean => {
  const { inTransit, unaccounted } = summed(movements);
  return inTransit + unaccounted > 0;
};
