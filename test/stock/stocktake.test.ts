import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { staffApp } from '../../functions/api/staff.handler.ts';
import { putSite } from '../../functions/catalogue/catalogue.store.ts';
import { siteBody } from '../../functions/catalogue/site.ts';
import { inboxOf, noticeRow } from '../../functions/notices/notice.ts';
import { insert } from '../../functions/shared/actions.ts';
import { plusMinutes } from '../../functions/shared/clock.ts';
import { commit } from '../../functions/shared/commit.store.ts';
import { keysOf } from '../../functions/shared/keys.ts';
import { everyIndexed, get, ofType } from '../../functions/shared/table.store.ts';
import { balanceRow, openBalance, type StockStatus } from '../../functions/stock/balance.ts';
import { lotRow } from '../../functions/stock/lot.ts';
import type { Movement } from '../../functions/stock/movement.ts';
import { approveStocktake } from '../../functions/stock/stocktake.store.ts';
import { bookAt, paged, pageOfLine, stocktakeRow } from '../../functions/stock/stocktake.ts';
import { settleStocktakes } from '../../functions/stock/stocktake-settle.store.ts';
import { callerOf, testVerify } from '../support/caller.ts';
import { runs } from '../support/random.ts';
import { useTable } from '../support/table.ts';
import { actor, addItem, COUNTY, openCounty, promise } from './county.ts';

const deps = useTable();
const app = staffApp(deps, testVerify);
const storekeeper = callerOf(app, { roles: ['storekeeper'] });
const approver = callerOf(app, { roles: ['approver'] });
const keys = keysOf(COUNTY);

beforeAll(() => openCounty(deps));

let places = 0;
/** A warehouse of its own, with a lot of an item of its own for each quantity. */
const warehouse = async (...quantities: readonly number[]) => {
  places += 1;
  const place = `store-${places}`;
  const people = { post: 1, vulnerable: 0, residents: 0 };
  const site = { nameZh: place, nameEn: place, kind: 'warehouse', township: 'town', people, leadMinutes: 0 };
  await putSite(
    { ...deps, stillAt: async () => ({ stock: [], needs: [] }) },
    ...([actor, place, siteBody.parse(site)] as const),
  );
  const items = quantities.map((_, i) => `thing-${places}-${i + 1}`);
  for (const id of items) await addItem(deps, id, { nameZh: id, reference: { priceFen: 200, perQuantity: 1 } });
  const lines = quantities.map((quantity, i) => ({ itemId: items[i], quantity, unit: 'piece', lotNo: `L${i + 1}` }));
  const note = { source: 'existing', placeId: place, document: `S-${places}`, lines };
  const { body } = await storekeeper.post('/staff/stock-receipts', note);
  const lots: string[] = body.lines.map(({ lotId }: { lotId: string }) => lotId);
  // Named, so that a test reads only its own part of the catalogue.
  const { body: opened } = await storekeeper.post('/staff/stocktakes', { placeId: place, itemIds: items });
  const path = `/staff/stocktakes/${opened.id}`;
  const at = (i: number) => ({ itemId: items[i] ?? '', lotId: lots[i] ?? '', placeId: place });
  return {
    ...{ place, items, lots, path, id: String(opened.id), opened, at },
    count: (lines: readonly object[], rest: object = {}, by = storekeeper) =>
      by.post(`${path}/counts`, { lines, ...rest }),
    approve: (body: object = {}, by = approver) => by.post(`${path}/approval`, body),
    adjust: (i: number, change: number) =>
      storekeeper.post('/staff/adjustments', { ...at(i), change, unit: 'piece', reason: 'entry-error', note: '补录' }),
    shelf: (i: number, status: StockStatus = 'available') =>
      get(deps, balanceRow, keys.balance(at(i).itemId, at(i).lotId, place, status)),
    balanced: async () => {
      const found = await Promise.all(items.map((id) => storekeeper.get(`/staff/reconciliation?itemId=${id}`)));
      return found.flatMap(({ body: { rows } }) => rows[0].differences);
    },
  };
};
const pieces = (n: number, quantity: number) => ({ n, quantity, unit: 'piece' });

