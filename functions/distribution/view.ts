import { z } from 'zod';
import { decision, level } from '../approval/approval.ts';
import type { Item } from '../catalogue/item.ts';
import { tier } from '../catalogue/policy.ts';
import { recipientGroup, type Site, siteKind } from '../catalogue/site.ts';
import { type Line, lineStatus, pickingQuantity, promisedQuantity, short } from '../request/line.ts';
import { countyDay } from '../shared/clock.ts';
import { type Event, eventView, eventViewOf } from '../shared/event.ts';
import { quantity } from '../shared/quantity.ts';
import { reason } from '../shared/reason.ts';
import type { Balance } from '../stock/balance.ts';
import { isMeantFor } from '../stock/lot.ts';
import { isLate, nextIn, timeline } from '../workflow/timeline.ts';
import {
  LEFT,
  type Plan,
  type PlanLine,
  type PlannedSite,
  type PlanStatus,
  planStatus,
  storedNorm,
  storedTarget,
} from './plan.ts';
import { isServed } from './proposal.ts';

const STATUS: Readonly<Record<PlanStatus, { readonly zh: string; readonly step: 'decision' | 'opening' | 'nothing' }>> =
  {
    submitted: { zh: '待审批', step: 'decision' },
    approved: { zh: '已批准，正在开立需求', step: 'opening' },
    opened: { zh: '需求已全部开立', step: 'nothing' },
    refused: { zh: '未批准', step: 'nothing' },
    cancelled: { zh: '已撤销', step: 'nothing' },
  };

/** What a plan waits for, whose turn it is, and until when. */
const next = nextIn(['decision', 'opening', 'retry', 'nothing']).extend({ level: level.optional() });

export const planSummary = z.object({
  id: z.string(),
  status: planStatus,
  statusZh: z.string(),
  reason: z.string(),
  recipients: recipientGroup,
  tier,
  needBy: z.string(),
  /** Sites that are to get something, and those that were looked at and get nothing. */
  siteCount: z.int(),
  leftOut: z.int(),
  lineCount: z.int(),
  estimatedFen: z.int(),
  askedBy: z.string(),
  at: z.string(),
  next,
});
export type PlanSummary = z.infer<typeof planSummary>;

const named = z.object({ id: z.string(), nameZh: z.string(), nameEn: z.string() });

const lineView = z.object({
  n: z.int(),
  item: named.extend({ baseUnit: z.string(), issueUnit: z.string() }),
  norm: storedNorm,
  /** For all sites together, in base units like all that follow. */
  total: quantity,
  /** What of the pool is free now and may go to some of these sites, with what is kept back for the front line. */
  free: quantity,
  frontLineReserve: quantity,
  /** What the plan asks for beyond that. */
  beyond: quantity,
});

/** How the need that was opened for a line of a site stands. */
const needView = z.object({
  status: lineStatus,
  approved: quantity,
  planned: quantity,
  picking: quantity,
  inTransit: quantity,
  received: quantity,
  short: quantity,
});

const siteView = z.object({
  site: named.extend({ kind: siteKind, township: z.string() }),
  tier,
  people: z.int(),
  households: z.int().optional(),
  incomplete: z.boolean().optional(),
  /** None: it is not opened. */
  requestId: z.string().optional(),
  lines: z.array(
    z.object({
      n: z.int(),
      norm: quantity,
      earlier: quantity,
      quantity,
      left: reason.optional(),
      need: needView.optional(),
    }),
  ),
});

export const planView = planSummary.extend({
  version: z.int(),
  target: storedTarget,
  coverDays: z.int(),
  lines: z.array(lineView),
  sites: z.array(siteView),
  /** Who gets nothing, and why. */
  without: z.array(z.object({ site: siteView.shape.site, reasons: z.array(reason) })),
  /** What could not be opened any more when its turn came. */
  skipped: z.array(z.object({ siteId: z.string().optional(), itemId: z.string().optional(), ...reason.shape })),
  referral: z.array(reason),
  decision: decision.optional(),
  ended: z.object({ by: z.string(), at: z.string(), reason: z.string() }).optional(),
  failure: timeline.failure,
  events: z.array(eventView),
});
export type PlanView = z.infer<typeof planView>;

export const summaryOf = (plan: Plan, now: string): PlanSummary => {
  const { id, status, recipients, tier: of, needBy, estimatedFen, askedBy, at, leftOut, reminders, dueAt } = plan;
  const { zh, step: due } = STATUS[status];
  const step = plan.failure === undefined || due === 'nothing' ? due : 'retry';
  return {
    ...{ id, status, statusZh: zh, reason: plan.reason, recipients, tier: of, needBy },
    ...{ siteCount: plan.sites - leftOut, leftOut, lineCount: plan.lines.length, estimatedFen, askedBy, at },
    next:
      step === 'nothing'
        ? { step, overdue: false, reminders }
        : { step, level: plan.level, dueAt, overdue: isLate(plan, now), reminders },
  };
};

