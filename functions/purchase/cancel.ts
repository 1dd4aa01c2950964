import { z } from 'zod';
import type { Policy } from '../catalogue/policy.ts';
import { plusMinutes } from '../shared/clock.ts';
import { Problem, wrongStatus } from '../shared/problem.ts';
import { text } from '../shared/quantity.ts';
import { isLive, orderEnded } from './order.ts';
import type { Money } from './placing.ts';
import { ended, liveOrders, mayBecome, type Purchase, purchaseRow } from './purchase.ts';

export const cancelBody = z.strictObject({ reason: text(500) });

/**
 * Nobody needs it any more: orders that no supplier has confirmed are called off, and their money is available again.
 * What was accepted before stays, and is still to be paid: then the purchase is delivered, not cancelled.
 *
 * @throws Problem 409 `wrong-status`, or `confirmed-orders` with their places: a supplier relies on them.
 */
export const cancelled = (
  purchase: Purchase,
  { by, reason }: { readonly by: string; readonly reason: string },
  policy: Policy,
  now: string,
): { readonly purchase: Purchase; readonly money: Money } => {
  const key = purchaseRow.keyOf(purchase);
  if (!mayBecome(purchase.status, 'cancelled'))
    throw wrongStatus(key, `This purchase is ${purchase.status}; it cannot be cancelled.`);
  const confirmed = liveOrders(purchase).filter(({ status }) => status === 'confirmed');
  if (confirmed.length > 0)
    throw new Problem(
      409,
      'confirmed-orders',
      'Suppliers have confirmed orders of this. What comes of them is kept for the pool.',
      confirmed.map(({ n, supplierId, deliverBy }) => ({
        path: `orders[${n - 1}]`,
        message: `${supplierId} delivers by ${deliverBy}.`,
      })),
      { key },
    );
  const closed = purchase.orders.map((of) =>
    isLive(of) ? orderEnded(of, 'cancelled', { by, at: now, reason }) : { order: of, releasedFen: 0 },
  );
  const orders = closed.map(({ order }) => order);
  return {
    purchase: ended({ ...purchase, orders }, 'cancelled', now, plusMinutes(now, policy.purchase.papersMinutes)),
    money: {
      encumbered: [],
      released: closed.map(({ order, releasedFen }) => ({ order: order.n, amountFen: releasedFen })),
    },
  };
};
