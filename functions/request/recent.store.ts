import { getItems, getSite } from '../catalogue/catalogue.store.ts';
import type { Policy } from '../catalogue/policy.ts';
import { countyDay, plusDays, plusMinutes } from '../shared/clock.ts';
import type { Deps } from '../shared/deps.ts';
import { firstSince } from '../shared/ids.ts';
import { keysOf } from '../shared/keys.ts';
import { getAll, indexPage, ofType } from '../shared/table.store.ts';
import { type Line, lineRow } from './line.ts';
import {
  atOnceFen,
  counting,
  covers,
  type Measure,
  type Recent,
  type RecentNeed,
  type SiteAsking,
  wasOverNorm,
} from './recent.ts';
import { type Request, requestRow } from './request.ts';

type Of = Pick<SiteAsking, 'county' | 'siteId'>;

/** How much is looked through, the newest first: lines that wait, and requests. What a site asks five times a day. */
const NEWEST = { lines: 200, requests: 300 };
/** Requests are read so many at a time. */
const PAGE = 100;
/** Twice the longest time that a request may cover, so that what was asked for ahead is found too. */
const LOOK_BACK_DAYS = 60;

/** The lines of a site that wait for something, or have goods; and whether there are more than are looked through. */
const waitingOf = async (deps: Deps, { county, siteId }: Of) => {
  const at = { index: 'GSI2', at: keysOf(county).party(siteId), newestFirst: true } as const;
  const { rows, cursor } = await indexPage(deps, { ...at, beginsWith: 'LINE#', limit: NEWEST.lines });
  return { lines: ofType(lineRow, rows), more: cursor !== undefined };
};

/** The newest requests of a site; and whether there are more, younger than the look-back, than are looked through. */
interface Newest {
  readonly requests: readonly Request[];
  readonly more: boolean;
}

/** What is decided may be taken from the index; what is not may be by now, and is read by key. */
const newestOf = async (deps: Deps, { county, siteId, now }: SiteAsking): Promise<Newest> => {
  const at = { index: 'GSI2', at: keysOf(county).party(siteId), newestFirst: true } as const;
  const since = firstSince('req', plusMinutes(now, -LOOK_BACK_DAYS * 24 * 60));
  const range = { from: `REQ#${since}`, upTo: 'REQ#~' };
  const found: Request[] = [];
  let cursor: string | undefined;
  do {
    const page = await indexPage(deps, { ...at, ...range, limit: PAGE, cursor });
    found.push(...ofType(requestRow, page.rows));
    cursor = page.cursor;
  } while (cursor !== undefined && found.length < NEWEST.requests);
  const undecided = found.filter(({ status }) => status === 'submitted');
  const known = byId([...found, ...(await getAll(deps, requestRow, undecided.map(requestRow.keyOf)))]);
  return { requests: [...known.values()], more: cursor !== undefined };
};

const byId = <T extends { readonly id: string }>(rows: readonly T[]): ReadonlyMap<string, T> =>
  new Map(rows.map((row) => [row.id, row]));

/** What these lines are measured by, by item; without any, which is as a rule, nothing is read. */
const measures = async (deps: Deps, { county, siteId }: Of, lines: readonly Line[]): Promise<Map<string, Measure>> => {
  if (lines.length === 0) return new Map();
  const ids = [...new Set(lines.map(({ itemId }) => itemId))];
  const [site, items] = await Promise.all([getSite(deps, county, siteId), getItems(deps, county, ids)]);
  return new Map([...items].map(([id, item]) => [id, { item, site }]));
};

/**
 * What a site has approved, on the way or received of these items for days that what it asks for now covers too; and of
 * older need what has yet to come. Which lines and requests there are is the index's word, and of those that are decided
 * what it says of them; the rest is read by key.
 */
export const recentNeedOf = async (deps: Deps, asking: SiteAsking, itemIds: readonly string[]): Promise<RecentNeed> =>
  needAmong(deps, asking, itemIds, await newestOf(deps, asking));

const needAmong = async (
  deps: Deps,
  asking: SiteAsking,
  itemIds: readonly string[],
  newest: Newest,
): Promise<RecentNeed> => {
  const keys = keysOf(asking.county);
  const waiting = await waitingOf(deps, asking);
  const recent = newest.requests.filter((one) => one.recipients === asking.recipients && covers(one, asking));
  const live = new Set(waiting.lines.map(({ requestId, n }) => `${requestId} ${n}`));
  const over = recent
    .flatMap(({ id, lines }) => Array.from({ length: lines }, (_, i) => ({ id, n: i + 1 })))
    .filter(({ id, n }) => !live.has(`${id} ${n}`));
  const wanted = waiting.lines.filter(({ itemId }) => itemIds.includes(itemId));
  const undecided = wanted.filter(({ status }) => status === 'submitted');
  const known = byId(newest.requests);
  const [lines, older] = await Promise.all([
    getAll(deps, lineRow, [...over.map(({ id, n }) => keys.requestLine(id, n)), ...undecided.map(lineRow.keyOf)]),
    getAll(
      deps,
      requestRow,
      wanted.flatMap(({ requestId }) => (known.has(requestId) ? [] : keys.request(requestId))),
    ),
  ]);
  const requests = byId([...newest.requests, ...older]);
  const quantities = new Map<string, number>();
  const all = [...byId([...wanted, ...lines]).values()];
  const measured = await measures(
    deps,
    asking,
    all.filter((line) => line.status === 'submitted' && wasOverNorm(line, requests.get(line.requestId))),
  );
  for (const line of all) {
    const { itemId, requestId } = line;
    if (requestId === asking.requestId || !itemIds.includes(itemId)) continue;
    const before = quantities.get(itemId) ?? 0;
    quantities.set(itemId, before + counting(line, requests.get(requestId), asking, measured.get(itemId)));
  }
  // What counts is not the youngest: behind a day's many asks there may be an older one for a month.
  return { quantities, incomplete: waiting.more || newest.more };
};

/** Fen that a site was approved at once in the days that policy has a request cover (定期限), this request's left out. */
const atOnceAmong = (asking: SiteAsking, policy: Policy, { requests }: Newest): number => {
  const since = plusDays(countyDay(asking.now), -policy.approval.coverDays);
  const within = requests.filter(({ at }) => countyDay(at) > since);
  return within.reduce((sum, request) => sum + atOnceFen(request, asking, policy), 0);
};

/** All that an earlier ask of the site adds to this one when the green channel assesses it. */
export const recentOf = async (
  deps: Deps,
  asking: SiteAsking,
  itemIds: readonly string[],
  policy: Policy,
): Promise<Recent> => {
  const newest = await newestOf(deps, asking);
  const need = await needAmong(deps, asking, itemIds, newest);
  return { ...need, atOnceFen: atOnceAmong(asking, policy, newest) };
};

/** Need of a site that is yet to be decided or served; of very much, the newest. */
export const needWaitingAt = async (deps: Deps, county: string, siteId: string): Promise<Line[]> => {
  const waits = ({ status }: Line) => status === 'submitted' || status === 'open';
  const { lines } = await waitingOf(deps, { county, siteId });
  return (await getAll(deps, lineRow, lines.filter(waits).map(lineRow.keyOf))).filter(waits);
};
