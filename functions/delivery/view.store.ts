import { getItems, getPolicy, getSite, getSites, listSites, type PageOf } from '../catalogue/catalogue.store.ts';
import type { Actor } from '../shared/actor.ts';
import type { Deps } from '../shared/deps.ts';
import { mapEach } from '../shared/each.ts';
import { eventRow } from '../shared/event.ts';
import { keysOf } from '../shared/keys.ts';
import { peopleNamed } from '../shared/party.store.ts';
import { notFound } from '../shared/problem.ts';
import { getAll, ofType, type Page, partition } from '../shared/table.store.ts';
import { lotRow } from '../stock/lot.ts';
import { kinds } from '../workflow/kinds.ts';
import { listByParty, listByQueue, type WorklistQuery } from '../workflow/worklist.store.ts';
import {
  type Consignment,
  type ConsignmentStatus,
  consignmentLineRow,
  consignmentRow,
  gatheringRow,
} from './consignment.ts';
import { linesOf } from './lines.store.ts';
import { type LotLine, load } from './loading.ts';
import { arrivalNow, goodsOf, openLinesAt } from './planned.store.ts';
import { routesOf } from './planned.ts';
import {
  type ConsignmentSummary,
  type ConsignmentView,
  type Names,
  type PlannedGoods,
  plannedOf,
  summaryOf,
  viewOf,
  type WaybillView,
  waybillOf,
} from './view.ts';
import { nextWave } from './wave.ts';
import { waybillOf as findWaybill } from './waybill.store.ts';

const sitesOf = async (deps: Deps, county: string, of: readonly Consignment[]): Promise<Names['sites']> => {
  const ids = of.flatMap(({ fromId, toId }) => [fromId, toId]);
  return getSites(deps, county, ids);
};

const namesOf = async (deps: Deps, of: Consignment, lines: readonly LotLine[]): Promise<Names> => {
  const keys = keysOf(of.county);
  const signed = [of.dispatchEvidence, of.receiptEvidence].flatMap((one) => one?.signatoryId ?? []);
  const [sites, items, lots, people] = await Promise.all([
    sitesOf(deps, of.county, [of]),
    getItems(
      deps,
      of.county,
      lines.map(({ itemId }) => itemId),
    ),
    getAll(
      deps,
      lotRow,
      lines.map(({ lotId }) => keys.lot(lotId)),
    ),
    peopleNamed(deps, of.county, signed),
  ]);
  return { sites, items, lots: new Map(lots.map((lot) => [lot.id, lot])), people };
};

const previewOf = async (deps: Deps, { county, fromId, toId, status }: Consignment, now: string) => {
  if (status !== 'planned') return undefined;
  const [lines, arrivesAt] = await Promise.all([openLinesAt(deps, county, toId), arrivalNow(deps, county, toId, now)]);
  return { arrivesAt, loading: load(await goodsOf(deps, lines, fromId), arrivesAt) };
};

/** Everything about one consignment. @throws Problem 404 `unknown-consignment`. */
export const viewConsignment = async (deps: Deps, county: string, id: string): Promise<ConsignmentView> => {
  const now = deps.clock.now();
  const rows = await partition(deps, keysOf(county).consignment(id).PK);
  const [consignment] = ofType(consignmentRow, rows);
  if (consignment === undefined) throw notFound('consignment', id);
  const lines = ofType(consignmentLineRow, rows);
  const loading = await previewOf(deps, consignment, now);
  const names = await namesOf(deps, consignment, loading === undefined ? lines : [...loading.loading.lines]);
  return viewOf(consignment, lines, names, { events: ofType(eventRow, rows), loading }, now);
};

/** A waybill by its code, for its own site only. @throws as `waybill.store.ts` says of `waybillOf`. */
export const viewWaybill = async (deps: Deps, actor: Actor, typed: string): Promise<WaybillView> => {
  const consignment = await findWaybill(deps, actor, typed);
  const lines = await linesOf(deps, consignment.county, consignment.id);
  return waybillOf(consignment, lines, await namesOf(deps, consignment, lines), deps.clock.now());
};

/**
 * Where goods are planned and no picking has begun, site by site: a consignment may be opened for them ahead of its wave.
 * A page looks at so many sites, and holds those that have something.
 */
export const listPlanned = async (deps: Deps, county: string, page: PageOf): Promise<Page<PlannedGoods>> => {
  const keys = keysOf(county);
  const [{ rows: places, cursor }, policy] = await Promise.all([
    listSites(deps, county, page),
    getPolicy(deps, county),
  ]);
  const lines = await mapEach(places, ({ id }) => openLinesAt(deps, county, id));
  const routes = routesOf(lines.flat());
  const [sites, items, gatherings] = await Promise.all([
    getSites(
      deps,
      county,
      routes.flatMap(({ fromId, toId }) => [fromId, toId]),
    ),
    getItems(
      deps,
      county,
      routes.flatMap(({ quantities }) => [...quantities.keys()]),
    ),
    getAll(
      deps,
      gatheringRow,
      routes.map(({ fromId, toId }) => keys.gathering(fromId, toId)),
    ),
  ]);
  const now = deps.clock.now();
  const wave = nextWave(policy.delivery.waves, now);
  const gathering = new Map(gatherings.map(({ fromId, toId, consignmentId }) => [`${fromId} ${toId}`, consignmentId]));
  const rows = routes.map((route) => {
    const consignmentId = gathering.get(`${route.fromId} ${route.toId}`);
    return plannedOf(route, { sites, items }, { consignmentId, wave, now });
  });
  return { rows, cursor };
};

export type ConsignmentQuery = WorklistQuery<ConsignmentStatus> & { readonly siteId?: string | undefined };

/**
 * A page of consignments: to a site, newest first; or of the county by status, what is due first coming first, and what
 * has failed before all else. Without a status, all that are under way. A page may hold fewer than `limit` and still
 * have a successor.
 *
 * @throws Problem 404 `unknown-site`.
 */
export const listConsignments = async (
  deps: Deps,
  county: string,
  query: ConsignmentQuery,
): Promise<Page<ConsignmentSummary>> => {
  if (query.siteId !== undefined) await getSite(deps, county, query.siteId);
  const { rows, cursor } =
    query.siteId === undefined
      ? await listByQueue(deps, consignmentRow, county, query, kinds.consignment.waiting)
      : await listByParty(deps, consignmentRow, county, { partyId: query.siteId, prefix: 'CON#' }, query);
  const sites = await sitesOf(deps, county, rows);
  const now = deps.clock.now();
  return { rows: rows.map((row) => summaryOf(row, { sites }, now)), cursor };
};
