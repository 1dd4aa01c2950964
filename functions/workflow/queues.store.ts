import type { Level } from '../approval/approval.ts';
import { getSites } from '../catalogue/catalogue.store.ts';
import type { Deps } from '../shared/deps.ts';
import { mapEach } from '../shared/each.ts';
import { keysOf } from '../shared/keys.ts';
import { badCursor, indexPage, type Page } from '../shared/table.store.ts';
import { KINDS, kinds } from './kinds.ts';
import {
  atLevel,
  byPressing,
  pressing,
  QUEUES,
  type QueueCount,
  type QueueName,
  type QueueRow,
  type Standing,
  standing,
  worklistsOf,
  workQueue,
} from './queues.ts';

type Raw = Record<string, unknown>;

/** Rows of one worklist that are looked at: more than a county's staff works through in days. */
const LOOKED_AT = 500;

/** The first rows of a worklist, what is due first coming first, and whether there are more. */
const firstOf = async (deps: Deps, at: string): Promise<{ readonly rows: readonly Raw[]; readonly more: boolean }> => {
  const rows: Raw[] = [];
  let cursor: string | undefined;
  do {
    const page = await indexPage(deps, { index: 'GSI1', at, limit: LOOKED_AT - rows.length, cursor });
    rows.push(...page.rows);
    cursor = page.cursor;
  } while (cursor !== undefined && rows.length < LOOKED_AT);
  return { rows, more: cursor !== undefined };
};

/** A row of the index as it stands in a queue; none: it does not, or it cannot be read, which is logged. */
const standingOf = (deps: Deps, name: QueueName, raw: Raw, now: string): Standing | undefined => {
  const kind = KINDS.find((one) => one === raw['type']);
  if (kind === undefined) return undefined;
  try {
    return standing(workQueue(name), kind, kinds[kind].row.parse(raw), now);
  } catch (error) {
    deps.log.error('ROW-UNREADABLE', error, { PK: raw['PK'], SK: raw['SK'] });
    return undefined;
  }
};

/** What stands in a queue, the most pressing first; `more`: there is more than was looked at. */
const lookAt = async (
  deps: Deps,
  county: string,
  name: QueueName,
): Promise<{ readonly rows: readonly Standing[]; readonly more: boolean }> => {
  const now = deps.clock.now();
  const found = await mapEach(worklistsOf(workQueue(name)), (worklist) =>
    firstOf(deps, keysOf(county).queue(worklist)),
  );
  const rows = found.flatMap((list) => list.rows.flatMap((raw) => standingOf(deps, name, raw, now) ?? []));
  return { rows: rows.toSorted(byPressing), more: found.some((list) => list.more) };
};

export interface QueueQuery {
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly level?: Level | undefined;
}

/** @throws Problem 400 `bad-cursor`. */
const placeOf = (cursor: string): string => {
  const place = Buffer.from(cursor, 'base64url').toString();
  if (!/^[01]#[123]#[^#]+#[^#]+#[^#]+$/.test(place)) throw badCursor();
  return place;
};

/** The rows with their sites by name. */
const named = async (deps: Deps, county: string, rows: readonly Standing[]): Promise<QueueRow[]> => {
  const ids = rows.flatMap(({ siteId }) => siteId ?? []);
  const sites = await getSites(deps, county, ids);
  return rows.map(({ siteId, ...row }) => {
    if (siteId === undefined) return row;
    const { nameZh = siteId, nameEn = siteId } = sites.get(siteId) ?? {};
    return { ...row, site: { id: siteId, nameZh, nameEn } };
  });
};

/**
 * A page of a work queue, the most pressing first. It is sorted anew for each page: what has become more pressing
 * meanwhile is on the first. `more`: there is more than was looked at.
 *
 * @throws Problem 400 `bad-cursor`.
 */
export const listQueue = async (
  deps: Deps,
  county: string,
  name: QueueName,
  { limit, cursor, level }: QueueQuery,
): Promise<Page<QueueRow> & { readonly more: boolean }> => {
  const after = cursor === undefined ? '' : placeOf(cursor);
  const { rows, more } = await lookAt(deps, county, name);
  const rest = atLevel(rows, level).filter((row) => pressing(row) > after);
  const page = rest.slice(0, limit);
  const last = page.at(-1);
  const isLast = rest.length <= limit || last === undefined;
  return {
    rows: await named(deps, county, page),
    more,
    ...(!isLast && { cursor: Buffer.from(pressing(last)).toString('base64url') }),
  };
};

/** Counted up to here: beyond, how many more there are makes no difference to what is done next. */
const COUNTED = 200;

/** Every work queue with how much stands in it, and how much of that is overdue. */
export const countQueues = (deps: Deps, county: string): Promise<QueueCount[]> =>
  mapEach(Object.keys(QUEUES) as QueueName[], async (name) => {
    const { rows, more } = await lookAt(deps, county, name);
    const { zh, en } = workQueue(name);
    const late = rows.filter(({ overdue }) => overdue).length;
    const [count, overdue] = [Math.min(rows.length, COUNTED), Math.min(late, COUNTED)];
    return { name, zh, en, count, overdue, more: more || rows.length > COUNTED };
  });
