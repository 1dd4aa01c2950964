import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { priceRow } from '../prices/price-history.ts';
import { lineRow, openRow } from '../request/line.ts';
import { type Action, insert, replace } from '../shared/actions.ts';
import type { Actor } from '../shared/actor.ts';
import { commit } from '../shared/commit.store.ts';
import type { Deps } from '../shared/deps.ts';
import { type EventView, eventRow, eventViewOf } from '../shared/event.ts';
import { countyKey, type Key, keysOf } from '../shared/keys.ts';
import { type FieldError, notFound, Problem } from '../shared/problem.ts';
import { retrying } from '../shared/retrying.ts';
import type { RowType } from '../shared/row.ts';
import { get, getAll, indexPage, ofType, type Page, partition, partitionPage } from '../shared/table.store.ts';
import { closingFaults, type StillHere } from './closing.ts';
import { countyRow } from './county.ts';
import {
  type Askable,
  askableOf,
  type Item,
  type ItemBody,
  isIssuedTo,
  issueSize,
  itemFaults,
  itemRow,
  itemRuled,
} from './item.ts';
import { DEFAULT_POLICY, type Policy, type PolicyBody, policyFaults, policyInForce, policyRow } from './policy.ts';
import { headquartersOnly } from './ruled.ts';
import { keepsStock, type Site, type SiteBody, siteFaults, siteRow, siteRuled } from './site.ts';
import { type Supplier, type SupplierBody, supplierRow } from './supplier.ts';

