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
const LOST = '\ud800';

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
