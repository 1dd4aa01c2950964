import type { Actor } from '../shared/actor.ts';
import type { Deps } from '../shared/deps.ts';
import type { Once } from '../shared/once.ts';
import { retrying } from '../shared/retrying.ts';
import { cancelled } from './cancel.ts';
import { readPurchase, writePurchase } from './purchase.store.ts';

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
