import { beforeAll, describe, expect, it } from 'vitest';
import { pointApp } from '../../functions/api/point.handler.ts';
import { staffApp } from '../../functions/api/staff.handler.ts';
import { requestRow } from '../../functions/request/request.ts';
import { insert } from '../../functions/shared/actions.ts';
import { commit } from '../../functions/shared/commit.store.ts';
import request from '../fixtures/v1/request.json' with { type: 'json' };
import { actor, addItem, COUNTY, openCounty } from '../stock/county.ts';
import { callerOf, type Reply, testVerify } from '../support/caller.ts';
import { useTable } from '../support/table.ts';

const deps = useTable();
type Caller = ReturnType<typeof callerOf>;
let [staff, point, auditor] = [] as unknown as [Caller, Caller, Caller];

const pathsOf = ({ body }: Reply): string[] => body.errors.map(({ path }: { path: string }) => path);
const LOST = '口\ud800';

beforeAll(async () => {
  const office = staffApp(deps, testVerify);
  staff = callerOf(office, { roles: ['clerk', 'headquarters', 'storekeeper', 'approver'] });
  auditor = callerOf(office, { roles: ['auditor'] });
  point = callerOf(pointApp(deps, testVerify), { roles: ['point'], siteId: 'village' });
  await openCounty(deps);
  await addItem(deps, 'gown');
  const { now } = deps.clock;
  for (const id of ['req_a', 'req_b'])
    await commit(deps, {
      ...{ actor, now: now(), news: [] },
      actions: [insert(requestRow, { ...requestRow.parse(request), county: COUNTY, id, siteId: 'village' })],
    });
});

describe('a cursor', () => {
  const encoded = (key: unknown): string => Buffer.from(JSON.stringify(key)).toString('base64url');
  /** Everything that a key of the list is not, though it names the right partition. */
  const tampered = (index: string, good: Record<string, unknown>): string[] => {
    const { SK, ...short } = good;
    return [
      ...[short, { ...good, more: 'x' }, { ...good, SK: 1 }, { ...good, SK: null }, { ...good, SK: '' }].map(encoded),
      ...[
        { ...good, SK: 'x'.repeat(1025) },
        { ...good, [`${index}SK`]: [] },
        { ...good, [`${index}PK`]: 'x' },
      ].map(encoded),
      ...[encoded([good]), encoded(null), 'nonsense', ''],
    ];
  };

  it.each([
    ['/staff/items?limit=1', 'GSI1', 'staff'],
    ['/staff/sites?limit=1', 'GSI1', 'staff'],
    ['/staff/stock?limit=1', 'GSI1', 'staff'],
    ['/staff/reconciliation?limit=1', 'GSI1', 'staff'],
    ['/staff/requests?limit=1&siteId=village', 'GSI2', 'staff'],
    ['/point/requests?limit=1', 'GSI2', 'point'],
  ] as const)('of %s that was tampered with is none', async (path, index, who) => {
    const caller = who === 'staff' ? staff : point;
    const { cursor } = (await caller.get(path)).body;
    const good = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    expect((await caller.get(`${path}&cursor=${cursor}`)).status).toBe(200);
    for (const bad of tampered(index, good))
      expect([bad, await caller.get(`${path}&cursor=${bad}`)]).toMatchObject([
        bad,
        { status: 400, body: { title: 'bad-cursor' } },
      ]);
  });

  it('of several queues that was tampered with is none', async () => {
    const { cursor } = (await staff.get('/staff/requests?limit=1')).body;
    const [queue, inside] = cursor.split('.');
    expect((await staff.get(`/staff/requests?limit=1&cursor=${cursor}`)).status).toBe(200);
    expect((await staff.get(`/staff/consignments?limit=1&cursor=failed.`)).status).toBe(200);
    const good = JSON.parse(Buffer.from(inside, 'base64url').toString());
    const bad = tampered('GSI1', good).filter((text) => text !== '');
    for (const text of [...bad.map((one) => `${queue}.${one}`), `${cursor}.`, queue, '', '.', 'nowhere.'])
      expect([text, (await staff.get(`/staff/requests?limit=1&cursor=${text}`)).status]).toEqual([text, 400]);
    const key = { ...good, GSI1PK: `C#${COUNTY}#QUEUE#consignment.failed` };
    for (const text of tampered('GSI1', key).filter((one) => one !== ''))
      expect((await staff.get(`/staff/consignments?cursor=failed.${text}`)).status).toBe(400);
    expect((await point.get(`/point/consignments?cursor=${encoded(key)}`)).status).toBe(400);
    // A key of the same partition, and not of this list.
    const other = encoded({ PK: 'x', SK: 'x', GSI2PK: `C#${COUNTY}#PARTY#village`, GSI2SK: 'REQ#x' });
    expect((await point.get(`/point/consignments?cursor=${other}`)).status).toBe(400);
  });
});

