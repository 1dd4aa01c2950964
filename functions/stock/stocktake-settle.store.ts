import { getItem } from '../catalogue/catalogue.store.ts';
import { type Action, check, insert, remove, replace, Stale } from '../shared/actions.ts';
import type { Actor } from '../shared/actor.ts';
import { commit } from '../shared/commit.store.ts';
import type { Deps } from '../shared/deps.ts';
import { forEach } from '../shared/each.ts';
import { keysOf } from '../shared/keys.ts';
import { Problem } from '../shared/problem.ts';
import { retrying } from '../shared/retrying.ts';
import { everyIndexed, get, getAll } from '../shared/table.store.ts';
import { adjustShelf } from './adjustment.store.ts';
import { type Adjustment, adjustmentRow } from './adjustment.ts';
import { balanceRow, openBalance } from './balance.ts';
import { getLot } from './lot-shelves.store.ts';
import { openLot } from './movement.ts';
import { recallOf } from './recall.store.ts';
import { statusFor } from './recall.ts';
import { pagesOf, stocktakeOf } from './stocktake.store.ts';
import {
  adjustmentIdOf,
  difference,
  MAX_REFUSED,
  type Stocktake,
  type StocktakeLine,
  stocktakeRow,
} from './stocktake.ts';

const AT_ONCE = 4;

/** Whoever approved is who adjusts, also where the sweep finishes it. */
const approverOf = ({ county, approvedBy = '' }: Stocktake): Actor => ({ sub: approvedBy, county, roles: [] });

/** That it is still approved: a line that was sent back meanwhile is not adjusted. */
const stillApproved = ({ county, id }: Stocktake): Action =>
  check(
    keysOf(county).stocktake(id),
    'status',
    'approved',
    () => new Problem(409, 'wrong-status', `${id} is not approved any more.`),
  );

/** Goods whose lot nobody knew: a lot of its own, set apart until somebody has looked at it. */
const openFound = async (deps: Deps, row: Stocktake, line: StocktakeLine, quantity: number): Promise<void> => {
  const { county, placeId } = row;
  const { itemId, lotId, unknown: { lotNo, useBy } = {} } = line;
  const [at, by] = [deps.clock.now(), row.approvedBy ?? ''];
  const adjustment: Adjustment = {
    ...{ county, id: adjustmentIdOf(row.id, line.n), version: 1, itemId, lotId, placeId, status: 'quarantined' },
    ...{ change: quantity, reason: 'found', note: row.id, released: [], at, by },
  };
  const lot = { county, itemId, lotNo, useBy, designation: { to: 'all' }, source: 'found' } as const;
  await commit(deps, {
    actor: approverOf(row),
    now: at,
    actions: [
      insert(adjustmentRow, adjustment),
      stillApproved(row),
      ...openLot(
        { ...lot, id: lotId, from: row.id, at },
        {
          ...{ id: deps.ids.next('mov'), kind: 'found', placeId, reason: 'found', by },
          ...{ effects: { found: quantity, onHand: quantity }, shelves: { quarantined: quantity } },
        },
      ),
      openBalance({ ...lot, lotId, placeId, status: 'quarantined', onHand: quantity }),
    ],
    news: [
      {
        of: adjustmentRow.keyOf(adjustment),
        version: 1,
        name: 'StockAdjusted',
        reason: row.id,
        data: { lotId, change: quantity, released: [] },
      },
    ],
  });
};

/** Adjusts one line, once, however often. @throws Problem as `adjustStock` does. */
const adjustLine = (deps: Deps, row: Stocktake, line: StocktakeLine): Promise<void> =>
  retrying(async () => {
    const { county, placeId } = row;
    const id = adjustmentIdOf(row.id, line.n);
    if ((await get(deps, adjustmentRow, keysOf(county).adjustment(id))) !== undefined) return;
    const change = difference(line);
    if (line.unknown !== undefined) return openFound(deps, row, line, change);
    const { itemId, lotId } = line;
    const [item, lot, recall] = await Promise.all([
      getItem(deps, county, itemId),
      getLot(deps, county, lotId),
      recallOf(deps, county, lotId),
    ]);
    const status = change > 0 && line.status === 'available' ? statusFor(recall) : line.status;
    const balance = await get(deps, balanceRow, keysOf(county).balance(itemId, lotId, placeId, status));
    const of = { id, item, lot, balance, placeId, status, change, reason: 'miscounted', note: row.id } as const;
    await adjustShelf(deps, approverOf(row), of, undefined, [stillApproved(row)]);
  });

