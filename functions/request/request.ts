import { z } from 'zod';
import { approval } from '../approval/approval.ts';
import { tier } from '../catalogue/policy.ts';
import { recipientGroup, siteKind } from '../catalogue/site.ts';
import { keysOf } from '../shared/keys.ts';
import { defineRow } from '../shared/row.ts';
import { moved, raised, timeline, worklistKeys } from '../workflow/timeline.ts';
import type { Line } from './line.ts';

/** A command declares its action budget; this bounds a request's. */
export const MAX_LINES = 20;

export const requestStatus = z.enum(['submitted', 'approved', 'refused', 'cancelled', 'closed']);
export type RequestStatus = z.infer<typeof requestStatus>;

/** A procurement request (物资申请): what a site needs, by when and why. */
export const requestRow = defineRow({
  type: 'request',
  v: 1,
  traced: true,
  schema: z.object({
    ...timeline,
    ...approval,
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
    /** The distribution plan that opened it; none: somebody asked. */
    planId: z.string().optional(),
    at: z.string(),
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
  closed: ['approved'],
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

/** A closed request that lacks goods again, which is nobody's decision: a new execution goes on from where it stands. */
export const reopened = (request: Request, now: string): Request =>
  raised<Request>({ ...request, status: 'approved', dueAt: request.needBy, reminders: 0 }, now);
