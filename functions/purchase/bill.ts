import { z } from 'zod';
import { countyDay } from '../shared/clock.ts';
import { keysOf } from '../shared/keys.ts';
import { positiveFen, yuan } from '../shared/money.ts';
import { invalid, Problem } from '../shared/problem.ts';
import { day, text } from '../shared/quantity.ts';
import type { Reason } from '../shared/reason.ts';
import { defineRow } from '../shared/row.ts';
import { paperText } from '../stock/goods-received.ts';
import { accepted, isLive, type Order, owedFor, payable } from './order.ts';

const override = text(500).optional();

/** A supplier's bill, as finance reads it. */
export const invoiceBody = z.strictObject({
  number: paperText,
  amountFen: positiveFen,
  issuedOn: day,
  override,
});
export type InvoiceBody = z.infer<typeof invoiceBody>;

/** What headquarters says of a bill that does not match. */
export const resolutionBody = z.discriminatedUnion('outcome', [
  /** The supplier has sent another in its place. */
  z.strictObject({
    outcome: z.literal('corrected'),
    number: paperText,
    amountFen: positiveFen,
    issuedOn: day,
    reason: text(500),
    override,
  }),
  /** What was accepted is paid, and no more than that. */
  z.strictObject({ outcome: z.literal('pay-accepted'), reason: text(500), override }),
]);
export type ResolutionBody = z.infer<typeof resolutionBody>;

export const paymentBody = z.strictObject({
  /** The number of the bank's voucher. */
  document: paperText,
  amountFen: positiveFen,
  paidOn: day,
  override,
});
export type PaymentBody = z.infer<typeof paymentBody>;

const of = { county: z.string(), purchaseId: z.string(), order: z.int() };

/** Says that a supplier's bill was entered. It never expires: the same paper may turn up again months later. */
export const invoiceRow = defineRow({
  type: 'invoice',
  v: 1,
  schema: z.object({ ...of, supplierId: z.string(), number: z.string() }),
  keys: (row) => keysOf(row.county).invoice(row.supplierId, row.number),
});

/** Says that a bank's voucher was entered: one voucher pays one bill. It never expires. */
export const paymentRow = defineRow({
  type: 'payment',
  v: 1,
  schema: z.object({ ...of, document: z.string() }),
  keys: (row) => keysOf(row.county).payment(row.document),
});

/** What is owed for an order: what was accepted, up to what was ordered, at its price, and its share of what it costs beside. */
export const owedFen = (order: Order): number => {
  const { goodsFen, extraFen } = owedFor(order, accepted(order));
  return goodsFen + extraFen;
};

export interface Match {
  readonly status: 'matched' | 'held';
  readonly reason: Reason;
}

/**
 * Holds a bill against the order's price and what was accepted of it (三单匹配): all three agree to the fen, or a
 * person has to say what is right.
 */
export const matched = (order: Order, { amountFen: billed }: Pick<InvoiceBody, 'amountFen'>): Match => {
  const amount = Math.min(accepted(order), order.quantity);
  const { goodsFen, extraFen: extra } = owedFor(order, amount);
  const owed = goodsFen + extra;
  const [is, should] = [yuan(billed), yuan(owed)];
  const how = {
    zh: `${yuan(order.priceFen)}/${order.perQuantity} × 验收 ${amount}，另加 ${yuan(extra)}，应付 ${should}`,
    en: `${yuan(order.priceFen)} per ${order.perQuantity} × ${amount} accepted and ${yuan(extra)} beside come to ${should}`,
  };
  return billed === owed
    ? {
        status: 'matched',
        reason: { code: 'invoice-matched', zh: `发票 ${is}：${how.zh}，相符。`, en: `Billed ${is}: ${how.en}.` },
      }
    : {
        status: 'held',
        reason: {
          code: 'invoice-held',
          zh: `发票 ${is}：${how.zh}，相差 ${yuan(billed - owed)}，暂不付款。`,
          en: `Billed ${is}, but ${how.en}: a difference of ${yuan(billed - owed)}. Nothing is paid.`,
        },
      };
};

/** Who does it, and when. */
export interface By {
  readonly by: string;
  readonly at: string;
}

/** @throws Problem 422 `not-yet`. */
const demandPast = (path: 'issuedOn' | 'paidOn', on: string, { at }: By): void => {
  const today = countyDay(at);
  if (on > today)
    throw invalid('not-yet', path, { zh: `今天是 ${today}，日期不能更晚。`, en: `Today is ${today}: this is later.` });
};

/**
 * The order with its bill, matched or held. One bill an order, when all of it has come that will.
 *
 * @throws Problem 409 `still-open`, `nothing-accepted`, `nothing-owed` or `invoiced`; 422 `not-yet`.
 */
