import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { divide } from '../../functions/allocation/divide.store.ts';
import { handHeld } from '../../functions/allocation/hand-hold.ts';
import { staffApp } from '../../functions/api/staff.handler.ts';
import type { Tier } from '../../functions/catalogue/policy.ts';
import { openConsignment } from '../../functions/delivery/consignment.store.ts';
import { cancelConsignment, startPicking } from '../../functions/delivery/picking.store.ts';
import { type Hold, handmade, type Line, planned, plannedQuantity } from '../../functions/request/line.ts';
import type { Balance } from '../../functions/stock/balance.ts';
import { anew, COUNTY, countyOn, storekeeper } from '../delivery/county.ts';
import { type Caller, callerOf, testVerify } from '../support/caller.ts';
import { aLine, aRequest, checkpoint, mask, NOW, POLICY, approver as someApprover } from '../support/need.ts';
import { useTable } from '../support/table.ts';

const deps = useTable();
const county = countyOn(deps);
let approver: Caller;
let headquarters: Caller;
let storeroom: Caller;
let clerk: Caller;
let asker: Caller;
let auditor: Caller;

beforeAll(async () => {
  const app = staffApp(deps, testVerify);
  approver = callerOf(app, { roles: ['approver'] });
  headquarters = callerOf(app, { roles: ['headquarters'] });
  storeroom = callerOf(app, { roles: ['storekeeper'] });
  clerk = callerOf(app, { roles: ['clerk'] });
  asker = callerOf(app, { sub: 'somebody', roles: ['approver'] });
  auditor = callerOf(app, { roles: ['auditor'] });
  await county.site('store', 'warehouse');
});

let items = 0;
/** An item of its own with 100 on the shelf. */
const stocked = async (rest: Partial<Balance> = {}) => {
  items += 1;
  const [itemId, lotId] = [`held-${items}`, `lot-held-${items}`];
  await county.item(itemId);
  await county.shelf(lotId, 100, { itemId, ...rest });
  return {
    ...{ itemId, lotId },
    /** An approved need of a site of its own. Returns what may be done with it. */
    need: async (approved: number, tier: Tier = 3) => {
      const requestId = deps.ids.next('req');
      const siteId = requestId.toLowerCase().replace('_', '-');
      await county.site(siteId);
      await county.need({ requestId, siteId, itemId, approved, tier });
      const path = `/staff/requests/${requestId}/lines/1`;
      return {
        ...{ requestId, siteId, path },
        line: () => county.lineAt(requestId),
        hold: (boxes: number, change: object = {}, by = approver, key?: string) =>
          by.post(
            `${path}/holds`,
            { lotId, placeId: 'store', quantity: boxes, unit: '盒', reason: '指挥部现场调度', ...change },
            key,
          ),
        release: (change: object = {}, by = approver) =>
          by.post(`${path}/holds/release`, { reason: '现场已另行解决', ...change }),
      };
    },
    divided: () => divide(deps, COUNTY, itemId),
    shelf: () => county.balanceOf(lotId, itemId),
    books: async () => (await auditor.get(`/staff/reconciliation?itemId=${itemId}`)).body,
  };
};
type Need = Awaited<ReturnType<Awaited<ReturnType<typeof stocked>>['need']>>;
const plans = (...needs: readonly Need[]) => Promise.all(needs.map(async (need) => plannedQuantity(await need.line())));

