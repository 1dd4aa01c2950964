import { z } from 'zod';
import { tier } from '../catalogue/policy.ts';
import { recipientGroup, siteKind } from '../catalogue/site.ts';
import { keysOf } from '../shared/keys.ts';
import { defineRow } from '../shared/row.ts';
import { moved, timeline, worklistKeys } from '../workflow/timeline.ts';
import type { Line } from './line.ts';

/** A command declares its action budget; this bounds a request's. */
export const MAX_LINES = 20;

export const requestStatus = z.enum(['submitted', 'approved', 'refused', 'cancelled', 'closed']);
export type RequestStatus = z.infer<typeof requestStatus>;

export const level = z.enum(['supply-group', 'headquarters']);
export type Level = z.infer<typeof level>;

/** A reason as people read it, with its numbers, and a stable code. */
export const reason = z.object({ code: z.string(), zh: z.string(), en: z.string() });
export type Reason = z.infer<typeof reason>;

/** What was odd about a line's quantity, and was confirmed by the asker. */
export const oddity = reason.extend({ n: z.int() });
export type Oddity = z.infer<typeof oddity>;

/** What was decided, by whom, on which policy, and every reason for it. */
export const decision = z.object({
  outcome: z.enum(['approved', 'refused']),
  by: z.string(),
  at: z.string(),
  level: z.enum(['at-once', ...level.options]),
  policyVersion: z.int(),
  reasons: z.array(reason),
  note: z.string().optional(),
});

/** A procurement request (物资申请): what a site needs, by when and why. */
export const requestRow = defineRow({
  type: 'request',
  v: 1,
  schema: z.object({
    ...timeline,
    status: requestStatus,
    siteId: z.string(),
    siteKind,
    recipients: recipientGroup,
    tier,
    needBy: z.string(),
    coverDays: z.int(),
    reason: z.string(),
    lines: z.int(),
    estimatedFen: z.int(),
    odd: z.array(oddity).default([]),
    /** Who asked; who entered a paper for somebody counts as who asked. */
    askedBy: z.string(),
    at: z.string(),
    /** Who decides now, while submitted and not decided at once. */
    level: level.optional(),
    decision: decision.optional(),
    /** Why a person has to decide: the green channel's reasons, listed. */
    referral: z.array(reason).default([]),
    /** Deadlines that passed while it waited at the present status. */
    reminders: z.int().default(0),
  }),
  keys: (row) => {
    const keys = keysOf(row.county);
    return {
      ...keys.request(row.id),
      ...worklistKeys('request', row),
      GSI2PK: keys.party(row.siteId),
      GSI2SK: `REQ#${row.id}`,
    };
  },
});
export type Request = ReturnType<typeof requestRow.parse>;

/** Transitions as data: what may follow what. Guards are derived from it. */
const NEXT: Readonly<Record<RequestStatus, readonly RequestStatus[]>> = {
  submitted: ['approved', 'refused', 'cancelled'],
  approved: ['cancelled', 'closed'],
  refused: [],
  cancelled: [],
  closed: [],
};

export const mayBecome = (from: RequestStatus, to: RequestStatus): boolean => NEXT[from].includes(to);

/**
 * The request at its end. Whoever waited is owed a resume; a failed execution has nothing left to be retried for.
 */
export const ended = (request: Request, status: 'refused' | 'cancelled' | 'closed', now: string): Request => {
  const { failure, level: _level, ...rest } = request;
  return moved<Request>(rest, { status }, now);
};

/**
 * The request closed, once no line is open any more: everything approved was received, or cut short by a person.
 * `undefined` while it is not to be closed.
 */
export const closed = (request: Request, lines: readonly Line[], now: string): Request | undefined =>
  mayBecome(request.status, 'closed') && lines.every(({ status }) => status !== 'open')
    ? ended(request, 'closed', now)
    : undefined;
