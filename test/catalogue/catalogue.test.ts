import { beforeAll, describe, expect, it } from 'vitest';
import { pointApp } from '../../functions/api/point.handler.ts';
import type { App } from '../../functions/api/route.ts';
import { staffApp } from '../../functions/api/staff.handler.ts';
import { countyRow } from '../../functions/catalogue/county.ts';
import { DEFAULT_POLICY, policyRow } from '../../functions/catalogue/policy.ts';
import { eventRow } from '../../functions/shared/event.ts';
import { countyKey, keysOf } from '../../functions/shared/keys.ts';
import { get, ofType, partition } from '../../functions/shared/table.store.ts';
import { type Caller, callerOf, type Reply, testVerify } from '../support/caller.ts';
import { useTable } from '../support/table.ts';

const deps = useTable();
let app: App;
let clerk: Caller;
let headquarters: Caller;
let auditor: Caller;
let elsewhere: Caller;
beforeAll(() => {
  app = staffApp(deps, testVerify);
  clerk = callerOf(app, { roles: ['clerk'] });
  headquarters = callerOf(app, { roles: ['headquarters'] });
  auditor = callerOf(app, { roles: ['auditor'] });
  elsewhere = callerOf(app, { roles: ['headquarters'], county: '110101' });
});
const keys = keysOf('632323');

const mask = {
  nameZh: '医用防护口罩',
  nameEn: 'N95 mask',
  category: '2',
  baseUnit: 'piece',
  units: { 盒: 50, 箱: 1000 },
  issueUnit: '盒',
  frontLineReserve: 500,
};
const village = {
  nameZh: '甲村',
  nameEn: 'Village A',
  kind: 'village',
  township: '乙乡',
  people: { post: 4, vulnerable: 80, residents: 900 },
  households: 200,
  leadMinutes: 90,
};
const shop = { nameZh: '丙超市', nameEn: 'Shop C', kind: 'supermarket', designated: true, township: '县城' };

const eventsOf = async (PK: string) => ofType(eventRow, await partition(deps, PK, 'EVENT#'));

