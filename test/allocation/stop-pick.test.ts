import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { divide } from '../../functions/allocation/divide.store.ts';
import { stopsOver } from '../../functions/allocation/stop-pick.ts';
import { staffApp } from '../../functions/api/staff.handler.ts';
import type { Tier } from '../../functions/catalogue/policy.ts';
import { consignmentOf, openConsignment } from '../../functions/delivery/consignment.store.ts';
import { cancelConsignment, startPicking } from '../../functions/delivery/picking.store.ts';
import { inboxOf, noticeRow } from '../../functions/notices/notice.ts';
import type { Line } from '../../functions/request/line.ts';
import type { Deps } from '../../functions/shared/deps.ts';
import { eventRow } from '../../functions/shared/event.ts';
import { everyIndexed, ofType, partition } from '../../functions/shared/table.store.ts';
import type { Balance } from '../../functions/stock/balance.ts';
import { settleNotices } from '../../functions/workflow/duties.store.ts';
import { anew, COUNTY, countyOn, keys, storekeeper } from '../delivery/county.ts';
import { type Caller, callerOf, testVerify } from '../support/caller.ts';
import { killedAnywhere } from '../support/crash.ts';
import { aConsignment, aLine } from '../support/need.ts';
import { useTable } from '../support/table.ts';

const deps = useTable();
const county = countyOn(deps);
let storeroom: Caller;
beforeAll(async () => {
  storeroom = callerOf(staffApp(deps, testVerify), { sub: 'storekeeper-1', roles: ['storekeeper'] });
  await county.site('store', 'warehouse');
});

let items = 0;
/** An item of its own with 100 on the shelf, all of it in picking for a village. */
const picking = async () => {
  items += 1;
  const [itemId, lotId, siteId] = [`stop-${items}`, `lot-stop-${items}`, `stop-village-${items}`];
  await county.site(siteId);
  await county.item(itemId);
  await county.shelf(lotId, 100, { itemId });
  const need = async (approved: number, tier: Tier, of = siteId) => {
    const requestId = deps.ids.next('req');
    await county.need({ requestId, siteId: of, itemId, approved, tier });
    return requestId;
  };
  await need(100, 3);
  await divide(deps, COUNTY, itemId);
  const { id } = await openConsignment(deps, storekeeper, { fromId: 'store', toId: siteId });
  await startPicking({ ...deps, divide }, storekeeper, anew(), id);
  return {
    ...{ itemId, id },
    /** The front line asks. */
    post: async (approved: number) => {
      await county.site(`post-${items}`, 'checkpoint').catch(() => undefined);
      return need(approved, 1, `post-${items}`);
    },
    divided: (by: Deps = deps) => divide(by, COUNTY, itemId),
    view: async () => (await storeroom.get(`/staff/consignments/${id}`)).body,
    /** Of this consignment: what the storekeepers are told, and whether that is over. */
    told: async () => {
      await settleNotices(deps, { kind: 'consignment', county: COUNTY, id });
      return ofType(
        noticeRow,
        await everyIndexed(deps, {
          index: 'GSI2',
          at: keys.party(inboxOf({ role: 'storekeeper' })),
          beginsWith: 'NOTICE#',
        }),
      ).flatMap(({ about, code, acknowledged }) => (about.id === id ? [[code, acknowledged?.by]] : []));
    },
    events: async () =>
      ofType(eventRow, await partition(deps, keys.consignment(id).PK, 'EVENT#'))
        .map(({ name }) => name)
        .filter((name) => name.startsWith('StopPick')),
  };
};

describe('goods in picking for a village that the front line lacks', () => {
  let of: Awaited<ReturnType<typeof picking>>;
  let requestId: string;
  beforeEach(async () => {
    of = await picking();
    requestId = await of.post(40);
    await of.divided();
  });

  it('are asked back: the consignment says what, how much and for whom, and the storekeepers are told, once', async () => {
    const stop = { itemId: of.itemId, quantity: 40 };
    expect(await of.view()).toMatchObject({
      status: 'picking',
      stopPick: [{ ...stop, for: [{ requestId, n: 1, quantity: 40 }] }],
    });
    const listed = (await storeroom.get('/staff/consignments?status=picking&limit=200')).body.rows;
    expect(listed.find(({ id }: { id: string }) => id === of.id)).toMatchObject({ stopPick: [stop] });
    const { version } = await consignmentOf(deps, COUNTY, of.id);
    expect(await of.divided()).toMatchObject({ changed: false });
    expect((await consignmentOf(deps, COUNTY, of.id)).version).toBe(version);
    expect(await of.told()).toEqual([['stop-pick', undefined]]);
    await of.post(30);
    await of.divided();
    expect(await of.view()).toMatchObject({ stopPick: [{ quantity: 70 }] });
    expect([await of.told(), await of.events()]).toEqual([
      [['stop-pick', undefined]],
      ['StopPickAsked', 'StopPickAsked'],
    ]);
  });

  it('go there with the next division once the consignment is called off, and nobody is asked any more', async () => {
    expect(await storeroom.post(`/staff/consignments/${of.id}/cancel`, { reason: '先保一线' })).toMatchObject({
      status: 200,
      body: { status: 'cancelled', stopPick: [] },
    });
    expect(await of.told()).toEqual([['stop-pick', 'green-channel']]);
    await of.divided();
    expect((await county.lineAt(requestId)).holds).toMatchObject([{ quantity: 40 }]);
    expect(await of.told()).toHaveLength(1);
  });

  it('are not asked for any more once they have left', async () => {
    await storeroom.post(`/staff/consignments/${of.id}/dispatch`, { carrier: '样例运输队', vehicle: '样例车1' });
    expect(await of.view()).toMatchObject({ status: 'dispatched', stopPick: [] });
    expect(await of.told()).toEqual([['stop-pick', 'green-channel']]);
    await of.divided();
    expect(await of.events()).toEqual(['StopPickAsked']);
  });

  it('are not asked for while the need is met otherwise, and are asked for anew when it is not', async () => {
    await county.shelf(`lot-more-${items}`, 60, { itemId: of.itemId });
    await of.divided();
    expect(await of.view()).toMatchObject({ status: 'picking', stopPick: [] });
    expect(await of.told()).toEqual([['stop-pick', 'green-channel']]);
    await of.post(50);
    await of.divided();
    expect(await of.view()).toMatchObject({ stopPick: [{ quantity: 30 }] });
    expect((await of.told()).map(([, by]) => by).toSorted()).toEqual(['green-channel', undefined]);
    expect(await of.events()).toEqual(['StopPickAsked', 'StopPickWithdrawn', 'StopPickAsked']);
  });
});

