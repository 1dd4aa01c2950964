import { z } from 'zod';
import { approval } from '../approval/approval.ts';
import { tier } from '../catalogue/policy.ts';
import { recipientGroup, siteKind } from '../catalogue/site.ts';
import { MAX_LINES } from '../request/request.ts';
import { keysOf } from '../shared/keys.ts';
import { instant, positive, quantity, slug, text } from '../shared/quantity.ts';
import type { reason } from '../shared/reason.ts';
import { defineRow } from '../shared/row.ts';
import { moved, timeline, worklistKeys } from '../workflow/timeline.ts';

/** Sites that a plan may reach: what is read, and what one decision can still be about. */
export const MAX_SITES = 500;

/** A warehouse keeps goods and uses none. */
const servedKind = siteKind.exclude(['warehouse']);

/** So much for each person, or each household; where days are given, so much a day of them (定用量、定期限). */
const norm = z.strictObject({
  quantity: positive,
  unit: z.string().min(1).max(20),
  per: z.enum(['person', 'household']),
  days: z.int().min(1).max(30).optional(),
});

const target = z.discriminatedUnion('to', [
  z.strictObject({ to: z.literal('sites'), siteIds: z.array(slug).min(1).max(MAX_SITES) }),
  z.strictObject({
    to: z.literal('kinds'),
    kinds: z.array(servedKind).min(1).max(servedKind.options.length),
    /** Of these townships only. */
    townships: z.array(text(60)).min(1).max(100).optional(),
  }),
]);
export type Target = z.infer<typeof target>;

/** As it is kept: rows are read more tolerantly than bodies. */
export const storedTarget = z.discriminatedUnion('to', [
  z.object({ to: z.literal('sites'), siteIds: z.array(z.string()) }),
  z.object({ to: z.literal('kinds'), kinds: z.array(siteKind), townships: z.array(z.string()).optional() }),
]);
export const storedNorm = z.object({ ...norm.shape, unit: z.string() });

/** What somebody plans to give out, to whom, and by which norm. How much that is follows from the sites' headcounts. */
export const planBody = z.strictObject({
  reason: text(500),
  needBy: instant,
  recipients: recipientGroup,
  target,
  lines: z
    .array(z.strictObject({ itemId: slug, norm }))
    .min(1)
    .max(MAX_LINES),
});
export type PlanBody = z.infer<typeof planBody>;

export const planStatus = z.enum(['submitted', 'approved', 'opened', 'refused', 'cancelled']);
export type PlanStatus = z.infer<typeof planStatus>;

/** Why a site gets nothing, of all or of one item. */
const leftCode = z.enum(['inactive-site', 'nobody', 'wrong-post', 'has-enough', 'inactive-item']);
export type LeftCode = z.infer<typeof leftCode>;

/** One item of a plan. Quantities are base units. */
const planLine = z.object({
  n: z.int(),
  itemId: z.string(),
  norm: storedNorm,
  /** For all sites together. */
  total: quantity,
});
export type PlanLine = z.infer<typeof planLine>;

/**
 * A distribution plan (分配计划): how goods reach villages and communities that never asked. Once approved it opens one
 * need for each of its sites, in their order; `next` is the first that has not had its turn.
 */
export const planRow = defineRow({
  type: 'distribution-plan',
  v: 1,
  traced: true,
  schema: z.object({
    ...timeline,
    ...approval,
    status: planStatus,
    recipients: recipientGroup,
    target: storedTarget,
    /** The first that any of its sites has: whether its decision is pressing. */
    tier,
    needBy: z.string(),
    coverDays: z.int(),
    reason: z.string(),
    lines: z.array(planLine).max(MAX_LINES),
    estimatedFen: z.int(),
    /** Sites that were looked at, and those of them that get nothing. */
    sites: z.int(),
    leftOut: z.int(),
    next: z.int(),
    /** What could not be opened any more when its turn came: nothing of a site, or an item for some of them. */
    skipped: z
      .array(z.object({ siteId: z.string().optional(), itemId: z.string().optional(), code: leftCode }))
      .default([]),
    /** Why it was called off, and by whom. */
    ended: z.object({ by: z.string(), at: z.string(), reason: z.string() }).optional(),
    at: z.string(),
  }),
  keys: (row) => ({ ...keysOf(row.county).distributionPlan(row.id), ...worklistKeys('distribution-plan', row) }),
});
export type Plan = ReturnType<typeof planRow.parse>;

/** What a site is to have of one line, and why nothing. */
const siteLine = z.object({
  n: z.int(),
  /** What the norm comes to, in base units. */
  norm: quantity,
  /** What the site has for the same people and days from what was approved before. */
  earlier: quantity,
  /** What the plan asks for it, in whole issue units; 0: nothing. */
  quantity,
  left: leftCode.optional(),
});
export type SiteLine = z.infer<typeof siteLine>;

const plannedSite = z.object({
  siteId: z.string(),
  siteKind,
  tier,
  people: z.int(),
  /** None: nobody of this group is counted in households. */
  households: z.int().optional(),
  /** It has asked more often than is looked through: it may have more than `earlier` says. */
  incomplete: z.boolean().optional(),
  /** Nothing goes there at all. */
  left: leftCode.optional(),
  /** The need that is opened for it: allotted beforehand, so that it is one however often it is opened. */
  requestId: z.string(),
  lines: z.array(siteLine).max(MAX_LINES),
});
export type PlannedSite = z.infer<typeof plannedSite>;

/** Sites of a row: few enough for one row of the table, whatever is in them. */
export const PART_SITES = 25;

/** What a plan proposes for some of its sites. Never changed: what was decided on is what is opened. */
export const planPartRow = defineRow({
  type: 'distribution-plan-part',
  v: 1,
  schema: z.object({
    county: z.string(),
    planId: z.string(),
    part: z.int(),
    sites: z.array(plannedSite).min(1).max(PART_SITES),
  }),
  keys: (row) => keysOf(row.county).distributionPlanPart(row.planId, row.part),
});

/** How long opening the next needs may take before the execution is taken for lost: it is moved on with each. */
export const OPENING_MINUTES = 5;

/** The plan at its end: a failed execution has nothing left to be retried for. */
export const ended = (plan: Plan, status: 'refused' | 'cancelled' | 'opened', now: string): Plan => {
  const { failure, level, ...rest } = plan;
  return moved<Plan>(rest, { status, dueAt: now, reminders: 0 }, now);
};

/** Why something is left out, as people read it. */
export const LEFT: Readonly<Record<LeftCode, z.infer<typeof reason>>> = {
  'inactive-site': { code: 'inactive-site', zh: '点位已关闭。', en: 'The site is closed.' },
  nobody: { code: 'nobody', zh: '该点位没有登记这类人员或户数。', en: 'Nobody of this group is registered there.' },
  'wrong-post': { code: 'wrong-post', zh: '该物资只发给别的岗位。', en: 'The item is kept for other kinds of posts.' },
  'has-enough': {
    code: 'has-enough',
    zh: '同期已批的数量已够定量。',
    en: 'What was approved before for the same days covers the norm.',
  },
  'inactive-item': { code: 'inactive-item', zh: '该物资已停用。', en: 'The item is no longer issued.' },
};
