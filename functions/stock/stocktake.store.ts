import { getItems, getSite } from '../catalogue/catalogue.store.ts';
import { type Item, itemRow } from '../catalogue/item.ts';
import { keepsStock, type Site } from '../catalogue/site.ts';
import { notify } from '../notices/notice.ts';
import { settledNotices } from '../notices/settle.store.ts';
import { type Action, absent, check, insert, remove, replace } from '../shared/actions.ts';
import type { Actor } from '../shared/actor.ts';
import { commit } from '../shared/commit.store.ts';
import type { Deps } from '../shared/deps.ts';
import { mapEach } from '../shared/each.ts';
import { type Key, keysOf } from '../shared/keys.ts';
import type { Once } from '../shared/once.ts';
import { invalid, notFound, Problem, wrongStatus } from '../shared/problem.ts';
import { retrying } from '../shared/retrying.ts';
import { everyIndexed, get, getAll, ofType, partition } from '../shared/table.store.ts';
import { adjustmentRow } from './adjustment.ts';
import { type Balance, balanceRow } from './balance.ts';
import { lotRow } from './lot.ts';
import { movementsOfLot } from './lot-shelves.store.ts';
import { balancesOf } from './pool.store.ts';
import {
  type ApprovalBody,
  adjustmentIdOf,
  bookAt,
  type CountsBody,
  demandOther,
  demandStatus,
  MAX_LINES,
  paged,
  pageOfLine,
  type Stocktake,
  type StocktakeBody,
  type StocktakeLine,
  type StocktakePage,
  sheetLines,
  stocktakeOfRow,
  stocktakePageRow,
  stocktakeRow,
  type Told,
  toldOf,
} from './stocktake.ts';

/** @throws Problem 404 `unknown-stocktake`. */
export const stocktakeOf = async (deps: Deps, county: string, id: string): Promise<Stocktake> => {
  const row = await get(deps, stocktakeRow, keysOf(county).stocktake(id));
  if (row === undefined) throw notFound('stocktake', id);
  return row;
};

export const pagesOf = async (deps: Deps, county: string, id: string): Promise<StocktakePage[]> =>
  ofType(stocktakePageRow, await partition(deps, keysOf(county).stocktake(id).PK, 'PAGE#'));

/** What is to be counted: the items named, or the whole catalogue. */
const itemsToCount = async (deps: Deps, county: string, ids: readonly string[] | undefined): Promise<Item[]> => {
  if (ids === undefined)
    return ofType(itemRow, await everyIndexed(deps, { index: 'GSI1', at: keysOf(county).queue('items') }));
  const items = await getItems(deps, county, ids);
  const errors = ids.flatMap((id, i) =>
    items.has(id) ? [] : [{ path: `itemIds[${i}]`, message: `There is no item ${id}.` }],
  );
  if (errors.length > 0) throw new Problem(422, 'invalid', 'Some of these items do not exist.', errors);
  return [...items.values()];
};

/**
 * Opens a count sheet for what lies at a place. Returns the stock-take's id.
 *
 * @throws Problem 404 `unknown-site`; 422 `no-stock-kept`, `invalid`; 409 `stocktake-open`, `too-many-lines`.
 */