/**
 * Turns the approved differences of a stock-take into adjustments, one commit a line, each under the id of its line, and
 * closes it when all are made. Goes on where it was broken off. A line that is refused (its goods are in picking, or have
 * left) is said on the stock-take and tried again next time; it may also be sent back.
 *
 * @throws Problem 404 `unknown-stocktake`; whatever else kept a line from being adjusted that trying again may mend.
 */
export const settleStocktake = (deps: Deps, county: string, id: string): Promise<void> =>
  retrying(() => settleOnce(deps, county, id));

const settleOnce = async (deps: Deps, county: string, id: string): Promise<void> => {
  const row = await stocktakeOf(deps, county, id);
  if (row.status !== 'approved') return;
  const lines = (await pagesOf(deps, county, id))
    .flatMap((page) => page.lines)
    .filter((line) => difference(line) !== 0);
  const made = await getAll(
    deps,
    adjustmentRow,
    lines.map(({ n }) => keysOf(county).adjustment(adjustmentIdOf(id, n))),
  );
  const done = new Set(made.map((adjustment) => adjustment.id));
  const failed = await forEach(
    lines.filter(({ n }) => !done.has(adjustmentIdOf(id, n))),
    AT_ONCE,
    (line) => adjustLine(deps, row, line),
  );
  const refused = failed.flatMap(({ item: { n }, error }) =>
    isRefusal(error) ? [{ n, code: error.code, detail: error.message }] : [],
  );
  const lost = failed.find(({ error }) => !isRefusal(error));
  if (lost !== undefined) throw lost.error;
  await concluded(deps, row, refused.toSorted((a, b) => a.n - b.n).slice(0, MAX_REFUSED));
};

/** Something that a person may mend, other than a rival or a fault of our own. */
const isRefusal = (error: unknown): error is Problem => error instanceof Problem && !(error instanceof Stale);

/** Closed, where nothing was refused; otherwise what was, unless it says so already. */
const concluded = async (deps: Deps, row: Stocktake, refused: Stocktake['refused']): Promise<void> => {
  if (refused.length > 0 && JSON.stringify(refused) === JSON.stringify(row.refused)) return;
  const now = deps.clock.now();
  const { owed: _, ...rest } = row;
  const of = { of: stocktakeRow.keyOf(row), version: row.version + 1 };
  await commit(deps, {
    actor: approverOf(row),
    now,
    actions:
      refused.length > 0
        ? [replace(stocktakeRow, { ...row, refused })]
        : [
            replace(stocktakeRow, { ...rest, status: 'closed', closedAt: now, refused }),
            remove(keysOf(row.county).stocktakeOf(row.placeId)),
          ],
    news: [
      refused.length > 0
        ? { ...of, name: 'StocktakeHeldUp', data: { refused } }
        : { ...of, name: 'StocktakeClosed', data: { by: row.approvedBy } },
    ],
  });
};

/**
 * Finishes the approved stock-takes of a county. One that fails keeps no other from being finished.
 *
 * @throws Error when some could not be finished.
 */
export const settleStocktakes = async (deps: Deps, county: string): Promise<void> => {
  const rows = await everyIndexed(deps, { index: 'GSI1', at: keysOf(county).queue('stocktakes.owed') });
  const failed = await forEach(rows, AT_ONCE, (row) => settleStocktake(deps, county, String(row['id'])));
  for (const { item, error } of failed) deps.log.error('STOCKTAKE-OWED', error, { county, id: item['id'] });
  if (failed.length > 0) throw new Error(`${failed.length} stock-takes of ${county} are not adjusted yet`);
};