describe('goods that a person promises', () => {
  it('stay promised in every division, and count for the site like goods in picking', async () => {
    const item = await stocked();
    const [a, b] = [await item.need(100), await item.need(100)];
    const reply = await a.hold(4);
    expect(reply).toMatchObject({
      status: 200,
      body: {
        lines: [{ byHand: 40, planned: 0, short: 60 }],
        events: [{ name: 'GoodsHeldByHand', by: 'approver', reason: '指挥部现场调度', data: { n: 1, quantity: 40 } }],
      },
    });
    expect(await item.shelf()).toMatchObject({ held: 40, free: 60 });
    for (let times = 0; times < 2; times += 1) {
      await item.divided();
      expect(await plans(a, b)).toEqual([10, 50]);
      expect(handmade(await a.line())).toMatchObject([
        { quantity: 40, byHand: { by: 'approver', at: deps.time, reason: '指挥部现场调度' } },
      ]);
    }
    expect(await item.books()).toMatchObject({ balanced: true });
  });

  it('are told in the story of the line, with whose word it is and why', async () => {
    const item = await stocked();
    const need = await item.need(100);
    await need.hold(4);
    await item.divided();
    expect((await auditor.get(`${need.path}/rationale`)).body).toMatchObject({
      state: 'divided',
      byHand: [{ lotId: item.lotId, quantity: 40, by: 'approver', reason: '指挥部现场调度', picking: false }],
      division: { line: { floor: 40, granted: 60 } },
      zh: expect.stringContaining('人工占用，不参与分配：store村的批次'),
      en: expect.stringContaining('Held by hand, outside of all divisions: 4 盒 (40 piece) of lot'),
    });
  });

  it('are what was planned for the line before they are anybody else’s, and what it then has too much goes back', async () => {
    const item = await stocked();
    const need = await item.need(100);
    await item.divided();
    await county.shelf('lot-other', 50, { itemId: item.itemId });
    await need.hold(3, { lotId: 'lot-other' });
    expect(await need.line()).toMatchObject({
      holds: [{ quantity: 70 }, { lotId: 'lot-other', quantity: 30, byHand: {} }],
    });
    await need.hold(7);
    expect(plannedQuantity(await need.line())).toBe(0);
    expect(await item.shelf()).toMatchObject({ held: 70, free: 30 });
    expect(await item.books()).toMatchObject({ balanced: true });
  });

  it('are taken from tiers after it where that is said, from the weakest first, and never from its own tier', async () => {
    const item = await stocked();
    const [vulnerable, residents, equal] = [await item.need(40, 2), await item.need(30, 3), await item.need(30, 1)];
    await item.divided();
    expect(await plans(vulnerable, residents, equal)).toEqual([40, 30, 30]);
    const post = await item.need(80, 1);
    const over = (title: string) => ({ status: 409, body: { title, errors: [{ path: 'quantity' }] } });
    expect(await post.hold(5)).toMatchObject(over('not-free'));
    expect(await post.hold(8, { takeFrom: true })).toMatchObject(over('not-free'));
    const { body } = await post.hold(5, { takeFrom: true });
    expect(body.events[0].data.taken).toMatchObject([
      { siteId: residents.siteId, tier: 3, quantity: 30 },
      { siteId: vulnerable.siteId, tier: 2, quantity: 20 },
    ]);
    expect(await plans(vulnerable, residents, equal)).toEqual([20, 0, 30]);
    expect(await item.shelf()).toMatchObject({ held: 100, free: 0 });
  });

  it('are picked like all others, and promised by hand again where the consignment is called off', async () => {
    const item = await stocked();
    const need = await item.need(60);
    await need.hold(4);
    const { id } = await openConsignment(deps, storekeeper, { fromId: 'store', toId: need.siteId });
    await startPicking({ ...deps, divide }, storekeeper, anew(), id);
    expect((await need.line()).holds).toMatchObject([
      { quantity: 40, consignmentId: id, byHand: {} },
      { quantity: 20, consignmentId: id },
    ]);
    expect(await need.release()).toMatchObject({ status: 409, body: { title: 'nothing-held' } });
    await cancelConsignment(deps, storekeeper, anew(), id, '道路中断');
    expect(handmade(await need.line())).toMatchObject([{ quantity: 40, byHand: { by: 'approver' } }]);
    expect(planned(await need.line())).toMatchObject([{ quantity: 20 }]);
    expect(await item.books()).toMatchObject({ balanced: true });
  });

  it('go back when the promise is taken back, and the next division decides', async () => {
    const item = await stocked();
    const [a, b] = [await item.need(100), await item.need(100)];
    await a.hold(8);
    expect(await a.release({ lotId: 'lot-unheld' })).toMatchObject({ status: 409 });
    expect((await a.release({ lotId: item.lotId })).body.events).toMatchObject([
      { name: 'GoodsHeldByHand' },
      { name: 'HandHoldReleased', reason: '现场已另行解决', data: { released: [{ quantity: 80 }] } },
    ]);
    expect(await item.shelf()).toMatchObject({ held: 0, free: 100 });
    await item.divided();
    expect(await plans(a, b)).toEqual([50, 50]);
  });

  it('go back with a request that is cancelled', async () => {
    const item = await stocked();
    const need = await item.need(60);
    await need.hold(4);
    expect(await clerk.post(`/staff/requests/${need.requestId}/cancel`, { reason: '不需要了' })).toMatchObject({
      status: 200,
    });
    expect([await item.shelf(), (await need.line()).holds]).toMatchObject([{ held: 0, free: 100 }, []]);
  });

  it('are the last that an adjustment takes, which then says whose word is broken', async () => {
    const item = await stocked();
    const [a, b] = [await item.need(60, 3), await item.need(60, 2)];
    await a.hold(3);
    await item.divided();
    expect(await plans(a, b)).toEqual([10, 60]);
    const less = (change: number) =>
      storeroom.post('/staff/adjustments', {
        ...{ itemId: item.itemId, lotId: item.lotId, placeId: 'store', change, unit: 'piece' },
        ...{ reason: 'lost', note: '盘点' },
      });
    expect((await less(-70)).body.released).toMatchObject([
      { siteId: a.siteId, quantity: 10 },
      { siteId: b.siteId, quantity: 60 },
    ]);
    expect((await less(-20)).body.released).toMatchObject([
      { siteId: a.siteId, quantity: 20, byHand: [{ by: 'approver', reason: '指挥部现场调度' }] },
    ]);
    expect(handmade(await a.line())).toMatchObject([{ quantity: 10 }]);
    expect(await item.books()).toMatchObject({ balanced: true });
  });

  it('are refused to whoever asked or has no say, and where rules forbid them; then nothing has changed', async () => {
    const item = await stocked();
    const need = await item.need(60);
    await county.shelf('lot-old', 50, { itemId: item.itemId, useBy: '2022-05-11' });
    const before = await need.line();
    for (const [change, status, title, by] of [
      [{}, 403, 'wrong-role', clerk],
      [{}, 403, 'wrong-role', storeroom],
      [{}, 403, 'own-request', asker],
      [{ reason: ' ' }, 422, 'invalid'],
      [{ quantity: 0 }, 422, 'invalid'],
      [{ unit: '件' }, 422, 'unknown-unit'],
      [{ quantity: 15, unit: 'piece' }, 422, 'part-unit'],
      [{ lotId: 'lot-none' }, 422, 'unknown-lot'],
      [{ lotId: 'lot-old' }, 409, 'expires'],
      [{ quantity: 7 }, 409, 'more-than-lacking'],
    ] as const)
      expect(await need.hold(1, change, by)).toMatchObject({ status, body: { title } });
    expect(await need.release({}, asker)).toMatchObject({ status: 403 });
    expect(
      await approver.post(`/staff/requests/${need.requestId}/lines/2/holds/release`, { reason: 'x' }),
    ).toMatchObject({ status: 404, body: { title: 'unknown-line' } });
    expect(await need.line()).toEqual(before);
    await approver.post(`/staff/requests/${need.requestId}/close-short`, { reason: '已无货源' });
    expect(await need.hold(1)).toMatchObject({ status: 409, body: { title: 'wrong-status' } });
  });

  it('are promised once: under one key, and by two who promise the last of a lot at the same moment', async () => {
    const item = await stocked();
    const [a, b] = [await item.need(60), await item.need(60)];
    const first = await a.hold(2, {}, approver, 'hold-once');
    const { status, body } = first;
    expect(await a.hold(2, {}, approver, 'hold-once')).toMatchObject({ status, body });
    const two = await Promise.all([a.hold(4), b.hold(5, {}, headquarters)]);
    expect(two.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(await item.books()).toMatchObject({ balanced: true });
  });
});

describe('a promise by hand', () => {
  it('goes to nobody for whom the goods are not meant', () => {
    const balance: Balance = {
      ...{ county: COUNTY, itemId: 'mask', lotId: 'a', placeId: 'warehouse', status: 'available', source: 'donated' },
      ...{ onHand: 500, held: 0, free: 500, designation: { to: 'siteKind', siteKind: 'hospital' }, division: 0 },
    };
    const line = aLine({ status: 'open', approved: 300 });
    const body = { lotId: 'a', placeId: 'warehouse', quantity: 1, unit: '盒', reason: '调度', takeFrom: true };
    const input = { request: aRequest(), line, item: mask(), site: checkpoint(), balance, others: [] };
    expect(() => handHeld({ ...input, policy: POLICY, body, actor: someApprover, now: NOW })).toThrow(
      expect.objectContaining({
        status: 409,
        code: 'designated',
        errors: [expect.objectContaining({ path: 'lotId' })],
      }),
    );
  });

  const LOTS = ['a', 'b', 'c'];
  const hold = fc.record({
    lotId: fc.constantFrom(...LOTS),
    placeId: fc.constant('warehouse'),
    quantity: fc.integer({ min: 1, max: 4 }).map((boxes) => boxes * 50),
  });
  const some = fc.array(hold, { maxLength: 4 });
  const lineOf = (n: number, tier: Tier, holds: Hold[], lacks = 0): Line =>
    aLine({ ...{ n, tier, holds, status: 'open' }, approved: sum(holds) + lacks * 50 });
  const sum = (holds: readonly { readonly quantity: number }[]) =>
    holds.reduce((all, { quantity }) => all + quantity, 0);

  it('moves goods and makes none: what lines hold of a lot changes as its balance does', () => {
    const others = fc.array(fc.tuple(fc.constantFrom<Tier>(1, 2, 3), some), { maxLength: 4 });
    fc.assert(
      fc.property(
        some,
        fc.nat(6),
        fc.nat(6),
        others,
        fc.integer({ min: 1, max: 12 }),
        (own, lacks, free, rest, boxes) => {
          const line = lineOf(1, 2, own, lacks);
          const all = rest.map(([tier, holds], i) => lineOf(i + 2, tier, holds));
          const balance: Balance = {
            ...{ county: line.county, itemId: 'mask', lotId: 'a', placeId: 'warehouse', status: 'available' },
            ...{ onHand: 10_000, held: 10_000 - free * 50, free: free * 50, designation: { to: 'all' } },
            ...{ source: 'existing', division: 0 },
          };
          const body = {
            lotId: 'a',
            placeId: 'warehouse',
            quantity: boxes,
            unit: '盒',
            reason: '调度',
            takeFrom: true,
          };
          const input = { request: aRequest({ status: 'approved' }), line, item: mask(), site: checkpoint(), balance };
          let held: ReturnType<typeof handHeld>;
          try {
            held = handHeld({ ...input, others: all, policy: POLICY, body, actor: someApprover, now: NOW });
          } catch (error) {
            expect(error).toMatchObject({ code: expect.stringMatching(/^(not-free|more-than-lacking)$/) });
            return;
          }
          expect(sum(handmade(held.line))).toBe(boxes * 50);
          const after = [line, ...all].map(
            (of) => [held.line, ...held.taken.lines].find(({ id }) => id === of.id) ?? of,
          );
          const on = (lines: readonly Line[], lotId: string) =>
            sum(lines.flatMap(({ holds }) => holds.filter((one) => one.lotId === lotId)));
          for (const lotId of LOTS)
            expect(on(after, lotId) - on([line, ...all], lotId)).toBe(
              held.deltas.find((delta) => delta.lotId === lotId)?.held ?? 0,
            );
          expect(held.deltas.find((delta) => delta.lotId === 'a')?.held ?? 0).toBeLessThanOrEqual(balance.free);
          expect(held.taken.lines.every(({ tier }) => tier === 3)).toBe(true);
        },
      ),
    );
  });
});
