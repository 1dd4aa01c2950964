import { beforeAll, describe, expect, it } from 'vitest';
import { staffApp } from '../../functions/api/staff.handler.ts';
import { plusMinutes } from '../../functions/shared/clock.ts';
import { type Caller, callerOf, isInChinese, testVerify } from '../support/caller.ts';
import { useTable } from '../support/table.ts';

const deps = useTable();
let buyer: Caller;
let clerk: Caller;
let headquarters: Caller;
let auditor: Caller;

const masks = {
  ...{
    nameZh: '医用外科口罩',
    nameEn: 'Surgical mask',
    category: '2',
    baseUnit: 'piece',
    units: { 盒: 50, 箱: 2_000 },
  },
  ...{ issueUnit: '盒', reference: { priceFen: 2_000, perQuantity: 50 } },
};
const shop = { nameZh: '样例店', nameEn: 'Sample Shop', kind: 'pharmacy', township: '样例镇' };

beforeAll(async () => {
  const app = staffApp(deps, testVerify);
  buyer = callerOf(app, { roles: ['buyer'] });
  clerk = callerOf(app, { roles: ['clerk'] });
  headquarters = callerOf(app, { roles: ['headquarters'] });
  auditor = callerOf(app, { roles: ['auditor'] });
  await headquarters.put('/staff/items/masks', masks);
  await headquarters.put('/staff/items/retired', { ...masks, active: false });
  await headquarters.put('/staff/items/tea', {
    ...masks,
    reference: undefined,
    baseUnit: 'gram',
    units: { 袋: 500 },
    issueUnit: '袋',
  });
  for (const n of [1, 2, 3]) await headquarters.put(`/staff/suppliers/shop-${n}`, { ...shop, designated: true });
  await headquarters.put('/staff/suppliers/maker', shop);
  await headquarters.put('/staff/suppliers/closed', { ...shop, designated: true, active: false });
});

/** Ten cases of masks at ¥22.00 a box, delivered for ¥20.00. */
const offer = (of: Record<string, unknown> = {}) => ({
  ...{ itemId: 'masks', supplierId: 'shop-1', priceFen: 2_200, per: { quantity: 1, unit: '盒' } },
  ...{ pack: { quantity: 1, unit: '箱' }, available: { quantity: 10, unit: '箱' }, leadMinutes: 240 },
  ...{ channel: 'designated-shop', deliveryFeeFen: 2_000, validUntil: plusMinutes(deps.time, 1_440) },
  ...{ document: '样例报价单 1', ...of },
});
const alerts = async (): Promise<{ zh: string; about: unknown; next: { path: string } }[]> =>
  (await headquarters.get('/staff/notices')).body.rows.filter(({ code }: { code: string }) => code === 'price-alert');

