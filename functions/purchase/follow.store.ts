import { purseOf } from '../funds/fund.store.ts';
import { replace, Stale } from '../shared/actions.ts';
import { systemActor } from '../shared/actor.ts';
import { commit } from '../shared/commit.store.ts';
import type { Deps } from '../shared/deps.ts';
import { Problem } from '../shared/problem.ts';
import { retrying } from '../shared/retrying.ts';
import { isOverdue, type Progress, progressOf, reminded } from '../workflow/progress.ts';
import { type Followed, followUp } from './follow.ts';
import * as tell from './notices.ts';
import { neededOf, offersNamed, readPurchase, suppliersOf, writePurchase } from './purchase.store.ts';
import { purchaseRow } from './purchase.ts';

type Found = Awaited<ReturnType<typeof readPurchase>>;

/** What is uncovered by now is looked after: see `followUp`. `freedFen`: what is given back in the same commit. */
export const lookAfter = async (
  deps: Deps,
  { purchase, item, policy }: Found,
  freedFen: number,
  now: string,
): Promise<Followed> => {
  const { county, fundId, choice, orders } = purchase;
  const [needed, { offers }, { fund, availableFen }] = await Promise.all([
    neededOf(deps, purchase),
    offersNamed(deps, county, choice?.alternates.map(({ offerId }) => offerId) ?? []),
    purseOf(deps, county, fundId),
  ]);
  const suppliers = await suppliersOf(deps, county, [...offers, ...orders]);
  const withdrawn = new Set(offers.flatMap((of) => (of.withdrawn === undefined ? [] : [of.offerId])));
  const alternates = choice?.alternates.filter(({ offerId }) => !withdrawn.has(offerId)) ?? [];
  return followUp({
    ...{ purchase, item, needed, alternates, suppliers, fund, availableFen: availableFen + freedFen, policy, now },
  });
};

/** Rivals took the fund's money between the look and the commit: another look finds what is left. */
export const staleWhereExhausted = (error: unknown): never => {
  throw error instanceof Problem && error.code === 'fund-exhausted' ? new Stale() : error;
};

/** What was ordered in a look, and of which offer. */
export const placedIn = ({ money, purchase }: Followed) =>
  money.encumbered.map(({ order: n }) => ({ order: n, offerId: purchase.orders[n - 1]?.offerId }));

/**
 * Task: an answer or a delivery is due, or the need is to be looked at. Done as often as it is asked for: what has been
 * looked after is left as it is. Where nothing has happened, only the next deadline is set.
 */
export const follow = (deps: Deps, progress: Progress): Promise<Progress> =>
  retrying(async () => {
    const now = deps.clock.now();
    const actor = systemActor(progress.county);
    const found = await readPurchase(deps, progress.county, progress.id);
    const { purchase, item } = found;
    const on = { ...progress, round: progress.round + 1 };
    if (purchase.status !== 'ordered' || !isOverdue(purchase, progress, now)) return progressOf(on, purchase, now);
    const followed = await lookAfter(deps, found, 0, now);
    const next = reminded(followed.purchase, progress, followed.purchase.dueAt, now);
    if (followed.notes.length === 0 && next.status === 'ordered')
      await commit(deps, { actor, now, actions: [replace(purchaseRow, next)], news: [] });
    else
      await writePurchase(deps, next, {
        ...{ actor, now, money: followed.money, name: 'OrdersFollowedUp', tellings: tell.followed(followed, item) },
        data: {
          status: next.status,
          notes: followed.notes.map(({ code }) => code),
          placed: placedIn(followed),
        },
      }).catch(staleWhereExhausted);
    return progressOf(on, next, now);
  });
