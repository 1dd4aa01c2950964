import { z } from 'zod';
import { approval, decision } from '../approval/approval.ts';
import { tier } from '../catalogue/policy.ts';
import { choice } from '../offers/choice.ts';
import { MAX_ORDERS } from '../offers/offer.ts';
import { keysOf } from '../shared/keys.ts';
import { Problem, wrongStatus } from '../shared/problem.ts';
import { positive } from '../shared/quantity.ts';
import { reason } from '../shared/reason.ts';
import { defineRow } from '../shared/row.ts';
import { moved, timeline, worklistKeys } from '../workflow/timeline.ts';
import { accepted, isLive, type Order, type OrderStatus, order, outstanding } from './order.ts';
import { ORDER_STATUS_ZH, STATUS_ZH } from './words.ts';

export const purchaseStatus = z.enum([
  /** A buyer has to choose among offers. */
  'sourcing',
  /** The choice waits for the green channel. */
  'submitted',
  /** Orders are out. */
  'ordered',
  /** All that will come has come; bills, payments or papers are missing. */
  'delivered',
  'closed',
  'refused',
  'cancelled',
]);
export type PurchaseStatus = z.infer<typeof purchaseStatus>;

/** Steps that different people take (需求、采购、验收相分离). */
export const dutyStep = z.enum(['ask', 'buy', 'approve', 'accept', 'pay']);
export type DutyStep = z.infer<typeof dutyStep>;

export const paperKind = z.enum(['signed-need', 'signed-approval', 'quotes']);

/** A paper that the file has to hold, beside what its orders bring. */
const paper = z.object({
  kind: paperKind,
  dueAt: z.string(),
  filed: z.object({ reference: z.string(), by: z.string(), at: z.string() }).optional(),
});

/** Choices that others may follow: a purchase is one row, and none of them is forgotten. */
export const MAX_ROUNDS = 12;

/** A choice that another followed, without what was to be tried next; not decided on: it was sent back. */
const round = z.object({ choice: choice.omit({ alternates: true }), decision: decision.optional() });
export type Round = z.infer<typeof round>;

/**
 * A purchase (采购) of one item: for the need line that the pool cannot meet, or for the pool itself. One row with its
 * orders, so that every step is one guarded transaction.
 */
export const purchase = z.object({
  ...timeline,
  ...approval,
  status: purchaseStatus,
  tier,
  needBy: z.string(),
  itemId: z.string(),
  /** Base units. */
  quantity: positive,
  reason: z.string(),
  /** The need line that it is for, and who asked for that; none: for the pool. */
  need: z.object({ requestId: z.string(), n: z.int(), askedBy: z.string().optional() }).optional(),
  /** Where the goods are to be brought. */
  placeId: z.string(),
  fundId: z.string(),
  /** The rule it rests on, and what that waives. */
  basis: z.object({ document: z.string(), waives: z.array(z.string()) }),
  /** The present choice; in `sourcing`, the last one. */
  choice: choice.optional(),
  /** What was chosen and decided before that, the first round first. */
  rounds: z.array(round).max(MAX_ROUNDS).default([]),
  /** Who chose in rounds of which nothing else was kept: on rows from before rounds were. */
  chosenBy: z.array(z.string()).optional(),
  orders: z.array(order).max(MAX_ORDERS),
  papers: z.array(paper),
  /** Where one person did the work of two, and why. */
  overrides: z.array(z.object({ step: dutyStep, by: z.string(), at: z.string(), reason: z.string() })),
  /** What happened to it that no person decided: surplus cancelled or kept, the next offer tried. */
  notes: z.array(
    reason.extend({
      at: z.string(),
      /** Which offer was kept from being ordered. */
      offerId: z.string().optional(),
    }),
  ),
  at: z.string(),
});

/** Where an item's purchases stand together in the index, whatever became of them. */
export const purchasesOf = (itemId: string): string => `purchases.${itemId}`;