describe('words', () => {
  const item = { nameZh: '口罩', nameEn: 'Mask', category: '2', baseUnit: 'piece', units: { 盒: 50 }, issueUnit: '盒' };
  const put = (change: object) => staff.put('/staff/items/odd', { ...item, ...change });
  const receive = (change: object, line: object = {}) => {
    const lines = [{ itemId: 'mask', quantity: 1, unit: '盒', ...line }];
    return staff.post('/staff/stock-receipts', {
      ...{ source: 'existing', placeId: 'warehouse', document: 'P-1', lines, ...change },
    });
  };

  it.each([
    ['half of a character', LOST],
    ['what is left of lost bytes', '口\ufffd'],
    ['nothing that can be seen', '\u200b\u200d'],
    ['a filler', '\u3164'],
    ['a control character', 'a\u0000b'],
    ['two lines', 'a\nb'],
  ])('are not %s', async (_what, words) => {
    for (const [reply, path] of [
      [await put({ nameZh: words }), 'nameZh'],
      [await put({ units: { 盒: 50, [words]: 5 } }), `units.${words}`],
      [await receive({ document: words }), 'document'],
      [await receive({}, { lotNo: words }), 'lines[0].lotNo'],
      [await staff.post('/staff/requests/req_a/cancel', { reason: words }), 'reason'],
    ] as const)
      expect([reply.status, pathsOf(reply)]).toEqual([422, [path]]);
  });

  let written = 0;
  it.each([['䶮𠮷村'], ['རྩེ་ཁོག'], ['“甲” — 2 号'], ['👨‍👩‍👧']])('are whatever people write: %s', async (words) => {
    written += 1;
    const reply = await staff.put(`/staff/items/written-${written}`, { ...item, nameZh: words });
    expect([reply.status, reply.body.nameZh]).toEqual([201, words]);
  });

  it.each([
    ['what every object has', { constructor: 5 }, 'units.constructor'],
    ['another of those', { toString: 5 }, 'units.toString'],
    ['a name between blanks, which would be another’s', { 盒: 50, ' 盒': 40 }, 'units. 盒'],
    ['more units than anything is packed in', Object.fromEntries([...Array(21)].map((_, n) => [`u${n}`, 5])), 'units'],
  ])('of a unit are not %s', async (_what, units, path) => {
    const reply = await put({ units: { 盒: 50, ...units } });
    expect([reply.status, pathsOf(reply)]).toEqual([422, [path]]);
  });

  it('of a unit are not the one name that vanishes', async () => {
    const reply = await staff.send('PUT', '/staff/items/odd', '{"units":{"盒":50,"__proto__":5}}', {
      'content-type': 'application/json',
    });
    expect([reply.status, pathsOf(reply)]).toEqual([422, ['__proto__']]);
  });

  it('that are keys have a bound', async () => {
    const sites = (siteId: string) => receive({}, { designation: { to: 'sites', siteIds: [siteId] } });
    for (const siteId of ['x'.repeat(3000), '', LOST])
      expect(pathsOf(await sites(siteId))).toEqual(['lines[0].designation.siteIds[0]']);
    // Each of these sixty is eighteen letters when it is written out.
    expect(pathsOf(await receive({ document: 'ﷺ'.repeat(60) }))).toEqual(['document']);
    expect((await receive({ document: '㎏'.repeat(60) })).status).toBe(201);
  });
});

describe('a number in a query', () => {
  it.each(['', '0x0', '1e2', ' 1', '1 ', '+1', '01', '1.0', '-0', '٣'])('is not "%s"', async (text) => {
    for (const [path, name] of [
      ['/staff/policy', 'version'],
      ['/staff/items', 'limit'],
    ] as const) {
      const reply = await staff.get(`${path}?${name}=${encodeURIComponent(text)}`);
      expect([reply.status, new Set(pathsOf(reply))]).toEqual([422, new Set([name])]);
    }
  });
});

describe('a command that takes no body', () => {
  it('refuses one, once the caller may use it at all', async () => {
    const picking = '/staff/consignments/con_x/picking';
    const json = { 'content-type': 'application/json' };
    expect(await staff.post(picking, { nonsense: [1] })).toMatchObject({
      ...{ status: 422, body: { title: 'invalid', errors: [{ path: 'nonsense' }] } },
    });
    expect((await staff.send('POST', picking, '[1]', json)).status).toBe(422);
    expect((await staff.send('POST', picking, 'nonsense', { 'content-type': 'text/plain' })).status).toBe(400);
    for (const body of ['', '{}'])
      expect((await staff.send('POST', picking, body, json)).body.title).toBe('unknown-consignment');
    expect((await auditor.post(picking, { nonsense: [1] })).status).toBe(403);
  });
});
