import { z } from 'zod';
import { replace } from '../shared/actions.ts';
import { systemActor } from '../shared/actor.ts';
import { plusMinutes } from '../shared/clock.ts';
import { commit } from '../shared/commit.store.ts';
import type { Deps } from '../shared/deps.ts';
import { keysOf } from '../shared/keys.ts';
import { notFound } from '../shared/problem.ts';
import { retrying } from '../shared/retrying.ts';
import { everyIndexed, get } from '../shared/table.store.ts';
import { type Kind, keyOf, kinds, type Of } from './kinds.ts';
import { progress } from './progress.ts';
import { queueOf, raised, type Timeline } from './timeline.ts';

/** The state that a machine gave up in, and what was thrown. */
export const failureInput = progress.extend({
  error: z.object({ Error: z.string().default('Unknown'), Cause: z.string().default('') }),
});

/** A cause is read by people in a list: the first lines of a stack say what there is to say. */
const MAX_CAUSE = 500;

/** Lambda's cause is JSON with the message in it. */
const messageIn = (cause: string): string => {
  try {
    return z.object({ errorMessage: z.string() }).parse(JSON.parse(cause)).errorMessage;
  } catch {
    return cause;
  }
};

/**
 * Task: the execution gave up. Says so on the row, where staff see it and may retry; nothing is left waiting. A row
 * that has ended, or has a newer execution, lost nothing.
 *
 * @throws Problem 404 when there is no such row.
 */
export const recordFailure = (deps: Deps, input: z.infer<typeof failureInput>): Promise<void> =>
  retrying(async () => {
    const now = deps.clock.now();
    const row = await get(deps, kinds[input.kind].row, keyOf(input));
    if (row === undefined) throw notFound(input.kind, input.id);
    const hasEnded = kinds[input.kind].ended.includes(row.status);
    if (row.attempt !== input.attempt || row.failure !== undefined || hasEnded) return;
    const { wait, resume, ...rest } = row;
    const { Error: error, Cause } = input.error;
    const failure = { error, cause: messageIn(Cause).slice(0, MAX_CAUSE), at: now };
    deps.log.error('WORKFLOW-FAILED', failure.cause, { kind: input.kind, id: input.id, error });
    await write(deps, input, { ...rest, failure }, now, 'WorkflowFailed', { error, attempt: row.attempt });
  });

/** The shortest that policy gives anybody to decide in: a machine that lives moves a deadline on within seconds. */
const LOST_AFTER_MINUTES = 30;

/** Statuses that a living machine leaves, or whose deadline it moves on. */
const lastingIn = (kind: Kind): readonly string[] => [...kinds[kind].waiting, ...(kinds[kind].working ?? [])];

/**
 * Rows that still wait long after their deadline: their execution is gone without a word, stopped by hand or lost with
 * its machine. Each gets a new attempt, judged from now on by a deadline that is now; should the old execution live
 * after all, it finds itself superseded. Returns the ids.
 */
export const restartLost = async (deps: Deps, county: string, kind: Kind): Promise<string[]> => {
  const cutoff = plusMinutes(deps.clock.now(), -LOST_AFTER_MINUTES);
  const pages = await Promise.all(
    lastingIn(kind).map((status) =>
      everyIndexed(deps, { index: 'GSI1', at: keysOf(county).queue(`${kind}.${status}`), upTo: cutoff }),
    ),
  );
  const ids = pages.flat().map((row) => String(row['id']));
  const restarted: string[] = [];
  for (const id of ids) if (await restart(deps, { kind, county, id }, cutoff)) restarted.push(id);
  return restarted;
};

/** By the row, for the index lags: in time, nothing to be sent first, and not waiting for a person to retry. */
const isLost = (row: Timeline, kind: Kind, cutoff: string): boolean =>
  lastingIn(kind).includes(row.status) && row.dueAt <= cutoff && queueOf(kind, row).name === `${kind}.${row.status}`;

const restart = (deps: Deps, of: Of, cutoff: string): Promise<boolean> =>
  retrying(async () => {
    const now = deps.clock.now();
    const row = await get(deps, kinds[of.kind].row, keyOf(of));
    if (row === undefined || !isLost(row, of.kind, cutoff)) return false;
    const next = raised({ ...row, dueAt: now }, now);
    deps.log.warn('WORKFLOW-LOST', { ...of, dueAt: row.dueAt, attempt: row.attempt });
    await write(deps, of, next, now, 'WorkflowRestarted', { dueAt: row.dueAt, attempt: next.attempt });
    return true;
  });

const write = (deps: Deps, of: Of, next: Timeline, now: string, name: string, data: Record<string, unknown>) =>
  commit(deps, {
    actor: systemActor(of.county),
    now,
    actions: [replace(kinds[of.kind].row, next)],
    news: [{ of: keyOf(of), version: next.version + 1, name, data }],
  });
