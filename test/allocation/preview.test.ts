import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { staffApp } from '../../functions/api/staff.handler.ts';
import { callerOf, testVerify } from '../support/caller.ts';
import { useTable } from '../support/table.ts';
import { countyOf } from './county.ts';

const deps = useTable();
const app = staffApp(deps, testVerify);
const storekeeper = callerOf(app, { roles: ['storekeeper'] });
const PATH = '/staff/allocation/preview';
const NEED_BY = '2022-05-13T00:00:00Z';

const preview = async (body: object) => {
  const reply = await storekeeper.send('POST', PATH, body, { 'idempotency-key': '' });
  expect([reply.status, reply.body.errors]).toEqual([200, undefined]);
  return reply.body;
};
/** What each site is given, by tier and site. */
const after = (claims: readonly { tier: number; site: { id: string }; after?: { granted: number } }[]) =>
  Object.fromEntries(claims.map(({ tier, site, after: is }) => [`${tier} ${site.id}`, is?.granted]));

/** A pool that is short: two villages share what the gate leaves. */
const short = async (itemId: string) => {
  const masks = countyOf(deps, itemId);
  await masks.item({ reserve: 10 });
  for (const id of ['v1', 'v2', 'v3']) await masks.site(`${itemId}-${id}`, 60);
  await masks.site(`${itemId}-gate`, 30, 'checkpoint');
  await masks.lot('a', 100);
  const gate = await masks.need({ siteId: `${itemId}-gate`, tier: 1, quantity: 50, kind: 'checkpoint' });
  const villages = [
    await masks.need({ siteId: `${itemId}-v1`, tier: 3, quantity: 60 }),
    await masks.need({ siteId: `${itemId}-v2`, tier: 3, quantity: 60 }),
  ];
  await masks.divide();
  return { masks, gate, villages };
};

