import { getItems, getSites } from '../catalogue/catalogue.store.ts';
import type { Tier } from '../catalogue/policy.ts';
import type { Deps } from '../shared/deps.ts';
import { eventRow } from '../shared/event.ts';
import { keysOf } from '../shared/keys.ts';
import { notFound } from '../shared/problem.ts';
import { indexPage, ofType, type Page, partition, queuesPage } from '../shared/table.store.ts';
import { type Line, lineRow } from './line.ts';
import { type Request, type RequestStatus, requestRow, requestStatus } from './request.ts';
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
  const [sites, items, reasons] = await Promise.all([
    getSites(deps, county, [request.siteId]),
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
    { site: sites.get(request.siteId), items, rationale: ({ n }) => rationales.get(n) },
    deps.clock.now(),
  );
};

const whyOf = async ({ why }: { readonly why: Why }, line: Line): Promise<unknown> =>
  line.rationale === 0
    ? undefined
    : why(line.county, line.itemId, line.rationale, { siteId: line.siteId, tier: line.tier });

export interface RequestQuery {
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly status?: RequestStatus | 'failed' | undefined;
  readonly siteId?: string | undefined;
}

/**
 * A page of requests: of a site, newest first; or of the county by status, what is due first coming first, and what has
 * failed before all else. A page may hold fewer than `limit` and still have a successor.
 */
export const listRequests = async (deps: Deps, county: string, query: RequestQuery): Promise<Page<RequestSummary>> => {
  const { rows, cursor } =
    query.siteId === undefined ? await byQueue(deps, county, query) : await bySite(deps, county, query);
  const requests = rows.filter((request) => isIn(request, query.status));
  const sites = await getSites(
    deps,
    county,
    requests.map(({ siteId }) => siteId),
  );
  const now = deps.clock.now();
  return { rows: requests.map((request) => summaryOf(request, sites.get(request.siteId), now)), cursor };
};

const isIn = (request: Request, status: RequestQuery['status']): boolean =>
  status === undefined || (status === 'failed' ? request.failure !== undefined : request.status === status);

const bySite = async (
  deps: Deps,
  county: string,
  { limit, cursor, siteId = '' }: RequestQuery,
): Promise<Page<Request>> => {
  const page = await indexPage(deps, {
    index: 'GSI2',
    at: keysOf(county).party(siteId),
    beginsWith: 'REQ#',
    limit,
    cursor,
    newestFirst: true,
  });
  return { rows: ofType(requestRow, page.rows), cursor: page.cursor };
};

/** A request stands in one queue: of a duty that is due, or of its status. */
const byQueue = async (deps: Deps, county: string, { status, ...page }: RequestQuery): Promise<Page<Request>> => {
  const statuses = status === undefined ? requestStatus.options : status === 'failed' ? [] : [status];
  const { rows, cursor } = await queuesPage(deps, {
    ...{ ...page, names: ['failed', 'start', 'resume', ...statuses] },
    at: (name) => keysOf(county).queue(`request.${name}`),
  });
  return { rows: ofType(requestRow, rows), cursor };
};
