import { z } from 'zod';
import { keysOf } from '../shared/keys.ts';
import { trace } from '../shared/row.ts';

/**
 * What every row with a workflow carries. The machine is the timeline, but the row is the truth: each duty leaves its
 * mark here in the transaction that creates it, so that a lost stream record is found by the sweep.
 */
export const timeline = {
  county: z.string(),
  id: z.string(),
  version: z.int(),
  status: z.string(),
  /** When the present wait ends; the machine's timer is derived from it each time the wait is entered. */
  dueAt: z.string(),
  /** Deadlines that passed at the present status. */
  reminders: z.int().default(0),
  /** The first of them. */
  lateSince: z.string().optional(),
  /** Executions are named `id-attempt`. */
  attempt: z.int(),
  /** The execution of this attempt has yet to be started; since when. */
  start: z.string().optional(),
  /** A machine waits for this row to leave `status`. */
  wait: z.strictObject({ token: z.string(), status: z.string(), execution: z.string(), round: z.int() }).optional(),
  /** The row has moved and the machine has yet to be told; since when. */
  resume: z.strictObject({ token: z.string(), round: z.int(), since: z.string() }).optional(),
  /** The execution gave up: what failed, until someone retries. */
  failure: z.strictObject({ error: z.string(), cause: z.string(), at: z.string() }).optional(),
  /** Notices that ask for what is waited for at the present status. */
  notices: z.array(z.string()).optional(),
  /** Notices whose matter is over and that are yet to be acknowledged; since when. */
  over: z.strictObject({ since: z.string(), notices: z.array(z.string()) }).optional(),
  /** By which commit it came to stand so, and on behalf of which request: what its execution does is so too. */
  ...trace,
};
const timelineSchema = z.object(timeline);
export type Timeline = z.infer<typeof timelineSchema>;

/** Whether a row stands where it is later than it should: a deadline has passed, if only the first of several. */
export const isLate = ({ reminders, dueAt }: Pick<Timeline, 'reminders' | 'dueAt'>, now: string): boolean =>
  reminders > 0 || dueAt <= now;

/** Whose turn it is, as one of these steps, and until when. */
export const nextIn = <S extends readonly [string, ...string[]]>(steps: S) =>
  z.object({
    step: z.enum(steps),
    dueAt: z.string().optional(),
    overdue: z.boolean(),
    /** Deadlines that passed at the present status. */
    reminders: z.int(),
  });

/** What of a row is the machine's: no view shows it. */
export const machinery = {
  county: true,
  dueAt: true,
  reminders: true,
  lateSince: true,
  attempt: true,
  start: true,
  wait: true,
  resume: true,
  notices: true,
  over: true,
  commit: true,
  correlation: true,
} as const;

/** The row without what is the machine's. */
export const withoutMachinery = <T extends Timeline>(row: T): Omit<T, keyof typeof machinery> =>
  Object.fromEntries(Object.entries(row).filter(([name]) => !(name in machinery))) as Omit<T, keyof typeof machinery>;

/** A new row's part: its execution is yet to be started. */
export const begun = (now: string, dueAt: string) => ({ attempt: 1, start: now, dueAt }) as const;

/** The row with notices whose matter is over: the wake consumer acknowledges them, and the sweep what it missed. */
export const withOver = <T extends Timeline>(row: T, notices: readonly string[], now: string): T =>
  notices.length === 0
    ? row
    : { ...row, over: { since: row.over?.since ?? now, notices: [...(row.over?.notices ?? []), ...notices] } };

const settled = <T extends Timeline>({ notices = [], ...row }: T, now: string): T => withOver(row as T, notices, now);

/** The row with notices that ask for what it waits for. They take the place of any before: those are over. */
export const asking = <T extends Timeline>(row: T, notices: readonly string[], now: string): T =>
  notices.length === 0 ? row : { ...settled(row, now), notices: [...notices] };

/**
 * The row in its new status. Whoever waited for it to leave the old one is owed a resume, in the same transaction, and
 * what was asked of people there is over; where it only has another deadline, that is still asked. A machine that moves
 * a row itself has stopped waiting: see `reminded`.
 */
export const moved = <T extends Timeline>(row: T, change: Partial<T> & { status: T['status'] }, now: string): T => {
  const { wait, lateSince, ...rest } = change.status === row.status ? row : settled(row, now);
  const next = { ...rest, ...change } as T;
  return wait === undefined ? next : { ...next, resume: { token: wait.token, round: wait.round, since: now } };
};

/** A new attempt: after a failure, a reopening or 200 rounds. The old execution finds itself superseded. */
export const raised = <T extends Timeline>(row: T, now: string): T => {
  const { wait, resume, failure, ...rest } = row;
  return { ...rest, attempt: row.attempt + 1, start: now } as T;
};

/** Attempts from this one on are of the life that a recovery began: later than any that the life before can have had. */
export const firstAttemptSince = (recovery: string): number => Math.floor(Date.parse(recovery) / 1000);

/**
 * A new attempt after the table was restored. Executions of the life that is lost may be there still, and some of later
 * attempts than the row remembers: to raise it by one could name an execution that has run already.
 */
export const recovered = <T extends Timeline>(row: T, recovery: string, now: string): T => ({
  ...raised(row, now),
  attempt: Math.max(row.attempt + 1, firstAttemptSince(recovery)),
});

/**
 * The worklist a row of this kind stands in: an unstarted execution or an unsent resume first, notices that are over with
 * it, then a failure, then by status. GSI1 holds one place a row, and these duties last milliseconds unless something is
 * wrong.
 */
export const queueOf = (kind: string, row: Timeline): { readonly name: string; readonly since: string } => {
  if (row.start !== undefined) return { name: `${kind}.start`, since: row.start };
  if (row.resume !== undefined) return { name: `${kind}.resume`, since: row.resume.since };
  if (row.over !== undefined) return { name: `${kind}.resume`, since: row.over.since };
  if (row.failure !== undefined) return { name: `${kind}.failed`, since: row.failure.at };
  return { name: `${kind}.${row.status}`, since: row.dueAt };
};

/** Where a row of this kind stands in GSI1: its worklist, by how long it has stood there or when it is due. */
export const worklistKeys = (kind: string, row: Timeline): { readonly GSI1PK: string; readonly GSI1SK: string } => {
  const { name, since } = queueOf(kind, row);
  return { GSI1PK: keysOf(row.county).queue(name), GSI1SK: `${since}#${row.id}` };
};
