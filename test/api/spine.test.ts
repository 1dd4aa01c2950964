import { beforeAll, describe, expect, it } from 'vitest';
import { divide } from '../../functions/allocation/divide.store.ts';
import { pointApp } from '../../functions/api/point.handler.ts';
import { staffApp } from '../../functions/api/staff.handler.ts';
import { assess } from '../../functions/approval/approval.store.ts';
import { openForSite } from '../../functions/delivery/consignment.store.ts';
import { recentOf } from '../../functions/request/recent.store.ts';
import { addItem, COUNTY, openCounty } from '../stock/county.ts';
import { callerOf, testVerify } from '../support/caller.ts';
import { useTable } from '../support/table.ts';

const deps = Object.assign(useTable(), { recentOf });
let clerk: ReturnType<typeof callerOf>;
let storekeeper: ReturnType<typeof callerOf>;
let hospital: ReturnType<typeof callerOf>;
let village: ReturnType<typeof callerOf>;

const needBy = '2022-05-12T12:00:00Z';
/** The steps that machines and consumers take when they run. */
const decided = async (id: string) => {
  await assess(deps, {
    kind: 'request',
    county: COUNTY,
    id,
    attempt: 1,
    round: 0,
    status: 'submitted',
    secondsLeft: 0,
  });
  await divide(deps, COUNTY, 'mask');
};
const lot = async () => {
  const { body } = await storekeeper.get('/staff/reconciliation?itemId=mask');
  expect(body.rows[0].differences).toEqual([]);
  const [first] = body.rows[0].lots;
  return first;
};

beforeAll(async () => {
  const [staff, points] = [staffApp(deps, testVerify), pointApp(deps, testVerify)];
  clerk = callerOf(staff, { roles: ['clerk'] });
  storekeeper = callerOf(staff, { roles: ['storekeeper'] });
  hospital = callerOf(points, { roles: ['point'], siteId: 'hospital' });
  village = callerOf(points, { roles: ['point'], siteId: 'village' });
  await openCounty(deps);
  const norms = { tier1: { quantity: 40, days: 1 }, tier3: { quantity: 5, days: 7 } };
  await addItem(deps, 'mask', { norms, reference: { priceFen: 150, perQuantity: 1 } }, 1);
  await storekeeper.post('/staff/stock-receipts', {
    source: 'existing',
    placeId: 'warehouse',
    document: 'ZEKU-1',
    lines: [{ itemId: 'mask', quantity: 10, unit: '盒', useBy: '2022-06-30' }],
  });
});

describe('goods on their whole way', () => {
  it('are in the books at every step, from the paper that brought them to the point that has them', async () => {
    const lines = [{ itemId: 'mask', quantity: 6, unit: '盒' }];
    const asked = await hospital.post('/point/requests', { recipients: 'post', needBy, reason: '值守', lines });
    expect(asked).toMatchObject({ status: 201, body: { status: 'submitted', site: { id: 'hospital' } } });
    await decided(asked.body.id);
    expect(await lot()).toMatchObject({ opening: 500, onHand: 500, held: 300, free: 200 });

    await openForSite(deps, COUNTY, 'hospital');
    const { rows } = (await storekeeper.get('/staff/consignments?siteId=hospital')).body;
    const at = `/staff/consignments/${rows[0].id}`;
    expect(await storekeeper.post(`${at}/picking`, undefined)).toMatchObject({
      status: 200,
      body: { status: 'picking' },
    });
    expect(await lot()).toMatchObject({ onHand: 500, held: 300 });
    const lotId = (await lot()).lotId;
    const loss = {
      itemId: 'mask',
      lotId,
      placeId: 'warehouse',
      change: -201,
      unit: 'piece',
      reason: 'damaged',
      note: '渗水',
    };
    expect(await storekeeper.post('/staff/adjustments', loss)).toMatchObject({
      status: 409,
      body: { title: 'in-picking' },
    });

    const sent = await storekeeper.post(`${at}/dispatch`, { carrier: '一队', vehicle: '样例1' });
    expect(sent).toMatchObject({ status: 200, body: { status: 'dispatched' } });
    expect(await lot()).toMatchObject({ onHand: 200, inTransit: 300, held: 0 });

    const waybill = `/point/waybills/${sent.body.code}`;
    expect((await village.get(waybill)).status).toBe(404);
    const reasons = { damaged: 'wet', missing: 'short-packed' };
    const report = { lines: [{ n: 1, good: 200, damaged: 60, missing: 40, reasons }] };
    const done = await hospital.post(`${waybill}/receipt`, report);
    expect(done).toMatchObject({ status: 200, body: { status: 'received' } });
    expect(await lot()).toMatchObject({
      onHand: 200,
      inTransit: 0,
      delivered: 200,
      damaged: 60,
      unaccounted: 40,
    });

    await divide(deps, COUNTY, 'mask');
    expect(await lot()).toMatchObject({ onHand: 200, held: 100 });
    const view = (await clerk.get(`/staff/requests/${asked.body.id}`)).body;
    expect(view.lines).toMatchObject([{ approved: 300, received: 200, planned: 100, short: 0 }]);
    expect(view.lines[0].rationale).toBeDefined();
  });
});