describe('an offer', () => {
  it('is kept in base units, with what it comes to landed and how that stands to the ceiling', async () => {
    const { status, body } = await buyer.post('/staff/offers', offer());
    expect(status).toBe(201);
    expect(body).toMatchObject({
      ...{ status: 'standing', perQuantity: 50, packQuantity: 2_000, availableQuantity: 20_000, by: 'buyer' },
      ...{ landed: { quantity: 20_000, totalFen: 882_000 }, supplier: { nameZh: '样例店' } },
      price: { as: 'within', zh: expect.stringContaining('到位价 ¥22.05 / 50 个，限价 ¥26.00 / 50 个') },
    });
    expect((await auditor.get(`/staff/offers/${body.id}`)).body).toEqual(body);
    expect((await auditor.get('/staff/offers?itemId=masks')).body.rows).toContainEqual(body);
    expect((await auditor.get('/staff/offers?itemId=nothing')).status).toBe(404);
  });

  it('above its ceiling, by its delivery alone, alerts headquarters, once however often it is sent', async () => {
    const dear = offer({ supplierId: 'maker', priceFen: 2_600, deliveryFeeFen: 1 });
    const sent = await buyer.post('/staff/offers', dear, 'dear-offer-1');
    expect(await buyer.post('/staff/offers', dear, 'dear-offer-1')).toMatchObject({ body: { id: sent.body.id } });
    expect(sent.body.price.as).toBe('above');
    const about = { kind: 'offer', id: sent.body.id };
    const told = (await alerts()).filter((one) => JSON.stringify(one.about) === JSON.stringify(about));
    expect(told).toMatchObject([
      { zh: expect.stringMatching(/^样例店报价过高。.*限价 ¥26.00/), next: { path: `/staff/offers/${about.id}` } },
    ]);
  });

  it.each([
    ['of an item that is not there', { itemId: 'nothing' }, 'itemId'],
    ['of an item that is not issued any more', { itemId: 'retired' }, 'itemId'],
    ['of a supplier that is not there', { supplierId: 'nobody' }, 'supplierId'],
    ['of a supplier that nothing is bought of', { supplierId: 'closed' }, 'supplierId'],
    ['in a unit without a conversion', { pack: { quantity: 1, unit: '件' } }, 'pack.unit'],
    ['of less than a pack', { available: { quantity: 39, unit: '盒' } }, 'available'],
    ['that has lapsed', { validUntil: '2022-05-12T00:59:59Z' }, 'validUntil'],
    ['that comes to more than is counted', { priceFen: 1_000_000_000 }, 'available'],
    [
      'that comes to no sum at all',
      { priceFen: 1_000_000_000, per: { quantity: 1, unit: 'piece' }, available: { quantity: 400_000, unit: '箱' } },
      'available',
    ],
    ['without a document', { document: ' ' }, 'document'],
  ])('is refused %s', async (_, of, path) => {
    const refused = await buyer.post('/staff/offers', offer(of));
    expect(refused.status).toBe(422);
    expect(refused.body).toSatisfy(() => isInChinese(refused));
    expect(refused.body.errors.map((error: { path: string }) => error.path)).toEqual([path]);
  });

  it('is a buyer’s to write down and to withdraw, and nobody else’s', async () => {
    for (const other of [clerk, headquarters, auditor])
      expect((await other.post('/staff/offers', offer())).status).toBe(403);
    const { body } = await buyer.post('/staff/offers', offer({ supplierId: 'shop-2' }));
    expect((await headquarters.post(`/staff/offers/${body.id}/withdrawal`, { reason: '售完' })).status).toBe(403);
    const withdrawn = await buyer.post(`/staff/offers/${body.id}/withdrawal`, { reason: '售完' });
    expect(withdrawn).toMatchObject({
      status: 200,
      body: { status: 'withdrawn', withdrawn: { by: 'buyer', reason: '售完' } },
    });
    expect(await buyer.post(`/staff/offers/${body.id}/withdrawal`, { reason: '售完' })).toMatchObject({
      ...{ status: 409, body: { title: 'wrong-status', changed: [{ name: 'OfferWithdrawn' }, { name: 'OfferMade' }] } },
    });
    const { rows } = (await auditor.get('/staff/offers?itemId=masks')).body;
    expect(rows.map(({ id }: { id: string }) => id)).not.toContain(body.id);
    expect((await buyer.post('/staff/offers/ofr_none/withdrawal', { reason: '售完' })).status).toBe(404);
  });

  it('says that it has lapsed once it has', async () => {
    const { body } = await buyer.post('/staff/offers', offer({ validUntil: plusMinutes(deps.time, 1) }));
    const then = deps.time;
    deps.time = plusMinutes(then, 2);
    expect((await auditor.get(`/staff/offers/${body.id}`)).body.status).toBe('lapsed');
    deps.time = then;
  });
});

