import { z } from 'zod';
import type { Policy } from '../catalogue/policy.ts';
import { countyClock, plusMinutes } from '../shared/clock.ts';
import { fault, Problem, wrongStatus } from '../shared/problem.ts';
import { text } from '../shared/quantity.ts';
import { isLive, orderEnded } from './order.ts';
import type { Money } from './placing.ts';
import { ended, liveOrders, mayBecome, type Purchase, purchaseRow } from './purchase.ts';
import { STATUS_ZH } from './words.ts';

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
    throw wrongStatus(key, {
      zh: `本采购${STATUS_ZH[purchase.status]}，不能取消。`,
      en: `This purchase is ${purchase.status}; it cannot be cancelled.`,
    });
  const confirmed = liveOrders(purchase).filter(({ status }) => status === 'confirmed');
  if (confirmed.length > 0)
    throw new Problem(
      409,
      'confirmed-orders',
      {
        zh: '供应商已确认其中的订单，不能取消；到货后留作统一储备。',
        en: 'Suppliers have confirmed orders of this. What comes of them is kept for the pool.',
      },
      confirmed.map(({ n, supplierId, deliverBy }) => ({
        ...fault(`orders[${n - 1}]`, {
          zh: `第 ${n} 号订单（${supplierId}）应于 ${countyClock(deliverBy)} 前到货。`,
          en: `${supplierId} delivers by ${deliverBy}.`,
        }),
        at: deliverBy,
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
