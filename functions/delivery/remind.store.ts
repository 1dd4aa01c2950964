import { getPolicy, getSites } from '../catalogue/catalogue.store.ts';
import { notifyAll } from '../notices/notice.ts';
import { remove, replace } from '../shared/actions.ts';
import { systemActor } from '../shared/actor.ts';
import { commit } from '../shared/commit.store.ts';
import type { Deps } from '../shared/deps.ts';
import { keysOf } from '../shared/keys.ts';
import { retrying } from '../shared/retrying.ts';
import { isOverdue, type Progress, progressOf, reminded } from '../workflow/progress.ts';
import { asking } from '../workflow/timeline.ts';
import { consignmentOf } from './consignment.store.ts';
import { type Consignment, consignmentRow, deadline } from './consignment.ts';
import { LATE, overdue } from './notices.ts';
import { openLinesAt } from './planned.store.ts';
import { isPlannedFrom } from './planned.ts';

/** Whether anything is still planned on the route of a planned consignment. */
const isEmpty = async (deps: Deps, { county, fromId, toId }: Consignment): Promise<boolean> =>
  !(await openLinesAt(deps, county, toId)).some((line) => isPlannedFrom(line, fromId));

/**
 * Task: a deadline has passed. Says so on the consignment and to whoever is waited for, and sets the next one. One for which nothing was planned by
 * then is called off, since nobody waits for it; the next goods open another. A consignment that has moved on
 * meanwhile, or was reminded of already, is left as it is.
 */
export const remind = (deps: Deps, progress: Progress): Promise<Progress> =>
  retrying(async () => {
    const { county, id } = progress;
    const now = deps.clock.now();
    const consignment = await consignmentOf(deps, county, id);
    const { status, tier, reminders, version } = consignment;
    const on = { ...progress, round: progress.round + 1 };
    const name = LATE[status]?.event;
    if (name === undefined || !isOverdue(consignment, progress, now)) return progressOf(on, consignment, now);

    const empty = status === 'planned' && (await isEmpty(deps, consignment));
    const { fromId, toId } = consignment;
    const [policy, sites] = await Promise.all([getPolicy(deps, county), getSites(deps, county, [toId])]);
    const dueAt = deadline(status, tier, policy, now);
    const next = {
      ...reminded(consignment, progress, dueAt, now),
      ...(empty ? { status: 'cancelled' as const } : { reminders: reminders + 1 }),
    };
    const tellings = empty ? [] : overdue(consignment, next, sites.get(toId), policy);
    const told = notifyAll(deps.ids, { county, at: now }, tellings);
    await commit(deps, {
      actor: systemActor(county),
      now,
      actions: [
        replace(consignmentRow, asking(next, told.asking, now)),
        ...(empty ? [remove(keysOf(county).gathering(fromId, toId))] : []),
        ...told.actions,
      ],
      news: [
        {
          of: consignmentRow.keyOf(consignment),
          version: version + 1,
          ...(empty
            ? { name: 'ConsignmentCancelled', reason: 'Nothing was planned for it by its deadline.' }
            : { name, data: { dueAt: consignment.dueAt, reminders: reminders + 1 } }),
        },
      ],
    });
    return progressOf(on, next, now);
  });
