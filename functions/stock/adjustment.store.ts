import { getItem, getItems, getSites, type PageOf } from '../catalogue/catalogue.store.ts';
import { counted, type Item, issueSize } from '../catalogue/item.ts';
import { keepsStock } from '../catalogue/site.ts';
import { type Line, lineRow, openRow } from '../request/line.ts';
import { type Action, insert, replace, Stale, shift } from '../shared/actions.ts';
import type { Actor } from '../shared/actor.ts';
import { commit } from '../shared/commit.store.ts';
import type { Deps } from '../shared/deps.ts';
import { keysOf } from '../shared/keys.ts';
import type { Once } from '../shared/once.ts';
import { type FieldError, notFound, Problem } from '../shared/problem.ts';
import { MAX_QUANTITY } from '../shared/quantity.ts';
import { retrying } from '../shared/retrying.ts';
import { get, getAll, indexPage, ofType, type Page, partition } from '../shared/table.store.ts';
import {
  type Adjustment,
  type AdjustmentBody,
  adjustmentFaults,
  adjustmentRow,
  effectsOf,
  inPicking,
  isLarge,
  MAX_RELEASES,
  type Released,
  released,
} from './adjustment.ts';
import { type Balance, balanceRow, openBalance } from './balance.ts';
import { type Lot, lotRow } from './lot.ts';
import { record } from './movement.ts';

const NOTHING: Released = { lines: [], releases: [], quantity: 0 };

/**
 * Makes the books say what lies on the shelf. Promised goods that are not there go back to the pool in the same
 * transaction, weakest claim first and what people promised last, so that nobody's promise keeps a storekeeper from the
 * truth. Returns the adjustment's id.
 *
 * @throws Problem 409 `in-picking` with consignments and numbers, `more-than-on-hand`, `too-many-holders`; 422 by field.
 */
export const adjustStock = (deps: Deps, actor: Actor, once: Once, body: AdjustmentBody): Promise<string> =>
  retrying(async () => {
    const { county } = actor;
    const { item, lot, balance, change } = await readFor(deps, county, body);
    const back = change < 0 ? await backFor(deps, item, balance, body, -change) : NOTHING;
    const row: Adjustment = {
      county,
      id: deps.ids.next('adj'),
      version: 1,
      itemId: item.id,
      lotId: lot.id,
      placeId: body.placeId,
      status: body.status,
      change,
      reason: body.reason,
      note: body.note,
      released: [...back.releases],
      at: deps.clock.now(),
      by: actor.sub,
    };
    await commit(deps, {
      actor,
      now: row.at,
      actions: [
        insert(adjustmentRow, row),
        balance === undefined ? firstOf(lot, row) : shelfMoved(row, back.quantity),
        record({
          county,
          id: deps.ids.next('mov'),
          lotId: lot.id,
          itemId: item.id,
          kind: 'adjusted',
          placeId: row.placeId,
          effects: effectsOf(row),
          document: row.id,
          reason: row.reason,
          at: row.at,
          by: row.by,
        }),
        ...back.lines.map((line) => replace(lineRow, line)),
      ],
      news: [
        {
          of: adjustmentRow.keyOf(row),
          version: 1,
          name: 'StockAdjusted',
          reason: row.note ?? row.reason,
          data: { lotId: lot.id, change, released: back.releases },
        },
      ],
      once: { by: once, result: row.id },
    });
    return row.id;
  });

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

/** Promised goods that have to go back so that `amount` is free to be written off. */
const backFor = async (
  deps: Deps,
  item: Item,
  balance: Balance | undefined,
  body: AdjustmentBody,
  amount: number,
): Promise<Released> => {
  const onHand = balance?.onHand ?? 0;
  if (balance === undefined || amount > onHand)
    throw refused('more-than-on-hand', `Only ${onHand} are on hand here as ${body.status}, not ${amount}.`);
  const needed = amount - balance.free;
  if (needed <= 0) return NOTHING;
  const lines = await openLines(deps, balance);
  const picked = inPicking(lines, balance);
  const reach = onHand - [...picked.values()].reduce((sum, quantity) => sum + quantity, 0);
  if (amount > reach)
    throw refused(
      'in-picking',
      `Of ${onHand} on hand, ${onHand - reach} are in picking; ${reach} can be written off now. Cancel the picking first.`,
      [...picked].map(([id, quantity]) => `${id} is picking ${quantity}.`),
    );
  const back = released(lines, balance, issueSize(item), needed);
  // The balance was read before its holders, and somebody has planned with it since.
  if (back.quantity < needed) throw new Stale();
  if (back.lines.length > MAX_RELEASES) {
    const most = back.releases.slice(0, MAX_RELEASES).reduce((sum, { quantity }) => sum + quantity, balance.free);
    throw refused(
      'too-many-holders',
      `${back.lines.length} need lines are promised these goods, and one adjustment takes back from ${MAX_RELEASES}: record at most ${most}, then the rest.`,
    );
  }
  return back;
};

const refused = (code: string, detail: string, messages: readonly string[] = [detail]): Problem =>
  new Problem(
    409,
    code,
    detail,
    messages.map((message) => ({ path: 'change', message })),
  );

const openLines = async (deps: Deps, { county, itemId }: Balance): Promise<Line[]> => {
  const keys = keysOf(county);
  const pointers = ofType(openRow, await partition(deps, keys.item(itemId).PK, 'OPEN#'));
  return getAll(
    deps,
    lineRow,
    pointers.map(({ requestId, n }) => keys.requestLine(requestId, n)),
  );
};

const keyOf = ({ county, itemId, lotId, placeId, status }: Adjustment) =>
  keysOf(county).balance(itemId, lotId, placeId, status);

/** The shelf as counted. What could be above the bound when rivals count too is refused by the row itself. */
const shelfMoved = (row: Adjustment, back: number): Action => {
  const moved = shift(keyOf(row), { onHand: row.change, held: -back, free: row.change + back });
  return row.change < 0
    ? moved
    : {
        ...moved,
        condition: `${moved.condition} AND #onHand <= :most`,
        values: { ...moved.values, ':most': MAX_QUANTITY - row.change },
      };
};

/** Goods of a lot where it had none so far. */
const firstOf = ({ useBy, designation, source }: Lot, row: Adjustment): Action => {
  const { county, itemId, lotId, placeId, status, change } = row;
  return openBalance({ county, itemId, lotId, placeId, status, onHand: change, useBy, designation, source });
};

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