describe('a stock-take', () => {
  it('turns what was counted otherwise into adjustments, once a second person has approved it', async () => {
    const store = await warehouse(100, 200, 300);
    expect(store.opened).toMatchObject({ status: 'counting', lineCount: 3, pageCount: 1, left: [1, 2, 3] });
    await store.count([pieces(1, 90), { n: 2, quantity: 4, unit: '盒' }]);
    const { body: counted } = await store.count([pieces(3, 310)], { complete: true });
    expect(counted).toMatchObject({ status: 'counted', left: [], counters: ['storekeeper'] });
    expect((await approver.get(store.path)).body).toMatchObject({
      ...{ differing: 2, valueFen: 0 },
      lines: [
        { n: 1, book: 100, counted: 90, difference: -10, valueFen: -2_000, countedBy: 'storekeeper' },
        { n: 2, book: 200, counted: 200, difference: 0, valueFen: 0 },
        { n: 3, book: 300, counted: 310, difference: 10, valueFen: 2_000 },
      ],
    });
    const { status, body } = await store.approve();
    expect({ status, body }).toMatchObject({
      ...{ status: 200, body: { status: 'closed', approvedBy: 'approver', refused: [] } },
    });
    expect([(await store.shelf(0))?.onHand, (await store.shelf(1))?.onHand, (await store.shelf(2))?.onHand]).toEqual([
      ...[90, 200, 310],
    ]);
    const [first, second] = body.lines.map(({ adjustmentId }: { adjustmentId?: string }) => adjustmentId);
    expect(second).toBeUndefined();
    expect((await storekeeper.get(`/staff/adjustments/${first}`)).body).toMatchObject({
      ...{ change: -10, reason: 'miscounted', note: store.id, by: 'approver' },
    });
    expect(await store.balanced()).toEqual([]);
    // Listed by place and status, as a table too, and without what the books say.
    const listed = await storekeeper.get(`/staff/stocktakes?placeId=${store.place}&status=closed`);
    expect(listed.body.rows).toEqual([
      expect.objectContaining({ id: store.id, status: 'closed', lineCount: 3, approvedBy: 'approver' }),
    ]);
    expect((await storekeeper.get(`/staff/stocktakes?placeId=${store.place}&status=counted`)).body.rows).toEqual([]);
    expect(await storekeeper.get('/staff/stocktakes?status=lost')).toMatchObject({ status: 422 });
    const told = ofType(
      noticeRow,
      await everyIndexed(deps, { index: 'GSI2', at: keys.party(inboxOf({ role: 'approver' })), beginsWith: 'NOTICE#' }),
    ).filter(({ about }) => about.id === store.id);
    expect(told).toMatchObject([{ code: 'stocktake-counted', acknowledged: { by: 'approver' } }]);
    // The place is free for the next one.
    expect((await storekeeper.post('/staff/stocktakes', { placeId: store.place, itemIds: store.items })).status).toBe(
      201,
    );
  });

  it('is blind: nobody sees the books while it is counted, and who counted not before it is closed', async () => {
    const store = await warehouse(777_777);
    const { body } = await store.count([pieces(1, 5)]);
    const paper = await app.request(`${store.path}/sheet`, {
      headers: { authorization: `Bearer ${JSON.stringify({ sub: 'x', county: COUNTY, roles: ['storekeeper'] })}` },
    });
    const page = await paper.text();
    expect([paper.status, page.includes('盘点表'), page.includes('L1'), page.includes(store.items[0] ?? '-')]).toEqual([
      ...[200, true, true, true],
    ]);
    for (const seen of [page, JSON.stringify([store.opened, body, (await approver.get(store.path)).body])])
      expect(seen).not.toMatch(/777,?777/);
    await store.count([], { complete: true });
    expect(JSON.stringify((await storekeeper.get(store.path)).body)).not.toContain('777777');
    expect((await approver.get(store.path)).body.lines).toMatchObject([{ book: 777_777, counted: 5 }]);
    await store.approve();
    expect((await storekeeper.get(store.path)).body.lines).toMatchObject([{ book: 777_777, difference: -777_772 }]);
  });

  it('takes no goods for a difference that are booked while others are still counting', async () => {
    const store = await warehouse(100, 100, 100);
    const opened = deps.time;
    // Booked before its shelf is counted, after it, and between the count and its entry.
    await store.adjust(0, -30);
    await store.count([pieces(1, 70)]);
    deps.time = plusMinutes(opened, 10);
    await store.count([pieces(2, 100)]);
    deps.time = plusMinutes(opened, 20);
    await store.adjust(1, -40);
    const countedAt = deps.time;
    deps.time = plusMinutes(opened, 30);
    await store.adjust(2, 50);
    await store.count([pieces(3, 99)], { countedAt, complete: true });
    expect((await approver.get(store.path)).body.lines).toMatchObject([
      { book: 70, difference: 0 },
      { book: 100, difference: 0 },
      { book: 100, difference: -1 },
    ]);
    await store.approve();
    deps.time = opened;
    expect([(await store.shelf(0))?.onHand, (await store.shelf(1))?.onHand, (await store.shelf(2))?.onHand]).toEqual([
      ...[70, 60, 149],
    ]);
    expect(await store.balanced()).toEqual([]);
  });

  it('takes in goods that are on no line: of a known lot where it lies, of an unknown one set apart', async () => {
    const store = await warehouse(100, 50);
    const { itemId, lotId } = store.at(0);
    const find = { itemId, lotNo: '无单', quantity: 2, unit: '盒' };
    const set = { itemId, lotId, status: 'condemned', quantity: 7, unit: 'piece' };
    const { body } = await store.count([pieces(1, 93), pieces(2, 50), find, set], { complete: true });
    expect(body).toMatchObject({
      lineCount: 4,
      lines: [{}, {}, { isUnknown: true, lotNo: '无单' }, { status: 'condemned' }],
    });
    const done = (await store.approve()).body;
    expect(done.status).toBe('closed');
    expect(await store.shelf(0, 'condemned')).toMatchObject({ onHand: 7 });
    const lot = (await storekeeper.get(`/staff/lots/${done.lines[2].lotId}`)).body;
    expect(lot).toMatchObject({
      ...{ source: 'found', lotNo: '无单', from: store.id },
      balances: [{ placeId: store.place, status: 'quarantined', onHand: 100 }],
    });
    expect(await store.balanced()).toEqual([]);
  });

  it('sends lines back to be counted again, and counts only what is not approved', async () => {
    const store = await warehouse(100, 100);
    await store.count([pieces(1, 10), pieces(2, 99)], { complete: true });
    expect(await store.approve({ recount: [3] })).toMatchObject({
      ...{ status: 422, body: { errors: [{ path: 'recount[0]' }] } },
    });
    const { body } = await store.approve({ recount: [1], note: '请复盘' });
    expect(body).toMatchObject({ status: 'counting', left: [1] });
    expect(JSON.stringify(body)).not.toContain('"book"');
    await store.count([pieces(1, 100)], { complete: true });
    expect((await store.approve()).body).toMatchObject({ status: 'closed', differing: 1 });
    const again = (note?: string) => approver.post(`${store.path}/approval`, { note }, 'approved-already');
    expect((await again()).body).toMatchObject({ status: 'closed', differing: 1 });
    expect(await again('另一份')).toMatchObject({ status: 422, body: { title: 'key-reused' } });
    expect([(await store.shelf(0))?.onHand, (await store.shelf(1))?.onHand]).toEqual([100, 99]);
  });

  it('says which differences it cannot adjust, makes the others, and goes on when they can be', async () => {
    const store = await warehouse(100, 100);
    const hold = { lotId: store.lots[0] ?? '', placeId: store.place, quantity: 50, consignmentId: 'con_S' };
    await promise(deps, `p-${store.place}`, { itemId: store.items[0] ?? '', tier: 1, holds: [hold] });
    await store.count([pieces(1, 20), pieces(2, 120)], { complete: true });
    expect((await store.approve()).body).toMatchObject({ status: 'approved', refused: [{ n: 1, code: 'in-picking' }] });
    expect([(await store.shelf(0))?.onHand, (await store.shelf(1))?.onHand]).toEqual([100, 120]);
    await settleStocktakes(deps, COUNTY);
    const row = await get(deps, stocktakeRow, keys.stocktake(store.id));
    await settleStocktakes(deps, COUNTY);
    // Nothing new to say, nothing written.
    expect((await get(deps, stocktakeRow, keys.stocktake(store.id)))?.version).toBe(row?.version);
    expect(await store.approve({ recount: [2] })).toMatchObject({ status: 409, body: { title: 'wrong-status' } });
    await store.approve({ recount: [1] });
    expect(await store.count([pieces(2, 90)])).toMatchObject({ status: 409, body: { title: 'wrong-status' } });
    await store.count([pieces(1, 60)], { complete: true });
    expect((await store.approve()).body).toMatchObject({ status: 'closed', refused: [] });
    expect([(await store.shelf(0))?.onHand, (await store.shelf(1))?.onHand]).toEqual([60, 120]);
    // The consignment that picks is in no book of this test.
    expect(await store.balanced()).toMatchObject([{ identity: 'in-picking', consignmentId: 'con_S' }]);
  });

  it('is finished once by whoever comes: a repeat, and the sweep, after it was broken off at any line', async () => {
    const store = await warehouse(...Array.from({ length: 6 }, () => 100));
    await store.count(
      [1, 2, 3, 4, 5, 6].map((n) => pieces(n, 100 + n)),
      { complete: true },
    );
    const second = { sub: 'second', county: COUNTY, roles: ['approver' as const] };
    const once = { subject: 'second', route: 'x', key: `approve-${store.id}`, bodyHash: 'x' };
    await approveStocktake(deps, second, once, store.id, { recount: [] });
    let commits = 0;
    const dynamo = Object.assign(Object.create(deps.dynamo), {
      send: (command: { readonly input: object }) => {
        if ('TransactItems' in command.input) commits += 1;
        if (commits > 3) return Promise.reject(new Error('The lamp went out'));
        return deps.dynamo.send(command as never);
      },
    });
    await expect(settleStocktakes({ ...deps, dynamo, log: { ...deps.log, error: () => {} } }, COUNTY)).rejects.toThrow(
      'not adjusted yet',
    );
    expect((await get(deps, stocktakeRow, keys.stocktake(store.id)))?.status).toBe('approved');
    const [, ...repeats] = await Promise.all([settleStocktakes(deps, COUNTY), store.approve(), store.approve()]);
    expect(repeats.map(({ status }) => status)).toEqual([200, 200]);
    expect((await approver.get(store.path)).body).toMatchObject({ status: 'closed', approvedBy: 'second' });
    const shelves = await Promise.all([0, 1, 2, 3, 4, 5].map((i) => store.shelf(i)));
    expect(shelves.map((shelf) => shelf?.onHand)).toEqual([101, 102, 103, 104, 105, 106]);
    expect(await store.balanced()).toEqual([]);
  });

  it('puts what is found of a recalled lot apart', async () => {
    const store = await warehouse(100);
    await store.count([pieces(1, 108)], { complete: true });
    await approver.post(`/staff/lots/${store.lots[0]}/recall`, { reason: 'harmful' });
    expect((await store.approve()).body.status).toBe('closed');
    expect(await store.shelf(0, 'quarantined')).toMatchObject({ onHand: 108 });
    expect(await store.balanced()).toEqual([]);
  });

  it('is one a place, until it is closed or called off', async () => {
    const store = await warehouse(10);
    const again = () => storekeeper.post('/staff/stocktakes', { placeId: store.place, itemIds: store.items });
    expect(await again()).toMatchObject({ status: 409, body: { title: 'stocktake-open' } });
    const call = () => approver.post(`${store.path}/cancel`, { reason: '开错' });
    expect(await call()).toMatchObject({ status: 200, body: { status: 'cancelled' } });
    expect((await call()).status).toBe(409);
    expect((await store.count([pieces(1, 1)])).status).toBe(409);
    expect((await store.approve()).status).toBe(409);
    expect((await Promise.all([again(), again()])).map(({ status }) => status).toSorted()).toEqual([201, 409]);
  });

  it('is approved by nobody who counted, and not before all of it is counted', async () => {
    const store = await warehouse(10, 10);
    const helper = callerOf(app, { roles: ['storekeeper', 'approver'], sub: 'helper' });
    await store.count([pieces(1, 10)], {}, helper);
    expect((await store.approve()).status).toBe(409);
    expect(await store.count([], { complete: true })).toMatchObject({
      ...{ status: 409, body: { title: 'lines-uncounted', errors: [{ message: 'Line 2.' }] } },
    });
    await store.count([pieces(2, 9)], { complete: true });
    for (const by of [storekeeper, helper])
      expect(await store.approve({}, by)).toMatchObject({ status: 403, body: { title: 'same-person' } });
    const auditor = callerOf(app, { roles: ['auditor'] });
    expect((await store.approve({}, auditor)).status).toBe(403);
    expect((await store.count([pieces(2, 9)], {}, auditor)).status).toBe(403);
    expect((await auditor.post('/staff/stocktakes', { placeId: store.place })).status).toBe(403);
  });

  it('loses nothing that two people count at once, and counts a repeat once', async () => {
    const store = await warehouse(10, 20);
    const body = { lines: [pieces(1, 11)] };
    const twice = () => storekeeper.post(`${store.path}/counts`, body, `count-${store.id}`);
    const replies = await Promise.all([
      twice(),
      twice(),
      store.count([pieces(2, 22)], {}, callerOf(app, { roles: ['clerk'] })),
    ]);
    expect(replies.map(({ status }) => status)).toEqual([201, 201, 201]);
    await store.count([], { complete: true });
    expect((await approver.get(store.path)).body.lines).toMatchObject([{ difference: 1 }, { difference: 2 }]);
  });

  it.each([
    ['a line that is not there', { n: 9 }, 'lines[0].n'],
    ['neither a line nor an item', { n: undefined }, 'lines[0].n'],
    ['a unit without a conversion', { unit: '件' }, 'lines[0].unit'],
    ['less than nothing', { quantity: -1 }, 'lines[0].quantity'],
    ['a lot beside a line', { lotId: 'lot_1' }, 'lines[0].lotId'],
    ['an unknown item', { n: undefined, itemId: 'no-such' }, 'lines[0].itemId'],
    ['an unknown lot', { n: undefined, itemId: 'mask', lotId: 'lot_none' }, 'lines[0].lotId'],
    ['a find of nothing', { n: undefined, itemId: 'mask', quantity: 0 }, 'lines[0].quantity'],
    ['a find for use at once', { n: undefined, itemId: 'mask', status: 'available' }, 'lines[0].status'],
  ])('refuses %s', async (_what, change, path) => {
    const store = await warehouse(10);
    const reply = await store.count([{ ...pieces(1, 1), ...change }]);
    expect(reply.status).toBe(422);
    expect(reply.body.errors.map((error: { path: string }) => error.path)).toEqual([path]);
    expect((await storekeeper.get(store.path)).body.left).toEqual([1]);
  });

  it('refuses a line twice, a line under two names, and a time before it was opened or to come', async () => {
    const store = await warehouse(10);
    const twice = await store.count([pieces(1, 1), pieces(1, 2)]);
    expect(twice.body.errors).toMatchObject([{ path: 'lines[1].n' }]);
    const { itemId, lotId } = store.at(0);
    const named = await store.count([{ itemId, lotId, quantity: 1, unit: 'piece' }]);
    expect(named.body.errors).toMatchObject([{ path: 'lines[0].n', message: 'This is line 1 of the sheet.' }]);
    for (const minutes of [-1, 1])
      expect(await store.count([pieces(1, 1)], { countedAt: plusMinutes(deps.time, minutes) })).toMatchObject({
        ...{ status: 422, body: { errors: [{ path: 'countedAt' }] } },
      });
    expect((await storekeeper.get('/staff/stocktakes/stk_none')).status).toBe(404);
    expect((await storekeeper.post('/staff/stocktakes', { placeId: 'village' })).status).toBe(422);
    expect((await storekeeper.post('/staff/stocktakes', { placeId: 'warehouse', itemIds: ['no-such'] })).status).toBe(
      422,
    );
  });

  it('goes page by page, and names items where a place holds more lines than one stock-take', async () => {
    await addItem(deps, 'many');
    const lots = Array.from({ length: 501 }, (_, n) => `lot_many_${n}`);
    const lot = { county: COUNTY, itemId: 'many', source: 'existing', designation: { to: 'all' } } as const;
    for (let at = 0; at < lots.length; at += 45)
      await commit(deps, {
        ...{ actor, now: deps.time, news: [] },
        actions: lots.slice(at, at + 45).flatMap((lotId, i) => [
          insert(lotRow, { ...lot, id: lotId, from: 'grn', at: deps.time, version: 1 }),
          openBalance({
            ...lot,
            lotId,
            placeId: at + i < 1 ? 'elsewhere' : 'warehouse',
            status: 'available',
            onHand: 1,
          }),
        ]),
      });
    const open = () => storekeeper.post('/staff/stocktakes', { placeId: 'warehouse', itemIds: ['many'] });
    const { body } = await open();
    expect(body).toMatchObject({ lineCount: 500, pageCount: 10, page: 1 });
    const last = (await storekeeper.get(`/staff/stocktakes/${body.id}?page=10`)).body;
    expect([last.lines[0].n, last.lines.length]).toEqual([451, 50]);
    const lines = Array.from({ length: 50 }, (_, i) => pieces(i * 10 + 1, 1));
    expect((await storekeeper.post(`/staff/stocktakes/${body.id}/counts`, { lines })).status).toBe(201);
    await storekeeper.post(`/staff/stocktakes/${body.id}/cancel`, { reason: '试' });
    await storekeeper.post('/staff/stock-receipts', {
      ...{ source: 'existing', placeId: 'warehouse', document: 'S-many' },
      lines: [{ itemId: 'many', quantity: 1, unit: 'piece' }],
    });
    expect(await open()).toMatchObject({ status: 409, body: { title: 'too-many-lines' } });
  });
});

