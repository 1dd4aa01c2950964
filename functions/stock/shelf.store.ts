import type { Action } from '../shared/actions.ts';
import { shift } from '../shared/actions.ts';
import type { Deps } from '../shared/deps.ts';
import { keysOf } from '../shared/keys.ts';
import { notFound } from '../shared/problem.ts';
import { get } from '../shared/table.store.ts';
import { type Balance, balanceRow, openBalance, type Place } from './balance.ts';
import { lotRow } from './lot.ts';

/** Goods of a known lot for a shelf. */
export interface Shelved extends Place {
  readonly status: Balance['status'];
  readonly quantity: number;
}

/**
 * The action that puts goods of a known lot onto a shelf, which may have been cleared away since they left it.
 *
 * @throws Problem 404 `unknown-lot`.
 */
const putOnShelf = async (deps: Deps, { status, quantity, ...place }: Shelved): Promise<Action> => {
  const { county, itemId, lotId, placeId } = place;
  const keys = keysOf(county);
  const key = keys.balance(itemId, lotId, placeId, status);
  const [lot, balance] = await Promise.all([get(deps, lotRow, keys.lot(lotId)), get(deps, balanceRow, key)]);
  if (lot === undefined) throw notFound('lot', lotId);
  const { useBy, designation, source } = lot;
  return balance === undefined
    ? openBalance({ ...place, status, onHand: quantity, useBy, designation, source })
    : shift(key, { onHand: quantity, free: quantity });
};

/** The same for several, each shelf once. */
export const putOnShelves = async (deps: Deps, all: readonly Shelved[]): Promise<Action[]> => {
  const shelves = new Map<string, Shelved>();
  for (const one of all) {
    const key = `${one.lotId} ${one.placeId} ${one.status}`;
    shelves.set(key, { ...one, quantity: one.quantity + (shelves.get(key)?.quantity ?? 0) });
  }
  return Promise.all([...shelves.values()].map((shelf) => putOnShelf(deps, shelf)));
};
