import { z } from 'zod';
import { type Action, insert } from '../shared/actions.ts';
import { keysOf } from '../shared/keys.ts';
import { defineRow, trace } from '../shared/row.ts';
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

/** One kind a business act: what a storekeeper would call it. */
const movementKind = z.enum(['opening', 'received', 'adjusted', 'dispatched', 'delivered', 'found']);

export const movement = z.object({
  county: z.string(),
  id: z.string(),
  lotId: z.string(),
  itemId: z.string(),
  kind: movementKind,
  /** Where it happened: the shelf, for goods on one. */
  placeId: z.string(),
  /** What it did to each bucket, in base units. */
  effects: z.partialRecord(z.enum(buckets), z.int()),
  /** The paper: goods received note, adjustment or consignment. */
  document: z.string(),
  reason: z.string().optional(),
  at: z.string(),
  by: z.string(),
  ...trace,
});
export type Movement = z.infer<typeof movement>;

export const movementRow = defineRow({
  type: 'movement',
  v: 1,
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

/** Records what happened to a lot. Every single movement balances, so the sum of any of them does. */
export const record = (movement: Movement): Action => {
  if (imbalance(movement.effects) !== 0)
    throw new Error(`A movement of ${movement.lotId} does not balance: ${JSON.stringify(movement.effects)}`);
  return insert(movementRow, movement);
};

/** A lot that nobody knew of: its row, and the movement that brought it. Its paper is where it came from. */
export const openLot = (
  lot: Omit<Lot, 'version'>,
  first: Pick<Movement, 'id' | 'kind' | 'placeId' | 'effects' | 'reason' | 'by'>,
): Action[] => {
  const { county, id: lotId, itemId, from: document, at } = lot;
  return [insert(lotRow, { ...lot, version: 1 }), record({ ...first, county, lotId, itemId, document, at })];
};

/** The sum of a lot's movements. */
export const summed = (movements: readonly Pick<Movement, 'effects'>[]): Record<Bucket, number> =>
  Object.fromEntries(
    buckets.map((bucket) => [bucket, movements.reduce((sum, { effects }) => sum + (effects[bucket] ?? 0), 0)]),
  ) as Record<Bucket, number>;
