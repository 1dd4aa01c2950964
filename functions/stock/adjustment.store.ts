import { getItem, getItems, getSites, type PageOf } from '../catalogue/catalogue.store.ts';
import { counted, type Item, issueSize } from '../catalogue/item.ts';
import { keepsStock } from '../catalogue/site.ts';
import { lineRow } from '../request/line.ts';
import { type Action, insert, replace } from '../shared/actions.ts';
import type { Actor } from '../shared/actor.ts';
import { commit } from '../shared/commit.store.ts';
import type { Deps } from '../shared/deps.ts';
import { keysOf } from '../shared/keys.ts';
import type { Once } from '../shared/once.ts';
import { type FieldError, notFound, Problem } from '../shared/problem.ts';
import { MAX_QUANTITY } from '../shared/quantity.ts';
import { retrying } from '../shared/retrying.ts';
import { get, indexPage, ofType, type Page } from '../shared/table.store.ts';
import {
  type Adjustment,
  type AdjustmentBody,
  adjustmentFaults,
  adjustmentRow,
  effectsOf,
  isLarge,
  MAX_RELEASES,
} from './adjustment.ts';
import { type Balance, balanceRow, putOn, type StockStatus, takenOff } from './balance.ts';
import { givenBackFor } from './give-back.store.ts';
import { type Lot, lotRow } from './lot.ts';
import { record } from './movement.ts';
import { notRecalled } from './recall.ts';

/**
 * Makes the books say what lies on the shelf. Promised goods that are not there go back to the pool in the same
 * transaction, weakest claim first and what people promised last, so that nobody's promise keeps a storekeeper from the
 * truth. Returns the adjustment's id.
 *
 * @throws Problem 409 `in-picking` with consignments and numbers, `more-than-on-hand`, `too-many-holders`,
 * `lot-recalled`; 422 by field.
 */
export const adjustStock = (deps: Deps, actor: Actor, once: Once, body: AdjustmentBody): Promise<string> =>
  retrying(async () => {
    const { item, lot, balance, change } = await readFor(deps, actor.county, body);
    const { placeId, status, reason, note } = body;
    const id = deps.ids.next('adj');
    await adjustShelf(deps, actor, { id, item, lot, balance, placeId, status, change, reason, note }, once);
    return id;
  });

/** What is to be adjusted, and the shelf as it was read. */
export type ShelfChange = Pick<Adjustment, 'id' | 'placeId' | 'status' | 'change' | 'reason' | 'note'> & {
  readonly item: Item;
  readonly lot: Lot;
  readonly balance: Balance | undefined;
};

/**
 * The one transaction of an adjustment: shelf, movement, planned goods given back, event. Its id is inserted, so that
 * whoever gives it a fixed one adjusts once. `guard` is one check more. To be retried where it is `Stale`.
 */
export const adjustShelf = async (
  deps: Deps,
  actor: Actor,
  { id, item, lot, balance, placeId, status, change, reason, note }: ShelfChange,
  once?: Once,
  guard: readonly Action[] = [],
): Promise<void> => {
  const { county } = actor;
  const leaving = { path: 'change', become: 'written off', most: MAX_RELEASES };
  const back = change < 0 ? await givenBackFor(deps, item, shelfOf(balance, status), -change, leaving) : undefined;
  const row: Adjustment = {
    ...{ county, id, version: 1, itemId: item.id, lotId: lot.id, placeId, status, change, reason, note },
    ...{ released: [...(back?.releases ?? [])], at: deps.clock.now(), by: actor.sub },
  };
  await commit(deps, {
    actor,
    now: row.at,
    actions: [
      insert(adjustmentRow, row),
      ...guard,
      balance !== undefined && change < 0
        ? takenOff(balance, -change, back?.quantity ?? 0)
        : putOn(lot, row, balance, change),
      ...(change > 0 && status === 'available' ? [notRecalled(county, lot.id)] : []),
      record({
        ...{ county, id: deps.ids.next('mov'), lotId: lot.id, itemId: item.id, kind: 'adjusted', placeId },
        ...{ effects: effectsOf(row), shelves: { [status]: change }, document: id, reason, at: row.at, by: row.by },
      }),
      ...(back?.lines ?? []).map((line) => replace(lineRow, line)),
    ],
    news: [
      {
        of: adjustmentRow.keyOf(row),
        version: 1,
        name: 'StockAdjusted',
        reason: note ?? reason,
        data: { lotId: lot.id, change, released: row.released },
      },
    ],
    once: once && { by: once, result: id },
  });
};

