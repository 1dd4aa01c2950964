import type { Actor } from '../shared/actor.ts';
import type { Deps } from '../shared/deps.ts';
import type { Once } from '../shared/once.ts';
import { retrying } from '../shared/retrying.ts';
import { moved } from '../workflow/timeline.ts';
import { type ConfirmationBody, confirmed, type DeclineBody, declined } from './answer.ts';
import { lookAfter, placedIn, staleWhereExhausted } from './follow.store.ts';
import * as tell from './notices.ts';
import type { OrderAt } from './order.ts';
import { type Money, nextDue } from './placing.ts';
import { readPurchase, writePurchase } from './purchase.store.ts';
import { demandApart } from './separation.ts';

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

const together = (one: Money, other: Money): Money => ({
  encumbered: [...one.encumbered, ...other.encumbered],
  released: [...one.released, ...other.released],
});

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
