import type { Policy } from '../catalogue/policy.ts';
import type { FilePaper } from './file.ts';
import { accepted, type Order } from './order.ts';
import { missingPapers } from './papers.ts';
import type { Purchase } from './purchase.ts';

type Kind = ReturnType<typeof missingPapers>[number]['kind'];

const NAMES: Readonly<Record<Kind, { readonly zh: string; readonly en: string }>> = {
  'signed-need': { zh: '已签字的需求单', en: 'The signed need' },
  'signed-approval': { zh: '已签字的审批单', en: 'The signed approval' },
  quotes: { zh: '报价凭证', en: 'The quotes' },
  'order-confirmation': { zh: '供应商确认', en: 'The supplier’s confirmation' },
  'acceptance-note': { zh: '送货及验收单', en: 'The delivery and acceptance note' },
  invoice: { zh: '发票', en: 'The invoice' },
  'payment-voucher': { zh: '付款凭证', en: 'The voucher of the payment' },
};

const held = (kind: Kind, reference: string, order?: number): FilePaper => ({
  ...{ kind, ...NAMES[kind], reference, missing: false, overdue: false },
  ...(order !== undefined && { order }),
});

/** What an order has brought to the file. */
const broughtBy = (order: Order): FilePaper[] => {
  const { n, confirmed, parts, invoice, payment } = order;
  return [
    ...(confirmed === undefined ? [] : [held('order-confirmation', confirmed.reference, n)]),
    ...(accepted(order) === 0 ? [] : parts.map(({ document }) => held('acceptance-note', document, n))),
    ...(invoice === undefined ? [] : [held('invoice', invoice.number, n)]),
    ...(payment === undefined ? [] : [held('payment-voucher', payment.document, n)]),
  ];
};

/** Every paper of a purchase: those that the file holds, and those that it lacks, with their deadlines. */
export const papersOf = (of: Purchase, policy: Pick<Policy, 'purchase'>, now: string): FilePaper[] => [
  ...of.papers.flatMap(({ kind, filed }) => (filed === undefined ? [] : [held(kind, filed.reference)])),
  ...of.orders.flatMap(broughtBy),
  ...missingPapers(of, policy, now).map(({ kind, order, dueAt, overdue }) => ({
    ...{ kind, ...NAMES[kind], dueAt, missing: true, overdue },
    ...(order !== undefined && { order }),
  })),
];
