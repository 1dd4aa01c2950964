import { escalated, overdue } from '../approval/deadline.ts';
import { getItems, getPolicy } from '../catalogue/catalogue.store.ts';
import { systemActor } from '../shared/actor.ts';
import type { Deps } from '../shared/deps.ts';
import { retrying } from '../shared/retrying.ts';
import { isOverdue, type Progress, progressOf } from '../workflow/progress.ts';
import * as tell from './notices.ts';
import { planOf, writePlan } from './plan.store.ts';

/**
 * Task: the deadline of a level has passed: the next one decides, and after the last it stays visibly overdue. Nothing
 * goes by silence: nobody is waiting at a post for what nobody asked for. Guarded by "still waiting".
 */
export const escalatePlan = (deps: Deps, progress: Progress): Promise<Progress> =>
  retrying(async () => {
    const now = deps.clock.now();
    const [plan, policy] = await Promise.all([
      planOf(deps, progress.county, progress.id),
      getPolicy(deps, progress.county),
    ]);
    const on = { ...progress, round: progress.round + 1 };
    if (plan.status !== 'submitted' || !isOverdue(plan, progress, now)) return progressOf(on, plan, now);
    const isLast = plan.level === 'headquarters';
    const next = (isLast ? overdue : escalated)(plan, progress, policy, now);
    const itemIds = plan.lines.map(({ itemId }) => itemId);
    const items = await getItems(deps, plan.county, itemIds);
    await writePlan(deps, next, {
      ...{ actor: systemActor(plan.county), now },
      name: isLast ? 'DistributionUndecided' : 'DistributionEscalated',
      data: { level: next.level, dueAt: next.dueAt, policyVersion: policy.version },
      tellings: [isLast ? tell.undecided(next, items) : tell.escalated(next, items, plan.dueAt)],
    });
    return progressOf(on, next, now);
  });