const shelfOf = (balance: Balance | undefined, status: StockStatus): Balance => {
  if (balance !== undefined) return balance;
  const detail = `Nothing is on hand here as ${status}.`;
  throw new Problem(409, 'more-than-on-hand', detail, [{ path: 'change', message: detail }]);
};

/** What an adjustment is about. @throws Problem 422 with everything of the body that fits nothing. */
const readFor = async (deps: Deps, county: string, body: AdjustmentBody) => {
  const keys = keysOf(county);
  const [items, sites, lot, balance] = await Promise.all([
    getItems(deps, county, [body.itemId]),
    getSites(deps, county, [body.placeId]),
    get(deps, lotRow, keys.lot(body.lotId)),
    get(deps, balanceRow, keys.balance(body.itemId, body.lotId, body.placeId, body.status)),
  ]);
  const item = items.get(body.itemId);
  const place = sites.get(body.placeId);
  const amount =
    item === undefined
      ? Math.abs(body.change)
      : counted(item, { quantity: Math.abs(body.change), unit: body.unit }, '');
  const errors: FieldError[] = [
    ...adjustmentFaults(body),
    ...(item === undefined ? [{ path: 'itemId', message: `There is no item ${body.itemId}.` }] : []),
    ...(lot?.itemId === body.itemId ? [] : [{ path: 'lotId', message: `There is no lot ${body.lotId} of this item.` }]),
    ...(keepsStock(place) ? [] : [{ path: 'placeId', message: `There is no warehouse ${body.placeId} in use.` }]),
    ...(typeof amount === 'number' ? [] : [{ ...amount, path: amount.path === 'quantity' ? 'change' : amount.path }]),
    ...(typeof amount === 'number' && body.change > 0 && (balance?.onHand ?? 0) + amount > MAX_QUANTITY
      ? [{ path: 'change', message: `No shelf holds more than ${MAX_QUANTITY}.` }]
      : []),
    ...(item !== undefined && typeof amount === 'number' && body.change < 0 && body.note === undefined
      ? largeFaults(item, amount, balance)
      : []),
  ];
  if (errors.length > 0 || item === undefined || lot === undefined || typeof amount !== 'number')
    throw new Problem(422, 'invalid', 'The stock cannot be adjusted like this.', errors);
  return { item, lot, balance, change: body.change > 0 ? amount : -amount };
};

const largeFaults = (item: Item, amount: number, balance: Balance | undefined): FieldError[] =>
  isLarge(amount, balance?.onHand ?? 0, issueSize(item))
    ? [{ path: 'note', message: `A large write-off: say what became of ${amount} ${item.baseUnit}.` }]
    : [];

/** Adjustments of an item, or of all; the newest first. A page may hold fewer than `limit` and still have a successor. */
export const listAdjustments = async (
  deps: Deps,
  county: string,
  { itemId, ...page }: PageOf & { readonly itemId?: string | undefined },
): Promise<Page<Adjustment>> => {
  if (itemId !== undefined) await getItem(deps, county, itemId);
  const at = keysOf(county).queue('adjustments');
  const { rows, cursor } = await indexPage(deps, { index: 'GSI1', at, ...page, newestFirst: true });
  const found = ofType(adjustmentRow, rows);
  return { rows: itemId === undefined ? found : found.filter((row) => row.itemId === itemId), cursor };
};

/** @throws Problem 404 */
export const viewAdjustment = async (deps: Deps, county: string, id: string): Promise<Adjustment> => {
  const row = await get(deps, adjustmentRow, keysOf(county).adjustment(id));
  if (row === undefined) throw notFound('adjustment', id);
  return row;
};
