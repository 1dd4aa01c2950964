import { z } from 'zod';
import { replace } from '../shared/actions.ts';
import { systemActor } from '../shared/actor.ts';
import { commit } from '../shared/commit.store.ts';
import { notFound } from '../shared/problem.ts';
import { retrying } from '../shared/retrying.ts';
import { get } from '../shared/table.store.ts';
import { keyOf, kinds } from './kinds.ts';
import { progress, progressOf, standsAt } from './progress.ts';
import type { Timeline } from './timeline.ts';
import { goOn, type TokenDeps } from './token.store.ts';

/** What the machine hands over as it begins to wait. */
export const waitInput = z.object({ progress, token: z.string().min(1), execution: z.string().min(1) });
export type WaitInput = z.infer<typeof waitInput>;

/**
 * Task with token: leaves the token on the row, so that whoever moves the row owes the machine a resume. If the row is
 * not where the machine believes it is, or nobody is waited for there, the machine goes on at once.
 *
 * @throws Problem 404 when there is no such row.
 */
export const awaitMove = (deps: TokenDeps, input: WaitInput): Promise<'waiting' | 'sent' | 'settled'> =>
  retrying(async () => {
    const { progress: at, token } = input;
    const now = deps.clock.now();
    const row = await get(deps, kinds[at.kind].row, keyOf(at));
    if (row === undefined) throw notFound(at.kind, at.id);
    const round = at.round + 1;
    const isWaiting = standsAt(row, at) && kinds[at.kind].waiting.includes(row.status);
    if (!isWaiting) return goOn(deps, token, progressOf({ ...at, round }, row, now));
    const next = waiting(row, input, round);
    if (next !== undefined)
      await commit(deps, {
        actor: systemActor(at.county),
        now,
        actions: [replace(kinds[at.kind].row, next)],
        news: [],
      });
    return 'waiting';
  });

/**
 * The row with this wait. An earlier one is over, since the machine has come to this one, and so is a resume owed to
 * it. Nothing to write when this wait is there already, or when a later one is: then this is a late second delivery.
 */
const waiting = (row: Timeline, { token, execution }: WaitInput, round: number): Timeline | undefined => {
  const there = row.wait;
  if (there?.token === token || (there !== undefined && there.execution === execution && there.round > round))
    return undefined;
  const { resume, ...rest } = row;
  const owed = resume !== undefined && resume.round >= round ? { resume } : {};
  return { ...rest, ...owed, wait: { token, status: row.status, execution, round } };
};
