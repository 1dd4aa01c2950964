import type { Action } from '../shared/actions.ts';
import type { Deps } from '../shared/deps.ts';
import { keysOf } from '../shared/keys.ts';
import { notFound } from '../shared/problem.ts';
import { get, getAll } from '../shared/table.store.ts';
import { balanceRow, type Place, putOn, type StockStatus } from './balance.ts';
import { lotRow } from './lot.ts';
import { recallRow, statusFor } from './recall.ts';

/** Goods of a known lot for a shelf. */
export interface Shelved extends Place {
  readonly status: StockStatus;
  readonly quantity: number;
}

/**
 * How good goods of these lots come onto a shelf: those of a recalled lot are set apart. A recall that is declared at
 * this moment finds what comes to lie among the goods for use, since it is over only when nothing is on its way.
 */
export const statusesOf = async (
  deps: Deps,
  county: string,
  lotIds: readonly string[],
): Promise<(lotId: string) => StockStatus> => {
  const recalls = await getAll(deps, recallRow, lotIds.map(keysOf(county).recall));
  const byLot = new Map(recalls.map((recall) => [recall.lotId, recall]));
  return (lotId) => statusFor(byLot.get(lotId));
};

const putOnShelf = async (deps: Deps, { quantity, status, ...place }: Shelved): Promise<Action> => {
  const { county, itemId, lotId, placeId } = place;
  const keys = keysOf(county);
  const [lot, balance] = await Promise.all([
    get(deps, lotRow, keys.lot(lotId)),
    get(deps, balanceRow, keys.balance(itemId, lotId, placeId, status)),
  ]);
  if (lot === undefined) throw notFound('lot', lotId);
  return putOn(lot, { placeId, status }, balance, quantity);
};

/**
 * The actions that put goods onto shelves, each of which may have been cleared away since they left it.
 *
 * @throws Problem 404 `unknown-lot`.
 */
export const putOnShelves = async (deps: Deps, all: readonly Shelved[]): Promise<Action[]> => {
  const shelves = new Map<string, Shelved>();
  for (const one of all) {
    const key = `${one.lotId} ${one.placeId} ${one.status}`;
    shelves.set(key, { ...one, quantity: one.quantity + (shelves.get(key)?.quantity ?? 0) });
  }
  return Promise.all([...shelves.values()].map((shelf) => putOnShelf(deps, shelf)));
};
