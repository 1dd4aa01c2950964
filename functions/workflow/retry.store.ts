import { replace } from '../shared/actions.ts';
import type { Actor } from '../shared/actor.ts';
import { commit } from '../shared/commit.store.ts';
import type { Deps } from '../shared/deps.ts';
import type { Once } from '../shared/once.ts';
import { notFound, Problem } from '../shared/problem.ts';
import { retrying } from '../shared/retrying.ts';
import { get } from '../shared/table.store.ts';
import { type Kind, keyOf, kinds } from './kinds.ts';
import { raised } from './timeline.ts';

/**
 * A person lets a row go on whose execution gave up: a new attempt, from where the row stands. Returns its id.
 *
 * @throws Problem 404 `unknown-…`; 409 `not-failed`.
 */
export const retryWorkflow = (deps: Deps, actor: Actor, once: Once, kind: Kind, id: string): Promise<string> =>
  retrying(async () => {
    const of = { kind, county: actor.county, id };
    const now = deps.clock.now();
    const row = await get(deps, kinds[kind].row, keyOf(of));
    if (row === undefined) throw notFound(kind, id);
    if (row.failure === undefined)
      throw new Problem(409, 'not-failed', `${id} has not failed.`, [], { key: keyOf(of) });
    const next = raised(row, now);
    const data = { error: row.failure.error, attempt: next.attempt };
    await commit(deps, {
      actor,
      now,
      actions: [replace(kinds[kind].row, next)],
      news: [{ of: keyOf(of), version: row.version + 1, name: 'WorkflowRetried', data }],
      once: { by: once, result: id },
    });
    return id;
  });
