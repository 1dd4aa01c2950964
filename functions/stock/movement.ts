import { z } from 'zod';
import type { Tier } from '../catalogue/policy.ts';
import { type Action, insert } from '../shared/actions.ts';
import { keysOf } from '../shared/keys.ts';
import { defineRow, trace } from '../shared/row.ts';
import { stockStatus } from './balance.ts';
import { type Lot, lotRow } from './lot.ts';

/** Where a lot's goods came from. */
const SOURCES = ['opening', 'received', 'found', 'adjustedUp'] as const;
/** Where they are now, or how they ended. */
const STATES = [
  'onHand',
  'inTransit',
  'unaccounted',
  'delivered',
  'damaged',
  'lost',
  'disposed',
  'adjustedDown',
] as const;

export const buckets = [...SOURCES, ...STATES] as const;
export type Bucket = (typeof buckets)[number];
export type Effects = Partial<Record<Bucket, number>>;

const served = z.partialRecord(z.enum(['tier1', 'tier2', 'tier3']), z.int());
/** Base units by the tier of the need that they served. */
export type Served = z.infer<typeof served>;
export const servedAt = (of: Tier, amount: number): Served => ({ [`tier${of}`]: amount });

/** One kind a business act: what a storekeeper would call it. */
const movementKind = z.enum([
  ...['opening', 'received', 'adjusted', 'dispatched', 'delivered', 'found'],
  ...['lost', 'returned', 'issued', 'corrected'],
  ...['quarantined', 'released', 'condemned', 'recalled', 'disposed'],
] as const);

/** Why goods are disposed of that their donor has back. */
export const RETURNED_TO_DONOR = 'returned-to-donor';

export const movement = z.object({
  county: z.string(),
  id: z.string(),
  lotId: z.string(),
  itemId: z.string(),
  kind: movementKind,
  /** Where it happened: the shelf, for goods on one. */
  placeId: z.string(),
  /** To whom goods went, where that is not the place. */
  toId: z.string().optional(),
  /** What it did to each bucket, in base units. */
  effects: z.partialRecord(z.enum(buckets), z.int()),
  /**
   * What it did to the shelf of each status at the place, in base units; together what it did to what is on hand. None
   * where an earlier release wrote it that did not say.
   */
  shelves: z.partialRecord(stockStatus, z.int()).optional(),
  /** Of what it delivered, how much served which need; the rest, and what an earlier release wrote: nobody knows. */
  served: served.optional(),
  /** The paper: goods received note, adjustment, consignment, change of status, recall or disposal. */
  document: z.string(),
  reason: z.string().optional(),
  at: z.string(),
  by: z.string(),
  ...trace,
});
export type Movement = z.infer<typeof movement>;

/** Until version 1 no movement said which shelf it touched; what was dispatched was always for use. */
const shelfSaid = (row: Record<string, unknown>): Record<string, unknown> => {
  const old = z
    .looseObject({ kind: z.literal('dispatched'), effects: z.looseObject({ onHand: z.int() }) })
    .safeParse(row);
  return old.success ? { ...row, shelves: { available: old.data.effects.onHand } } : row;
};

export const movementRow = defineRow({
  type: 'movement',
  v: 2,
  upcasts: { 1: shelfSaid },
  traced: true,
  schema: movement,
  keys: (row) => keysOf(row.county).movement(row.lotId, row.id),
});

/** A movement as people read it. */
export const movementView = movement.omit({ county: true });
export type MovementView = z.infer<typeof movementView>;
export const movementViewOf = ({ county: _, ...view }: Movement): MovementView => view;

const total = (effects: Effects, names: readonly Bucket[]): number =>
  names.reduce((sum, name) => sum + (effects[name] ?? 0), 0);

/**
 * What a lot still owes: opening + received + found + adjusted up, less on hand + in transit + unaccounted + delivered
 * + damaged + lost + disposed + adjusted down. Zero, or goods have appeared or vanished.
 */
export const imbalance = (effects: Effects): number => total(effects, SOURCES) - total(effects, STATES);

/**
 * Records what happened to a lot. Every single movement balances, so the sum of any of them does, and what it did to
 * shelves is what it did to what is on hand. One that does not say which shelf it touched touched goods for use.
 */
export const record = (movement: Movement): Action => {
  const { onHand = 0 } = movement.effects;
  const shelves = movement.shelves ?? (onHand === 0 ? {} : { available: onHand });
  const touched = Object.values(shelves).reduce((sum, change) => sum + change, 0);
  if (imbalance(movement.effects) !== 0 || touched !== onHand)
    throw new Error(
      `A movement of ${movement.lotId} does not balance: ${JSON.stringify({ effects: movement.effects, shelves })}`,
    );
  return insert(movementRow, { ...movement, shelves });
};

/** A lot that nobody knew of: its row, and the movement that brought it. Its paper is where it came from. */
export const openLot = (
  lot: Omit<Lot, 'version'>,
  first: Pick<Movement, 'id' | 'kind' | 'placeId' | 'effects' | 'shelves' | 'reason' | 'by'>,
): Action[] => {
  const { county, id: lotId, itemId, from: document, at } = lot;
  return [insert(lotRow, { ...lot, version: 1 }), record({ ...first, county, lotId, itemId, document, at })];
};

/** The sum of a lot's movements. */
export const summed = (movements: readonly Pick<Movement, 'effects'>[]): Record<Bucket, number> =>
  Object.fromEntries(
    buckets.map((bucket) => [bucket, movements.reduce((sum, { effects }) => sum + (effects[bucket] ?? 0), 0)]),
  ) as Record<Bucket, number>;
