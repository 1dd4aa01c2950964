import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { divide } from '../../functions/allocation/divide.store.ts';
import { staffApp } from '../../functions/api/staff.handler.ts';
import { consignmentRow } from '../../functions/delivery/consignment.ts';
import { inboxOf, noticeRow } from '../../functions/notices/notice.ts';
import { lineRow, plannedQuantity } from '../../functions/request/line.ts';
import { insert, replace, shift } from '../../functions/shared/actions.ts';
import { commit } from '../../functions/shared/commit.store.ts';
import { keysOf } from '../../functions/shared/keys.ts';
import { everyIndexed, get, ofType, partition } from '../../functions/shared/table.store.ts';
import { balanceRow, type StockStatus } from '../../functions/stock/balance.ts';
import { type Movement, movementRow, record } from '../../functions/stock/movement.ts';
import { recallRow, receivers, statusFor } from '../../functions/stock/recall.ts';
import { carryOutRecalls } from '../../functions/stock/recall-duty.store.ts';
import { keepersOf } from '../../functions/stock/status-change.ts';
import { begun } from '../../functions/workflow/timeline.ts';
import { callerOf, testVerify } from '../support/caller.ts';
import { runs } from '../support/random.ts';
import { useTable } from '../support/table.ts';
import { actor, addItem, COUNTY, openCounty, promise } from './county.ts';

const deps = useTable();
const app = staffApp(deps, testVerify);
const storekeeper = callerOf(app, { roles: ['storekeeper'] });
const colleague = callerOf(app, { roles: ['storekeeper'], sub: 'colleague' });
const approver = callerOf(app, { roles: ['approver'] });
const headquarters = callerOf(app, { roles: ['headquarters'] });
const keys = keysOf(COUNTY);

beforeAll(() => openCounty(deps));

let papers = 0;
/** A lot of its own item, so that the tests do not meet. */
const stocked = async (quantity: number, rest: object = {}) => {
  papers += 1;
  const itemId = `good-${papers}`;
  await addItem(deps, itemId);
  const { body } = await storekeeper.post('/staff/stock-receipts', {
    ...{ source: 'existing', placeId: 'warehouse', document: `P-${papers}` },
    lines: [{ itemId, quantity, unit: 'piece', ...rest }],
  });
  const { lotId } = body.lines[0];
  const hold = { lotId, placeId: 'warehouse' };
  return {
    ...{ itemId, lotId },
    path: `/staff/lots/${lotId}`,
    hold: (amount: number, consignmentId?: string) => ({
      ...hold,
      quantity: amount,
      ...(consignmentId && { consignmentId }),
    }),
    body: (amount: number, more: object = {}) => ({ placeId: 'warehouse', quantity: amount, unit: 'piece', ...more }),
    shelf: (status: StockStatus = 'available') =>
      get(deps, balanceRow, keys.balance(itemId, lotId, 'warehouse', status)),
    shelves: async () => (await storekeeper.get(`/staff/lots/${lotId}`)).body.balances,
    balanced: async () => (await storekeeper.get(`/staff/reconciliation?itemId=${itemId}`)).body.rows[0].differences,
  };
};
type Lot = Awaited<ReturnType<typeof stocked>>;

const apart = { reason: 'suspected-damage' };
const inspected = { reason: 'inspected' };
const broken = { reason: 'damaged', note: '内包装破损' };

