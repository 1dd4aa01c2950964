import { beforeAll, describe, expect, it } from 'vitest';
import { divide } from '../../functions/allocation/divide.store.ts';
import { audienceApp } from '../../functions/api/app.ts';
import { consignmentRoutes } from '../../functions/delivery/consignment.routes.ts';
import { pointDeliveryRoutes } from '../../functions/delivery/point.routes.ts';
import { callerOf, type Reply, testVerify } from '../support/caller.ts';
import { useTable } from '../support/table.ts';
import { COUNTY, countyOn } from './county.ts';

const deps = Object.assign(useTable(), { divide });
const county = countyOn(deps);
const staff = audienceApp('staff', { verify: testVerify, log: deps.log }, (app) => consignmentRoutes(app, deps));
const points = audienceApp('point', { verify: testVerify, log: deps.log }, (app) => pointDeliveryRoutes(app, deps));

const storekeeper = callerOf(staff, { roles: ['storekeeper'] });
const auditor = callerOf(staff, { roles: ['auditor'] });
const pointAt = (siteId: string) => callerOf(points, { roles: ['point'], siteId });
const base = '/staff/consignments';

/** Goods that the real apportionment promises a site. */
const promised = async (site: string, approved: number) => {
  await county.site(site);
  await county.item(site);
  await county.shelf(`${site}-a`, approved, { itemId: site });
  await county.need({ requestId: `${site}-x`, siteId: site, itemId: site, approved });
  await divide(deps, COUNTY, site);
};
const opened = async (site: string): Promise<string> =>
  (await storekeeper.post(base, { fromId: 'store', toId: site })).body.id;
const sent = async (site: string): Promise<{ id: string; code: string }> => {
  await promised(site, 60);
  const id = await opened(site);
  await storekeeper.post(`${base}/${id}/picking`, undefined);
  const { body } = await storekeeper.post(`${base}/${id}/dispatch`, { carrier: '乡镇干部', vehicle: '青D12345' });
  return { id, code: body.code };
};

beforeAll(async () => {
  await county.site('store', 'warehouse', 0);
});

