import { beforeAll, describe, expect, it } from 'vitest';
import { divide } from '../../functions/allocation/divide.store.ts';
import { pointApp } from '../../functions/api/point.handler.ts';
import { staffApp } from '../../functions/api/staff.handler.ts';
import { siteRow } from '../../functions/catalogue/site.ts';
import { consignmentOf, openConsignment } from '../../functions/delivery/consignment.store.ts';
import { dispatch } from '../../functions/delivery/dispatch.store.ts';
import { cancelConsignment, startPicking } from '../../functions/delivery/picking.store.ts';
import { receiveAtSite } from '../../functions/delivery/receipt.store.ts';
import { settle } from '../../functions/delivery/settle.store.ts';
import { openRow, plannedQuantity } from '../../functions/request/line.ts';
import { recentNeedOf } from '../../functions/request/recent.store.ts';
import { requestRow } from '../../functions/request/request.ts';
import { replace } from '../../functions/shared/actions.ts';
import { get, ofType, partition } from '../../functions/shared/table.store.ts';
import { anew, COUNTY, countyOn, keys, pointOf, storekeeper } from '../delivery/county.ts';
import { type Caller, callerOf, testVerify } from '../support/caller.ts';
import { useTable } from '../support/table.ts';

const deps = useTable();
const county = countyOn(deps);
let approver: Caller;
let headquarters: Caller;
let clerk: Caller;
let asker: Caller;
const pointAt = (siteId: string) => callerOf(pointApp(deps, testVerify), { sub: 'p', roles: ['point'], siteId });

let items = 0;
/** An item of its own with 100 on the shelf, and a site's need of it, divided. */
const needing = async (approved: number, siteId: string) => {
  items += 1;
  const [itemId, lotId, requestId] = [`mask-${items}`, `lot-${items}`, deps.ids.next('req')];
  await county.site(siteId);
  await county.item(itemId);
  await county.shelf(lotId, 100, { itemId });
  await county.need({ requestId, siteId, itemId, approved });
  await divide(deps, COUNTY, itemId);
  return {
    ...{ itemId, lotId, requestId },
    path: `/staff/requests/${requestId}`,
    line: () => county.lineAt(requestId),
    divided: async () => {
      await divide(deps, COUNTY, itemId);
      return county.lineAt(requestId);
    },
    free: async () => (await county.balanceOf(lotId, itemId))?.free,
    request: () => get(deps, requestRow, keys.request(requestId)),
    pointers: async () =>
      ofType(openRow, await partition(deps, keys.item(itemId).PK, 'OPEN#')).map(({ needBy }) => needBy),
    picked: async () => {
      const { id } = await openConsignment(deps, storekeeper, { fromId: 'store', toId: siteId });
      return startPicking({ ...deps, divide }, storekeeper, anew(), id);
    },
    sent: async (id: string) => {
      await dispatch(deps, storekeeper, anew(), id, { carrier: '样例', vehicle: '样例' });
      const { code = '' } = await consignmentOf(deps, COUNTY, id);
      return (good: number, damaged = 0) =>
        receiveAtSite(deps, pointOf(siteId), anew(), code, {
          lines: [{ n: 1, good, damaged, missing: 0, extra: 0, reasons: damaged > 0 ? { damaged: 'wet' } : {} }],
        });
    },
  };
};
const over = { reason: '县内已无货源' };

beforeAll(async () => {
  const app = staffApp(deps, testVerify);
  approver = callerOf(app, { roles: ['approver'] });
  headquarters = callerOf(app, { roles: ['headquarters'] });
  clerk = callerOf(app, { roles: ['clerk'] });
  asker = callerOf(app, { sub: 'somebody', roles: ['approver'] });
  await county.site('store', 'warehouse');
});

