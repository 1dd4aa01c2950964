import { z } from 'zod';
import { baseName, type Item, issueSize } from '../catalogue/item.ts';
import { tier } from '../catalogue/policy.ts';
import type { Site } from '../catalogue/site.ts';
import { type Event, eventView, eventViewOf } from '../shared/event.ts';
import { evidenceView, evidenceViewOf } from '../shared/evidence.ts';
import { quantity } from '../shared/quantity.ts';
import type { Lot } from '../stock/lot.ts';
import { isLate, nextIn, timeline } from '../workflow/timeline.ts';
import { type Consignment, type ConsignmentLine, cameBack, consignmentStatus, found, stopPick } from './consignment.ts';
import type { Loading, LotLine } from './loading.ts';
import type { PlannedRoute } from './planned.ts';

const place = z.object({ id: z.string(), nameZh: z.string(), nameEn: z.string(), township: z.string() });

/** Whose turn it is, and until when. */
const next = nextIn(['picking', 'dispatch', 'receipt', 'retry', 'nothing']);

export const consignmentSummary = z.object({
  id: z.string(),
  status: consignmentStatus,
  from: place,
  to: place,
  tier,
  at: z.string(),
  /** On the waybill, from the start of picking. */
  code: z.string().optional(),
  lines: z.int(),
  carrier: z.string().optional(),
  vehicle: z.string().optional(),
  dispatchedAt: z.string().optional(),
  receivedAt: z.string().optional(),
  /** Of one in picking: what the front line needs of it. To give it back, call the consignment off. */
  stopPick: z.array(stopPick.pick({ itemId: true, quantity: true })),
  next,
});
export type ConsignmentSummary = z.infer<typeof consignmentSummary>;

const itemView = z.object({
  id: z.string(),
  nameZh: z.string(),
  nameEn: z.string(),
  spec: z.string().optional(),
  baseUnit: z.string(),
  /** What the base unit is called on paper. */
  baseName: z.string(),
  issueUnit: z.string(),
  /** Base units in one issue unit. */
  issueSize: z.int(),
});

const goodsView = z.object({
  item: itemView,
  lotId: z.string(),
  /** The maker's number, as printed on the goods. */
  lotNo: z.string().optional(),
  useBy: z.string().optional(),
  /** Base units, like all quantities. */
  quantity,
});

const share = z.object({ requestId: z.string(), n: z.int(), quantity });
const lineView = goodsView.extend({ n: z.int(), placeId: z.string(), shares: z.array(share), found: found.optional() });
export type LineView = z.infer<typeof lineView>;

export const consignmentView = consignmentSummary.omit({ lines: true }).extend({
  /** With who lacks it: not for a point’s eyes, which sees its own site only. */
  stopPick: z.array(stopPick.omit({ noticeId: true })),
  version: z.int(),
  openedBy: z.string(),
  pickedBy: z.string().optional(),
  dispatchedBy: z.string().optional(),
  receivedBy: z.string().optional(),
  failure: timeline.failure,
  dispatchEvidence: evidenceView.optional(),
  receiptEvidence: evidenceView.optional(),
  /** What of it is unaccounted for, or was. */
  shortfallId: z.string().optional(),
  /** Where it was going before it was sent elsewhere. */
  redirectedFrom: z.string().optional(),
  cameBack: cameBack.optional(),
  lines: z.array(lineView),
  /** Of a planned consignment: what it would carry if picking started now. Picking divides once more and may differ. */
  preview: z
    .object({
      arrivesAt: z.string(),
      lines: z.array(goodsView.extend({ placeId: z.string(), shares: z.array(share) })),
      waiting: z.array(share.extend({ itemId: z.string(), lotId: z.string(), why: z.enum(['full', 'expires']) })),
    })
    .optional(),
  events: z.array(eventView),
});
export type ConsignmentView = z.infer<typeof consignmentView>;

/** Goods planned for a site and not yet in picking: what a consignment could be opened for. */
export const plannedGoods = z.object({
  from: place,
  to: place,
  /** The most urgent tier among them, and the earliest need-by. */
  tier,
  needBy: z.string(),
  items: z.array(z.object({ item: itemView, quantity })),
  /** The consignment that gathers them already. */
  consignmentId: z.string().optional(),
  /** Where none does yet: when one opens by itself; none, where there are no waves and nobody of the front line waits. */
  opensAt: z.string().optional(),
});
export type PlannedGoods = z.infer<typeof plannedGoods>;

/** What a point sees of its waybill: what was sent, what it said it found. */
export const waybillView = consignmentSummary.omit({ lines: true }).extend({
  lines: z.array(goodsView.extend({ n: z.int(), found: found.optional() })),
});
export type WaybillView = z.infer<typeof waybillView>;

/** Names of what a consignment refers to. */
export interface Names {
  readonly sites: ReadonlyMap<string, Site>;
  readonly items: ReadonlyMap<string, Item>;
  readonly lots: ReadonlyMap<string, Lot>;
  /** Who signed, by id. */
  readonly people: ReadonlyMap<string, string>;
}

