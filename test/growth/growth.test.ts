import { beforeAll, describe, expect, it } from 'vitest';
import { divide } from '../../functions/allocation/divide.store.ts';
import { pointApp } from '../../functions/api/point.handler.ts';
import { staffApp } from '../../functions/api/staff.handler.ts';
import { assess } from '../../functions/approval/approval.store.ts';
import { itemRow } from '../../functions/catalogue/item.ts';
import { siteRow } from '../../functions/catalogue/site.ts';
import { openDue, openForSite } from '../../functions/delivery/consignment.store.ts';
import { remind as remindOfDelivery } from '../../functions/delivery/remind.store.ts';
import { settle } from '../../functions/delivery/settle.store.ts';
import { recentOf } from '../../functions/request/recent.store.ts';
import { remind as remindOfGoods } from '../../functions/request/remind.store.ts';
import { eventRow } from '../../functions/shared/event.ts';
import { keysOf } from '../../functions/shared/keys.ts';
import { get } from '../../functions/shared/table.store.ts';
import { type Kind, keyOf, kinds } from '../../functions/workflow/kinds.ts';
import { callerOf, testVerify } from '../support/caller.ts';
import { checkpoint, mask, put } from '../support/need.ts';
import { reading } from '../support/reading.ts';
import { useTable } from '../support/table.ts';
import { pastOf } from './past.ts';

const table = useTable();
const START = table.time;

/**
 * One request's whole life in a county where so many were closed before it, with so many reminders of it: how many rows
 * each stage of it reads. The counties differ in nothing else.
 */
const lifeAfter = async (county: string, closed: number, reminders = 0) => {
  table.time = START;
  const { deps, rowsReadBy } = reading(table);
  const site = { county, siteId: 'checkpoint-1', itemId: 'mask' };
  await put(deps, itemRow, mask({ county }));
  await put(deps, siteRow, checkpoint({ county }));
  await put(deps, siteRow, checkpoint({ county, id: 'warehouse', kind: 'warehouse' }));
  await pastOf(deps, site, closed);
  const staff = staffApp(deps, testVerify);
  const storekeeper = callerOf(staff, { roles: ['storekeeper'], county });
  const auditor = callerOf(staff, { roles: ['auditor'], county });
  const point = callerOf(pointApp(deps, testVerify), { roles: ['point'], county, siteId: site.siteId });
  await storekeeper.post('/staff/stock-receipts', {
    source: 'existing',
    placeId: 'warehouse',
    document: 'ZEKU-1',
    lines: [{ itemId: 'mask', quantity: 20, unit: '盒' }],
  });

  // The sweep that comes each minute has been here.
  await divide(table, county, 'mask');

  const read: Record<string, number> = {};
  const stage = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    let done: T | undefined;
    read[name] = await rowsReadBy(async () => {
      done = await work();
    });
    return done as T;
  };
  /** As the machine of this row would call its task now. */
  const progress = async (kind: Kind, id: string) => {
    const row = await get(table, kinds[kind].row, keyOf({ kind, county, id }));
    if (row === undefined) throw new Error(`There is no ${id}`);
    return { kind, county, id, attempt: row.attempt, round: 0, status: row.status, secondsLeft: 1 };
  };
  const ok = async (reply: Promise<{ status: number; body: unknown }>) => {
    const { status, body } = await reply;
    expect([status, body]).toEqual([expect.toBeOneOf([200, 201]), body]);
    return body as { id: string; code: string };
  };
  const lines = [{ itemId: 'mask', quantity: 6, unit: '盒' }];
  const ask = { recipients: 'post', needBy: '2022-05-12T02:00:00Z', reason: '值守', lines };
  const request = await stage('asked for', () => ok(point.post('/point/requests', ask)));
  await stage('assessed', async () => assess({ ...deps, recentOf }, await progress('request', request.id)));
  await stage('divided', () => divide(deps, county, 'mask'));
  await stage('opened when woken', () => openForSite(deps, county, site.siteId));
  await stage('opened by the sweep', () => openDue(deps, county));
  const opened = await stage('opened by hand', () =>
    ok(storekeeper.post('/staff/consignments', { fromId: 'warehouse', toId: site.siteId })),
  );
  const at = `/staff/consignments/${opened.id}`;
  table.time = '2022-05-12T03:00:00.000Z';
  await stage('reminded of picking', async () => remindOfDelivery(deps, await progress('consignment', opened.id)));
  await stage('reminded of need', async () => remindOfGoods(deps, await progress('request', request.id)));
  await stage('previewed', () => ok(storekeeper.get(at)));
  const { code } = await stage('picked', () => ok(storekeeper.post(`${at}/picking`, undefined)));
  await stage('dispatched', () => ok(storekeeper.post(`${at}/dispatch`, { carrier: '一队', vehicle: '样例1' })));
  const report = { lines: [{ n: 1, good: 300 }] };
  await stage('received', () => ok(point.post(`/point/waybills/${code}/receipt`, report)));
  for (let n = 0; n < reminders; n += 1) await put(table, eventRow, reminder(county, request.id, n));
  await stage('settled', async () => settle(deps, await progress('consignment', opened.id)));
  await stage('divided afterwards', () => divide(deps, county, 'mask'));
  for (const path of [
    '/staff/requests?limit=20',
    '/staff/requests?limit=20&siteId=checkpoint-1',
    '/staff/requests?limit=20&status=closed',
    '/staff/consignments?limit=20',
    '/staff/consignments?limit=20&status=received',
    '/staff/consignments?limit=20&siteId=checkpoint-1',
    '/staff/stock',
    '/staff/stock/mask',
  ])
    await stage(path, () => ok(auditor.get(path)));
  await stage('the request as one page', () => ok(auditor.get(`/staff/requests/${request.id}`)));
  return read;
};

const reminder = (county: string, requestId: string, n: number) => ({
  ...{ county, of: keysOf(county).request(requestId), version: 1_000 + n, name: 'NeedOverdue' },
  ...{ at: START, by: 'green-channel', data: {}, commit: `cmt_${n}` },
});

/** The first fill every page of a list already. */
const [FEW, MANY] = [42, 120];

describe('a request that comes after many closed ones', () => {
  let few: Record<string, number>;
  let many: Record<string, number>;
  beforeAll(async () => {
    few = await lifeAfter('632321', FEW);
    many = await lifeAfter('632322', MANY);
  }, 120_000);

  it('reads no row more than one that comes after a few, at any stage', () => {
    expect(many).toEqual(few);
  });

  it('is closed in as few rows when somebody was reminded of it a hundred times', async () => {
    expect((await lifeAfter('632323', 1, 100))['settled']).toBe(few['settled']);
  });
});
