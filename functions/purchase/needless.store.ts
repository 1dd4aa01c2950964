import { systemActor } from '../shared/actor.ts';
import { plusMinutes } from '../shared/clock.ts';
import type { Deps } from '../shared/deps.ts';
import { retrying } from '../shared/retrying.ts';
import { isOverdue, type Progress, progressOf, reminded } from '../workflow/progress.ts';
import { notNeeded } from './follow-words.ts';
import { neededOf, readPurchase, writePurchase } from './purchase.store.ts';
import { ended } from './purchase.ts';

/**
 * Task: before anybody is asked again to choose or to decide, what has become needless meanwhile ends by itself, and what
 * was asked of people for it is over. `undefined`: it is still needed, or has moved on.
 */
export const endNeedless = (deps: Deps, progress: Progress): Promise<Progress | undefined> =>
  retrying(async () => {
    const now = deps.clock.now();
    const { purchase, item, policy } = await readPurchase(deps, progress.county, progress.id);
    const isAsked = purchase.status === 'sourcing' || purchase.status === 'submitted';
    if (!isAsked || !isOverdue(purchase, progress, now)) return undefined;
    const needed = await neededOf(deps, purchase);
    if (needed === undefined || needed.ofThis > 0) return undefined;
    const note = { ...notNeeded({ item, suppliers: new Map() }), at: now };
    // The wait that timed out is over: nobody is owed a resume.
    const quiet = reminded(purchase, progress, purchase.dueAt, now);
    const over = ended(quiet, 'cancelled', now, plusMinutes(now, policy.purchase.papersMinutes));
    const next = { ...over, notes: [...over.notes, note] };
    await writePurchase(deps, next, {
      ...{ actor: systemActor(progress.county), now, name: 'PurchaseNotNeeded', data: { status: next.status } },
    });
    return progressOf({ ...progress, round: progress.round + 1 }, next, now);
  });