describe('over HTTP', () => {
  it('one consignment goes from its opening to the point’s receipt', async () => {
    await promised('h1', 60);
    const made = await storekeeper.post(base, { fromId: 'store', toId: 'h1' });
    expect(made).toMatchObject({
      ...{ status: 200, body: { status: 'planned', tier: 3, next: { step: 'picking', overdue: false } } },
    });
    const again = await storekeeper.post(base, { fromId: 'store', toId: 'h1' });
    expect([again.status, again.body]).toEqual([made.status, made.body]);
    const at = `${base}/${made.body.id}`;
    expect((await auditor.get(at)).body.preview.lines).toMatchObject([
      { quantity: 60, item: { issueUnit: '盒', issueSize: 10 } },
    ]);

    const key = 'same-key-0001';
    const picked = await storekeeper.post(`${at}/picking`, undefined, key);
    expect(picked.body).toMatchObject({ status: 'picking', lines: [{ n: 1, quantity: 60 }] });
    expect((await storekeeper.post(`${at}/picking`, undefined, key)).body).toEqual(picked.body);
    expect(await storekeeper.post(`${at}/picking`, undefined)).toMatchObject({
      status: 409,
      body: { title: 'wrong-status' },
    });

    const left = await storekeeper.post(`${at}/dispatch`, { carrier: '乡镇干部', vehicle: '青D12345' });
    expect(left.body).toMatchObject({ status: 'dispatched', carrier: '乡镇干部', next: { step: 'receipt' } });

    const point = pointAt('h1');
    const { code } = left.body;
    expect((await point.get('/point/consignments')).body.rows).toMatchObject([{ code, status: 'dispatched' }]);
    const typed = encodeURIComponent(`${code.slice(0, 4).toLowerCase()} ${code.slice(4)}`);
    expect((await point.get(`/point/waybills/${typed}`)).body).toMatchObject({ lines: [{ n: 1, quantity: 60 }] });
    const report = { lines: [{ n: 1, good: 55, damaged: 5, reasons: { damaged: 'wet' } }] };
    const received = await point.post(`/point/waybills/${typed}/receipt`, report);
    expect(received).toMatchObject({
      status: 200,
      body: { status: 'received', lines: [{ found: { good: 55, damaged: 5 } }] },
    });
    const second = 'second-key-0001';
    const receipt = `/point/waybills/${code}/receipt`;
    expect((await point.post(receipt, report, second)).body).toEqual(received.body);
    const otherwise = { lines: [{ n: 1, good: 60 }] };
    expect(await point.post(receipt, otherwise)).toMatchObject({ status: 409, body: { title: 'already-received' } });
    expect(await point.post(receipt, otherwise, second)).toMatchObject({ status: 422, body: { title: 'key-reused' } });
    expect((await auditor.get(at)).body.events.map(({ name }: { name: string }) => name)).toEqual([
      ...['ConsignmentOpened', 'PickingStarted', 'ConsignmentDispatched', 'ConsignmentReceived'],
    ]);
  });

  it('a point counts in the unit its paper shows, and says of each difference why', async () => {
    const { id, code } = await sent('h3');
    const receipt = `/point/waybills/${code}/receipt`;
    const count = (line: object) => pointAt('h3').post(receipt, { lines: [{ n: 1, unit: '盒', ...line }] });
    const paths = ({ body }: Reply) => body.errors.map(({ path }: { path: string }) => path);
    expect(paths(await count({ good: 6, unit: '箱' }))).toEqual(['lines[0].unit']);
    expect(paths(await count({ good: 60 }))).toEqual(['lines[0].good']);
    expect(paths(await count({ good: 4, damaged: 1, missing: 1, reasons: { damaged: 'wet' } }))).toEqual([
      'lines[0].reasons.missing',
    ]);
    const netted = { good: 5, missing: 1, extra: 1, reasons: { missing: 'short-packed', extra: 'over-packed' } };
    expect(paths(await count(netted))).toEqual(['lines[0].extra']);
    expect((await auditor.get(`${base}/${id}`)).body.status).toBe('dispatched');
    const reasons = { damaged: 'wet', missing: 'lost-on-the-way' };
    const report = { good: 4, damaged: 1, missing: 1, reasons };
    const received = await count(report);
    expect(received.body.lines[0].found).toEqual({ good: 40, damaged: 10, missing: 10, extra: 0, reasons });
    expect((await count(report)).body).toEqual(received.body);
  });

  it('a mistake can be called off, with a reason', async () => {
    await promised('h2', 60);
    const id = await opened('h2');
    await storekeeper.post(`${base}/${id}/picking`, undefined);
    expect(await storekeeper.post(`${base}/${id}/cancel`, {})).toMatchObject({
      status: 422,
      body: { errors: [{ path: 'reason' }] },
    });
    expect(await storekeeper.post(`${base}/${id}/cancel`, { reason: 'Wrong truck' })).toMatchObject({
      ...{ status: 200, body: { status: 'cancelled', next: { step: 'nothing' } } },
    });
  });

  it('a storekeeper sees before the wave for which sites goods are planned, until they are picked', async () => {
    await promised('p1', 30);
    const everything = async () => {
      const rows = [];
      for (let cursor = ''; ; ) {
        const { body } = await storekeeper.get(`/staff/planned-goods?limit=3${cursor}`);
        rows.push(...body.rows);
        if (body.cursor === undefined) return rows;
        cursor = `&cursor=${body.cursor}`;
      }
    };
    const forSite = async () => (await everything()).filter(({ to }) => to.id === 'p1');
    expect(await forSite()).toMatchObject([
      {
        ...{ from: { id: 'store' }, to: { id: 'p1', nameZh: 'p1村' }, tier: 3, needBy: '2022-05-13T00:00:00.000Z' },
        ...{ items: [{ item: { id: 'p1', issueUnit: '盒', issueSize: 10 }, quantity: 30 }] },
        // 14:00 by the county's clock.
        opensAt: '2022-05-12T06:00:00.000Z',
      },
    ]);
    const id = await opened('p1');
    const [gathering] = await forSite();
    expect(gathering).toMatchObject({ consignmentId: id });
    expect(gathering).not.toHaveProperty('opensAt');
    await storekeeper.post(`${base}/${id}/picking`, undefined);
    expect(await forSite()).toEqual([]);
  });

  it('lists are by status, what is due first coming first, page by page; or by site', async () => {
    for (const site of ['l1', 'l2', 'l3']) {
      await promised(site, 10);
      await opened(site);
    }
    const ids: string[] = [];
    let cursor = '';
    do {
      const page = await auditor.get(`${base}?status=planned&limit=1${cursor}`);
      expect(page.body.rows.length).toBeLessThanOrEqual(1);
      ids.push(...page.body.rows.map(({ id }: { id: string }) => id));
      cursor = page.body.cursor === undefined ? '' : `&cursor=${encodeURIComponent(page.body.cursor)}`;
    } while (cursor !== '');
    const all = (await auditor.get(`${base}?status=planned`)).body.rows;
    expect(ids).toEqual(all.map(({ id }: { id: string }) => id));
    expect(new Set(all.map(({ status }: { status: string }) => status))).toEqual(new Set(['planned']));
    expect(ids.length).toBeGreaterThanOrEqual(3);
    expect((await auditor.get(`${base}?siteId=l2`)).body.rows).toMatchObject([{ to: { id: 'l2' } }]);
    expect((await auditor.get(`${base}?siteId=nowhere`)).status).toBe(404);
    expect((await auditor.get(`${base}?status=failed`)).body.rows).toEqual([]);
    expect(await auditor.get(`${base}?cursor=nowhere.x`)).toMatchObject({ status: 400, body: { title: 'bad-cursor' } });
    const foreign = Buffer.from(JSON.stringify({ GSI1PK: 'C#632324#QUEUE#consignment.planned' })).toString('base64url');
    expect(await auditor.get(`${base}?cursor=planned.${foreign}`)).toMatchObject({
      status: 400,
      body: { title: 'bad-cursor' },
    });
  });
});

