import type { Policy } from '../catalogue/policy.ts';
import { accepted, type Order } from '../purchase/order.ts';
import { type MissingPaper, missingPapers, PAPERS } from '../purchase/papers.ts';
import type { Purchase } from '../purchase/purchase.ts';
import type { FilePaper } from './purchase-file.ts';

const held = (kind: MissingPaper['kind'], reference: string, order?: number): FilePaper => ({
  ...{ kind, ...PAPERS[kind], reference, missing: false, overdue: false },
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
    ...{ kind, ...PAPERS[kind], dueAt, missing: true, overdue },
    ...(order !== undefined && { order }),
  })),
];
