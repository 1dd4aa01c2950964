import { z } from 'zod';
import { plusMinutes } from '../shared/clock.ts';
import { invalid } from '../shared/problem.ts';
import { instant, text } from '../shared/quantity.ts';
import { orderEnded } from './order.ts';
import type { Money } from './placing.ts';
import { orderAt, type Purchase, withOrder } from './purchase.ts';

/** A supplier has said yes. */
export const confirmationBody = z.strictObject({
  /** Number of the confirmation, or of the entry in the telephone log. */
  reference: text(120),
  /** When he delivers, if he says so; none: as he offered. */
  deliverBy: instant.optional(),
  override: text(500).optional(),
});
export type ConfirmationBody = z.infer<typeof confirmationBody>;

/** A supplier has said no. */
export const declineBody = z.strictObject({ reason: text(300), override: text(500).optional() });
export type DeclineBody = z.infer<typeof declineBody>;

/** Longer than any offer's way: what is later is a slipped finger. */
const MAX_DAYS = 30;

/**
 * The order as its supplier has confirmed it. One that was confirmed before its deadline was looked at counts, however
 * late it is entered.
 *
 * @throws Problem 404 `unknown-order`; 409 `wrong-status`; 422 `bad-delivery`.
 */
export const confirmed = (
  purchase: Purchase,
  n: number,
  { reference, deliverBy }: ConfirmationBody,
  { by, now }: { readonly by: string; readonly now: string },
): Purchase => {
  const order = orderAt(purchase, n, ['placed']);
  const promised = deliverBy === undefined ? order.deliverBy : new Date(deliverBy).toISOString();
  if (deliverBy !== undefined && (promised <= now || promised > plusMinutes(now, MAX_DAYS * 1_440)))
    throw invalid('bad-delivery', 'deliverBy', {
      zh: `交货时间须晚于现在，且在 ${MAX_DAYS} 天以内。`,
      en: `Goods are delivered later than now, and within ${MAX_DAYS} days.`,
    });
  return withOrder(purchase, {
    ...{ ...order, status: 'confirmed', deliverBy: promised },
    confirmed: { by, at: now, reference },
  });
};

/**
 * The order as its supplier has declined it, confirmed before or not; its money is free.
 *
 * @throws Problem 404 `unknown-order`; 409 `wrong-status`.
 */
export const declined = (
  purchase: Purchase,
  n: number,
  { reason }: DeclineBody,
  { by, now }: { readonly by: string; readonly now: string },
): { readonly purchase: Purchase; readonly money: Money } => {
  const { order, releasedFen } = orderEnded(orderAt(purchase, n, ['placed', 'confirmed']), 'declined', {
    ...{ by, at: now, reason },
  });
  return {
    purchase: withOrder(purchase, order),
    money: { encumbered: [], released: [{ order: n, amountFen: releasedFen }] },
  };
};