export const invoiced = (order: Order, body: InvoiceBody, by: By): Order => {
  const { number, amountFen: billed, issuedOn } = body;
  if (order.invoice !== undefined)
    throw new Problem(409, 'invoiced', {
      zh: `第 ${order.n} 号订单已有发票：${order.invoice.number}。`,
      en: `Order ${order.n} has its bill already: ${order.invoice.number}.`,
    });
  if (isLive(order))
    throw new Problem(409, 'still-open', {
      zh: `第 ${order.n} 号订单还可能到货，全部到齐后再录入发票。`,
      en: `Goods may still come of order ${order.n}: it is billed when all have.`,
    });
  if (accepted(order) === 0)
    throw new Problem(409, 'nothing-accepted', {
      zh: `第 ${order.n} 号订单没有验收合格的物资，无须付款。`,
      en: `Nothing was accepted of order ${order.n}: nothing is owed.`,
    });
  if (owedFen(order) === 0)
    throw new Problem(409, 'nothing-owed', {
      zh: `第 ${order.n} 号订单验收的物资金额为零，无须发票。`,
      en: `What was accepted of order ${order.n} costs nothing: nothing is billed.`,
    });
  demandPast('issuedOn', issuedOn, by);
  const { status } = matched(order, body);
  return { ...order, invoice: { number, amountFen: billed, issuedOn, ...by, status } };
};

/** @throws Problem 422 `above-accepted`: nothing is ever paid that was not accepted. */
const demandCovered = (order: Order, amount: number): number => {
  const { spentFen } = order;
  if (amount > spentFen)
    throw invalid('above-accepted', 'amountFen', {
      zh: `第 ${order.n} 号订单验收金额为 ${yuan(spentFen)}，不能支付更多。`,
      en: `${yuan(spentFen)} were accepted of order ${order.n}: no more is paid.`,
    });
  return amount;
};

/**
 * The order with its held bill as headquarters has settled it: by another bill of the supplier, or by paying what was
 * accepted, which is never more than was billed. Either is then to be paid.
 *
 * @throws Problem 409 `not-held`; 403 `duties-apart` for whoever entered it; 422 `above-accepted` or `not-yet`.
 */
export const resolved = (order: Order, body: ResolutionBody, by: By): Order => {
  const { invoice } = order;
  if (invoice?.status !== 'held')
    throw new Problem(409, 'not-held', {
      zh: `第 ${order.n} 号订单没有待裁定的发票。`,
      en: `No bill of order ${order.n} is held.`,
    });
  if (invoice.by === by.by)
    throw new Problem(403, 'duties-apart', {
      zh: '录入发票的人不能处理该发票。',
      en: 'Whoever entered a bill does not settle it.',
    });
  const settled = { ...by, reason: body.reason, was: invoice.amountFen };
  if (body.outcome === 'pay-accepted') {
    const amount = Math.min(invoice.amountFen, owedFen(order));
    return { ...order, invoice: { ...invoice, status: 'matched', amountFen: amount, resolved: settled } };
  }
  const { number, amountFen: billed, issuedOn } = body;
  demandPast('issuedOn', issuedOn, by);
  const amount = demandCovered(order, billed);
  return {
    ...order,
    invoice: { ...invoice, number, amountFen: amount, issuedOn, status: 'matched', resolved: settled },
  };
};

/** Why nothing of an order can be paid. */
const unpayable = ({ n, invoice, payment }: Order): Problem => {
  if (payment !== undefined)
    return new Problem(409, 'paid', {
      zh: `第 ${n} 号订单已付款，凭证 ${payment.document}。`,
      en: `Order ${n} was paid by ${payment.document}.`,
    });
  if (invoice === undefined)
    return new Problem(409, 'no-invoice', {
      zh: `第 ${n} 号订单还没有发票。`,
      en: `Order ${n} has no bill yet.`,
    });
  return new Problem(409, 'held', {
    zh: `第 ${n} 号订单的发票与订单、验收不符，待指挥部裁定。`,
    en: `The bill of order ${n} is held until headquarters has settled it.`,
  });
};

/**
 * The order, paid: exactly what is to be paid for it.
 *
 * @throws Problem 409 `paid`, `no-invoice` or `held`; 422 `not-payable` with the sum, or `not-yet`.
 */
export const paid = (order: Order, { document, amountFen: amount, paidOn }: PaymentBody, by: By): Order => {
  const due = payable(order);
  if (due === undefined) throw unpayable(order);
  if (amount !== due)
    throw invalid('not-payable', 'amountFen', {
      zh: `第 ${order.n} 号订单应付 ${yuan(due)}。`,
      en: `${yuan(due)} are to be paid for order ${order.n}.`,
    });
  demandPast('paidOn', paidOn, by);
  return { ...order, payment: { document, amountFen: amount, paidOn, ...by } };
};
