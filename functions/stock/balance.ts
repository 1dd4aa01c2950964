import { z } from 'zod';
import { type Action, insert, remove, shift } from '../shared/actions.ts';
import { type Key, keysOf } from '../shared/keys.ts';
import { quantity } from '../shared/quantity.ts';
import { defineRow } from '../shared/row.ts';
import { designation, source } from './lot.ts';

export const stockStatus = z.enum(['available', 'quarantined', 'condemned']);

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

/** Goods leave the shelf at once: those that are free, and so many of those that were promised and are taken back. */
export const taken = (at: Place, amount: number, back: number): Action =>
  shift(availableAt(at), { onHand: -amount, held: -back, free: back - amount });
