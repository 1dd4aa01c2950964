import { getItems, getPolicy, getSites } from '../catalogue/catalogue.store.ts';
import type { Policy } from '../catalogue/policy.ts';
import { notifyAll, type Recipient } from '../notices/notice.ts';
import type { Names } from '../notices/words.ts';
import { replace } from '../shared/actions.ts';
import { systemActor } from '../shared/actor.ts';
import { plusMinutes } from '../shared/clock.ts';
import { commit } from '../shared/commit.store.ts';
import type { Deps } from '../shared/deps.ts';
import { notFound } from '../shared/problem.ts';
import type { Reason } from '../shared/reason.ts';
import { retrying } from '../shared/retrying.ts';
import type { RowType } from '../shared/row.ts';
import { get } from '../shared/table.store.ts';
import { keyOf, kinds } from './kinds.ts';
import { isOverdue, type Progress, progressOf, reminded } from './progress.ts';
import { asking, type Timeline } from './timeline.ts';

/** How a row is chased that waits for one thing only. */
export interface Chase<T extends Timeline> {
  readonly row: RowType<T>;
  /** Past tense: what has passed. */
  readonly event: string;
  /** Minutes until the next reminder. */
  readonly again: (policy: Policy, row: T) => number;
  /** What the words call by name. */
  readonly names: (row: T) => { readonly siteId?: string; readonly itemIds: readonly string[] };
  readonly words: (row: T, names: Names) => Reason;
  /** Who is told at first, and who besides once it has been overdue for longer. */
  readonly first: Recipient;
  readonly later: Recipient;
}

/**
 * Task: a deadline has passed. Says so on the row, tells whoever has to act, and sets the next deadline. A row that has
 * moved on meanwhile, or was reminded of already, is left as it is.
 *
 * @throws Problem 404 when there is no such row.
 */
export const chase = <T extends Timeline>(deps: Deps, progress: Progress, how: Chase<T>): Promise<Progress> =>
  retrying(async () => {
    const { county, kind, id } = progress;
    const now = deps.clock.now();
    const row = await get(deps, how.row, keyOf(progress));
    if (row === undefined) throw notFound(kind, id);
    const on = { ...progress, round: progress.round + 1 };
    if (!kinds[kind].waiting.includes(row.status) || !isOverdue(row, progress, now)) return progressOf(on, row, now);
    const { siteId, itemIds } = how.names(row);
    const [policy, sites, items] = await Promise.all([
      getPolicy(deps, county),
      getSites(deps, county, siteId === undefined ? [] : [siteId]),
      getItems(deps, county, itemIds),
    ]);
    const words = how.words(row, { site: siteId === undefined ? undefined : sites.get(siteId), items });
    const dueAt = plusMinutes(now, how.again(policy, row));
    const reminders = row.reminders + 1;
    const next = { ...reminded(row, progress, dueAt, now), reminders };
    const recipients = reminders >= policy.notices.escalateAfter ? [how.first, how.later] : [how.first];
    const told = notifyAll(
      deps.ids,
      { county, at: now },
      recipients.map((to) => ({ to, ...words, about: { kind, id }, dueAt })),
    );
    await commit(deps, {
      actor: systemActor(county),
      now,
      actions: [replace(how.row, asking(next, told.asking, now)), ...told.actions],
      news: [{ of: keyOf(progress), version: row.version + 1, name: how.event, data: { dueAt: row.dueAt, reminders } }],
    });
    return progressOf(on, next, now);
  });