/** Which rows of a list, in the order of their ids. */
export interface PageOf {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** A row as it stands after a PUT. */
export interface Put<T> {
  readonly row: T;
  readonly created: boolean;
}

const lister =
  <T>(type: RowType<T>, queue: string) =>
  async (deps: Deps, county: string, page: PageOf): Promise<Page<T>> => {
    const { rows, cursor } = await indexPage(deps, { index: 'GSI1', at: keysOf(county).queue(queue), ...page });
    return { rows: rows.map((row) => type.parse(row)), cursor };
  };

export const listItems = lister(itemRow, 'items');
export const listSites = lister(siteRow, 'sites');
export const listSuppliers = lister(supplierRow, 'suppliers');

/** Where goods are brought whose bringer names no place: the first warehouse in use; none: there is none. */
export const mainWarehouse = async (deps: Deps, county: string): Promise<string | undefined> => {
  for (let cursor: string | undefined; ; ) {
    const page = await listSites(deps, county, { limit: 200, cursor });
    const found = page.rows.find(keepsStock);
    if (found !== undefined || page.cursor === undefined) return found?.id;
    cursor = page.cursor;
  }
};

/** What a site may ask for, page by page; a page may hold fewer than `limit` and still have a successor. */
export const listAskable = async (deps: Deps, county: string, siteId: string, page: PageOf): Promise<Page<Askable>> => {
  const [{ kind }, { rows, cursor }] = await Promise.all([
    getSite(deps, county, siteId),
    listItems(deps, county, page),
  ]);
  return { rows: rows.filter((it) => isIssuedTo(it, kind)).map(askableOf), cursor };
};

const reader =
  <T>(type: RowType<T>, what: 'item' | 'site' | 'supplier') =>
  /** @throws Problem 404 when the county has none of this id. */
  async (deps: Deps, county: string, id: string): Promise<T> => {
    const row = await get(deps, type, keysOf(county)[what](id));
    if (row === undefined) throw notFound(what, id);
    return row;
  };

export const getItem = reader(itemRow, 'item');
export const getSite = reader(siteRow, 'site');
export const getSupplier = reader(supplierRow, 'supplier');

/** Those of the items that exist, by id. */
export const getItems = async (deps: Deps, county: string, ids: readonly string[]): Promise<Map<string, Item>> =>
  new Map((await getAll(deps, itemRow, ids.map(keysOf(county).item))).map((row) => [row.id, row]));

/** Those of the sites that exist, by id. */
export const getSites = async (deps: Deps, county: string, ids: readonly string[]): Promise<Map<string, Site>> =>
  new Map((await getAll(deps, siteRow, ids.map(keysOf(county).site))).map((row) => [row.id, row]));

/** Those of the suppliers that exist, by id. */
export const getSuppliers = async (
  deps: Deps,
  county: string,
  ids: readonly string[],
): Promise<Map<string, Supplier>> =>
  new Map((await getAll(deps, supplierRow, ids.map(keysOf(county).supplier))).map((row) => [row.id, row]));

/** The policy in force; the defaults, as version 0, until headquarters has said otherwise. */
export const getPolicy = async (deps: Deps, county: string): Promise<Policy> =>
  policyInForce(county, await get(deps, policyRow, keysOf(county).policy()));

const pastPolicy = z.object({ policy: z.record(z.string(), z.unknown()) });

/** The policy as a past decision was stamped with it, from the event that put it in force. */
export const getPolicyVersion = async (deps: Deps, county: string, version: number): Promise<Policy> => {
  if (version === 0) return policyInForce(county, undefined);
  const keys = keysOf(county);
  const event = await get(deps, eventRow, keys.event(keys.policy(), version));
  if (event === undefined) throw notFound('policy', `version ${version}`);
  return { ...policyRow.parse(pastPolicy.parse(event.data).policy), version };
};

/** What happened to a row of the catalogue: who changed what, when and why; the newest first. */
const eventsOf = async (deps: Deps, { PK }: Key, page: PageOf): Promise<Page<EventView>> => {
  const { rows, cursor } = await partitionPage(deps, PK, 'EVENT#', { ...page, newestFirst: true });
  return { rows: ofType(eventRow, rows).map(eventViewOf), cursor };
};

/** @throws Problem 404 when the county has no such row. */
export const listEvents = async (
  deps: Deps,
  county: string,
  of: { readonly what: 'item' | 'site' | 'supplier' | 'fund'; readonly id: string },
  page: PageOf,
): Promise<Page<EventView>> => {
  const { rows, cursor } = await eventsOf(deps, keysOf(county)[of.what](of.id), page);
  if (rows.length === 0 && page.cursor === undefined) throw notFound(of.what, of.id);
  return { rows, cursor };
};

/** None while the defaults are in force. */
export const listPolicyEvents = (deps: Deps, county: string, page: PageOf): Promise<Page<EventView>> =>
  eventsOf(deps, keysOf(county).policy(), page);

/** What a change says of itself: the version it was made on, and why it is made. */
export interface Change {
  readonly madeOn?: number | undefined;
  readonly reason?: string | undefined;
}

/** What is peculiar to PUT one kind of row. */
export interface Kind<T> {
  readonly type: RowType<T>;
  readonly name: string;
  readonly faults: (next: T, before: T | undefined) => readonly FieldError[];
  /** What only headquarters sets, by field. */
  readonly ruled?: (row: T) => Readonly<Record<string, unknown>>;
  /** What was in force before there was a row. */
  readonly initial?: T;
  /** What the row counts and nobody says of it: stays as it is. */
  readonly counted?: (before: T) => Partial<T>;
  readonly data: (next: T, before: T | undefined) => Readonly<Record<string, unknown>>;
  /** Throws where other rows stand against the change. */
  readonly permit?: (next: T, before: T) => Promise<void>;
  /** What is written with it: `before` is as it was, where there was one. */
  readonly beside?: (next: T, before: T | undefined, now: string) => Promise<readonly Action[]> | readonly Action[];
}

/** @throws Problem 403 `headquarters-only` with the fields. */
const demandHeadquarters = <T>(actor: Actor, { ruled, name }: Kind<T>, next: T, before: T | undefined): void => {
  const moved = ruled === undefined ? [] : headquartersOnly(actor, ruled, next, before);
  if (moved.length === 0) return;
  if (before === undefined)
    throw new Problem(
      403,
      'headquarters-only',
      `${name}s are added by headquarters: what they are decides who gets what.`,
    );
  throw new Problem(
    403,
    'headquarters-only',
    'Some of this decides who comes first, what the norm is or what is approved at once: headquarters sets it.',
    moved,
  );
};

/**
 * Puts a catalogue row. A repeat changes nothing; a change must name the version it was made on, so that two people
 * editing at once cannot undo each other's work unseen.
 *
 * @throws Problem 422 with field paths; 403 `headquarters-only`; 409 `changed-meanwhile` telling the present version,
 * or as `permit` says.
 */
export const putRow = <T extends { version: number }>(
  deps: Deps,
  actor: Actor,
  kind: Kind<T>,
  said: T,
  { madeOn, reason }: Change,
): Promise<Put<T>> =>
  retrying(async () => {
    const of = kind.type.keyOf(said);
    const stored = await get(deps, kind.type, of);
    const before = stored ?? kind.initial;
    const next = { ...said, ...(before && kind.counted?.(before)) };
    const faults = kind.faults(next, before);
    if (faults.length > 0) throw new Problem(422, 'invalid', 'The parts of this do not fit together.', faults);
    const version = before?.version ?? 0;
    if (before !== undefined && isDeepStrictEqual({ ...next, version }, before)) return { row: before, created: false };
    demandHeadquarters(actor, kind, next, before);
    if (stored === undefined ? madeOn !== undefined && madeOn !== version : madeOn !== version)
      throw new Problem(409, 'changed-meanwhile', presently(stored?.version, madeOn), [], { key: of, since: madeOn });
    const created = stored === undefined;
    if (!created) await kind.permit?.(next, stored);
    const now = deps.clock.now();
    await commit(deps, {
      actor,
      now,
      actions: [
        created ? insert(kind.type, { ...next, version: 1 }) : replace(kind.type, { ...next, version }),
        ...((await kind.beside?.(next, stored, now)) ?? []),
      ],
      news: [
        {
          of,
          version: version + 1,
          name: `${kind.name}${created ? 'Added' : 'Changed'}`,
          reason,
          data: kind.data(next, before),
        },
      ],
    });
    return { row: { ...next, version: version + 1 }, created };
  });

const presently = (version: number | undefined, madeOn: number | undefined): string =>
  version === undefined
    ? `There is no version ${madeOn} of this: it does not exist yet. Leave the version out to create it.`
    : `This is at version ${version}${madeOn === undefined ? '' : `, not ${madeOn}`}. Read it, then repeat with If-Match: "${version}".`;

/** Only the fields that changed, each with what it was. */
export const changes = <T extends object>(next: T, before: T | undefined): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries({ ...before, ...next }).flatMap(([name]) => {
      const [was, is] = [before, next].map((row) => (row === undefined ? undefined : Reflect.get(row, name)));
      return name === 'version' || name === 'county' || isDeepStrictEqual(was, is) ? [] : [[name, { was, is }]];
    }),
  );