describe('goods that are set apart', () => {
  it('are no longer for use, until a second person releases them', async () => {
    const lot = await stocked(500);
    const reply = await storekeeper.post(`${lot.path}/quarantine`, { ...lot.body(2), unit: '盒', ...apart });
    expect(reply).toMatchObject({
      status: 201,
      body: { act: 'quarantine', quantity: 100, released: [], from: 'available' },
    });
    expect((await storekeeper.get(`/staff/status-changes/${reply.body.id}`)).body).toEqual(reply.body);
    expect(await lot.shelves()).toMatchObject([
      { status: 'available', onHand: 400, free: 400 },
      { status: 'quarantined', onHand: 100, free: 100 },
    ]);
    const release = (by = storekeeper) => by.post(`${lot.path}/release`, { ...lot.body(60), ...inspected });
    expect(await release()).toMatchObject({ status: 403, body: { title: 'same-person' } });
    expect(await release(colleague)).toMatchObject({ status: 201, body: { to: 'available', quantity: 60 } });
    expect(await approver.post(`${lot.path}/release`, { placeId: 'warehouse', ...inspected })).toMatchObject({
      ...{ status: 201, body: { quantity: 40 } },
    });
    expect(await lot.shelf()).toMatchObject({ onHand: 500, held: 0, free: 500 });
    expect(await lot.balanced()).toEqual([]);
    const { rows } = (await storekeeper.get(`${lot.path}/movements`)).body;
    expect(rows.map(({ kind }: Movement) => kind)).toEqual(['opening', 'quarantined', 'released', 'released']);
  });

  it('are given back by those they were planned for, the weakest claim first', async () => {
    const lot = await stocked(300);
    const { itemId } = lot;
    await promise(deps, `front-${itemId}`, { itemId, tier: 1, holds: [lot.hold(100)] });
    await promise(deps, `late-${itemId}`, { itemId, tier: 3, holds: [lot.hold(100)] });
    const reply = await storekeeper.post(`${lot.path}/quarantine`, { ...lot.body(150), ...apart });
    expect(reply.body.released).toMatchObject([{ lineId: `late-${itemId}.01`, quantity: 50 }]);
    expect(await lot.shelf()).toMatchObject({ onHand: 150, held: 150, free: 0 });
    expect(await lot.balanced()).toEqual([]);
  });

  it('are never planned for anybody', async () => {
    const lot = await stocked(300);
    await storekeeper.post(`${lot.path}/quarantine`, { ...lot.body(100), ...apart });
    await storekeeper.post(`${lot.path}/condemn`, { ...lot.body(100), from: 'available', ...broken });
    const line = await promise(deps, `asks-${lot.itemId}`, { itemId: lot.itemId, tier: 1, holds: [lot.hold(50)] });
    await commit(deps, {
      ...{ actor, now: deps.time, news: [] },
      actions: [replace(lineRow, { ...line, approved: 300, quantity: 300 })],
    });
    await divide(deps, COUNTY, lot.itemId);
    const served = await get(deps, lineRow, keys.requestLine(line.requestId, 1));
    expect(served && plannedQuantity(served)).toBe(100);
    expect(await lot.shelf('quarantined')).toMatchObject({ held: 0, free: 100 });
    expect(await lot.shelf('condemned')).toMatchObject({ held: 0, free: 100 });
  });

  it('cannot be such as are in picking: the consignments are named', async () => {
    const lot = await stocked(200);
    await promise(deps, `picks-${lot.itemId}`, { itemId: lot.itemId, tier: 1, holds: [lot.hold(150, 'con_A')] });
    const reply = await storekeeper.post(`${lot.path}/quarantine`, { ...lot.body(51), ...apart });
    expect(reply).toMatchObject({
      ...{ status: 409, body: { title: 'in-picking', errors: [{ message: 'con_A is picking 150.' }] } },
    });
    const from = { from: 'available', ...broken };
    expect((await storekeeper.post(`${lot.path}/condemn`, { ...lot.body(51), ...from })).status).toBe(409);
    expect(await lot.shelf()).toMatchObject({ onHand: 200, held: 150 });
  });

  it('are set apart once under one key, and never more than there are, whoever does it beside', async () => {
    const lot = await stocked(100);
    const send = (key?: string) => storekeeper.post(`${lot.path}/quarantine`, { ...lot.body(60), ...apart }, key);
    const same = await Promise.all([send(`q-${lot.lotId}`), send(`q-${lot.lotId}`)]);
    expect(new Set(same.map(({ body }) => body.id)).size).toBe(1);
    expect(await send()).toMatchObject({ status: 409, body: { title: 'more-than-on-hand' } });
    const one = await stocked(100);
    const both = await Promise.all(
      [1, 2].map(() => storekeeper.post(`${one.path}/quarantine`, { ...one.body(60), ...apart })),
    );
    expect(both.map(({ status }) => status).toSorted()).toEqual([201, 409]);
    expect(await one.shelf('quarantined')).toMatchObject({ onHand: 60 });
  });

  it.each([
    ['a bare number', 'quarantine', { unit: undefined }, 'unit'],
    ['a unit without a number', 'quarantine', { quantity: undefined }, 'quantity'],
    ['a unit without a conversion', 'quarantine', { unit: '件' }, 'unit'],
    ['a place that is no warehouse', 'quarantine', { placeId: 'village' }, 'placeId'],
    ['no reason', 'quarantine', { reason: undefined }, 'reason'],
    ['another reason without words', 'quarantine', { reason: 'other' }, 'note'],
    ['no word of what is wrong with condemned goods', 'condemn', { reason: 'damaged' }, 'note'],
    ['goods condemned a second time', 'condemn', { ...broken, from: 'condemned' }, 'from'],
  ])('are refused with %s', async (_what, act, change, path) => {
    const lot = await stocked(100);
    const reply = await storekeeper.post(`${lot.path}/${act}`, { ...lot.body(10), ...apart, ...change });
    expect(reply.status).toBe(422);
    expect(reply.body.errors.map((error: { path: string }) => error.path)).toContain(path);
    expect(await lot.shelf()).toMatchObject({ onHand: 100 });
  });

  it('are the storekeeper’s to set apart and condemn, and no clerk’s to release', async () => {
    const lot = await stocked(10);
    const clerk = callerOf(app, { roles: ['clerk', 'auditor'] });
    for (const [by, act] of [
      ...[[approver, 'quarantine'] as const, [headquarters, 'condemn'] as const],
      ...(['quarantine', 'release', 'condemn', 'recall'] as const).map((act) => [clerk, act] as const),
    ])
      expect((await by.post(`${lot.path}/${act}`, {})).status, act).toBe(403);
    expect((await storekeeper.post('/staff/lots/lot_none/quarantine', { ...lot.body(1), ...apart })).status).toBe(404);
  });
});