/** Of an item, what may be promised to some of these sites now, in base units. */
const freeFor = (balances: readonly Balance[], sites: readonly PlannedSite[], today: string): number =>
  balances
    .filter(
      ({ status, withheld, useBy, designation }) =>
        status === 'available' &&
        withheld !== true &&
        (useBy === undefined || useBy >= today) &&
        sites.some((site) => isServed(site) && isMeantFor({ designation }, site)),
    )
    .reduce((sum, { free }) => sum + free, 0);

const needOf = (line: Line): z.infer<typeof needView> => ({
  ...{ status: line.status, approved: line.approved, planned: promisedQuantity(line), picking: pickingQuantity(line) },
  ...{ inTransit: line.dispatched, received: line.received, short: line.status === 'open' ? short(line) : 0 },
});

/** What others know of a plan. */
export interface Beside {
  readonly sites: ReadonlyMap<string, Site>;
  readonly items: ReadonlyMap<string, Item>;
  readonly balances: ReadonlyMap<string, readonly Balance[]>;
  /** The lines of the needs that are open, by request. */
  readonly needs: ReadonlyMap<string, readonly Line[]>;
}

const siteNamed = ({ siteId, siteKind: kind }: PlannedSite, { sites }: Beside) => {
  const site = sites.get(siteId);
  return {
    ...{ id: siteId, nameZh: site?.nameZh ?? siteId, nameEn: site?.nameEn ?? siteId },
    ...{ kind, township: site?.township ?? '' },
  };
};

const siteViewOf = (planned: PlannedSite, plan: Plan, beside: Beside): z.infer<typeof siteView> => {
  const needs = beside.needs.get(planned.requestId);
  const itemOf = (n: number) => plan.lines.find((line) => line.n === n)?.itemId;
  return {
    site: siteNamed(planned, beside),
    ...{ tier: planned.tier, people: planned.people, households: planned.households, incomplete: planned.incomplete },
    requestId: needs && planned.requestId,
    lines: planned.lines.map(({ n, norm, earlier, quantity: of, left }) => {
      const need = needs?.find(({ itemId }) => itemId === itemOf(n));
      return { n, norm, earlier, quantity: of, left: left && LEFT[left], need: need && needOf(need) };
    }),
  };
};

const lineViewOf = (
  line: PlanLine,
  sites: readonly PlannedSite[],
  { items, balances }: Beside,
  now: string,
): z.infer<typeof lineView> => {
  const { n, itemId, norm, total } = line;
  const item = items.get(itemId);
  const free = freeFor(balances.get(itemId) ?? [], sites, countyDay(now));
  return {
    ...{ n, norm, total, free, beyond: Math.max(0, total - free), frontLineReserve: item?.frontLineReserve ?? 0 },
    item: {
      ...{ id: itemId, nameZh: item?.nameZh ?? itemId, nameEn: item?.nameEn ?? itemId },
      ...{ baseUnit: item?.baseUnit ?? '', issueUnit: item?.issueUnit ?? '' },
    },
  };
};

/** Why a site gets nothing, each reason once. */
const whyLeft = ({ left, lines }: PlannedSite) =>
  [...new Set([left, ...lines.map((line) => line.left)])].flatMap((code) => (code === undefined ? [] : LEFT[code]));

/** Everything about one plan: who gets what by which norm, who does not and why, and how far it has come. */
export const viewOf = (
  { plan, sites, events }: { plan: Plan; sites: readonly PlannedSite[]; events: readonly Event[] },
  beside: Beside,
  now: string,
): PlanView => ({
  ...summaryOf(plan, now),
  ...{ version: plan.version, target: plan.target, coverDays: plan.coverDays },
  lines: plan.lines.map((line) => lineViewOf(line, sites, beside, now)),
  sites: sites.filter(isServed).map((site) => siteViewOf(site, plan, beside)),
  without: sites
    .filter((site) => !isServed(site))
    .map((site) => ({ site: siteNamed(site, beside), reasons: whyLeft(site) })),
  skipped: plan.skipped.map(({ code, ...of }) => ({ ...of, ...LEFT[code] })),
  ...{ referral: plan.referral, decision: plan.decision, ended: plan.ended, failure: plan.failure },
  events: events.map(eventViewOf),
});
