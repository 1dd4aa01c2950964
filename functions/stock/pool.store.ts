import { getItem, listItems, type PageOf } from '../catalogue/catalogue.store.ts';
import { type Item, itemRow } from '../catalogue/item.ts';
import { countyDay } from '../shared/clock.ts';
import type { Deps } from '../shared/deps.ts';
import { mapEach } from '../shared/each.ts';
import { keysOf } from '../shared/keys.ts';
import { compare } from '../shared/order.ts';
import { everyIndexed, getAll, indexPage, newest, ofType, type Page, partition } from '../shared/table.store.ts';
import { type Balance, balanceRow } from './balance.ts';
import { byUseBy, type Lot, lotRow, lotsOf } from './lot.ts';
import { movementRow } from './movement.ts';
import { type ItemStock, type PoolItem, poolOf } from './pool.ts';

/** Movements shown of an item, and the lots they are looked for in: those with goods, and the youngest. */
const RECENT_MOVEMENTS = 20;
const RECENT_LOTS = 40;

/** Every balance of the item, strongly. */
export const balancesOf = async (deps: Deps, county: string, itemId: string): Promise<Balance[]> =>
  ofType(balanceRow, await partition(deps, keysOf(county).item(itemId).PK, 'LOT#'));

/** The pool, item by item; an item without stock is there with nothing. */
export const listPool = async (deps: Deps, county: string, page: PageOf): Promise<Page<PoolItem>> => {
  const today = countyDay(deps.clock.now());
  const { rows, cursor } = await listItems(deps, county, page);
  return { rows: await mapEach(rows, async (it) => poolOf(it, await balancesOf(deps, county, it.id), today)), cursor };
};

/** One item: its shelves, and what happened lately. @throws Problem 404 */
export const viewStock = async (deps: Deps, county: string, itemId: string): Promise<ItemStock> => {
  const item = await getItem(deps, county, itemId);
  const [balances, youngest] = await Promise.all([
    balancesOf(deps, county, itemId),
    indexPage(deps, {
      index: 'GSI1',
      at: keysOf(county).queue(lotsOf(itemId)),
      limit: RECENT_LOTS,
      newestFirst: true,
    }),
  ]);
  const lots = new Map((await lotsOfBalances(deps, county, balances)).map((lot) => [lot.id, lot]));
  const recent = [
    ...balances.filter(({ onHand }) => onHand > 0).map(({ lotId }) => lotId),
    ...ofType(lotRow, youngest.rows).map(({ id }) => id),
  ];
  return {
    item: poolOf(item, balances, countyDay(deps.clock.now())),
    balances: balances
      .map(({ county: _county, itemId: _itemId, division: _division, withheld: _withheld, ...balance }) => ({
        ...balance,
        lotNo: lots.get(balance.lotId)?.lotNo,
      }))
      .toSorted(firstExpiring),
    recentMovements: await recentMovements(deps, county, [...new Set(recent)].slice(0, RECENT_LOTS)),
  };
};

/** What lies at a place, of every item and in every status. Reads the shelves of the whole catalogue. */
export const stockAt = async (
  deps: Deps,
  county: string,
  placeId: string,
): Promise<{ readonly item: Item; readonly onHand: number }[]> => {
  const items = ofType(itemRow, await everyIndexed(deps, { index: 'GSI1', at: keysOf(county).queue('items') }));
  const found = await mapEach(items, async (item) => {
    const here = (await balancesOf(deps, county, item.id)).filter((balance) => balance.placeId === placeId);
    return { item, onHand: here.reduce((sum, { onHand }) => sum + onHand, 0) };
  });
  return found.filter(({ onHand }) => onHand > 0);
};

type Shelf = ItemStock['balances'][number];
const firstExpiring = (a: Shelf, b: Shelf): number =>
  byUseBy(a, b) || compare(a.lotId, b.lotId) || compare(a.placeId, b.placeId) || compare(a.status, b.status);

const lotsOfBalances = (deps: Deps, county: string, balances: readonly Balance[]): Promise<Lot[]> =>
  getAll(
    deps,
    lotRow,
    balances.map(({ lotId }) => keysOf(county).lot(lotId)),
  );

const recentMovements = async (
  deps: Deps,
  county: string,
  lotIds: readonly string[],
): Promise<ItemStock['recentMovements']> => {
  const found = await mapEach(lotIds, (lotId) => newest(deps, keysOf(county).lot(lotId).PK, 'MOVE#', RECENT_MOVEMENTS));
  return ofType(movementRow, found.flat())
    .toSorted((a, b) => compare(b.id, a.id))
    .slice(0, RECENT_MOVEMENTS)
    .map(({ county: _county, itemId: _itemId, ...movement }) => movement);
};