/** Requests named to whoever has to wait for them. */
const MAX_NAMED = 5;

/**
 * Open need is in whole issue units: of another size, what does not make a whole one would never be issued, and the line
 * never closed.
 *
 * @throws Problem 409 `need-open`.
 */
const keepIssueUnit = async (deps: Deps, next: Item, before: Item): Promise<void> => {
  if (issueSize(next) === issueSize(before)) return;
  const keys = keysOf(next.county);
  const pointers = ofType(openRow, await partition(deps, keys.item(next.id).PK, 'OPEN#'));
  const lines = await getAll(
    deps,
    lineRow,
    pointers.map(({ requestId, n }) => keys.requestLine(requestId, n)),
  );
  const open = lines.filter(({ status }) => status === 'open').map(({ requestId }) => requestId);
  if (open.length === 0) return;
  const named = `${open.slice(0, MAX_NAMED).join(', ')}${open.length > MAX_NAMED ? ' …' : ''}`;
  throw new Problem(
    409,
    'need-open',
    `${open.length} need lines are open in whole ${before.issueUnit} of ${issueSize(before)}. Wait until they are served or cancelled, or add another item.`,
    [{ path: 'issueUnit', message: `Needed by ${named}.` }],
  );
};

/** What prices are held against is itself part of their history, from the change on. */
const referenceSet = ({ county, id, reference }: Item, before: Item | undefined, now: string): Action[] => {
  if (reference === undefined || isDeepStrictEqual(reference, before?.reference)) return [];
  const from = { kind: 'reference' as const, id: String((before?.version ?? 0) + 1) };
  return [insert(priceRow, { county, itemId: id, when: now, from, ...reference })];
};

export const putItem = (
  deps: Deps,
  actor: Actor,
  id: string,
  body: ItemBody,
  change: Change = {},
): Promise<Put<Item>> =>
  putRow(
    deps,
    actor,
    {
      ...{ type: itemRow, name: 'Item', faults: itemFaults, ruled: itemRuled, data: changes },
      permit: (next, before) => keepIssueUnit(deps, next, before),
      beside: referenceSet,
    },
    { ...body, county: actor.county, id, version: 0 },
    change,
  );

/** Looks at what is still at a site: kept by stock and requests, and handed in by whoever composes them. */
export type StillAt = (deps: Deps, site: Site) => Promise<StillHere>;

export const putSite = (
  deps: Deps & { readonly stillAt: StillAt },
  actor: Actor,
  id: string,
  body: SiteBody,
  change: Change = {},
): Promise<Put<Site>> =>
  putRow(
    deps,
    actor,
    {
      type: siteRow,
      name: 'Site',
      faults: siteFaults,
      ruled: siteRuled,
      permit: async (next, before) => {
        const left = before.active && !next.active ? closingFaults(await deps.stillAt(deps, before)) : [];
        if (left.length > 0) throw new Problem(409, 'still-in-use', 'This is still in use; clear it first.', left);
      },
      data: changes,
      // Written once a county, not once a site: one row that all sites write would make them wait for each other.
      beside: async (_next, before) => {
        const key = countyKey(actor.county);
        if (before !== undefined || (await get(deps, countyRow, key)) !== undefined) return [];
        const row = countyRow.store({ county: actor.county });
        return [{ kind: 'put', key, row, refuse: () => new Error('An unconditional write was refused') }];
      },
    },
    { ...body, county: actor.county, id, version: 0 },
    change,
  );

export const putSupplier = (
  deps: Deps,
  actor: Actor,
  id: string,
  body: SupplierBody,
  change: Change = {},
): Promise<Put<Supplier>> =>
  putRow(
    deps,
    actor,
    { type: supplierRow, name: 'Supplier', faults: () => [], data: changes },
    { ...body, county: actor.county, id, version: 0 },
    change,
  );

/** Every version stays readable: its event carries the whole policy. */
export const putPolicy = (deps: Deps, actor: Actor, body: PolicyBody, change: Change = {}): Promise<Put<Policy>> =>
  putRow(
    deps,
    actor,
    {
      type: policyRow,
      name: 'Policy',
      faults: policyFaults,
      initial: { ...DEFAULT_POLICY, county: actor.county, version: 0 },
      data: (next) => ({ policy: policyRow.store(next) }),
    },
    { ...body, county: actor.county, version: 0 },
    change,
  );