describe('over HTTP it is refused', () => {
  it('to act without the role, and to see without any', async () => {
    await promised('r1', 10);
    const id = await opened('r1');
    const clerk = callerOf(staff, { roles: ['clerk', 'approver'] });
    for (const [name, body] of [
      ['picking', undefined],
      ['dispatch', { carrier: 'x', vehicle: 'y' }],
      ['cancel', { reason: 'x' }],
    ] as const)
      expect(await clerk.post(`${base}/${id}/${name}`, body)).toMatchObject({
        status: 403,
        body: { title: 'wrong-role' },
      });
    expect((await clerk.post(base, { fromId: 'store', toId: 'r1' })).status).toBe(403);
    expect((await clerk.post(`${base}/${id}/retry`, undefined)).body.title).toBe('not-failed');
    expect((await callerOf(staff, { roles: ['point'], siteId: 'r1' }).get(`${base}/${id}`)).status).toBe(403);
    expect((await callerOf(points, { roles: ['storekeeper'], siteId: 'r1' }).get('/point/consignments')).status).toBe(
      403,
    );
    expect((await callerOf(points, { roles: ['point'] }).get('/point/consignments')).body.title).toBe('wrong-site');
  });

  it('to see or touch another county’s, or another site’s', async () => {
    const { id, code } = await sent('r2');
    const elsewhere = callerOf(staff, { roles: ['storekeeper'], county: '632324' });
    expect((await elsewhere.get(`${base}/${id}`)).status).toBe(404);
    expect((await elsewhere.post(`${base}/${id}/cancel`, { reason: 'x' })).status).toBe(404);
    const other = pointAt('r1');
    const [seen, none] = [await other.get(`/point/waybills/${code}`), await other.get('/point/waybills/0000-0000')];
    // Not a word by which a waybill of somebody else’s differs from none.
    expect([seen.status, seen.body.title, none.status, none.body.title]).toEqual([
      404,
      'unknown-waybill',
      404,
      'unknown-waybill',
    ]);
    expect((await other.post(`/point/waybills/${code}/receipt`, { lines: [{ n: 1, good: 60 }] })).status).toBe(404);
  });

  it('to send what makes no sense, each with the place where', async () => {
    const { id, code } = await sent('r3');
    const point = pointAt('r3');
    const wrong = `${code.slice(0, -1)}${code.endsWith('Z') ? 'Y' : 'Z'}`;
    expect((await point.get(`/point/waybills/${wrong}`)).body).toMatchObject({ status: 422, title: 'mistyped-code' });
    for (const [line, path] of [
      [{ n: 1, good: -1 }, 'lines[0].good'],
      [{ n: 1, good: 1.5 }, 'lines[0].good'],
      [{ n: 1, good: 1e15 }, 'lines[0].good'],
      [{ n: 1, good: 60, lost: 1 }, 'lines[0].lost'],
      [{ n: 1, good: 50 }, 'lines[0].good'],
      [{ n: 1, good: 50, missing: 10 }, 'lines[0].reasons.missing'],
      [{ n: 2, good: 60 }, 'lines[0].n'],
    ] as const) {
      const reply = await point.post(`/point/waybills/${code}/receipt`, { lines: [line] });
      expect([reply.status, reply.body.errors[0].path]).toEqual([422, path]);
    }
    expect((await point.post(`/point/waybills/${code}/receipt`, '{')).status).toBe(400);
    const keyless = await point.send(
      'POST',
      `/point/waybills/${code}/receipt`,
      { lines: [] },
      { 'idempotency-key': '' },
    );
    expect(keyless.status).toBe(422);
    expect((await auditor.get(`${base}/${id}`)).body).toMatchObject({
      status: 'dispatched',
      lines: [{ quantity: 60 }],
    });
    expect((await storekeeper.post(base, { fromId: 'store', toId: 'nowhere' })).status).toBe(404);
    expect(await storekeeper.post(base, { fromId: 'r3', toId: 'r2' })).toMatchObject({
      ...{ status: 422, body: { title: 'no-stock-kept', errors: [{ path: 'fromId' }] } },
    });
    expect((await storekeeper.post(base, { fromId: 'store', toId: 'r3', when: 'now' })).status).toBe(422);
    expect((await storekeeper.post(`${base}/con_none/picking`, undefined)).status).toBe(404);
  });
});