it('what is asked back is asked once, wherever it is killed', async () => {
  const kills = await killedAnywhere(
    deps,
    async () => {
      const of = await picking();
      await of.post(40);
      return of;
    },
    (by, of) => of.divided(by),
    async (of) => {
      expect(await of.view()).toMatchObject({ stopPick: [{ quantity: 40 }] });
      expect([await of.told(), await of.events()]).toEqual([[['stop-pick', undefined]], ['StopPickAsked']]);
    },
  );
  expect(kills).toBeGreaterThan(4);
});

it('two divisions and a storekeeper who calls it off at the same moment leave nothing asked', async () => {
  const of = await picking();
  await of.post(40);
  await Promise.all([of.divided(), cancelConsignment(deps, storekeeper, anew(), of.id, '先保一线'), of.divided()]);
  await of.divided();
  expect(await of.view()).toMatchObject({ status: 'cancelled', stopPick: [] });
  expect((await of.told()).filter(([, by]) => by === undefined)).toEqual([]);
});

describe('what is asked back', () => {
  const shelf = (lotId: string, rest: Partial<Balance> = {}): Balance => ({
    ...{ county: COUNTY, itemId: 'mask', lotId, placeId: 'store', status: 'available', source: 'existing' },
    ...{ onHand: 500, held: 500, free: 0, designation: { to: 'all' }, division: 0 },
    ...rest,
  });
  let lines = 0;
  const picked = (consignmentId: string, lotId: string, quantity: number, tier: Tier = 3): Line => {
    lines += 1;
    const holds = [{ lotId, placeId: 'store', quantity, consignmentId }];
    return aLine({ n: lines, tier, status: 'open', approved: quantity, holds });
  };
  const front = (lacks: number): Line => aLine({ requestId: 'req_front', n: 1, status: 'open', approved: lacks });
  const stops = (
    needed: number,
    taken: readonly Line[],
    tiers: Readonly<Record<string, Tier>>,
    shelves = [shelf('a')],
  ) => {
    const line = front(needed);
    const need = {
      lineId: line.id,
      siteId: line.siteId,
      siteKind: line.siteKind,
      tier: 1 as const,
      needBy: line.needBy,
    };
    const found = stopsOver({
      item: { id: 'mask' },
      lines: [line, ...taken],
      balances: shelves,
      input: {
        ...{ unit: 50, reserve: 0, reserveUntil: '2022-05-15T00:00:00.000Z', lots: [] },
        needs: [{ ...need, target: needed, floor: 0, arrival: '2022-05-12T03:00:00.000Z' }],
      },
      answer: { grants: [] },
      consignments: Object.entries(tiers).map(([id, tier]) => aConsignment({ id, tier, status: 'picking' })),
    });
    return Object.fromEntries([...found].map(([id, { quantity }]) => [id, quantity]));
  };

  it('is no more than it takes, from the lowest tier first and its youngest consignment', () => {
    const taken = [picked('con_1', 'a', 100), picked('con_2', 'a', 100), picked('con_3', 'a', 100, 2)];
    const tiers = { con_1: 3, con_2: 3, con_3: 2 } as const;
    expect(stops(50, taken, tiers)).toEqual({ con_2: 50 });
    expect(stops(150, taken, tiers)).toEqual({ con_2: 100, con_1: 50 });
    expect(stops(500, taken, tiers)).toEqual({ con_2: 100, con_1: 100, con_3: 100 });
  });

  it('is nothing of less than a unit, of what carries front-line goods too, or of what the post could not use', () => {
    expect(stops(49, [picked('con_1', 'a', 100)], { con_1: 3 })).toEqual({});
    expect(stops(50, [picked('con_1', 'a', 100)], { con_1: 1 })).toEqual({});
    expect(stops(50, [picked('con_1', 'a', 100, 1)], { con_1: 2 })).toEqual({});
    const late = [shelf('a', { useBy: '2022-05-11' })];
    expect(stops(50, [picked('con_1', 'a', 100)], { con_1: 3 }, late)).toEqual({});
    const others = [shelf('a', { designation: { to: 'sites', siteIds: ['village-1'] } })];
    expect(stops(50, [picked('con_1', 'a', 100)], { con_1: 3 }, others)).toEqual({});
  });
});
