import { purseOf } from '../funds/fund.store.ts';
import { replace, Stale } from '../shared/actions.ts';
import { type Actor, systemActor } from '../shared/actor.ts';
import { commit } from '../shared/commit.store.ts';
import type { Deps } from '../shared/deps.ts';
import type { Once } from '../shared/once.ts';
import { Problem } from '../shared/problem.ts';
import { retrying } from '../shared/retrying.ts';
import { isOverdue, type Progress, progressOf, reminded } from '../workflow/progress.ts';
import { moved } from '../workflow/timeline.ts';
import { cancelled } from './cancel.ts';
import { type Followed, followUp } from './follow.ts';
import { type Money, nextDue } from './ordering.ts';
import { type ConfirmationBody, confirmed, type DeclineBody, declined } from './orders.ts';
import { neededOf, offersNamed, readPurchase, suppliersOf, writePurchase } from './purchase.store.ts';
import { purchaseRow } from './purchase.ts';
import * as tell from './purchase-notices.ts';
import { demandApart } from './separation.ts';

type Found = Awaited<ReturnType<typeof readPurchase>>;

/** An order of a purchase, by its number. */
export interface OrderAt {
  readonly id: string;
  readonly n: number;
}

/**
 * A buyer enters that a supplier has confirmed an order. Returns the purchase's id.
 *
 * @throws Problem 404 `unknown-purchase` or `unknown-order`; 409 `wrong-status`; 403 as `demandApart` says; 422.
 */
export const confirmOrder = (
  deps: Deps,
  actor: Actor,
  once: Once,
  { id, n }: OrderAt,
  body: ConfirmationBody,
): Promise<string> =>
  retrying(async () => {
    const now = deps.clock.now();
    const { purchase, policy } = await readPurchase(deps, actor.county, id);
    const next = confirmed(purchase, n, body, { by: actor.sub, now });
    const { overrides } = demandApart(purchase, 'buy', actor, body.override, policy, now);
    const dueAt = nextDue(next, policy, now);
    await writePurchase(deps, moved({ ...next, overrides }, { status: next.status, dueAt, reminders: 0 }, now), {
      ...{ actor, now, once: { by: once, result: id }, name: 'OrderConfirmed' },
      data: { order: n, reference: body.reference, deliverBy: next.orders[n - 1]?.deliverBy },
    });
    return id;
  });

/** What is uncovered by now is looked after: see `followUp`. `freedFen`: what is given back in the same commit. */
const lookAfter = async (
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
const staleWhereExhausted = (error: unknown): never => {
  throw error instanceof Problem && error.code === 'fund-exhausted' ? new Stale() : error;
};

const together = (one: Money, other: Money): Money => ({
  encumbered: [...one.encumbered, ...other.encumbered],
  released: [...one.released, ...other.released],
});

const placedIn = ({ money, purchase }: Followed) =>
  money.encumbered.map(({ order: n }) => ({ order: n, offerId: purchase.orders[n - 1]?.offerId }));

/**
 * A buyer enters that a supplier declines an order. What it was to bring is ordered of the next offer in the same
 * transaction. Returns the purchase's id.
 *
 * @throws Problem 404 `unknown-purchase` or `unknown-order`; 409 `wrong-status`; 403 as `demandApart` says.
 */
export const declineOrder = (
  deps: Deps,
  actor: Actor,
  once: Once,
  { id, n }: OrderAt,
  body: DeclineBody,
): Promise<string> =>
  retrying(async () => {
    const now = deps.clock.now();
    const found = await readPurchase(deps, actor.county, id);
    const { purchase, item, policy } = found;
    const without = declined(purchase, n, body, { by: actor.sub, now });
    const { overrides } = demandApart(purchase, 'buy', actor, body.override, policy, now);
    const freed = without.money.released.reduce((sum, { amountFen }) => sum + amountFen, 0);
    const followed = await lookAfter(deps, { ...found, purchase: without.purchase }, freed, now);
    const { status, dueAt } = followed.purchase;
    const next = moved({ ...followed.purchase, overrides }, { status, dueAt, reminders: 0 }, now);
    await writePurchase(deps, next, {
      ...{ actor, now, once: { by: once, result: id }, money: together(without.money, followed.money) },
      ...{ name: 'OrderDeclined', reason: body.reason, tellings: tell.followed(followed, item) },
      data: { order: n, notes: followed.notes.map(({ code }) => code), placed: placedIn(followed) },
    }).catch(staleWhereExhausted);
    return id;
  });

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

/**
 * Nobody needs it any more. Returns the purchase's id.
 *
 * @throws Problem 404 `unknown-purchase`; 409 as the rule `cancelled` says.
 */
export const cancelPurchase = (
  deps: Deps,
  actor: Actor,
  once: Once,
  id: string,
  { reason }: { readonly reason: string },
): Promise<string> =>
  retrying(async () => {
    const now = deps.clock.now();
    const { purchase, policy } = await readPurchase(deps, actor.county, id);
    const { purchase: next, money } = cancelled(purchase, { by: actor.sub, reason }, policy, now);
    await writePurchase(deps, next, {
      ...{ actor, now, once: { by: once, result: id }, money, name: 'PurchaseCancelled', reason },
      data: {
        status: next.status,
        orders: money.released.filter(({ amountFen }) => amountFen > 0).map(({ order }) => order),
      },
    });
    return id;
  });