export const openStocktake = (deps: Deps, actor: Actor, once: Once, body: StocktakeBody): Promise<string> =>
  retrying(async () => {
    const { county } = actor;
    const { placeId, itemIds } = body;
    const place = await getSite(deps, county, placeId);
    if (!keepsStock(place)) throw invalid('no-stock-kept', 'placeId', `${place.nameZh} is not a warehouse in use.`);
    const items = await itemsToCount(deps, county, itemIds);
    const found = (await mapEach(items, ({ id }) => balancesOf(deps, county, id))).flat();
    const here = found.filter((balance) => balance.placeId === placeId && balance.onHand > 0);
    if (here.length > MAX_LINES)
      throw new Problem(
        409,
        'too-many-lines',
        `${here.length} shelves are to be counted here, and one stock-take holds ${MAX_LINES}: name items, and take the rest after.`,
      );
    const lines = sheetLines(here, new Map(items.map((item) => [item.id, item])));
    const pages = paged(lines);
    const now = deps.clock.now();
    const row: Stocktake = {
      ...{ county, id: deps.ids.next('stk'), version: 1, placeId, itemIds, status: 'counting' },
      ...{ lines: lines.length, pages: pages.length, counters: [], at: now, by: actor.sub, refused: [] },
    };
    await commit(deps, {
      actor,
      now,
      actions: [
        insert(stocktakeRow, row),
        check(keysOf(county).site(placeId), 'active', true),
        insert(
          stocktakeOfRow,
          { county, placeId, stocktakeId: row.id },
          (was) => new Problem(409, 'stocktake-open', `${String(was?.['stocktakeId'])} is open at ${placeId}.`),
        ),
        ...pages.map((some, i) =>
          insert(stocktakePageRow, { county, stocktakeId: row.id, page: i + 1, version: 1, lines: some }),
        ),
      ],
      news: [
        { of: stocktakeRow.keyOf(row), version: 1, name: 'StocktakeOpened', data: { placeId, lines: lines.length } },
      ],
      once: { by: once, result: row.id },
    });
    return row.id;
  });

/** The shelf holds what it held when it was read, so that what the books say of it is said of this very moment. */
const stillHolds = (key: Key, balance: Balance | undefined): Action =>
  balance === undefined ? absent(key) : check(key, 'onHand', balance.onHand);

/** The page with these lines in place of its own, or a new one. */
const rewritten = (
  { county, id }: Stocktake,
  pages: readonly StocktakePage[],
  lines: readonly StocktakeLine[],
): Action[] =>
  [...Map.groupBy(lines, ({ n }) => pageOfLine(n))].map(([page, some]) => {
    const present = pages.find((one) => one.page === page);
    const all = new Map([...(present?.lines ?? []), ...some].map((line) => [line.n, line]));
    const next = { lines: [...all.values()].toSorted((a, b) => a.n - b.n) };
    return present === undefined
      ? insert(stocktakePageRow, { county, stocktakeId: id, page, version: 1, ...next })
      : replace(stocktakePageRow, { ...present, ...next });
  });

/** What was told of a line, with what the books said of its shelf when it was counted. */
const recorded = async (
  deps: Deps,
  { county, placeId }: Stocktake,
  { line, quantity, asked }: Told,
  of: { readonly at: string; readonly by: string },
): Promise<{ readonly line: StocktakeLine; readonly holds: Action }> => {
  const key = keysOf(county).balance(line.itemId, line.lotId, placeId, line.status);
  const balance = await get(deps, balanceRow, key);
  const movements = await movementsOfLot(deps, county, line.lotId);
  const book = bookAt(balance?.onHand ?? 0, movements, { placeId, status: line.status }, of.at);
  return { line: { ...line, count: { quantity, asked, book, ...of } }, holds: stillHolds(key, balance) };
};

/** What was adjusted is over: another difference would be nobody's any more. */
const refuseAdjusted = async (
  deps: Deps,
  { county, id, approvedAt }: Stocktake,
  { lines }: CountsBody,
  told: readonly Told[],
): Promise<void> => {
  if (approvedAt === undefined) return;
  const made = await getAll(
    deps,
    adjustmentRow,
    told.map(({ line: { n } }) => keysOf(county).adjustment(adjustmentIdOf(id, n))),
  );
  const errors = lines.flatMap(({ n = 0 }, i) =>
    made.some((adjustment) => adjustment.id === adjustmentIdOf(id, n))
      ? [{ path: `lines[${i}].n`, message: `Line ${n} is approved and adjusted.` }]
      : [],
  );
  if (errors.length > 0) throw new Problem(409, 'wrong-status', 'Some of these lines are adjusted already.', errors);
};

/**
 * Records what was counted. A line that is counted again is so replaced, until the count is complete: then it goes to
 * whoever approves it. Returns the stock-take's id, and nothing of what the books say.
 *
 * @throws Problem 404 `unknown-stocktake`; 422 by field; 409 `wrong-status`, `lines-uncounted` with their numbers.
 */