describe('who set goods apart', () => {
  const move = (n: number, by: string, change: number): Movement => ({
    ...{ county: COUNTY, id: `mov_${n}`, lotId: 'l', itemId: 'i', kind: 'quarantined', placeId: 'w', effects: {} },
    ...{ shelves: { available: -change, quarantined: change }, document: 'd', at: '', by },
  });
  it('is whoever put something there since it was last empty', () => {
    const all = [move(1, 'a', 5), move(2, 'b', -5), move(3, 'c', 2), move(4, 'd', 3), move(5, 'a', -1)];
    expect([...keepersOf(all, 'w', 'quarantined')].toSorted()).toEqual(['c', 'd']);
    expect(keepersOf(all, 'elsewhere', 'quarantined').size).toBe(0);
  });
  it('is somebody, for as long as there is something', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom('a', 'b'), fc.integer({ min: -5, max: 5 })), { maxLength: 9 }),
        (steps) => {
          let there = 0;
          const all = steps.flatMap(([by, change], n) => {
            const real = Math.max(change, -there);
            there += real;
            return real === 0 ? [] : [move(n, by, real)];
          });
          expect(keepersOf(all, 'w', 'quarantined').size > 0).toBe(there > 0);
        },
      ),
      { numRuns: runs(200) },
    );
  });
});

