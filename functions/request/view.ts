import { z } from 'zod';
import { decision, level, oddity } from '../approval/approval.ts';
import type { Item } from '../catalogue/item.ts';
import { type Policy, tier } from '../catalogue/policy.ts';
import { recipientGroup, type Site, siteKind } from '../catalogue/site.ts';
import { type Event, eventView, eventViewOf } from '../shared/event.ts';
import { askedQuantity, quantity } from '../shared/quantity.ts';
import { reason } from '../shared/reason.ts';
import { isLate, nextIn, timeline } from '../workflow/timeline.ts';
import {
  handmadeQuantity,
  hold,
  type Line,
  lineStatus,
  pickingQuantity,
  plannedQuantity,
  short,
  waiting,
  word,
} from './line.ts';
import { notesOn, weighedFrom } from './notes.ts';
import { type Request, requestStatus } from './request.ts';

/** What a request waits for, whose turn it is, and until when. */
const next = nextIn(['assessment', 'decision', 'delivery', 'retry', 'nothing']).extend({ level: level.optional() });

export const requestSummary = z.object({
  id: z.string(),
  status: requestStatus,
  site: z.object({ id: z.string(), kind: siteKind, nameZh: z.string(), nameEn: z.string() }),
  recipients: recipientGroup,
  tier,
  needBy: z.string(),
  reason: z.string(),
  at: z.string(),
  lines: z.int(),
  estimatedFen: z.int(),
  /** The distribution plan that opened it; none: somebody asked. */
  planId: z.string().optional(),
  next,
});
export type RequestSummary = z.infer<typeof requestSummary>;

const lineView = z.object({
  n: z.int(),
  item: z.object({
    id: z.string(),
    nameZh: z.string(),
    nameEn: z.string(),
    baseUnit: z.string(),
    issueUnit: z.string(),
  }),
  status: lineStatus,
  tier,
  needBy: z.string(),
  /** When it will first be weighed: with its wave, and not before it comes within the horizon; none: it is. */
  countsFrom: z.string().optional(),
  asked: askedQuantity,
  /** Asked, in base units, like all that follow. */
  quantity,
  approved: quantity,
  planned: quantity,
  /** Promised by a person, and not picked yet. */
  byHand: quantity,
  picking: quantity,
  inTransit: quantity,
  received: quantity,
  short: quantity,
  /** What was given up of it, by whom and why: no longer part of what is approved. */
  closedShort: word.extend({ quantity }).optional(),
  /** What was opened to buy what it lacks. */
  purchases: z.array(z.string()).optional(),
  /** What it lacks was left to wait: until when, by whom and why. */
  waits: waiting.optional(),
  holds: z.array(hold),
  /** How it came to its quantity, and why nothing happens with it yet. */
  reasons: z.array(reason),
  /** Why it was promised what it was: the numbers of the apportionment that last looked at it. */
  rationale: z.unknown().optional(),
});

export const requestView = requestSummary.extend({
  version: z.int(),
  coverDays: z.int(),
  askedBy: z.string(),
  odd: z.array(oddity),
  referral: z.array(reason),
  decision: decision.optional(),
  failure: timeline.failure,
  lines: z.array(lineView),
  events: z.array(eventView),
});
export type RequestView = z.infer<typeof requestView>;

/** The apportionment's numbers for one line; from the capability that keeps them. */
type Rationale = (line: Line) => unknown;

const nextOf = (request: Request, now: string): RequestSummary['next'] => {
  const { status, level: at, dueAt, reminders } = request;
  const step =
    status !== 'submitted' && status !== 'approved'
      ? 'nothing'
      : request.failure !== undefined
        ? 'retry'
        : status === 'approved'
          ? 'delivery'
          : at === undefined
            ? 'assessment'
            : 'decision';
  return step === 'nothing'
    ? { step, overdue: false, reminders }
    : { step, level: at, dueAt, overdue: isLate({ reminders, dueAt }, now), reminders };
};

export const summaryOf = (request: Request, site: Site | undefined, now: string): RequestSummary => {
  const {
    id,
    status,
    siteId,
    siteKind: kind,
    recipients,
    tier: of,
    needBy,
    reason: why,
    at,
    lines,
    estimatedFen,
    planId,
  } = request;
  return {
    id,
    status,
    site: { id: siteId, kind, nameZh: site?.nameZh ?? siteId, nameEn: site?.nameEn ?? siteId },
    recipients,
    tier: of,
    needBy,
    reason: why,
    at,
    lines,
    estimatedFen,
    planId,
    next: nextOf(request, now),
  };
};

const lineViewOf = (
  line: Line,
  { item, policy, rationale }: { item: Item | undefined; policy: Policy; rationale: unknown },
  now: string,
): z.infer<typeof lineView> => ({
  n: line.n,
  item: {
    id: line.itemId,
    nameZh: item?.nameZh ?? line.itemId,
    nameEn: item?.nameEn ?? line.itemId,
    baseUnit: item?.baseUnit ?? 'piece',
    issueUnit: item?.issueUnit ?? 'piece',
  },
  status: line.status,
  tier: line.tier,
  needBy: line.needBy,
  countsFrom: weighedFrom(line, policy, now),
  asked: line.asked,
  quantity: line.quantity,
  approved: line.approved,
  planned: plannedQuantity(line),
  byHand: handmadeQuantity(line),
  picking: pickingQuantity(line),
  inTransit: line.dispatched,
  received: line.received,
  // Of a line that nobody needs any more, nothing is short.
  short: line.status === 'open' ? short(line) : 0,
  closedShort: line.closedShort,
  purchases: line.purchases,
  waits: line.status === 'open' ? line.waits : undefined,
  holds: line.holds,
  reasons: notesOn(line, item, policy, now),
  rationale,
});

/** What others know of a request. */
interface Beside {
  readonly site: Site | undefined;
  readonly items: ReadonlyMap<string, Item>;
  readonly policy: Policy;
  readonly rationale: Rationale;
}

/** Everything about one request, as one page shows it. */
export const viewOf = (
  { request, lines, events }: { request: Request; lines: readonly Line[]; events: readonly Event[] },
  { site, items, policy, rationale }: Beside,
  now: string,
): RequestView => ({
  ...summaryOf(request, site, now),
  version: request.version,
  coverDays: request.coverDays,
  askedBy: request.askedBy,
  odd: request.odd,
  referral: request.referral,
  decision: request.decision,
  failure: request.failure,
  lines: lines.map((line) => {
    const item = items.get(line.itemId);
    return lineViewOf(line, { item, policy, rationale: rationale(line) }, now);
  }),
  events: events.map(eventViewOf),
});
