import { getItems, getSites } from '../catalogue/catalogue.store.ts';
import type { Actor } from '../shared/actor.ts';
import type { Deps } from '../shared/deps.ts';
import { eventRow } from '../shared/event.ts';
import { keysOf } from '../shared/keys.ts';
import { notFound } from '../shared/problem.ts';
import { getAll, ofType, type Page, partition } from '../shared/table.store.ts';
import { lotRow } from '../stock/lot.ts';
import { kinds } from '../workflow/kinds.ts';
import { listByParty, listByQueue, type WorklistQuery } from '../workflow/worklist.store.ts';
import { type Consignment, type ConsignmentStatus, consignmentLineRow, consignmentRow } from './consignment.ts';
import { linesOf } from './lines.store.ts';
import { type LotLine, load } from './loading.ts';
import { arrivalNow, goodsOf, openLines } from './planned.store.ts';
import { waybillOf as findWaybill } from './receipt.store.ts';
import {
  type ConsignmentSummary,
  type ConsignmentView,
  type Names,
  summaryOf,
  viewOf,
  type WaybillView,
  waybillOf,
} from './view.ts';

const sitesOf = async (deps: Deps, county: string, of: readonly Consignment[]): Promise<Names['sites']> => {
  const ids = of.flatMap(({ fromId, toId }) => [fromId, toId]);
  return getSites(deps, county, ids);
};

const namesOf = async (deps: Deps, of: Consignment, lines: readonly LotLine[]): Promise<Names> => {
  const keys = keysOf(of.county);
  const [sites, items, lots] = await Promise.all([
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
  ]);
  return { sites, items, lots: new Map(lots.map((lot) => [lot.id, lot])) };
};

const previewOf = async (deps: Deps, { county, fromId, toId, status }: Consignment, now: string) => {
  if (status !== 'planned') return undefined;
  const [lines, arrivesAt] = await Promise.all([openLines(deps, county, toId), arrivalNow(deps, county, toId, now)]);
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

/** A waybill by its code, for its own site only. @throws as `receipt.store.ts` says of `waybillOf`. */
export const viewWaybill = async (deps: Deps, actor: Actor, typed: string): Promise<WaybillView> => {
  const consignment = await findWaybill(deps, actor, typed);
  const lines = await linesOf(deps, consignment.county, consignment.id);
  return waybillOf(consignment, lines, await namesOf(deps, consignment, lines), deps.clock.now());
};

export type ConsignmentQuery = WorklistQuery<ConsignmentStatus> & { readonly siteId?: string | undefined };

/**
 * A page of consignments: to a site, newest first; or of the county by status, what is due first coming first, and what
 * has failed before all else. Without a status, all that are under way. A page may hold fewer than `limit` and still
 * have a successor.
 */
export const listConsignments = async (
  deps: Deps,
  county: string,
  query: ConsignmentQuery,
): Promise<Page<ConsignmentSummary>> => {
  const { rows, cursor } =
    query.siteId === undefined
      ? await listByQueue(deps, consignmentRow, county, query, kinds.consignment.waiting)
      : await listByParty(deps, consignmentRow, county, { partyId: query.siteId, prefix: 'CON#' }, query);
  const sites = await sitesOf(deps, county, rows);
  const now = deps.clock.now();
  return { rows: rows.map((row) => summaryOf(row, { sites }, now)), cursor };
};