describe('what is still short', () => {
  it('is given up by a person: its goods go back in the same moment, and the file keeps who, how much and why', async () => {
    const need = await needing(150, 'a-village');
    expect(await need.free()).toBe(0);
    const reply = await approver.post(`${need.path}/close-short`, over);
    expect(reply).toMatchObject({
      status: 200,
      body: {
        status: 'closed',
        lines: [{ status: 'closed', approved: 0, short: 0, closedShort: { quantity: 150, by: 'approver', ...over } }],
        events: [{ name: 'NeedClosedShort', by: 'approver', ...over, data: { lines: [{ n: 1, quantity: 150 }] } }],
      },
    });
    expect(await need.free()).toBe(100);
    expect(plannedQuantity(await need.divided())).toBe(0);
  });

  it('is all that is given up: what is being picked still comes, and closes the request', async () => {
    const need = await needing(150, 'b-village');
    const arrived = await need.sent(await need.picked());
    expect((await approver.post(`${need.path}/close-short`, over)).body).toMatchObject({
      status: 'approved',
      lines: [{ status: 'open', approved: 100, inTransit: 100, short: 0, closedShort: { quantity: 50 } }],
    });
    const id = await arrived(90, 10);
    expect(await need.line()).toMatchObject({ status: 'closed', received: 90, closedShort: { quantity: 60 } });
    const { attempt } = await consignmentOf(deps, COUNTY, id);
    const progress = { kind: 'consignment', county: COUNTY, id, attempt, round: 1, status: 'received' } as const;
    await settle(deps, { ...progress, secondsLeft: 1 });
    expect((await need.request())?.status).toBe('closed');
    expect((await need.divided()).holds).toEqual([]);
  });

  it('is not what a consignment carried that was called off: that is promised again', async () => {
    const need = await needing(150, 'c-village');
    const id = await need.picked();
    await approver.post(`${need.path}/close-short`, over);
    await cancelConsignment(deps, storekeeper, anew(), id, '道路中断');
    expect(await need.divided()).toMatchObject({ status: 'open', approved: 100, closedShort: { quantity: 50 } });
    expect(plannedQuantity(await need.line())).toBe(100);
  });

  it('is given up once, by somebody who may, of what there is', async () => {
    const need = await needing(150, 'd-village');
    const at = `${need.path}/close-short`;
    const before = await need.line();
    for (const [who, body, status, title] of [
      [clerk, over, 403, 'wrong-role'],
      [asker, over, 403, 'own-request'],
      [approver, {}, 422, 'invalid'],
      [approver, { ...over, lines: [] }, 422, 'invalid'],
      [approver, { ...over, lines: [2] }, 422, 'unknown-line'],
    ] as const)
      expect(await who.post(at, body)).toMatchObject({ status, body: { title } });
    expect(await approver.post('/staff/requests/req_none/close-short', over)).toMatchObject({ status: 404 });
    expect(await need.line()).toEqual(before);
    const two = await Promise.all([approver.post(at, over), headquarters.post(at, over)]);
    expect(two.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(await need.line()).toMatchObject({ version: before.version + 1, closedShort: { quantity: 150 } });
    expect(await need.free()).toBe(100);
  });

  it('is answered alike when it is said again under the same key', async () => {
    const need = await needing(150, 'e-village');
    const { status, body } = await approver.post(`${need.path}/close-short`, over, 'close-short-once');
    const again = await approver.post(`${need.path}/close-short`, over, 'close-short-once');
    expect(again).toMatchObject({ status, body });
  });

  it('is withdrawn by a site of its own need, and of no other’s', async () => {
    const need = await needing(150, 'f-village');
    const path = `/point/requests/${need.requestId}/close-short`;
    expect(await pointAt('e-village').post(path, over)).toMatchObject({ status: 403, body: { title: 'wrong-site' } });
    expect(await pointAt('f-village').post(path, { ...over, lines: [1] })).toMatchObject({
      status: 200,
      body: { status: 'closed', lines: [{ closedShort: { quantity: 150, by: 'p' } }] },
    });
  });
});

describe('a request that was closed', () => {
  const again = (quantity: number, rest: object = {}) => ({
    ...{ reason: '新增值守人员', lines: [{ n: 1, quantity, unit: '盒' }] },
    ...rest,
  });

  it('is need again when it is reopened: it counts from its wave, by its old pointer, in a new attempt', async () => {
    const need = await needing(150, 'g-village');
    await approver.post(`${need.path}/close-short`, over);
    await need.divided();
    const asking = { ...{ county: COUNTY, siteId: 'g-village', recipients: 'residents' as const }, now: deps.time };
    const counted = async () =>
      (await recentNeedOf(deps, { ...asking, needBy: '2022-05-13T00:00:00.000Z' }, [need.itemId])).quantities.get(
        need.itemId,
      );
    expect(await counted()).toBe(0);
    const reply = await approver.post(`${need.path}/reopening`, again(5));
    expect(reply).toMatchObject({
      status: 200,
      body: {
        status: 'approved',
        next: { step: 'delivery', overdue: false },
        lines: [{ status: 'open', approved: 50, short: 50 }],
        events: [{}, { name: 'RequestReopened', reason: '新增值守人员', data: { lines: [{ n: 1, quantity: 50 }] } }],
      },
    });
    expect(reply.body.lines[0]).not.toHaveProperty('closedShort');
    expect(await need.request()).toMatchObject({ attempt: 2, start: deps.time });
    expect(await need.pointers()).toHaveLength(1);
    expect(plannedQuantity(await need.divided())).toBe(50);
    expect(await counted()).toBe(50);
    expect(await need.pointers()).toHaveLength(1);
  });

  it('leads to its line by one pointer only, however its need-by is given anew', async () => {
    const need = await needing(150, 'h-village');
    const [first, later] = ['2022-05-13T00:00:00.000Z', '2022-05-14T00:00:00.000Z'];
    for (const [needBy, boxes] of [
      [later, 2],
      [first, 3],
      [first, 1],
    ] as const) {
      await approver.post(`${need.path}/close-short`, over);
      expect((await approver.post(`${need.path}/reopening`, again(boxes, { needBy }))).status).toBe(200);
      expect(await need.pointers()).toEqual([needBy]);
      expect(await need.divided()).toMatchObject({ needBy, holds: [{ quantity: boxes * 10 }] });
    }
    expect(await need.request()).toMatchObject({ attempt: 4, needBy: first, dueAt: first });
  });

  it('is found again although its pointer was cleared away', async () => {
    const need = await needing(50, 'i-village');
    await approver.post(`${need.path}/close-short`, over);
    deps.time = '2022-05-17T01:00:00.000Z';
    try {
      await need.divided();
      expect(await need.pointers()).toEqual([]);
      expect(await approver.post(`${need.path}/reopening`, again(5))).toMatchObject({
        status: 422,
        body: { title: 'need-by-past', errors: [{ path: 'needBy' }] },
      });
      const needBy = '2022-05-18T01:00:00.000Z';
      await approver.post(`${need.path}/reopening`, again(5, { needBy }));
      expect(await need.pointers()).toEqual([needBy]);
      expect(plannedQuantity(await need.divided())).toBe(50);
    } finally {
      deps.time = '2022-05-12T01:00:00.000Z';
    }
  });

  it('is reopened once, by somebody who may, for what was asked at most', async () => {
    const need = await needing(150, 'j-village');
    const at = `${need.path}/reopening`;
    await approver.post(`${need.path}/close-short`, over);
    for (const [who, body, status, title] of [
      [clerk, again(1), 403, 'wrong-role'],
      [asker, again(1), 403, 'own-request'],
      [approver, again(16), 422, 'more-than-asked'],
      [approver, again(1, { reason: undefined }), 422, 'invalid'],
      [approver, again(1, { needBy: '2022-05-11T00:00:00Z' }), 422, 'need-by-past'],
      [approver, again(1, { lines: [{ n: 1, quantity: 1, unit: '件' }] }), 422, 'unknown-unit'],
    ] as const)
      expect(await who.post(at, body)).toMatchObject({ status, body: { title } });
    expect((await need.request())?.status).toBe('closed');
    const two = await Promise.all([approver.post(at, again(3)), headquarters.post(at, again(16))]);
    expect(two.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect((await need.request())?.attempt).toBe(2);
  });

  it('stays closed where its site was', async () => {
    const need = await needing(150, 'k-village');
    await approver.post(`${need.path}/close-short`, over);
    const site = await get(deps, siteRow, keys.site('k-village'));
    if (site !== undefined) await county.write(replace(siteRow, { ...site, active: false }));
    expect(await approver.post(`${need.path}/reopening`, again(1))).toMatchObject({
      status: 409,
      body: { title: 'inactive-site' },
    });
  });
});