const placeOf = (id: string, site: Site | undefined) => ({
  id,
  nameZh: site?.nameZh ?? id,
  nameEn: site?.nameEn ?? id,
  township: site?.township ?? '',
});

const STEPS = { planned: 'picking', picking: 'dispatch', dispatched: 'receipt' } as const;

const nextOf = ({ status, failure, dueAt, reminders }: Consignment, now: string): z.infer<typeof next> => {
  if (failure !== undefined) return { step: 'retry', dueAt, overdue: dueAt <= now, reminders };
  if (status === 'received' || status === 'returned' || status === 'cancelled')
    return { step: 'nothing', overdue: false, reminders };
  return { step: STEPS[status], dueAt, overdue: isLate({ reminders, dueAt }, now), reminders };
};

const stopsOf = ({ status, stopPick: stops = [] }: Consignment) => (status === 'picking' ? stops : []);

export const summaryOf = (of: Consignment, { sites }: Pick<Names, 'sites'>, now: string): ConsignmentSummary => ({
  id: of.id,
  status: of.status,
  from: placeOf(of.fromId, sites.get(of.fromId)),
  to: placeOf(of.toId, sites.get(of.toId)),
  tier: of.tier,
  at: of.at,
  code: of.code,
  lines: of.lines,
  carrier: of.carrier,
  vehicle: of.vehicle,
  dispatchedAt: of.dispatchedAt,
  receivedAt: of.receivedAt,
  stopPick: stopsOf(of).map(({ itemId, quantity: q }) => ({ itemId, quantity: q })),
  next: nextOf(of, now),
});

const itemOf = (id: string, item: Item | undefined): z.infer<typeof itemView> => ({
  id,
  nameZh: item?.nameZh ?? id,
  nameEn: item?.nameEn ?? id,
  spec: item?.spec,
  baseUnit: item?.baseUnit ?? 'piece',
  baseName: item === undefined ? '' : baseName(item),
  issueUnit: item?.issueUnit ?? 'piece',
  issueSize: item === undefined ? 1 : issueSize(item),
});

const goodsOf = ({ itemId, lotId, useBy, quantity: q }: LotLine, names: Names) => ({
  item: itemOf(itemId, names.items.get(itemId)),
  lotId,
  lotNo: names.lots.get(lotId)?.lotNo,
  useBy,
  quantity: q,
});

export const viewOf = (
  of: Consignment,
  lines: readonly ConsignmentLine[],
  names: Names,
  rest: {
    readonly events: readonly Event[];
    readonly loading?: { readonly arrivesAt: string; readonly loading: Loading } | undefined;
  },
  now: string,
): ConsignmentView => ({
  ...summaryOf(of, names, now),
  stopPick: stopsOf(of).map(({ noticeId: _, ...stop }) => stop),
  version: of.version,
  openedBy: of.openedBy,
  pickedBy: of.pickedBy,
  dispatchedBy: of.dispatchedBy,
  receivedBy: of.receivedBy,
  failure: of.failure,
  dispatchEvidence: evidenceViewOf(of.dispatchEvidence, names.people),
  receiptEvidence: evidenceViewOf(of.receiptEvidence, names.people),
  shortfallId: of.shortfallId,
  redirectedFrom: of.redirectedFrom,
  cameBack: of.cameBack,
  lines: lines.map((line) => ({
    ...goodsOf(line, names),
    n: line.n,
    placeId: line.placeId,
    shares: line.shares,
    found: line.found,
  })),
  preview: rest.loading && {
    arrivesAt: rest.loading.arrivesAt,
    lines: rest.loading.loading.lines.map((line) => ({
      ...goodsOf(line, names),
      placeId: line.placeId,
      shares: line.shares,
    })),
    waiting: rest.loading.loading.waiting.map(({ need, itemId, lotId, quantity: q, why }) => ({
      ...{ requestId: need.requestId, n: need.n, quantity: q, itemId, lotId, why },
    })),
  },
  events: rest.events.map(eventViewOf),
});

/** `wave`: the next one. */
export const plannedOf = (
  { fromId, toId, tier: of, needBy, quantities }: PlannedRoute,
  { sites, items }: Pick<Names, 'sites' | 'items'>,
  { consignmentId, wave, now }: { consignmentId: string | undefined; wave: string | undefined; now: string },
): PlannedGoods => ({
  from: placeOf(fromId, sites.get(fromId)),
  to: placeOf(toId, sites.get(toId)),
  tier: of,
  needBy,
  items: [...quantities].map(([id, amount]) => ({ item: itemOf(id, items.get(id)), quantity: amount })),
  consignmentId,
  // Goods for the front line wait for no wave.
  opensAt: consignmentId !== undefined ? undefined : of === 1 ? now : wave,
});

export const waybillOf = (
  of: Consignment,
  lines: readonly ConsignmentLine[],
  names: Names,
  now: string,
): WaybillView => ({
  ...summaryOf(of, names, now),
  lines: lines.map((line) => ({ ...goodsOf(line, names), n: line.n, found: line.found })),
});