describe('a disposal', () => {
  const proof = { reason: 'damaged', method: 'burnt', evidence: '处置单2022-031', witness: '监销单2022-031' };
  const dispose = (lot: Lot, amount: number, change: object = {}, by = colleague) =>
    by.post('/staff/disposals', { lotId: lot.lotId, ...lot.body(amount), ...proof, ...change });

  it('takes condemned goods off the books, with what proves it', async () => {
    const lot = await stocked(1_000);
    await storekeeper.post(`${lot.path}/condemn`, { ...lot.body(60), from: 'available', ...broken });
    const reply = await dispose(lot, 30);
    expect(reply).toMatchObject({
      status: 201,
      body: { ...proof, quantity: 30, status: 'condemned', by: 'colleague' },
    });
    expect((await storekeeper.get(`/staff/disposals/${reply.body.id}`)).body).toEqual(reply.body);
    expect((await storekeeper.get('/staff/disposals?limit=1')).body.rows).toEqual([reply.body]);
    const { rows } = (await storekeeper.get(`/staff/reconciliation?itemId=${lot.itemId}`)).body;
    expect(rows).toMatchObject([{ balanced: true, lots: [{ onHand: 970, disposed: 30 }] }]);
    expect(await dispose(lot, 31)).toMatchObject({ status: 409, body: { title: 'more-than-on-hand' } });
  });

  it('is never of goods that can be used: they are condemned first', async () => {
    const lot = await stocked(100, { useBy: '2022-05-12' });
    for (const status of ['available', 'quarantined']) {
      await storekeeper.post(`${lot.path}/quarantine`, { ...lot.body(10), ...apart });
      expect(await dispose(lot, 5, { status })).toMatchObject({ status: 409, body: { title: 'condemn-first' } });
    }
    expect(await dispose(lot, 5, { status: 'available', reason: 'expired' })).toMatchObject({
      ...{ status: 422, body: { errors: [{ path: 'reason' }] } },
    });
    expect((await lot.shelf())?.onHand).toBe(80);
  });

  it('may be of goods that are past their last day of use, on the county’s calendar, promised or not', async () => {
    const lot = await stocked(100, { useBy: '2022-05-12' });
    await promise(deps, `waits-${lot.itemId}`, { itemId: lot.itemId, tier: 1, holds: [lot.hold(100)] });
    const before = deps.time;
    deps.time = '2022-05-12T16:00:00.000Z';
    const reply = await dispose(lot, 50, { status: 'available', reason: 'expired' });
    deps.time = before;
    expect(reply).toMatchObject({ status: 201, body: { quantity: 50, released: [{ quantity: 50 }] } });
    expect(await lot.shelf()).toMatchObject({ onHand: 50, held: 50 });
    expect(await lot.balanced()).toEqual([]);
  });

  it('is not recorded by whoever condemned them, headquarters apart: nobody makes goods vanish alone', async () => {
    const lot = await stocked(100);
    const condemn = () => storekeeper.post(`${lot.path}/condemn`, { ...lot.body(5), from: 'available', ...broken });
    await condemn();
    const refused = { status: 403, body: { title: 'same-person' } };
    expect(await dispose(lot, 1, {}, storekeeper)).toMatchObject(refused);
    expect((await lot.shelf('condemned'))?.onHand).toBe(5);
    const chief = callerOf(app, { roles: ['storekeeper', 'headquarters'], sub: 'storekeeper' });
    expect((await dispose(lot, 1, {}, chief)).status).toBe(201);
    expect((await dispose(lot, 4)).status).toBe(201);
    // Whoever condemned what lay there before has no hand in what lies there now.
    await colleague.post(`${lot.path}/condemn`, { ...lot.body(5), from: 'available', ...broken });
    expect(await dispose(lot, 5)).toMatchObject(refused);
    expect((await dispose(lot, 5, {}, storekeeper)).status).toBe(201);
  });

  it('of much at once is recorded by an approver or headquarters', async () => {
    const lot = await stocked(1_000);
    await storekeeper.post(`${lot.path}/condemn`, { ...lot.body(400), from: 'available', ...broken });
    expect(await dispose(lot, 101)).toMatchObject({ status: 403, body: { title: 'large-disposal' } });
    expect(await dispose(lot, 101, {}, approver)).toMatchObject({ status: 201 });
    expect(await dispose(lot, 101, {}, headquarters)).toMatchObject({ status: 201 });
  });

  it.each([
    ['no evidence', { evidence: undefined }, 'evidence'],
    ['no witness', { witness: '  ' }, 'witness'],
    ['another method without words', { method: 'other' }, 'note'],
  ])('is refused with %s', async (_what, change, path) => {
    const lot = await stocked(10);
    const reply = await dispose(lot, 1, change);
    expect(reply).toMatchObject({ status: 422, body: { errors: [{ path }] } });
  });
});

