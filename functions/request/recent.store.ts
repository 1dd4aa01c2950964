import type { Policy } from '../catalogue/policy.ts';
import { countyDay, plusMinutes } from '../shared/clock.ts';
import type { Deps } from '../shared/deps.ts';
import { keysOf } from '../shared/keys.ts';
import { getAll, indexPage, ofType } from '../shared/table.store.ts';
import { type Line, lineRow } from './line.ts';
import { atOnceFen, counting, covers, type Recent, type RecentNeed, type SiteAsking } from './recent.ts';
import { type Request, requestRow } from './request.ts';

/** How much is looked through, the newest first: what is not over, what is, and requests. What a site asks in weeks. */
const NEWEST = { waiting: 200, over: 100, requests: 100 };

/** A site's newest lines from the index, those that are not over and those that are; `oldest` where there are more. */
const indexed = async (deps: Deps, county: string, siteId: string) => {
  const at = keysOf(county).party(siteId);
  const page = (beginsWith: string, limit: number) =>
    indexPage(deps, { index: 'GSI2', at, beginsWith, limit, newestFirst: true });
  const [waiting, over] = await Promise.all([page('OPEN#', NEWEST.waiting), page('LINE#', NEWEST.over)]);
  const lines = ofType(lineRow, [...waiting.rows, ...over.rows]);
  return { lines, tooMany: waiting.cursor !== undefined, oldest: over.cursor === undefined ? undefined : lines.at(-1) };
};

const byId = <T extends { readonly id: string }>(rows: readonly T[]): ReadonlyMap<string, T> =>
  new Map(rows.map((row) => [row.id, row]));

const requestsOf = async (deps: Deps, lines: readonly Line[]): Promise<ReadonlyMap<string, Request>> =>
  byId(
    await getAll(
      deps,
      requestRow,
      lines.map(({ county, requestId }) => keysOf(county).request(requestId)),
    ),
  );

/**
 * What a site has approved, on the way or received of these items for days that what it asks for now covers too. Which
 * lines there are is the index's word; what they say is read strongly.
 */
export const recentNeedOf = async (
  deps: Deps,
  { county, siteId, ...asking }: SiteAsking,
  itemIds: readonly string[],
): Promise<RecentNeed> => {
  const { lines: all, tooMany, oldest } = await indexed(deps, county, siteId);
  const wanted = all.filter(({ itemId, requestId }) => itemIds.includes(itemId) && requestId !== asking.requestId);
  const [lines, requests] = await Promise.all([
    getAll(deps, lineRow, wanted.map(lineRow.keyOf)),
    requestsOf(deps, oldest === undefined ? wanted : [...wanted, oldest]),
  ]);
  const quantities = new Map<string, number>();
  for (const line of byId(lines).values())
    quantities.set(
      line.itemId,
      (quantities.get(line.itemId) ?? 0) + counting(line, requests.get(line.requestId), asking),
    );
  const last = oldest && requests.get(oldest.requestId);
  return { quantities, incomplete: tooMany || (last !== undefined && covers(last, asking)) };
};

/** Fen that a site was approved at once in the days that policy has a request cover (定期限), this request's left out. */
const atOnceOf = async (
  deps: Deps,
  { county, siteId, now, requestId }: SiteAsking,
  { approval: { coverDays } }: Policy,
): Promise<{ readonly fen: number; readonly incomplete: boolean }> => {
  const at = keysOf(county).party(siteId);
  const page = await indexPage(deps, {
    index: 'GSI2',
    at,
    beginsWith: 'REQ#',
    limit: NEWEST.requests,
    newestFirst: true,
  });
  const since = countyDay(plusMinutes(now, -coverDays * 24 * 60));
  const found = ofType(requestRow, page.rows).filter(({ at: asked }) => countyDay(asked) > since);
  const requests = await getAll(deps, requestRow, found.map(requestRow.keyOf));
  return {
    fen: requests.reduce((sum, request) => sum + atOnceFen(request, { requestId }), 0),
    incomplete: page.cursor !== undefined && found.length === page.rows.length,
  };
};

/** All that an earlier ask of the site adds to this one when the green channel assesses it. */
export const recentOf = async (
  deps: Deps,
  asking: SiteAsking,
  itemIds: readonly string[],
  policy: Policy,
): Promise<Recent> => {
  const [need, atOnce] = await Promise.all([recentNeedOf(deps, asking, itemIds), atOnceOf(deps, asking, policy)]);
  return { ...need, atOnceFen: atOnce.fen, incomplete: need.incomplete || atOnce.incomplete };
};

/** Need of a site that is yet to be decided or served. */
export const needWaitingAt = async (deps: Deps, county: string, siteId: string): Promise<Line[]> => {
  const { lines } = await indexed(deps, county, siteId);
  const waits = ({ status }: Line) => status === 'submitted' || status === 'open';
  return (await getAll(deps, lineRow, lines.filter(waits).map(lineRow.keyOf))).filter(waits);
};