export const purchaseRow = defineRow({
  type: 'purchase',
  v: 1,
  traced: true,
  schema: purchase,
  keys: (row) => ({
    ...keysOf(row.county).purchase(row.id),
    ...worklistKeys('purchase', row),
    GSI2PK: keysOf(row.county).party(purchasesOf(row.itemId)),
    GSI2SK: `PURCHASE#${row.id}`,
  }),
});
export type Purchase = ReturnType<typeof purchaseRow.parse>;

/** Transitions as data: what may follow what. Guards are derived from it. */
const NEXT: Readonly<Record<PurchaseStatus, readonly PurchaseStatus[]>> = {
  sourcing: ['submitted', 'delivered', 'cancelled'],
  submitted: ['ordered', 'sourcing', 'delivered', 'refused', 'cancelled'],
  ordered: ['sourcing', 'delivered', 'cancelled'],
  delivered: ['closed'],
  closed: [],
  refused: [],
  cancelled: [],
};
export const mayBecome = (from: PurchaseStatus, to: PurchaseStatus): boolean => NEXT[from].includes(to);

/** Base units that have come, and such as may still come. */
export const acceptedOf = ({ orders }: Pick<Purchase, 'orders'>): number =>
  orders.reduce((total, one) => total + accepted(one), 0);
export const outstandingOf = ({ orders }: Pick<Purchase, 'orders'>): number =>
  orders.reduce((total, one) => total + outstanding(one), 0);
/** Base units that no order covers any more. */
export const uncovered = (of: Pick<Purchase, 'orders' | 'quantity'>): number =>
  Math.max(0, of.quantity - acceptedOf(of) - outstandingOf(of));

/**
 * Base units that are on their way, or sought: what nobody need buy again. What no order covers while others are out is
 * nobody's yet.
 */
export const coming = (of: Pick<Purchase, 'status' | 'orders' | 'quantity'>): number => {
  if (of.status === 'sourcing' || of.status === 'submitted') return uncovered(of) + outstandingOf(of);
  return of.status === 'ordered' ? outstandingOf(of) : 0;
};

/**
 * The purchase at its end before all of it came: whoever waited is owed a resume, and a failed execution has nothing left
 * to be retried for. Where something was accepted, it is delivered: that is yet to be billed, paid and filed.
 */
export const ended = (of: Purchase, status: 'refused' | 'cancelled', now: string, dueAt: string): Purchase => {
  const { failure, level: _level, ...rest } = of;
  return acceptedOf(of) > 0
    ? moved<Purchase>(rest, { status: 'delivered', dueAt, reminders: 0 }, now)
    : moved<Purchase>(rest, { status }, now);
};

export const liveOrders = ({ orders }: Pick<Purchase, 'orders'>): readonly Order[] => orders.filter(isLive);

/** @throws Problem 404 `unknown-order`. */
export const orderNumbered = ({ id, orders }: Purchase, n: number): Order => {
  const order = orders.find((one) => one.n === n);
  if (order === undefined)
    throw new Problem(404, 'unknown-order', { zh: `采购 ${id} 没有第 ${n} 号订单。`, en: `${id} has no order ${n}.` });
  return order;
};

/** @throws Problem 404 `unknown-order`; 409 `wrong-status` with how the order stands. */
export const orderAt = (purchase: Purchase, n: number, statuses: readonly OrderStatus[]): Order => {
  const key = purchaseRow.keyOf(purchase);
  const order = orderNumbered(purchase, n);
  if (purchase.status !== 'ordered' || !statuses.includes(order.status))
    throw wrongStatus(key, {
      zh: `第 ${n} 号订单${ORDER_STATUS_ZH[order.status]}，采购${STATUS_ZH[purchase.status]}；须为${statuses.map((one) => ORDER_STATUS_ZH[one]).join('或')}才能这样办。`,
      en: `Order ${n} is ${order.status}; it is not ${statuses.join(' or ')}.`,
    });
  return order;
};

export const withOrder = (purchase: Purchase, order: Order): Purchase => ({
  ...purchase,
  orders: purchase.orders.map((one) => (one.n === order.n ? order : one)),
});
