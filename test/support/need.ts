import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { type Item, itemBody, itemRow } from '../../functions/catalogue/item.ts';
import { DEFAULT_POLICY, type Policy } from '../../functions/catalogue/policy.ts';
import { type Site, siteBody, siteRow } from '../../functions/catalogue/site.ts';
import type { Consignment } from '../../functions/delivery/consignment.ts';
import { type Line, lineRow } from '../../functions/request/line.ts';
import { type Request, requestRow } from '../../functions/request/request.ts';
import type { Actor, Role } from '../../functions/shared/actor.ts';
import type { Deps } from '../../functions/shared/deps.ts';
import { eventRow } from '../../functions/shared/event.ts';
import { keysOf } from '../../functions/shared/keys.ts';
import type { Once } from '../../functions/shared/once.ts';
import type { RowType } from '../../functions/shared/row.ts';
import { get, ofType, partition } from '../../functions/shared/table.store.ts';

/** A small county: what requests are made of. */
export const COUNTY = '632323';
export const keys = keysOf(COUNTY);
export const NOW = '2022-05-12T01:00:00.000Z';
export const POLICY: Policy = { ...DEFAULT_POLICY, county: COUNTY, version: 7 };

export const who = (sub: string, ...roles: Role[]): Actor => ({ sub, county: COUNTY, roles });
export const clerk = who('clerk-1', 'clerk');
export const approver = who('approver-1', 'approver');
export const chief = who('chief-1', 'headquarters');

let count = 0;
/** A fresh command: nobody sent this key before. */
export const anew = (subject = 'clerk-1'): Once => {
  count += 1;
  return { subject, route: 'POST /staff/requests', key: `key-${count}`, bodyHash: 'h' };
};

/** Masks: 50 in a box, 500 in a case; one mask a person a day in tier 1, one in two days for others; 1 yuan each. */
export const mask = (changes: Partial<Item> = {}): Item => ({
  ...itemBody.parse({
    nameZh: '医用外科口罩',
    nameEn: 'surgical mask',
    category: '2010100',
    baseUnit: 'piece',
    units: { 盒: 50, 箱: 500 },
    issueUnit: '盒',
    norms: { tier1: { quantity: 1, days: 1 }, tier2: { quantity: 1, days: 2 }, tier3: { quantity: 1, days: 2 } },
    reference: { priceFen: 100, perQuantity: 1 },
  }),
  county: COUNTY,
  id: 'mask',
  version: 1,
  ...changes,
});

export const checkpoint = (changes: Partial<Site> = {}): Site => ({
  ...siteBody.parse({
    nameZh: '县界卡点',
    nameEn: 'county-border checkpoint',
    kind: 'checkpoint',
    township: 'Zequ',
    people: { post: 100, vulnerable: 0, residents: 0 },
    leadMinutes: 40,
  }),
  county: COUNTY,
  id: 'checkpoint-1',
  version: 1,
  ...changes,
});

export const village = (changes: Partial<Site> = {}): Site =>
  checkpoint({
    id: 'village-1',
    nameZh: '第一村',
    nameEn: 'village 1',
    kind: 'village',
    people: { post: 10, vulnerable: 50, residents: 600 },
    ...changes,
  });

/** As stores read the catalogue: by id. */
export const byId = <T extends { readonly id: string }>(...rows: T[]): ReadonlyMap<string, T> =>
  new Map(rows.map((row) => [row.id, row]));

/** A row as it stands in the table, put there without a command. */
export const put = async <T>(deps: Deps, type: RowType<T>, row: T): Promise<T> => {
  await deps.dynamo.send(new PutCommand({ TableName: deps.table, Item: type.store(row) }));
  return row;
};

export const furnish = async (deps: Deps): Promise<void> => {
  await put(deps, itemRow, mask());
  await put(deps, siteRow, checkpoint());
  await put(deps, siteRow, village());
};

let posts = 0;
/** Another checkpoint like the first, which has asked for nothing yet. */
export const freshPost = async (deps: Deps): Promise<string> => {
  posts += 1;
  return (await put(deps, siteRow, checkpoint({ id: `fresh-post-${posts}` }))).id;
};

export const aRequest = (changes: Partial<Request> = {}): Request => ({
  county: COUNTY,
  id: 'req_1',
  version: 1,
  status: 'submitted',
  attempt: 1,
  dueAt: '2022-05-12T01:30:00.000Z',
  siteId: 'checkpoint-1',
  siteKind: 'checkpoint',
  recipients: 'post',
  tier: 1,
  needBy: '2022-05-13T01:00:00.000Z',
  coverDays: 3,
  reason: 'stock runs out tonight',
  lines: 1,
  estimatedFen: 30_000,
  odd: [],
  askedBy: 'clerk-1',
  at: NOW,
  referral: [],
  reminders: 0,
  ...changes,
});

export const aLine = (changes: Partial<Line> = {}): Line => {
  const n = changes.n ?? 1;
  const requestId = changes.requestId ?? 'req_1';
  return {
    county: COUNTY,
    id: `${requestId}.${String(n).padStart(2, '0')}`,
    requestId,
    n,
    version: 1,
    status: 'submitted',
    itemId: 'mask',
    siteId: 'checkpoint-1',
    siteKind: 'checkpoint',
    tier: 1,
    needBy: '2022-05-13T01:00:00.000Z',
    asked: { quantity: 6, unit: '盒' },
    quantity: 300,
    approved: 0,
    holds: [],
    dispatched: 0,
    received: 0,
    rationale: 0,
    division: 0,
    ...changes,
  };
};

export const aConsignment = (changes: Partial<Consignment> = {}): Consignment => ({
  county: COUNTY,
  id: 'con_1',
  version: 1,
  status: 'planned',
  attempt: 1,
  dueAt: '2022-05-12T02:00:00.000Z',
  fromId: 'warehouse',
  toId: 'checkpoint-1',
  tier: 1,
  at: NOW,
  openedBy: 'system',
  lines: 1,
  reminders: 0,
  ...changes,
});

/** A request with its lines as they now stand, and the names of its events. */
export const stored = async (deps: Deps, id: string) => {
  const rows = await partition(deps, keys.request(id).PK);
  const request = await get(deps, requestRow, keys.request(id));
  if (request === undefined) throw new Error(`No request ${id}`);
  return { request, lines: ofType(lineRow, rows), events: ofType(eventRow, rows).map(({ name }) => name) };
};