describe('the catalogue', () => {
  it('adds an item once, and a repeat changes nothing', async () => {
    const added = await headquarters.put('/staff/items/mask', mask);
    expect(added).toMatchObject({ status: 201, body: { id: 'mask', version: 1, fresh: false } });
    expect(added.headers.get('etag')).toBe('"1"');
    expect(await headquarters.put('/staff/items/mask', mask)).toMatchObject({ status: 200, body: { version: 1 } });
    expect(await eventsOf(keys.item('mask').PK)).toMatchObject([{ version: 1, name: 'ItemAdded', by: 'headquarters' }]);
  });

  it('changes an item only on the version that was read, and tells the present one otherwise', async () => {
    await headquarters.put('/staff/items/suit', mask);
    const dearer = { ...mask, frontLineReserve: 1000 };
    const blind = await headquarters.put('/staff/items/suit', dearer);
    expect(blind).toMatchObject({ status: 409, body: { title: 'changed-meanwhile' } });
    expect(blind.body.detail).toContain('version 1');
    expect(await headquarters.put('/staff/items/suit', dearer, 1)).toMatchObject({ status: 200, body: { version: 2 } });
    expect((await headquarters.put('/staff/items/suit', mask, 1)).status).toBe(409);
    // The reply to the change was lost, and the page sends it again as it was.
    expect(await headquarters.put('/staff/items/suit', dearer, 1)).toMatchObject({ status: 200, body: { version: 2 } });
    const [, changed] = await eventsOf(keys.item('suit').PK);
    expect(changed?.data).toEqual({ frontLineReserve: { was: 500, is: 1000 } });
  });

  it('lets one of two people who edit the same version win', async () => {
    await headquarters.put('/staff/items/gown', mask);
    const replies = await Promise.all(
      [1000, 2000, 3000].map((frontLineReserve) =>
        headquarters.put('/staff/items/gown', { ...mask, frontLineReserve }, 1),
      ),
    );
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
    expect((await clerk.get('/staff/items/gown')).body.version).toBe(2);
  });

  it('refuses to create what a change was meant for', async () => {
    expect(await headquarters.put('/staff/items/no-such', mask, 3)).toMatchObject({ status: 409 });
    expect(await headquarters.put('/staff/items/no-such', mask, 0)).toMatchObject({ status: 201 });
  });

  it.each([
    ['an issue unit without a conversion', { issueUnit: '袋' }, 'issueUnit'],
    ['an issue unit that objects happen to have', { issueUnit: 'constructor' }, 'issueUnit'],
    ['a reserve in broken issue units', { frontLineReserve: 510 }, 'frontLineReserve'],
    ['a jin that is not 500 g', { baseUnit: 'gram', units: { 斤: 600, 盒: 50 } }, 'units.斤'],
    ['a KG that is not a kilogram', { baseUnit: 'gram', units: { KG: 100, 盒: 50 } }, 'units.KG'],
    ['a reserve of fresh goods', { fresh: true }, 'frontLineReserve'],
    ['a post named twice', { posts: ['hospital', 'hospital'] }, 'posts[1]'],
    ['a unit of no content', { units: { 盒: 0 } }, 'units.盒'],
    ['half a piece', { units: { 盒: 1.5 } }, 'units.盒'],
    ['an unknown field', { price: 5 }, 'price'],
    ['a code outside GB/T 38565', { category: '4' }, 'category'],
  ])('refuses %s with the path of the field', async (_what, change, path) => {
    const reply = await headquarters.put('/staff/items/odd', { ...mask, ...change });
    expect(reply.status).toBe(422);
    expect(reply.body.errors.map((error: { path: string }) => error.path)).toContain(path);
    expect((await clerk.get('/staff/items/odd')).status).toBe(404);
  });

  it('accepts a base unit named again with its true value', async () => {
    const reply = await headquarters.put('/staff/items/rice', {
      ...mask,
      baseUnit: 'gram',
      units: { 斤: 500, 盒: 50 },
    });
    expect(reply.status).toBe(201);
  });

  it('never changes the base unit under stock that was counted in it', async () => {
    await headquarters.put('/staff/items/oil', mask);
    const reply = await headquarters.put('/staff/items/oil', { ...mask, baseUnit: 'millilitre' }, 1);
    expect(reply).toMatchObject({ status: 422, body: { errors: [{ path: 'baseUnit' }] } });
  });

  it('puts sites with sane headcounts, and registers the county for the sweep', async () => {
    expect((await headquarters.put('/staff/sites/village-a', village)).status).toBe(201);
    expect(await get(deps, countyRow, countyKey('632323'))).toEqual({ county: '632323' });
    expect(await get(deps, countyRow, countyKey('110101'))).toBeUndefined();
    const people = { post: 4, vulnerable: 901, residents: 900 };
    const odd = await headquarters.put('/staff/sites/odd', {
      ...village,
      people,
      households: 950,
      vulnerableHouseholds: 960,
    });
    expect(odd.status).toBe(422);
    expect(odd.body.errors.map((error: { path: string }) => error.path)).toEqual([
      'people.vulnerable',
      'households',
      'vulnerableHouseholds',
    ]);
    expect(await headquarters.put('/staff/sites/village-a', { ...village, kind: 'warehouse' }, 1)).toMatchObject({
      status: 422,
      body: { errors: [{ path: 'kind' }] },
    });
  });

  describe('a site is not closed', () => {
    const messages = ({ body }: Reply) => body.errors.map(({ message }: { message: string }) => message);
    const storekeeper = () => callerOf(app, { roles: ['storekeeper'] });
    const depot = { ...village, kind: 'warehouse' };
    const close = (id: string, body: object) => clerk.put(`/staff/sites/${id}`, { ...body, active: false }, 1);

    it('while goods are on its shelves, each of which is named', async () => {
      await headquarters.put('/staff/sites/depot', depot);
      await headquarters.put('/staff/items/visor', mask);
      const lines = [{ itemId: 'visor', quantity: 3, unit: '盒' }];
      const paper = { source: 'existing', placeId: 'depot', document: 'D-1', lines };
      const [{ lotId }] = (await storekeeper().post('/staff/stock-receipts', paper)).body.lines;
      const refused = await close('depot', depot);
      expect(refused).toMatchObject({ status: 409, body: { title: 'still-in-use', errors: [{ path: 'active' }] } });
      expect(messages(refused)).toEqual([expect.stringContaining('N95 mask: 150 piece')]);
      expect((await clerk.get('/staff/sites/depot')).body).toMatchObject({ active: true, version: 1 });

      const gone = { itemId: 'visor', lotId, placeId: 'depot', change: -3, unit: '盒', reason: 'lost', note: '搬迁' };
      expect((await storekeeper().post('/staff/adjustments', gone)).status).toBe(201);
      expect(await close('depot', depot)).toMatchObject({ status: 200, body: { active: false } });
      const found = { ...gone, change: 1, reason: 'found' };
      expect(await storekeeper().post('/staff/adjustments', found)).toMatchObject({
        ...{ status: 422, body: { errors: [{ path: 'placeId' }] } },
      });
    });

    it('while need of it is yet to be decided or served', async () => {
      await headquarters.put('/staff/sites/hamlet', village);
      await headquarters.put('/staff/items/visor', mask);
      const { body } = await clerk.post('/staff/requests', {
        ...{ siteId: 'hamlet', recipients: 'residents', needBy: '2022-05-13T00:00:00Z', reason: '补充' },
        lines: [{ itemId: 'visor', quantity: 3, unit: '盒' }],
      });
      const refused = await close('hamlet', village);
      expect(refused).toMatchObject({ status: 409, body: { title: 'still-in-use' } });
      expect(messages(refused)).toEqual([expect.stringContaining(`${body.id} line 1, visor`)]);
      await clerk.post(`/staff/requests/${body.id}/cancel`, { reason: '撤点' });
      expect((await close('hamlet', village)).status).toBe(200);
    });
  });

  it('lists by id, page by page, and takes no cursor but its own', async () => {
    for (const id of ['c', 'a', 'b']) await clerk.put(`/staff/suppliers/shop-${id}`, shop);
    const first = await auditor.get('/staff/suppliers?limit=2');
    expect(first.body.rows.map((row: { id: string }) => row.id)).toEqual(['shop-a', 'shop-b']);
    const second = await auditor.get(`/staff/suppliers?limit=2&cursor=${first.body.cursor}`);
    expect(second.body.rows.map((row: { id: string }) => row.id)).toEqual(['shop-c']);
    expect(second.body.cursor).toBeUndefined();
    expect((await auditor.get(`/staff/items?cursor=${first.body.cursor}`)).status).toBe(400);
    expect((await elsewhere.get(`/staff/suppliers?cursor=${first.body.cursor}`)).status).toBe(400);
    expect((await auditor.get('/staff/suppliers?cursor=bm90LWpzb24')).status).toBe(400);
  });

  it.each([
    ['items', 'glove', mask],
    ['sites', 'village-c', village],
    ['suppliers', 'shop-z', shop],
  ])('takes back what it gave of its %s, as it was or changed, but never into another row', async (names, id, body) => {
    const path = `/staff/${names}/${id}`;
    await headquarters.put(path, body);
    const given = (await headquarters.get(path)).body;
    expect(await headquarters.put(path, given)).toMatchObject({ status: 200, body: given });
    const renamed = { ...given, nameEn: 'Another name', reason: 'The sign on the door says so' };
    expect(await headquarters.put(path, renamed)).toMatchObject({ status: 200, body: { version: 2 } });
    expect((await headquarters.get(path)).body).toEqual({ ...given, nameEn: 'Another name', version: 2 });
    expect(await headquarters.put(path, { ...given, nameEn: 'A third' })).toMatchObject({
      ...{ status: 409, body: { title: 'changed-meanwhile' } },
    });
    const now = { ...given, version: 2, nameEn: 'A third' };
    for (const [change, field] of [
      [{ id: 'other' }, 'id'],
      [{ county: '110101' }, 'county'],
    ] as const)
      expect(await headquarters.put(path, { ...now, ...change })).toMatchObject({
        ...{ status: 422, body: { errors: [{ path: field }] } },
      });
    expect(await headquarters.put(path, now, 1)).toMatchObject({
      status: 422,
      body: { errors: [{ path: 'version' }] },
    });
    expect((await headquarters.get(path)).body.version).toBe(2);

    const [changed, added] = (await auditor.get(`${path}/events`)).body.rows;
    expect(changed).toMatchObject({ version: 2, by: 'headquarters', reason: 'The sign on the door says so' });
    expect(changed.data).toEqual({ nameEn: { was: given.nameEn, is: 'Another name' } });
    expect(added).toMatchObject({ version: 1, by: 'headquarters', at: deps.time });
    const first = (await auditor.get(`${path}/events?limit=1`)).body;
    expect(first.rows).toEqual([changed]);
    expect((await auditor.get(`${path}/events?limit=1&cursor=${first.cursor}`)).body.rows).toEqual([added]);
    expect((await auditor.get(`/staff/${names}/nobody/events`)).status).toBe(404);
  });

  it('tells a point what it may ask for, and in which units', async () => {
    const theirs = { county: '632324' };
    const [chief, point] = [
      callerOf(app, { roles: ['headquarters'], ...theirs }),
      callerOf(pointApp(deps, testVerify), { roles: ['point'], siteId: 'village-a', ...theirs }),
    ];
    await chief.put('/staff/sites/village-a', village);
    await chief.put('/staff/items/mask', { ...mask, units: { 只: 1, 盒: 50 } });
    await chief.put('/staff/items/suit', { ...mask, posts: ['hospital'] });
    await chief.put('/staff/items/rice', { ...mask, baseUnit: 'gram', units: { 袋: 500 }, issueUnit: '袋' });
    await chief.put('/staff/items/old', { ...mask, active: false });
    const { status, body } = await point.get('/point/items');
    expect(status).toBe(200);
    expect(body.rows).toEqual([
      {
        ...{ id: 'mask', nameZh: '医用防护口罩', nameEn: 'N95 mask', baseName: '只', issueUnit: '盒' },
        units: { piece: 1, 个: 1, 只: 1, 盒: 50 },
      },
      expect.objectContaining({ id: 'rice', baseName: '克', units: expect.objectContaining({ 斤: 500, 袋: 500 }) }),
    ]);
    expect((await callerOf(pointApp(deps, testVerify), { roles: ['point'] }).get('/point/items')).status).toBe(403);
  });

  it('shows nothing of another county', async () => {
    await headquarters.put('/staff/items/ours', mask);
    expect((await elsewhere.get('/staff/items/ours')).status).toBe(404);
    expect((await elsewhere.get('/staff/items')).body.rows).toEqual([]);
    expect((await elsewhere.put('/staff/items/ours', { ...mask, nameEn: 'Theirs' })).status).toBe(201);
    expect((await clerk.get('/staff/items/ours')).body.nameEn).toBe('N95 mask');
  });

  it('lets a clerk mend a name or a road, but nothing that decides who comes first and how much', async () => {
    const fields = ({ body }: Reply) => body.errors.map((error: { path: string }) => error.path);
    await headquarters.put('/staff/sites/village-b', village);
    const longer = { ...village, nameZh: '新甲村', leadMinutes: 120 };
    expect(await clerk.put('/staff/sites/village-b', longer, 1)).toMatchObject({ status: 200, body: { version: 2 } });
    const promoted = { ...longer, kind: 'hospital', people: { post: 400, vulnerable: 80, residents: 900 } };
    const refused = await clerk.put('/staff/sites/village-b', promoted, 2);
    expect(refused).toMatchObject({ status: 403, body: { title: 'headquarters-only' } });
    expect(fields(refused)).toEqual(['kind', 'people']);
    expect((await clerk.get('/staff/sites/village-b')).body).toMatchObject({ kind: 'village', version: 2 });

    await headquarters.put('/staff/items/cap', mask);
    const free = {
      units: { 盒: 5000, 箱: 1000 },
      frontLineReserve: 0,
      norms: { tier3: { quantity: 100, days: 1 } },
      posts: ['village'],
      reference: { priceFen: 0, perQuantity: 1 },
    };
    expect(fields(await clerk.put('/staff/items/cap', { ...mask, ...free }, 1))).toEqual([
      ...['units.盒', 'frontLineReserve', 'norms', 'posts', 'reference'],
    ]);
    expect(fields(await clerk.put('/staff/items/cap', { ...mask, issueUnit: '箱', frontLineReserve: 0 }, 1))).toEqual([
      ...['issueUnit', 'units.箱', 'frontLineReserve'],
    ]);
    expect((await clerk.put('/staff/items/cap', { ...mask, units: { ...mask.units, 包: 10 } }, 1)).status).toBe(200);
    for (const path of ['/staff/items/made-up', '/staff/sites/made-up'])
      expect(await clerk.put(path, path.includes('items') ? mask : village)).toMatchObject({
        status: 403,
        body: { title: 'headquarters-only' },
      });
  });

  it('lets clerks and headquarters write, and all staff but no point read', async () => {
    expect((await auditor.put('/staff/items/x', mask)).status).toBe(403);
    expect((await auditor.get('/staff/sites')).status).toBe(200);
    const point = callerOf(app, { roles: ['point'], siteId: 'village-a' });
    expect((await point.get('/staff/sites')).status).toBe(403);
  });
});