export const recordCounts = (deps: Deps, actor: Actor, once: Once, id: string, body: CountsBody): Promise<string> =>
  retrying(async () => {
    const { county } = actor;
    const [row, pages] = await Promise.all([stocktakeOf(deps, county, id), pagesOf(deps, county, id)]);
    demandStatus(row, 'counting');
    const now = deps.clock.now();
    const at = body.countedAt === undefined ? now : new Date(body.countedAt).toISOString();
    if (at > now || at < row.at)
      throw invalid('invalid', 'countedAt', `Counted between ${row.at}, when this was opened, and now.`);
    const present = new Map(pages.flatMap(({ lines }) => lines.map((line) => [line.n, line] as const)));
    const [items, lots] = await Promise.all([
      getItems(deps, county, [
        ...[...present.values()].map(({ itemId }) => itemId),
        ...body.lines.flatMap(({ itemId }) => itemId ?? []),
      ]),
      getAll(
        deps,
        lotRow,
        body.lines.flatMap(({ lotId }) => (lotId === undefined ? [] : [keysOf(county).lot(lotId)])),
      ),
    ]);
    const facts = { lines: present, items, lots: new Map(lots.map((lot) => [lot.id, lot])) };
    const { told, errors } = toldOf(body, facts, () => deps.ids.next('lot'));
    if (errors.length > 0) throw new Problem(422, 'invalid', 'The count does not fit the sheet.', errors);
    await refuseAdjusted(deps, row, body, told);
    const done = await mapEach(told, (one) => recorded(deps, row, one, { at, by: actor.sub }));
    const after = new Map([...present, ...done.map(({ line }) => [line.n, line] as const)]);
    const left = [...after.values()].filter(({ count }) => count === undefined).map(({ n }) => n);
    if (body.complete && left.length > 0)
      throw new Problem(
        409,
        'lines-uncounted',
        `${left.length} lines are yet to be counted; nothing is a count too.`,
        left.slice(0, 50).map((n) => ({ path: 'complete', message: `Line ${n}.` })),
      );
    const noticeId = body.complete ? deps.ids.next('not') : undefined;
    const place = await getSite(deps, county, row.placeId);
    await commit(deps, {
      actor,
      now,
      actions: [
        replace(stocktakeRow, {
          ...row,
          ...(noticeId !== undefined && { noticeId }),
          status: body.complete ? 'counted' : 'counting',
          lines: after.size,
          pages: pageOfLine(after.size),
          counters: [...new Set([...row.counters, ...(told.length > 0 ? [actor.sub] : [])])],
        }),
        ...rewritten(
          row,
          pages,
          done.map(({ line }) => line),
        ),
        ...done.map(({ holds }) => holds),
        ...(noticeId === undefined ? [] : [toApprove(row, place, noticeId, now)]),
      ],
      news: [
        {
          of: stocktakeRow.keyOf(row),
          version: row.version + 1,
          name: 'StocktakeCounted',
          data: {
            at,
            complete: body.complete,
            lines: done.map(({ line: { n, count } }) => ({ n, counted: count?.quantity })),
          },
        },
      ],
      once: { by: once, result: id },
    });
    return id;
  });

/** The second person hears that there is something to compare. */
const toApprove = ({ county, id }: Stocktake, place: Site, noticeId: string, at: string): Action =>
  notify(
    { role: 'approver' },
    {
      ...{ county, id: noticeId, code: 'stocktake-counted', about: { kind: 'stocktake', id }, at },
      zh: `${place.nameZh}的盘点已清点完毕，请核对差异后批准或退回复盘。`,
      en: `The stock-take of ${place.nameEn} is counted: compare the differences, then approve them or have lines recounted.`,
    },
  );

/** It is decided on: what asked for that is over. */
const decided = (deps: Deps, actor: Actor, { noticeId }: Stocktake, now: string) =>
  settledNotices(deps, actor, noticeId === undefined ? [] : [noticeId], now);