describe('a recall', () => {
  const why = { reason: 'maker-notice', note: '厂家通知7号' };
  const recall = (lot: Lot, by = storekeeper, key?: string) => by.post(`${lot.path}/recall`, why, key);
  const recalled = (lot: Lot) => get(deps, recallRow, keys.recall(lot.lotId));
  const noticesOf = async (siteId: string) =>
    ofType(noticeRow, await everyIndexed(deps, { index: 'GSI2', at: keys.party(siteId), beginsWith: 'NOTICE#' }));

  /** Goods that left for a site, as dispatch and receipt book them. */
  const sent = async (lot: Lot, siteId: string, quantity: number, status: 'dispatched' | 'received') => {
    const [id, now] = [deps.ids.next('con'), deps.time];
    const move = (kind: Movement['kind'], placeId: string, effects: Movement['effects']) =>
      record({
        ...{ county: COUNTY, id: deps.ids.next('mov'), lotId: lot.lotId, itemId: lot.itemId, kind, placeId },
        ...{ effects, document: id, at: now, by: 'li' },
      });
    const arrive = () => move('delivered', siteId, { inTransit: -quantity, delivered: quantity });
    await commit(deps, {
      ...{ actor, now, news: [] },
      actions: [
        insert(consignmentRow, {
          ...{ ...begun(now, now), county: COUNTY, id, version: 1, status, fromId: 'warehouse', toId: siteId },
          ...{ tier: 1, at: now, openedBy: 'li', lines: 1, reminders: 0 },
        }),
        shift(keys.balance(lot.itemId, lot.lotId, 'warehouse', 'available'), { onHand: -quantity, free: -quantity }),
        move('dispatched', 'warehouse', { onHand: -quantity, inTransit: quantity }),
        ...(status === 'received' ? [arrive()] : []),
      ],
    });
    return {
      id,
      arrive: async () => {
        const row = await get(deps, consignmentRow, keys.consignment(id));
        if (row === undefined) throw new Error(`There is no ${id}`);
        const actions = [arrive(), replace(consignmentRow, { ...row, status: 'received' as const })];
        await commit(deps, { ...{ actor, now, news: [] }, actions });
      },
    };
  };

  it('sets everything of a lot apart, and nothing of it is released until headquarters lifts it', async () => {
    const lot = await stocked(300);
    await promise(deps, `has-${lot.itemId}`, { itemId: lot.itemId, tier: 1, holds: [lot.hold(100)] });
    await storekeeper.post(`${lot.path}/quarantine`, { ...lot.body(50), ...apart });
    expect(await recall(lot)).toMatchObject({
      ...{ status: 201, body: { recall: { active: true, reason: 'maker-notice' }, picking: [] } },
    });
    expect(await lot.shelf()).toMatchObject({ onHand: 0, held: 0, free: 0 });
    expect(await lot.shelf('quarantined')).toMatchObject({ onHand: 300, free: 300 });
    expect(await lot.balanced()).toEqual([]);
    const release = (by = colleague) => by.post(`${lot.path}/release`, { ...lot.body(10), ...inspected });
    expect(await release()).toMatchObject({ status: 409, body: { title: 'lot-recalled' } });
    const found = {
      itemId: lot.itemId,
      lotId: lot.lotId,
      placeId: 'warehouse',
      change: 5,
      unit: 'piece',
      reason: 'found',
    };
    expect(await storekeeper.post('/staff/adjustments', found)).toMatchObject({
      ...{ status: 409, body: { title: 'lot-recalled' } },
    });
    expect((await storekeeper.post('/staff/adjustments', { ...found, status: 'quarantined' })).status).toBe(201);

    const lift = (by = headquarters) => by.post(`${lot.path}/recall/lift`, { reason: '复检合格' });
    expect((await lift(storekeeper)).status).toBe(403);
    expect(await lift()).toMatchObject({ status: 200, body: { recall: { active: false } } });
    expect(await lift()).toMatchObject({ status: 409, body: { title: 'not-recalled' } });
    expect(await release(storekeeper)).toMatchObject({ status: 403, body: { title: 'same-person' } });
    expect(await release()).toMatchObject({ status: 201 });
    expect(await recall(lot, approver)).toMatchObject({ status: 201, body: { recall: { active: true } } });
    expect(await lot.shelf('quarantined')).toMatchObject({ onHand: 305 });
    expect(await lot.balanced()).toEqual([]);
  });

  it('leaves nothing that could be dispatched: what leaves is held on a shelf for use, and there is none', async () => {
    const lot = await stocked(200);
    const line = await promise(deps, `wants-${lot.itemId}`, { itemId: lot.itemId, tier: 1, holds: [lot.hold(100)] });
    await recall(lot);
    await divide(deps, COUNTY, lot.itemId);
    expect(await get(deps, lineRow, keys.requestLine(line.requestId, 1))).toMatchObject({ holds: [] });
    expect((await lot.shelf()) ?? { onHand: 0 }).toMatchObject({ onHand: 0 });
    expect([statusFor(await recalled(lot)), statusFor(undefined), statusFor({ active: false })]).toEqual([
      ...['quarantined', 'available', 'available'],
    ]);
  });

  it('names what is in picking: those consignments are cancelled first', async () => {
    const lot = await stocked(200);
    await promise(deps, `in-hand-${lot.itemId}`, { itemId: lot.itemId, tier: 1, holds: [lot.hold(50, 'con_X')] });
    expect(await recall(lot)).toMatchObject({
      ...{ status: 409, body: { title: 'in-picking', errors: [{ message: 'con_X is picking 50.' }] } },
    });
    expect((await storekeeper.get(lot.path)).body.picking).toEqual([{ consignmentId: 'con_X', quantity: 50 }]);
    expect(await recalled(lot)).toBeUndefined();
    expect(await lot.shelf()).toMatchObject({ onHand: 200 });
  });

  it('is declared once: the same key is one recall, and another finds it there', async () => {
    const lot = await stocked(100);
    const replies = await Promise.all([1, 2, 3].map(() => recall(lot, storekeeper, `recall-${lot.lotId}`)));
    expect(new Set(replies.map(({ body }) => body.recall.id)).size).toBe(1);
    expect(await recall(lot)).toMatchObject({ status: 409, body: { title: 'already-recalled' } });
    expect(await lot.shelf('quarantined')).toMatchObject({ onHand: 100 });
  });

  it('sets a lot apart that more need lines are promised than one transaction holds', async () => {
    const HOLDERS = 130;
    const lot = await stocked(50 * HOLDERS + 20);
    const holds = [lot.hold(50)];
    await Promise.all(
      Array.from({ length: HOLDERS }, (_, n) =>
        promise(deps, `crowd-${n}-${lot.itemId}`, { itemId: lot.itemId, tier: 3, holds }),
      ),
    );
    expect((await recall(lot)).status).toBe(201);
    expect(await lot.shelf()).toMatchObject({ onHand: 0, held: 0, free: 0 });
    expect(await lot.shelf('quarantined')).toMatchObject({ onHand: 50 * HOLDERS + 20 });
    expect(await lot.balanced()).toEqual([]);
  });

  it('tells every site that got some, once, however many they are and however often it is looked at', async () => {
    const SITES = 120;
    const lot = await stocked(100 * SITES);
    for (let n = 0; n < SITES; n += 1) await sent(lot, `hamlet-${n}-${papers}`, 50, 'received');
    await recall(lot);
    await Promise.all([carryOutRecalls(deps, COUNTY), carryOutRecalls(deps, COUNTY)]);
    const told = await Promise.all(Array.from({ length: SITES }, (_, n) => noticesOf(`hamlet-${n}-${papers}`)));
    expect(told.every((notices) => notices.length === 1)).toBe(true);
    expect(told[0]).toMatchObject([{ code: 'lot-recalled', about: { kind: 'lot', id: lot.lotId } }]);
    expect(told[0]?.[0]?.zh).toContain('已收 50 个');
    expect((await recalled(lot))?.owed).toBeUndefined();
    const { received } = (await storekeeper.get(`${lot.path}/recipients`)).body;
    expect(received).toHaveLength(SITES);
  });

  it('tells those that get some afterwards, and everybody that it was lifted', async () => {
    const lot = await stocked(500);
    const [first, second] = [`here-${papers}`, `there-${papers}`];
    await sent(lot, first, 100, 'received');
    await recall(lot);
    expect((await recalled(lot))?.owed).toBeUndefined();
    await headquarters.post(`${lot.path}/recall/lift`, { reason: '误报' });
    expect((await noticesOf(first)).map(({ code }) => code)).toEqual(['lot-recalled', 'recall-lifted']);

    // The stock room is asked to release it, until the last of it is released or condemned.
    const asked = async () =>
      (await noticesOf(inboxOf({ role: 'storekeeper' }))).filter(({ about }) => about.id === lot.lotId);
    expect(await asked()).toMatchObject([{ code: 'recall-to-release', zh: expect.stringContaining('400个') }]);
    await colleague.post(`${lot.path}/release`, { ...lot.body(200), ...inspected });
    expect((await asked())[0]).not.toHaveProperty('acknowledged');
    await colleague.post(`${lot.path}/release`, { ...lot.body(200), ...inspected });
    expect(await asked()).toMatchObject([{ acknowledged: { by: 'colleague' } }]);
    await storekeeper.post(`${lot.path}/quarantine`, { ...lot.body(200), ...apart });
    const road = await sent(lot, second, 150, 'dispatched');
    await recall(lot);
    expect(await recalled(lot)).toHaveProperty('owed');
    expect((await storekeeper.get(`${lot.path}/recipients`)).body).toMatchObject({
      received: [{ siteId: first, quantity: 100 }],
      underway: [{ siteId: second, quantity: 150, consignmentId: road.id }],
    });
    // Sent elsewhere on its way: who gets it now is told too.
    const third = `third-${papers}`;
    const row = await get(deps, consignmentRow, keys.consignment(road.id));
    if (row !== undefined)
      await commit(deps, {
        actor,
        now: deps.time,
        news: [],
        actions: [replace(consignmentRow, { ...row, toId: third })],
      });
    await carryOutRecalls(deps, COUNTY);
    expect(await noticesOf(third)).toMatchObject([{ code: 'lot-recalled' }]);
    expect(await recalled(lot)).toHaveProperty('owed');
    await road.arrive();
    await carryOutRecalls(deps, COUNTY);
    expect((await recalled(lot))?.owed).toBeUndefined();
    expect((await noticesOf(second)).map(({ code }) => code)).toEqual(['lot-recalled']);
  });

  it('goes on where it was broken off', async () => {
    const lot = await stocked(300);
    await sent(lot, `far-${papers}`, 50, 'received');
    // As a crash right after the first commit leaves it, where there were too many holders for one.
    await commit(deps, {
      ...{ actor, now: deps.time, news: [] },
      actions: [
        insert(recallRow, {
          ...{ county: COUNTY, id: deps.ids.next('rcl'), version: 1, lotId: lot.lotId, itemId: lot.itemId },
          ...{ active: true, reason: 'harmful', at: deps.time, by: 'li', owed: deps.time },
        }),
      ],
    });
    await carryOutRecalls(deps, COUNTY);
    expect(await lot.shelf('quarantined')).toMatchObject({ onHand: 250 });
    expect(await noticesOf(`far-${papers}`)).toHaveLength(1);
    expect((await recalled(lot))?.owed).toBeUndefined();
    const moves = ofType(movementRow, await partition(deps, keys.lot(lot.lotId).PK, 'MOVE#'));
    expect(receivers(moves)).toEqual([{ siteId: `far-${papers}`, quantity: 50 }]);
    expect(await lot.balanced()).toEqual([]);
  });
});
