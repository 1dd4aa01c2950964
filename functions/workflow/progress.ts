import { z } from 'zod';
import { secondsUntil } from '../shared/clock.ts';
import { KINDS } from './kinds.ts';
import { raised, type Timeline } from './timeline.ts';

/**
 * What a machine hands from state to state, and what wakes it: the row's status and the seconds until its deadline,
 * read when the step is taken. Executions outlive deploys, so this only ever grows.
 */
export const progress = z.object({
  kind: z.enum(KINDS),
  county: z.string(),
  id: z.string(),
  attempt: z.int(),
  /** Waits entered by this execution. At 200 the attempt is raised: an execution's history holds 25,000 events. */
  round: z.int(),
  status: z.string(),
  secondsLeft: z.int(),
  /** The request that last had a hand in the row, on behalf of which the next step is taken. */
  correlation: z.string().optional(),
});
export type Progress = z.infer<typeof progress>;

export const MAX_ROUNDS = 200;

/** Longest timer of a state: 99,999,999 seconds. A later deadline is waited for in several rounds. */
const MAX_TIMER_SECONDS = 99_999_999;

/** Where an execution stands now, as its row says. One that is no longer the row's own is told so, and ends. */
export const progressOf = (of: Pick<Progress, 'kind' | 'attempt' | 'round'>, row: Timeline, now: string): Progress => ({
  kind: of.kind,
  county: row.county,
  id: row.id,
  attempt: of.attempt,
  round: of.round,
  status: row.attempt > of.attempt ? 'superseded' : row.status,
  secondsLeft: Math.min(MAX_TIMER_SECONDS, secondsUntil(row.dueAt, now)),
  ...(row.correlation !== undefined && { correlation: row.correlation }),
});

/** The row is where this execution believes it is. */
export const standsAt = (row: Timeline, progress: Progress): boolean =>
  row.attempt === progress.attempt && row.status === progress.status;

/**
 * The guard of every timeout branch: still waiting, and the deadline has passed. Done already means that the deadline
 * lies ahead again; moved on means another status. Either way the branch changes nothing and the machine looks again.
 */
export const isOverdue = (row: Timeline, progress: Progress, now: string): boolean =>
  standsAt(row, progress) && row.dueAt <= now;

/**
 * The row with its next deadline, after one that passed. The wait that timed out is over, so nobody is owed a resume.
 * After 200 waits the attempt is raised: a fresh execution goes on from here, and this one ends.
 */
export const reminded = <T extends Timeline>(row: T, progress: Progress, dueAt: string, now: string): T => {
  const { wait, ...rest } = row;
  const next = { ...rest, dueAt, lateSince: row.lateSince ?? row.dueAt } as T;
  return progress.round + 1 >= MAX_ROUNDS ? raised(next, now) : next;
};