describe('an inspection of price tags', () => {
  const seen = (lines: unknown[], of: Record<string, unknown> = {}) => ({
    ...{ supplierId: 'shop-1', inspectedAt: deps.time, lines, ...of },
  });
  const cabbage = (priceFen: number, per = { quantity: 1, unit: '斤' }) => ({
    kind: 'vegetables',
    name: '白菜',
    priceFen,
    per,
  });
  const found = async (lines: unknown[], of: Record<string, unknown> = {}) =>
    (await clerk.post('/staff/price-inspections', seen(lines, of))).body.lines.map(
      (line: { found: { as: string; zh: string } }) => line.found,
    );

  it('holds an item against its ceiling, and alerts headquarters of what is above it in one notice', async () => {
    const lines = [
      { itemId: 'masks', priceFen: 53, per: { quantity: 1, unit: 'piece' } },
      cabbage(900, { quantity: 1, unit: '升' }),
    ];
    const { status, body } = await buyer.post(
      '/staff/price-inspections',
      seen(lines, { supplierId: 'shop-3' }),
      'tags-0001',
    );
    expect(status).toBe(201);
    expect(
      (await buyer.post('/staff/price-inspections', seen(lines, { supplierId: 'shop-3' }), 'tags-0001')).body,
    ).toEqual(body);
    expect(body.lines).toMatchObject([
      {
        subject: 'masks',
        perQuantity: 1,
        found: { as: 'above', zh: expect.stringContaining('标价 ¥26.50 / 50 个，超过限价 ¥26.00') },
      },
      { subject: 'goods.vegetables.millilitre.白菜', found: { as: 'unknown', code: 'no-earlier-price' } },
    ]);
    const told = (await alerts()).filter(({ next }) => next.path === `/staff/price-inspections/${body.id}`);
    expect(told).toMatchObject([{ zh: expect.stringMatching(/^样例店有 1 项标价过高。/) }]);
    expect((await auditor.get(`/staff/price-inspections/${body.id}`)).body).toEqual(body);
  });

  it('holds goods without a reference against what shops asked in the week before', async () => {
    expect(await found([cabbage(200)])).toMatchObject([{ as: 'unknown' }]);
    expect(await found([cabbage(250)], { supplierId: 'shop-2' })).toMatchObject([{ as: 'within' }]);
    // Of 200 and 250 the median is 225, and with 30% at most 292.5.
    expect(await found([cabbage(585, { quantity: 1, unit: 'kg' })], { supplierId: 'shop-3' })).toMatchObject([
      { as: 'within', zh: expect.stringContaining('近 7 天 2 家保供点的中位价 ¥4.50 / 1000 克') },
    ]);
    const then = deps.time;
    deps.time = plusMinutes(then, 7 * 1_440 + 1);
    expect(await found([cabbage(900)])).toMatchObject([{ as: 'unknown' }]);
    deps.time = then;
  });

  it('so too an item that has none', async () => {
    const tea = (priceFen: number) => ({ itemId: 'tea', priceFen, per: { quantity: 1, unit: '袋' } });
    expect(await found([tea(1_000)])).toMatchObject([{ as: 'unknown' }]);
    expect(await found([tea(1_301)], { supplierId: 'shop-2' })).toMatchObject([{ as: 'above' }]);
  });

  it.each([
    ['of a shop that is not designated', [cabbage(1)], { supplierId: 'maker' }, ['supplierId']],
    ['before it has happened', [cabbage(1)], { inspectedAt: '2022-05-12T01:00:01Z' }, ['inspectedAt']],
    [
      'of an item that is not there',
      [{ ...cabbage(1), itemId: 'nothing', kind: undefined, name: undefined }],
      {},
      ['lines[0].itemId'],
    ],
    ['of an item and a kind at once', [{ ...cabbage(1), itemId: 'masks' }], {}, ['lines[0].itemId']],
    ['of nothing in particular', [{ ...cabbage(1), name: undefined }], {}, ['lines[0]']],
    ['in a unit that nobody knows', [cabbage(1, { quantity: 1, unit: '捆' })], {}, ['lines[0].per.unit']],
    ['in more than is counted', [cabbage(1, { quantity: 1_000_000_000, unit: '斤' })], {}, ['lines[0].per.quantity']],
    ['of the same twice', [cabbage(1), cabbage(2)], {}, ['lines[1]']],
    ['of nothing', [], {}, ['lines']],
  ])('is refused %s', async (_, lines, of, paths) => {
    const refused = await clerk.post('/staff/price-inspections', seen(lines, of));
    expect(refused.status).toBe(422);
    expect(refused.body).toSatisfy(() => isInChinese(refused));
    expect(refused.body.errors.map((error: { path: string }) => error.path)).toEqual(paths);
  });

  it('is recorded by a clerk or a buyer, and by nobody else', async () => {
    expect((await auditor.post('/staff/price-inspections', seen([cabbage(1)]))).status).toBe(403);
    expect((await auditor.get('/staff/price-inspections/ins_none')).status).toBe(404);
  });
});

describe('the price history of an item', () => {
  it('has its references, offers and inspections, the newest first, beside the ceiling of today', async () => {
    const later = { ...masks, reference: { priceFen: 2_100, perQuantity: 50 } };
    deps.time = plusMinutes(deps.time, 5);
    await headquarters.put('/staff/items/masks', later, 1);
    const { body } = await auditor.get('/staff/prices/masks?limit=200');
    const kinds = body.rows.map(({ from }: { from: { kind: string } }) => from.kind);
    expect(body.rows[0]).toMatchObject({ from: { kind: 'reference', id: '2' }, priceFen: 2_100, perQuantity: 50 });
    expect([kinds.filter((kind: string) => kind === 'reference').length, new Set(kinds)]).toEqual([
      2,
      new Set(['reference', 'offer', 'inspection']),
    ]);
    expect(body.rows.find(({ from }: { from: { kind: string } }) => from.kind === 'offer').landed).toBeDefined();
    expect(body.ceiling).toMatchObject({
      priceFen: 2_730,
      referenceFen: 2_100,
      marginCapPercent: 30,
      marginCapOf: 'policy',
    });
    const first = (await auditor.get('/staff/prices/masks?limit=1')).body;
    const second = (await auditor.get(`/staff/prices/masks?limit=1&cursor=${first.cursor}`)).body;
    expect([...first.rows, ...second.rows]).toEqual(body.rows.slice(0, 2));
  });

  it('gains nothing where another word of the item changes, and says of no reference that there is no ceiling', async () => {
    const count = async () => (await auditor.get('/staff/prices/masks?limit=200')).body.rows.length;
    const before = await count();
    const row = (await auditor.get('/staff/items/masks')).body;
    await headquarters.put('/staff/items/masks', { ...row, spec: 'YY 0469-2010' });
    expect(await count()).toBe(before);
    expect((await auditor.get('/staff/prices/tea')).body).not.toHaveProperty('ceiling');
    expect((await auditor.get('/staff/prices/nothing')).status).toBe(404);
  });
});
