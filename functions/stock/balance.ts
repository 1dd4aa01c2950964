import { z } from 'zod';
import { type Action, insert, remove, shift } from '../shared/actions.ts';
import { type Key, keysOf } from '../shared/keys.ts';
import { MAX_QUANTITY, quantity } from '../shared/quantity.ts';
import { defineRow } from '../shared/row.ts';
import { designation, type Lot, source } from './lot.ts';

export const stockStatus = z.enum(['available', 'quarantined', 'condemned']);
export type StockStatus = z.infer<typeof stockStatus>;

/**
 * How much of a lot is at a place. `free` is on hand less held: stored, because a condition cannot subtract.
 * `division` is the apportionment that wrote it last, so that an allocator is not woken by its own hand.
 */
export const balance = z.object({
  county: z.string(),
  itemId: z.string(),
  lotId: z.string(),
  placeId: z.string(),
  status: stockStatus,
  onHand: quantity,
  held: quantity,
  free: quantity,
  useBy: z.string().optional(),
  designation,
  source,
  division: z.int().default(0),
  /** What lies here is being recalled: it is promised to nobody any more, nor picked. */
  withheld: z.boolean().optional(),
});
export type Balance = z.infer<typeof balance>;

export const balanceRow = defineRow({
  type: 'balance',
  v: 1,
  schema: balance,
  keys: (row) => keysOf(row.county).balance(row.itemId, row.lotId, row.placeId, row.status),
});

/** Where goods lie: enough to find their balance. */
export interface Place {
  readonly county: string;
  readonly itemId: string;
  readonly lotId: string;
  readonly placeId: string;
}

export const availableAt = (at: Place): Key => keysOf(at.county).balance(at.itemId, at.lotId, at.placeId, 'available');

/** A new lot at its place, nothing held. */
export const openBalance = (row: Omit<Balance, 'held' | 'free' | 'division'>): Action =>
  insert(balanceRow, { ...row, held: 0, free: row.onHand, division: 0 });

/** Nothing lies there and nothing is held: what happened to the lot is on its movements. */
export const isExhausted = ({ onHand, held, free }: Balance): boolean => onHand + held + free === 0;

/**
 * Takes an exhausted balance away, unless goods have come onto it since it was read: it would only be read for ever.
 * Goods that come back open it anew.
 */
export const cleared = (row: Balance): Action => ({
  ...remove(balanceRow.keyOf(row)),
  condition: '#onHand = :none AND #held = :none AND #free = :none',
  names: { '#onHand': 'onHand', '#held': 'held', '#free': 'free' },
  values: { ':none': 0 },
});

/** Goods promised to a need line (positive) or given back (negative). They stay on the shelf. */
export const holdDelta = (at: Place, held: number): Action => shift(availableAt(at), { held, free: -held });

/** Held goods leave the shelf. */
export const issue = (at: Place, amount: number): Action => shift(availableAt(at), { onHand: -amount, held: -amount });

/** Goods leave a shelf, `back` of them held until now. */
export const takenOff = (row: Balance, amount: number, back: number): Action =>
  shift(balanceRow.keyOf(row), { onHand: -amount, held: -back, free: back - amount });

/**
 * Goods of a lot come onto a shelf, which is opened where there is none. What could be above the bound when rivals count
 * too is refused by the row itself.
 */
export const putOn = (
  { county, itemId, id: lotId, useBy, designation, source }: Lot,
  { placeId, status }: Pick<Balance, 'placeId' | 'status'>,
  present: Balance | undefined,
  amount: number,
): Action => {
  if (present === undefined)
    return openBalance({ county, itemId, lotId, placeId, status, onHand: amount, useBy, designation, source });
  const again = present.withheld === true ? { withheld: false } : {};
  const moved = shift(balanceRow.keyOf(present), { onHand: amount, free: amount }, undefined, again);
  return {
    ...moved,
    condition: `${moved.condition} AND #onHand <= :most`,
    values: { ...moved.values, ':most': MAX_QUANTITY - amount },
  };
};

/** All goods leave a shelf: no more and no less than was read, so that none stays behind unseen. */
export const emptied = (row: Balance, back: number): Action => {
  const moved = takenOff(row, row.onHand, back);
  return {
    ...moved,
    condition: `${moved.condition} AND #onHand = :was`,
    values: { ...moved.values, ':was': row.onHand },
  };
};

/** What lies there is promised to nobody any more: the next division takes back what is planned of it. */
export const withhold = (row: Balance): Action => shift(balanceRow.keyOf(row), {}, undefined, { withheld: true });