/** Lines are counted again before anything is approved. */
const sentBack = (pages: readonly StocktakePage[], recount: readonly number[]): StocktakeLine[] => {
  const lines = pages.flatMap((page) => page.lines);
  const errors = recount.flatMap((n, i) =>
    lines.some((line) => line.n === n) ? [] : [{ path: `recount[${i}]`, message: `There is no line ${n}.` }],
  );
  if (errors.length > 0) throw new Problem(422, 'invalid', 'Some of these lines do not exist.', errors);
  return lines.filter(({ n }) => recount.includes(n)).map(({ count: _, ...line }) => line);
};

/**
 * A second person approves the differences, or sends lines back. Approved, each difference is adjusted by
 * `settleStocktake`; approved already, there is nothing to decide, and a repeat only settles what is left. Lines whose
 * difference could not be adjusted may still be sent back. Returns the stock-take's id.
 *
 * @throws Problem 404 `unknown-stocktake`; 403 `same-person`; 422 by field; 409 `wrong-status`.
 */
export const approveStocktake = (
  deps: Deps,
  actor: Actor,
  once: Once,
  id: string,
  body: ApprovalBody,
): Promise<string> =>
  retrying(async () => {
    const { county, sub } = actor;
    const row = await stocktakeOf(deps, county, id);
    const { recount, note } = body;
    if (recount.length === 0 && (row.status === 'approved' || row.status === 'closed')) {
      // Said again under a new key: that key, too, stands for this and for nothing else from now on.
      await commit(deps, { actor, now: deps.clock.now(), actions: [], news: [], once: { by: once, result: id } });
      return id;
    }
    demandStatus(row, 'counted', 'approved');
    demandOther(row, sub);
    const settled = recount.flatMap((n, i) =>
      row.status === 'counted' || row.refused.some((line) => line.n === n)
        ? []
        : [{ path: `recount[${i}]`, message: `Line ${n} is approved.` }],
    );
    if (settled.length > 0) throw wrongStatus(stocktakeRow.keyOf(row), `${id} is approved.`, settled);
    const now = deps.clock.now();
    const of = { of: stocktakeRow.keyOf(row), version: row.version + 1, reason: note };
    const { owed: _, ...rest } = row;
    const pages = recount.length === 0 ? [] : await pagesOf(deps, county, id);
    const over = await decided(deps, actor, row, now);
    await commit(deps, {
      actor,
      now,
      actions: [
        ...(recount.length === 0
          ? [replace(stocktakeRow, { ...row, status: 'approved', approvedAt: now, approvedBy: sub, owed: now })]
          : [
              replace(stocktakeRow, { ...rest, status: 'counting', refused: [] }),
              ...rewritten(row, pages, sentBack(pages, recount)),
            ]),
        ...over.actions,
      ],
      news: [
        recount.length === 0
          ? { ...of, name: 'StocktakeApproved' }
          : { ...of, name: 'RecountAsked', data: { lines: recount } },
        ...over.news,
      ],
      once: { by: once, result: id },
    });
    return id;
  });

/**
 * Calls a stock-take off before anything of it was approved.
 *
 * @throws Problem 404 `unknown-stocktake`; 409 `wrong-status`.
 */
export const cancelStocktake = (deps: Deps, actor: Actor, once: Once, id: string, reason: string): Promise<string> =>
  retrying(async () => {
    const { county } = actor;
    const row = await stocktakeOf(deps, county, id);
    demandStatus(row, 'counting', 'counted');
    const now = deps.clock.now();
    const over = await decided(deps, actor, row, now);
    await commit(deps, {
      actor,
      now,
      actions: [
        replace(stocktakeRow, { ...row, status: 'cancelled', closedAt: now }),
        remove(keysOf(county).stocktakeOf(row.placeId)),
        ...over.actions,
      ],
      news: [
        { of: stocktakeRow.keyOf(row), version: row.version + 1, name: 'StocktakeCancelled', reason },
        ...over.news,
      ],
      once: { by: once, result: id },
    });
    return id;
  });