describe('the policy', () => {
  const stricter = { ...DEFAULT_POLICY, approval: { ...DEFAULT_POLICY.approval, coverDays: 5 } };
  const looser = { ...DEFAULT_POLICY, approval: { ...DEFAULT_POLICY.approval, coverDays: 7 } };

  beforeAll(async () => {
    expect((await auditor.get('/staff/policy')).body).toEqual({ ...DEFAULT_POLICY, county: '632323', version: 0 });
  });

  it('is the defaults, as version 0, until headquarters changes it; every version stays readable', async () => {
    expect(await headquarters.put('/staff/policy', DEFAULT_POLICY)).toMatchObject({
      status: 200,
      body: { version: 0 },
    });
    expect(await headquarters.put('/staff/policy', stricter, 0)).toMatchObject({ status: 201, body: { version: 1 } });
    expect((await headquarters.put('/staff/policy', looser)).status).toBe(409);
    expect(await headquarters.put('/staff/policy', { ...looser, reason: '封控延长' }, 1)).toMatchObject({
      ...{ status: 200, body: { version: 2 } },
    });
    expect((await auditor.get('/staff/policy/events')).body.rows).toMatchObject([
      { version: 2, by: 'headquarters', reason: '封控延长', data: { policy: { approval: { coverDays: 7 } } } },
      { version: 1, by: 'headquarters' },
    ]);
    const days = async (query: string) => (await auditor.get(`/staff/policy${query}`)).body.approval?.coverDays;
    expect(await Promise.all(['', '?version=2', '?version=1', '?version=0'].map(days))).toEqual([7, 7, 5, 3]);
    expect((await auditor.get('/staff/policy?version=3')).status).toBe(404);
    expect((await eventsOf(keys.policy().PK)).map(({ name }) => name)).toEqual(['PolicyAdded', 'PolicyChanged']);
  });

  it('of an earlier release, without waves, is read with the waves there are by default', async () => {
    const { waveMinutes, ...allocation } = DEFAULT_POLICY.allocation;
    const stored = policyRow.store({ ...DEFAULT_POLICY, county: '632323', version: 1 });
    expect(policyRow.parse({ ...stored, allocation }).allocation.waveMinutes).toBe(waveMinutes);
  });

  it('refuses waves that would come at other times each day', async () => {
    const waves = (waveMinutes: number) => ({
      ...DEFAULT_POLICY,
      allocation: { ...DEFAULT_POLICY.allocation, waveMinutes },
    });
    for (const minutes of [50, 1_441, -30])
      expect(await headquarters.put('/staff/policy', waves(minutes), 2)).toMatchObject({
        status: 422,
        body: { errors: [{ path: 'allocation.waveMinutes' }] },
      });
    expect(await headquarters.put('/staff/policy', waves(0), 2)).toMatchObject({ status: 200 });
  });

  it('is taken back as it was given, and on another version refused', async () => {
    const given = (await headquarters.get('/staff/policy')).body;
    expect(await headquarters.put('/staff/policy', given)).toMatchObject({ status: 200, body: given });
    expect(await headquarters.put('/staff/policy', { ...given, ...stricter, version: 1 })).toMatchObject({
      status: 409,
    });
    expect(await headquarters.put('/staff/policy', { ...given, county: '110101' })).toMatchObject({
      ...{ status: 422, body: { errors: [{ path: 'county' }] } },
    });
  });

  it('is for headquarters alone to change', async () => {
    expect((await clerk.put('/staff/policy', stricter)).status).toBe(403);
  });

  it('refuses limits that contradict each other, and a kind of site without its tiers', async () => {
    const approval = { ...DEFAULT_POLICY.approval, supplyGroupUpToFen: 600_000 };
    const reply = await headquarters.put('/staff/policy', { ...DEFAULT_POLICY, approval });
    expect(reply.status).toBe(422);
    expect(reply.body.errors.map((error: { path: string }) => error.path)).toEqual([
      'approval.atOnceUpToFen.tier1',
      'approval.atOnceUpToFen.tier2',
    ]);
    const { hospital: _, ...tiers } = DEFAULT_POLICY.tiers;
    expect(await headquarters.put('/staff/policy', { ...DEFAULT_POLICY, tiers })).toMatchObject({
      status: 422,
      body: { errors: [{ path: 'tiers.hospital' }] },
    });
  });
});
