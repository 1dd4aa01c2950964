import { approved, type Decided } from '../approval/outcome.ts';
import { baseName, type Item, isForPost, issueSize } from '../catalogue/item.ts';
import type { Policy } from '../catalogue/policy.ts';
import type { Site } from '../catalogue/site.ts';
import { estimatedFen } from '../request/estimate.ts';
import { newLine } from '../request/new-line.ts';
import type { RecentNeed } from '../request/recent.ts';
import type { Request } from '../request/request.ts';
import { MAX_ACTIONS } from '../shared/actions.ts';
import { type AskedQuantity, roundUpTo } from '../shared/quantity.ts';
import { begun } from '../workflow/timeline.ts';
import type { LeftCode, Plan, PlannedSite, SiteLine } from './plan.ts';
import { isServed } from './proposal.ts';

/** Of a site: its request and that request's event, that it is open still, what it is told; and two for each line. */
const PER_SITE = 4;
const PER_LINE = 2;
/** The plan itself, its event, and who hears of its end. */
const BESIDE = 3;

const actionsOf = ({ lines }: PlannedSite): number => PER_SITE + PER_LINE * lines.length;

/** The sites from `next` on whose needs one transaction holds. Those that get nothing cost nothing. */
export const batchFrom = (sites: readonly PlannedSite[], next: number): readonly PlannedSite[] => {
  let room = MAX_ACTIONS - BESIDE;
  const rest = sites.slice(next);
  const full = rest.findIndex((site) => {
    if (isServed(site)) room -= actionsOf(site);
    return room < 0;
  });
  return full < 0 ? rest : rest.slice(0, full);
};

/** The same quantity as somebody would have asked for it. */
const inWords = (item: Item, quantity: number): AskedQuantity => {
  const size = issueSize(item);
  return quantity % size === 0
    ? { quantity: quantity / size, unit: item.issueUnit }
    : { quantity, unit: baseName(item) };
};

/** What of a plan cannot be opened any more. */
type Skipped = Plan['skipped'][number];

/** All that was skipped, each once: of an item it is said for all the sites together, so that the row stays small. */
export const allSkipped = (before: readonly Skipped[], more: readonly Skipped[]): Skipped[] => [
  ...new Map(
    [...before, ...more].map((one) => [`${one.siteId ?? ''} ${one.itemId ?? ''} ${one.code}`, one] as const),
  ).values(),
];

/** What becomes of one site of a plan: its need, and what of it is left out by now. */
interface Opened {
  readonly need?: Decided;
  readonly skipped: readonly Skipped[];
}

/** The catalogue as it is when the needs are opened, and what the sites have by then from other asks. */
export interface Now {
  readonly sites: ReadonlyMap<string, Site>;
  readonly items: ReadonlyMap<string, Item>;
  readonly recent: ReadonlyMap<string, RecentNeed>;
  readonly policy: Policy;
  readonly now: string;
}

const barred = (item: Item | undefined, { siteKind }: PlannedSite): LeftCode | undefined => {
  if (item?.active !== true) return 'inactive-item';
  return isForPost(item, siteKind) ? undefined : 'wrong-post';
};

/**
 * What of a line its site still lacks of the norm: never more than was decided on. Where two plans, or a plan and an ask,
 * are decided for the same days, the later gives what the earlier leaves.
 */
const stillLacking = (item: Item, { norm, quantity }: SiteLine, earlier: number): number =>
  Math.min(quantity, roundUpTo(issueSize(item), Math.max(0, norm - earlier)));

/**
 * The need of one site, approved as the plan was: an ordinary request from here on, asked by whoever planned. What may
 * not be issued any more since it was planned is left out, and so is a site that has been closed, or has enough by now.
 */
export const needOf = (plan: Plan, planned: PlannedSite, { sites, items, recent, policy, now }: Now): Opened => {
  const { siteId } = planned;
  if (!isServed(planned)) return { skipped: [] };
  if (sites.get(siteId)?.active !== true) return { skipped: [{ siteId, code: 'inactive-site' }] };
  const skipped: Skipped[] = [];
  const wanted = planned.lines.flatMap((line) => {
    const itemId = plan.lines.find(({ n }) => n === line.n)?.itemId ?? '';
    const item = items.get(itemId);
    if (line.quantity === 0 || item === undefined) return [];
    const quantity = stillLacking(item, line, recent.get(siteId)?.quantities.get(itemId) ?? 0);
    const code = barred(item, planned) ?? (quantity === 0 ? 'has-enough' : undefined);
    if (code === undefined) return [{ item, quantity }];
    skipped.push({ itemId, code });
    return [];
  });
  if (wanted.length === 0)
    return { skipped: skipped.every(({ code }) => code === 'has-enough') ? [{ siteId, code: 'has-enough' }] : skipped };
  const request = requestOf(plan, planned, wanted, now);
  const lines = wanted.map(({ item, quantity }, i) =>
    newLine(request, i + 1, { itemId: item.id, asked: inWords(item, quantity), quantity }),
  );
  return {
    need: approved(
      request,
      lines,
      { tier: planned.tier, grant: ({ quantity }) => quantity, items, policy },
      decisionOf(plan, now),
      now,
    ),
    skipped,
  };
};

const requestOf = (
  { county, id: planId, recipients, needBy, coverDays, reason, askedBy }: Plan,
  { requestId: id, siteId, siteKind, tier }: PlannedSite,
  lines: readonly { readonly item: Item; readonly quantity: number }[],
  now: string,
): Request => ({
  ...{ county, id, version: 1, status: 'submitted', ...begun(now, needBy), reminders: 0 },
  ...{ siteId, siteKind, recipients, tier, needBy, coverDays, reason, lines: lines.length },
  ...{ estimatedFen: Number(estimatedFen(lines)), planId, odd: [], referral: [], askedBy, at: now },
});

/** The plan's decision is the decision on each of its needs. */
const decisionOf = ({ id, decision }: Plan, now: string) => ({
  by: decision?.by ?? 'green-channel',
  at: decision?.at ?? now,
  level: decision?.level ?? 'supply-group',
  policyVersion: decision?.policyVersion ?? 0,
  reasons: [
    {
      code: 'distribution-plan',
      zh: `按分配计划 ${id} 统一发放，无需点位申请。`,
      en: `Given out by the distribution plan ${id}, without the site having asked.`,
    },
  ],
  ...(decision?.note !== undefined && { note: decision.note }),
});
