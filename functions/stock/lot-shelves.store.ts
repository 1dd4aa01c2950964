import { getItem, getSites } from '../catalogue/catalogue.store.ts';
import { counted, type Item } from '../catalogue/item.ts';
import { keepsStock } from '../catalogue/site.ts';
import type { Deps } from '../shared/deps.ts';
import { keysOf } from '../shared/keys.ts';
import { type FieldError, notFound, Problem } from '../shared/problem.ts';
import { get, ofType, partition } from '../shared/table.store.ts';
import { type Balance, balanceRow, type StockStatus, stockStatus } from './balance.ts';
import { type Lot, lotRow } from './lot.ts';
import { type Movement, movementRow } from './movement.ts';

/** @throws Problem 404 `unknown-lot`. */
export const getLot = async (deps: Deps, county: string, lotId: string): Promise<Lot> => {
  const lot = await get(deps, lotRow, keysOf(county).lot(lotId));
  if (lot === undefined) throw notFound('lot', lotId);
  return lot;
};

/** Everything that happened to a lot, strongly. */
export const movementsOfLot = async (deps: Deps, county: string, lotId: string): Promise<Movement[]> =>
  ofType(movementRow, await partition(deps, keysOf(county).lot(lotId).PK, 'MOVE#'));

/** Every balance of a lot, strongly. */
export const shelvesOf = async (deps: Deps, { county, id, itemId }: Lot): Promise<Balance[]> =>
  ofType(balanceRow, await partition(deps, keysOf(county).item(itemId).PK, `LOT#${id}#`));

/** A lot's shelves at one place, by status. */
export interface LotAt {
  readonly lot: Lot;
  readonly item: Item;
  readonly shelves: ReadonlyMap<StockStatus, Balance>;
}

/** Goods that somebody wants to do something with: so many in a unit, or all that is there. */
interface Asked {
  readonly placeId: string;
  readonly quantity?: number | undefined;
  readonly unit?: string | undefined;
}

/**
 * A lot at a place, and how many base units of the shelf of a status are meant.
 *
 * @throws Problem 404 `unknown-lot`; 422 with `faults` and whatever else fits nothing; 409 `more-than-on-hand` when there
 * is nothing.
 */
export const lotAt = async (
  deps: Deps,
  county: string,
  lotId: string,
  { placeId, quantity, unit }: Asked,
  from: StockStatus,
  faults: readonly FieldError[],
): Promise<LotAt & { readonly balance: Balance; readonly amount: number }> => {
  const lot = await getLot(deps, county, lotId);
  const [item, sites, ...found] = await Promise.all([
    getItem(deps, county, lot.itemId),
    getSites(deps, county, [placeId]),
    ...stockStatus.options.map((status) =>
      get(deps, balanceRow, keysOf(county).balance(lot.itemId, lotId, placeId, status)),
    ),
  ]);
  const shelves = new Map(
    found.flatMap((balance) => (balance === undefined ? [] : [[balance.status, balance] as const])),
  );
  const balance = shelves.get(from);
  const amount =
    quantity === undefined || unit === undefined ? (balance?.onHand ?? 0) : counted(item, { quantity, unit }, '');
  const errors: FieldError[] = [
    ...faults,
    ...(keepsStock(sites.get(placeId))
      ? []
      : [{ path: 'placeId', message: `There is no warehouse ${placeId} in use.` }]),
    ...(typeof amount === 'number' ? [] : [amount]),
  ];
  if (errors.length > 0 || typeof amount !== 'number')
    throw new Problem(422, 'invalid', 'This cannot be done with these goods.', errors);
  if (balance === undefined || balance.onHand === 0) {
    const message = `Nothing of ${lotId} is at ${placeId} as ${from}.`;
    throw new Problem(409, 'more-than-on-hand', message, [{ path: 'quantity', message }]);
  }
  return { lot, item, shelves, balance, amount };
};
