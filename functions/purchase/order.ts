import assert from 'node:assert/strict';
import { z } from 'zod';
import { extraFen, MAX_ORDERS, orderFen, terms } from '../offers/offer.ts';
import { amountFen } from '../prices/price.ts';
import { fen } from '../shared/money.ts';
import { positive, quantity } from '../shared/quantity.ts';
import { reason } from '../shared/reason.ts';

/** Parts that one order is accepted in. */
export const MAX_PARTS = 20;

/** An order of a purchase, by its number. */
export interface OrderAt {
  readonly id: string;
  readonly n: number;
}

const orderStatus = z.enum(['placed', 'confirmed', 'closed', 'declined', 'lapsed', 'cancelled']);
export type OrderStatus = z.infer<typeof orderStatus>;

/** What came of an order at once, as it was counted at the door. Quantities are base units. */
const part = z.object({
  /** The goods received note; none where nothing was accepted. */
  noteId: z.string().optional(),
  document: z.string(),
  accepted: quantity,
  damaged: quantity,
  /** Another item than was ordered: sent back. */
  wrong: quantity,
  note: z.string().optional(),
  spentFen: fen,
  by: z.string(),
  at: z.string(),
});

/** A supplier's bill, held against what was ordered and what was accepted. */
const invoice = z.object({
  number: z.string(),
  amountFen: fen,
  issuedOn: z.string(),
  by: z.string(),
  at: z.string(),
  /** Held: a person has to say what is right. */
  status: z.enum(['matched', 'held']),
  /** What a person said. */
  resolved: z.object({ by: z.string(), at: z.string(), reason: z.string(), was: fen }).optional(),
});

const payment = z.object({
  document: z.string(),
  amountFen: fen,
  paidOn: z.string(),
  by: z.string(),
  at: z.string(),
});

/** An order to one supplier, on the terms of his offer as they were when it was chosen. Quantities are base units. */
export const order = z.object({
  ...terms.shape,
  n: z.int().min(1).max(MAX_ORDERS),
  /** In which round of choosing it was decided on. */
  round: z.int().min(1).default(1),
  quantity: positive,
  status: orderStatus,
  placedAt: z.string(),
  confirmBy: z.string(),
  deliverBy: z.string(),
  /** How its price stood to what it might be when it was placed: reference, margin and policy move on. */
  priceCheck: reason.optional(),
  confirmed: z.object({ by: z.string(), at: z.string(), reference: z.string() }).optional(),
  /** Set aside for what is still to come. */
  encumberedFen: fen,
  spentFen: fen,
  parts: z.array(part).max(MAX_PARTS),
  /** How it ended before all of it came: who said so, or that nobody answered. */
  ended: z.object({ by: z.string(), at: z.string(), reason: z.string() }).optional(),
  invoice: invoice.optional(),
  payment: payment.optional(),
  /** The notices that ask for its bill, or for a word on it: over with the next step that is taken. */
  asks: z.array(z.string()).optional(),
});
export type Order = z.infer<typeof order>;

/** Goods may still come of it. */
export const isLive = ({ status }: Pick<Order, 'status'>): boolean => status === 'placed' || status === 'confirmed';

const sum = (of: Order, what: 'accepted' | 'damaged' | 'wrong'): number =>
  of.parts.reduce((total, one) => total + one[what], 0);
export const accepted = (of: Order): number => sum(of, 'accepted');

/** What may still come of a live order. */
export const outstanding = (of: Order): number => (isLive(of) ? Math.max(0, of.quantity - accepted(of)) : 0);

/** Fen for goods, and for what they cost beside: fees and bundles. */
interface Owed {
  readonly goodsFen: number;
  readonly extraFen: number;
}

/**
 * What is owed for so many base units of an order that were accepted. Fees and bundles are owed in proportion, so that
 * nobody is paid a whole delivery for a token of the goods, and the landed price stays what was decided on. What came over
 * is kept and not paid for (DESIGN: up to the encumbrance).
 */
export const owedFor = (of: Order, amount: number): Owed => {
  const paid = Math.min(amount, of.quantity);
  return {
    goodsFen: amountFen(of, paid),
    extraFen: amountFen({ priceFen: extraFen(of), perQuantity: of.quantity }, paid),
  };
};

/**
 * Fen that a further part is spent for: by the difference of two rounded sums, so that parts add up to the whole. Of an
 * order whose first part was once paid with all of its fees, none of them is paid again.
 */
export const partFen = (of: Order, more: number): Owed => {
  const [before, after] = [owedFor(of, accepted(of)), owedFor(of, accepted(of) + more)];
  const goodsFen = after.goodsFen - before.goodsFen;
  const unpaidFen = Math.max(0, after.goodsFen + after.extraFen - of.spentFen - goodsFen);
  return { goodsFen, extraFen: Math.min(after.extraFen - before.extraFen, unpaidFen) };
};

/** What must hold of an order at every commit. */
export const sound = (of: Order): Order => {
  assert(of.spentFen + of.encumberedFen <= orderFen(of), `Order ${of.n} costs more than was set aside`);
  assert(isLive(of) || of.encumberedFen === 0, `Order ${of.n} has ended and holds money`);
  assert(of.parts.reduce((total, { spentFen }) => total + spentFen, 0) === of.spentFen, `Parts of order ${of.n}`);
  return of;
};

/** It has ended: what was set aside for what does not come is available again. */
export const orderEnded = (
  of: Order,
  status: Exclude<OrderStatus, 'placed' | 'confirmed'>,
  ended: NonNullable<Order['ended']>,
): { readonly order: Order; readonly releasedFen: number } => ({
  order: sound({ ...of, status, encumberedFen: 0, ended }),
  releasedFen: of.encumberedFen,
});

/** What is to be paid for it; none while an invoice is missing or held. */
export const payable = ({ invoice: bill, payment: paid }: Order): number | undefined =>
  bill?.status === 'matched' && paid === undefined ? bill.amountFen : undefined;
