import { at, type Policy } from '../catalogue/policy.ts';
import { systemActor } from '../shared/actor.ts';
import { plusMinutes } from '../shared/clock.ts';
import type { Deps } from '../shared/deps.ts';
import { retrying } from '../shared/retrying.ts';
import { chase } from '../workflow/chase.store.ts';
import { isOverdue, type Progress, progressOf, reminded } from '../workflow/progress.ts';
import { notNeeded } from './follow-words.ts';
import { sourcingWords } from './notices.ts';
import { neededOf, readPurchase, writePurchase } from './purchase.store.ts';
import { ended, type Purchase, purchaseRow } from './purchase.ts';

/** Nobody chose offers: buyers are told, and headquarters from so many missed deadlines on. */
const sourcing = {
  row: purchaseRow,
  event: 'SourcingOverdue',
  again: ({ purchase }: Policy, { tier }: Purchase): number => at(purchase.sourceMinutes, tier),
  names: ({ itemId }: Purchase) => ({ itemIds: [itemId] }),
  words: sourcingWords,
  first: { role: 'buyer' },
  later: { role: 'headquarters' },
} as const;

/** Before anybody is asked to buy: what has become needless meanwhile ends by itself. `undefined`: it is still needed. */
const endNeedless = (deps: Deps, progress: Progress): Promise<Progress | undefined> =>
  retrying(async () => {
    const now = deps.clock.now();
    const { purchase, item, policy } = await readPurchase(deps, progress.county, progress.id);
    if (purchase.status !== 'sourcing' || !isOverdue(purchase, progress, now)) return undefined;
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

/** Task: nobody has chosen offers by the deadline. */
export const remind = async (deps: Deps, progress: Progress): Promise<Progress> =>
  (await endNeedless(deps, progress)) ?? chase(deps, progress, sourcing);