describe('a preview', () => {
  it('of nothing assumed is what the lines hold', async () => {
    const { masks, gate, villages } = await short('masks-p1');
    const { claims, tiers, withheld, left, lots } = await preview({ itemId: 'masks-p1' });
    expect(claims.map((claim: { difference: number }) => claim.difference)).toEqual([0, 0, 0]);
    const held = await Promise.all([gate, ...villages].map(async (id) => (await masks.held(id))['a']));
    expect(claims.map((claim: { after: { granted: number } }) => claim.after.granted)).toEqual(held);
    expect({ tiers, withheld, left, lots }).toMatchObject({
      tiers: [
        { tier: 1, before: { wanted: 50, granted: 50 }, after: { granted: 50 }, difference: 0 },
        { tier: 3, before: { available: 40, wanted: 120, granted: 40 }, difference: 0 },
      ],
      withheld: { before: 10, after: 10, difference: 0 },
      left: { before: 0, after: 0 },
      lots: [{ lotId: 'a', place: { id: 'warehouse' }, quantity: 100, before: 90, after: 90, difference: 0 }],
    });
  });

  it('of goods, needs and rules shows each claim before and after, with the difference', async () => {
    await short('masks-p2');
    const found = await preview({
      itemId: 'masks-p2',
      lots: [{ quantity: 30, unit: '盒', useBy: '2022-05-20', designation: { to: 'sites', siteIds: ['masks-p2-v1'] } }],
      needs: [
        { siteId: 'masks-p2-gate', recipients: 'post', quantity: 20, unit: '盒', needBy: NEED_BY },
        { siteId: 'masks-p2-v3', tier: 2, quantity: 5, unit: 'piece', needBy: NEED_BY },
        { siteId: 'masks-p2-v3', recipients: 'residents', quantity: 5, unit: '盒', needBy: '2022-06-30T00:00:00Z' },
      ],
      frontLineReserve: 0,
    });
    expect(found).toMatchObject({
      item: { id: 'masks-p2', nameZh: '口罩' },
      unit: { name: '盒', size: 1 },
      at: deps.time,
      policyVersion: 0,
      tiers: [
        { tier: 1, before: { wanted: 50 }, after: { wanted: 70, granted: 70 }, difference: 20 },
        { tier: 2, after: { wanted: 5, granted: 5 }, difference: 5 },
        { tier: 3, before: { granted: 40 }, after: { wanted: 120, granted: 55 }, difference: 15 },
      ],
      claims: [
        { site: { id: 'masks-p2-gate' }, tier: 1, before: { target: 50 }, after: { target: 70 }, difference: 20 },
        { site: { id: 'masks-p2-v3' }, tier: 2, after: { granted: 5 }, difference: 5 },
        { site: { id: 'masks-p2-v1' }, before: { granted: 20 }, after: { granted: 30 }, difference: 10 },
        { site: { id: 'masks-p2-v2' }, before: { granted: 20 }, after: { granted: 25 }, difference: 5 },
      ],
      lots: [
        { lotId: 'a', before: 90, after: 100, difference: 10 },
        { assumed: 'lots[0]', useBy: '2022-05-20', quantity: 30, before: 0, after: 30, difference: 30 },
      ],
      needs: [
        { assumed: 'needs[0]', tier: 1, counts: true, wanted: 20, granted: 20 },
        { assumed: 'needs[1]', tier: 2, counts: true, wanted: 5, granted: 5 },
        { assumed: 'needs[2]', tier: 3, counts: false, wanted: 5, granted: 0 },
      ],
      withheld: { before: 10, after: 0, difference: -10 },
    });
    expect(found.claims[1].before).toBeUndefined();
    expect(found.lots[1].lotId).toBeUndefined();
  });

  it('of other rules takes need in or leaves it out', async () => {
    await short('masks-p3');
    const { claims, tiers } = await preview({ itemId: 'masks-p3', policy: { horizonMinutes: 60 } });
    expect(tiers.map(({ tier, after: is }: { tier: number; after?: object }) => [tier, is])).toEqual([
      [1, undefined],
      [3, undefined],
    ]);
    expect(claims.map((claim: { difference: number }) => claim.difference)).toEqual([-50, -20, -20]);
  });

  it('comes true when the same goods are received and the same need is approved', async () => {
    const { masks } = await short('masks-p4');
    const designation = { to: 'siteKind', siteKind: 'village' };
    const goods = [
      { quantity: 25, unit: '盒', useBy: '2022-06-01', designation },
      { quantity: 17, unit: '盒' },
    ];
    const needs = [
      { siteId: 'masks-p4-v3', recipients: 'vulnerable', quantity: 9, unit: '盒', needBy: NEED_BY },
      { siteId: 'masks-p4-gate', recipients: 'post', quantity: 11, unit: '盒', needBy: NEED_BY },
    ];
    const { claims, withheld } = await preview({ itemId: 'masks-p4', lots: goods, needs });
    await masks.site('county-warehouse', 0, 'warehouse');
    const lines = goods.map((one) => ({ itemId: 'masks-p4', ...one }));
    const note = { source: 'allocated', placeId: 'county-warehouse', document: 'GK-1', lines };
    expect((await storekeeper.post('/staff/stock-receipts', note)).status).toBe(201);
    const needBy = new Date(NEED_BY).toISOString();
    await masks.need({ siteId: 'masks-p4-v3', tier: 2, quantity: 9, needBy });
    await masks.need({ siteId: 'masks-p4-gate', tier: 1, quantity: 11, needBy, kind: 'checkpoint' });
    await masks.divide();
    const now = await preview({ itemId: 'masks-p4' });
    const granted: Record<string, number> = {};
    for (const { tier, siteId, holds } of await masks.lines())
      granted[`${tier} ${siteId}`] =
        (granted[`${tier} ${siteId}`] ?? 0) + holds.reduce((sum, { quantity }) => sum + quantity, 0);
    expect(after(claims)).toEqual(granted);
    expect(now.withheld.before).toBe(withheld.after);
  });

  it('writes nothing, whatever is assumed', async () => {
    await short('masks-p5');
    const rows = async () => {
      const { Items = [] } = await deps.dynamo.send(new ScanCommand({ TableName: deps.table, ConsistentRead: true }));
      return new Map(Items.map((row) => [`${row['PK']} ${row['SK']}`, row]));
    };
    const before = await rows();
    const needs = [{ siteId: 'masks-p5-gate', tier: 1, quantity: 90, unit: '盒', needBy: NEED_BY }];
    const body = { itemId: 'masks-p5', lots: [{ quantity: 30, unit: '盒' }], needs };
    await preview(body);
    await storekeeper.post(PATH, body);
    expect(await rows()).toEqual(before);
  });

  it('is refused with the field, where something cannot be', async () => {
    const masks = countyOf(deps, 'masks-p6');
    await masks.item();
    await masks.site('p6-v1', 60);
    const need = { siteId: 'p6-v1', recipients: 'residents', quantity: 5, unit: '盒', needBy: NEED_BY };
    const refused = async (body: object, status = 422) => {
      const reply = await storekeeper.post(PATH, { itemId: 'masks-p6', ...body });
      expect(reply.status).toBe(status);
      return reply.body.errors.map(({ path }: { path: string }) => path);
    };
    expect(await refused({ itemId: 'nil' })).toEqual(['itemId']);
    expect(
      await refused({
        lots: [
          { quantity: 5, unit: '桶' },
          { quantity: 5, unit: '盒', designation: { to: 'sites', siteIds: ['p6-v1', 'nowhere'] } },
        ],
        needs: [
          need,
          { ...need, siteId: 'nowhere' },
          { ...need, tier: 1 },
          { ...need, recipients: undefined },
          { ...need, unit: '桶', needBy: '2022-05-11T00:00:00Z' },
        ],
      }),
    ).toEqual([
      'lots[0].unit',
      'lots[1].designation.siteIds[1]',
      'needs[1].siteId',
      'needs[2].recipients',
      'needs[3].recipients',
      'needs[4].unit',
      'needs[4].needBy',
    ]);
    expect(await refused({ lots: Array(21).fill({ quantity: 5, unit: '盒' }) })).toEqual(['lots']);
    expect(await refused({ needs: Array(101).fill(need) })).toEqual(['needs']);
    expect(await refused({ policy: { waveMinutes: 0 } })).toEqual(['policy.waveMinutes']);
    expect(await refused({ now: NEED_BY })).toEqual(['now']);
  });

  it('counts in whole issue units: a need is rounded up, and a reserve in parts of one is refused', async () => {
    const item = {
      nameZh: '手套',
      nameEn: 'Gloves',
      category: '2',
      baseUnit: 'piece',
      units: { 盒: 50 },
      issueUnit: '盒',
    };
    await callerOf(app, { roles: ['headquarters'] }).put('/staff/items/gloves-p9', item);
    await countyOf(deps, 'gloves-p9').site('p9-v1', 60);
    const lots = [{ quantity: 499, unit: 'piece' }];
    const needs = [{ siteId: 'p9-v1', recipients: 'residents', quantity: 120, unit: 'piece', needBy: NEED_BY }];
    const body = { itemId: 'gloves-p9', lots, needs };
    expect(await preview({ ...body, frontLineReserve: 200 })).toMatchObject({
      unit: { name: '盒', size: 50 },
      needs: [{ wanted: 150, granted: 150 }],
      withheld: { after: 200 },
      left: { after: 100 },
    });
    expect(await storekeeper.post(PATH, { ...body, frontLineReserve: 120 })).toMatchObject({
      status: 422,
      body: { errors: [{ path: 'frontLineReserve' }] },
    });
  });

  it('keeps no reserve of fresh goods, as nobody may', async () => {
    const greens = countyOf(deps, 'greens-p7');
    await greens.item({ fresh: true });
    expect(await storekeeper.post(PATH, { itemId: 'greens-p7', frontLineReserve: 5 })).toMatchObject({
      status: 422,
      body: { errors: [{ path: 'frontLineReserve' }] },
    });
  });

  it('is for all staff to ask, and for nobody else', async () => {
    await countyOf(deps, 'masks-p8').item();
    const body = { itemId: 'masks-p8' };
    for (const role of ['clerk', 'approver', 'headquarters', 'storekeeper', 'auditor'] as const)
      expect((await callerOf(app, { roles: [role] }).post(PATH, body)).status).toBe(200);
    expect((await callerOf(app, { roles: ['point'], siteId: 'p6-v1' }).post(PATH, body)).status).toBe(403);
    expect((await callerOf(app, { roles: ['clerk'], county: '110101' }).post(PATH, body)).status).toBe(422);
  });
});