describe('what the books said at an instant', () => {
  it('is what they say later, less what was booked since, whatever was booked where', () => {
    const move = fc.record({
      minute: fc.integer({ min: 0, max: 9 }),
      placeId: fc.constantFrom('w', 'v'),
      status: fc.constantFrom<StockStatus>('available', 'quarantined'),
      change: fc.integer({ min: -5, max: 5 }),
    });
    fc.assert(
      fc.property(fc.array(move, { maxLength: 12 }), fc.integer({ min: 0, max: 9 }), (moves, minute) => {
        const at = (n: number) => plusMinutes('2022-05-12T01:00:00.000Z', n);
        const movements = moves.map((one, n) => ({
          ...{ id: `mov_${n}`, placeId: one.placeId, shelves: { [one.status]: one.change }, at: at(one.minute) },
        })) as unknown as Movement[];
        const here = moves.filter(({ placeId, status }) => placeId === 'w' && status === 'available');
        const sum = (some: typeof moves) => some.reduce((total, { change }) => total + change, 100);
        expect(bookAt(sum(here), movements, { placeId: 'w', status: 'available' }, at(minute))).toBe(
          sum(here.filter((one) => one.minute <= minute)),
        );
      }),
      { numRuns: runs(200) },
    );
  });

  it('stands on the page where its line is looked for', () => {
    const lines = Array.from({ length: 120 }, (_, i) => ({
      n: i + 1,
      itemId: 'i',
      lotId: 'l',
      status: 'available' as const,
    }));
    expect(paged(lines).map((some) => some.length)).toEqual([50, 50, 20]);
    for (const [i, some] of paged(lines).entries()) expect(some.every(({ n }) => pageOfLine(n) === i + 1)).toBe(true);
  });
});
