import { listItems, type PageOf } from '../catalogue/catalogue.store.ts';
import type { Item } from '../catalogue/item.ts';
import type { Deps } from '../shared/deps.ts';
import { mapEach } from '../shared/each.ts';
import { badCursor, type Page } from '../shared/table.store.ts';
import { poolStands } from './opening.store.ts';
import { byLacking, type RestockPlace, type RestockView, restockOf } from './restock.ts';

/** The most that a page of items may hold. */
const ITEMS_AT_ONCE = 200;

/** Every item of which the pool has a minimum. */
const keptInStock = async (deps: Deps, county: string): Promise<Item[]> => {
  const found: Item[] = [];
  let cursor: string | undefined;
  do {
    const page = await listItems(deps, county, { limit: ITEMS_AT_ONCE, cursor });
    found.push(...page.rows.filter(({ poolMinimum = 0 }) => poolMinimum > 0));
    cursor = page.cursor;
  } while (cursor !== undefined);
  return found;
};

const cursorOf = ({ lacking, poolMinimum, item }: RestockPlace): string =>
  Buffer.from(`${lacking}#${poolMinimum}#${item.id}`).toString('base64url');

/** @throws Problem 400 `bad-cursor`. */
const placeOf = (cursor: string): RestockPlace => {
  const [, lacking, poolMinimum, id] =
    /^(\d{1,15})#([1-9]\d{0,14})#([^#]+)$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (id === undefined) throw badCursor();
  return { lacking: Number(lacking), poolMinimum: Number(poolMinimum), item: { id } };
};

/**
 * A page of the items of which less is free than the pool should have, what lacks most of its minimum first. It is sorted
 * anew for each page. Reads the shelves of every item that has a minimum.
 *
 * @throws Problem 400 `bad-cursor`.
 */
export const listRestock = async (
  deps: Deps,
  county: string,
  { limit, cursor }: PageOf,
): Promise<Page<RestockView>> => {
  const after = cursor === undefined ? undefined : placeOf(cursor);
  const now = deps.clock.now();
  const found = await mapEach(await keptInStock(deps, county), async (item) =>
    restockOf(item, await poolStands(deps, county, item, now)),
  );
  const rest = found
    .filter((row) => row !== undefined)
    .filter((row) => after === undefined || byLacking(after, row) < 0)
    .toSorted(byLacking);
  const rows = rest.slice(0, limit);
  const last = rows.at(-1);
  return { rows, ...(last !== undefined && rest.length > limit && { cursor: cursorOf(last) }) };
};
