import { getItems, getPolicy, getSite, getSites } from '../catalogue/catalogue.store.ts';
import type { Tier } from '../catalogue/policy.ts';
import type { Deps } from '../shared/deps.ts';
import { eventRow } from '../shared/event.ts';
import { keysOf } from '../shared/keys.ts';
import { notFound } from '../shared/problem.ts';
import { ofType, type Page, partition } from '../shared/table.store.ts';
import { listByParty, listByQueue, type WorklistQuery } from '../workflow/worklist.store.ts';
import { type Line, lineRow } from './line.ts';
import { type RequestStatus, requestRow, requestStatus } from './request.ts';
import { type RequestSummary, type RequestView, summaryOf, viewOf } from './view.ts';

/** Reads why a claim was given what it was: kept by allocation, handed in by whoever composes the two. */
export type Why = (
  county: string,
  itemId: string,
  division: number,
  claim: { readonly siteId: string; readonly tier: Tier },
) => Promise<unknown>;

/** Everything about one request. @throws Problem 404 `unknown-request`. */
export const viewRequest = async (
  deps: Deps & { readonly why: Why },
  county: string,
  id: string,
): Promise<RequestView> => {
  const rows = await partition(deps, keysOf(county).request(id).PK);
  const request = ofType(requestRow, rows)[0];
  if (request === undefined) throw notFound('request', id);
  const lines = ofType(lineRow, rows);
  const [sites, policy, items, reasons] = await Promise.all([
    getSites(deps, county, [request.siteId]),
    getPolicy(deps, county),
    getItems(
      deps,
      county,
      lines.map(({ itemId }) => itemId),
    ),
    Promise.all(lines.map(async (line) => [line.n, await whyOf(deps, line)] as const)),
  ]);
  const rationales = new Map(reasons);
  return viewOf(
    { request, lines, events: ofType(eventRow, rows) },
    { site: sites.get(request.siteId), items, policy, rationale: ({ n }) => rationales.get(n) },
    deps.clock.now(),
  );
};

const whyOf = async ({ why }: { readonly why: Why }, line: Line): Promise<unknown> =>
  line.rationale === 0
    ? undefined
    : why(line.county, line.itemId, line.rationale, { siteId: line.siteId, tier: line.tier });

export type RequestQuery = WorklistQuery<RequestStatus> & { readonly siteId?: string | undefined };

/**
 * A page of requests: of a site, newest first; or of the county by status, what is due first coming first, and what has
 * failed before all else. A page may hold fewer than `limit` and still have a successor.
 *
 * @throws Problem 404 `unknown-site`.
 */
export const listRequests = async (deps: Deps, county: string, query: RequestQuery): Promise<Page<RequestSummary>> => {
  if (query.siteId !== undefined) await getSite(deps, county, query.siteId);
  const { rows, cursor } =
    query.siteId === undefined
      ? await listByQueue(deps, requestRow, county, query, requestStatus.options)
      : await listByParty(deps, requestRow, county, { partyId: query.siteId, prefix: 'REQ#' }, query);
  const sites = await getSites(
    deps,
    county,
    rows.map(({ siteId }) => siteId),
  );
  const now = deps.clock.now();
  return { rows: rows.map((request) => summaryOf(request, sites.get(request.siteId), now)), cursor };
};
