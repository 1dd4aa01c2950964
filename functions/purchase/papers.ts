import { z } from 'zod';
import type { Policy } from '../catalogue/policy.ts';
import { plusMinutes } from '../shared/clock.ts';
import { compare } from '../shared/order.ts';
import { invalid, Problem } from '../shared/problem.ts';
import { text } from '../shared/quantity.ts';
import type { Said } from '../shared/reason.ts';
import { moved } from '../workflow/timeline.ts';
import { isLive, type Order } from './order.ts';
import { liveOrders, type Purchase, paperKind, purchaseRow, uncovered } from './purchase.ts';

/** Everything that the file of a purchase holds on paper: what is signed, and what its orders bring. */
const filePaper = z.enum([
  ...paperKind.options,
  ...['order-confirmation', 'acceptance-note', 'invoice', 'payment-voucher'],
] as const);

/** What each is called, on the file as in a notice that it is overdue. */
export const PAPERS: Readonly<Record<z.infer<typeof filePaper>, Said>> = {
  'signed-need': { zh: '签字的需求单', en: 'the signed need' },
  'signed-approval': { zh: '签字的审批单', en: 'the signed approval' },
  quotes: { zh: '报价材料', en: 'the quotes' },
  'order-confirmation': { zh: '订单确认', en: 'the confirmation of the order' },
  'acceptance-note': { zh: '验收单', en: 'the acceptance note' },
  invoice: { zh: '发票', en: 'the bill' },
  'payment-voucher': { zh: '付款凭证', en: 'the payment voucher' },
};

export const missingPaper = z.object({
  kind: filePaper,
  /** Of which order. */
  order: z.int().optional(),
  dueAt: z.string(),
  overdue: z.boolean(),
  /** Of a payment: the bill is held, and headquarters has to settle it first. */
  held: z.boolean().optional(),
});
export type MissingPaper = z.infer<typeof missingPaper>;

type Missing = Omit<MissingPaper, 'overdue'>;

/**
 * What an order is yet to bring. An order that came to nothing brings nothing, and where nothing is owed nobody bills or
 * pays; goods that came confirm it.
 */
const missingOf = (order: Order, { purchase }: Pick<Policy, 'purchase'>): Missing[] => {
  const { n, status, confirmBy, deliverBy, parts, spentFen, invoice, payment } = order;
  if (isLive(order))
    return [
      ...(status === 'placed' ? [{ kind: 'order-confirmation' as const, order: n, dueAt: confirmBy }] : []),
      { kind: 'acceptance-note', order: n, dueAt: deliverBy },
    ];
  if (spentFen === 0 || payment !== undefined) return [];
  if (invoice === undefined) {
    const came = parts.findLast((one) => one.accepted > 0)?.at ?? deliverBy;
    return [{ kind: 'invoice', order: n, dueAt: plusMinutes(came, purchase.invoiceMinutes) }];
  }
  const dueAt = plusMinutes(invoice.resolved?.at ?? invoice.at, purchase.payMinutes);
  return [{ kind: 'payment-voucher', order: n, dueAt, ...(invoice.status === 'held' && { held: true }) }];
};

/**
 * What the file has to hold and does not, the most pressing first: the method is waived, never the record (FACTS:
 * green-channel procurement). Quotes, or the reason why there was only one source.
 */
export const missingPapers = (
  { papers, orders, choice }: Pick<Purchase, 'papers' | 'orders' | 'choice'>,
  policy: Pick<Policy, 'purchase'>,
  now: string,
): MissingPaper[] => {
  const signed = papers.filter(
    ({ kind, filed }) => filed === undefined && !(kind === 'quotes' && choice?.singleSource !== undefined),
  );
  return [...signed.map(({ kind, dueAt }) => ({ kind, dueAt })), ...orders.flatMap((one) => missingOf(one, policy))]
    .map((one: Missing) => ({ ...one, overdue: one.dueAt <= now }))
    .toSorted((a, b) => compare(a.dueAt, b.dueAt));
};

/**
 * When the file is to be looked at next: at the next paper that falls due, at the next reminder of those that are
 * overdue, or where there is none, in a while.
 */
export const nextPaperDue = (
  missing: readonly MissingPaper[],
  { purchase }: Pick<Policy, 'purchase'>,
  { now, reminderAt }: { readonly now: string; readonly reminderAt?: string | undefined },
): string => {
  const falls = missing.find(({ overdue }) => !overdue)?.dueAt;
  const again = missing.some(({ overdue }) => overdue)
    ? (reminderAt ?? plusMinutes(now, purchase.papersMinutes))
    : falls;
  const next = [falls, again].filter((one) => one !== undefined).toSorted(compare);
  return next[0] ?? plusMinutes(now, purchase.papersMinutes);
};

export const papersBody = z.strictObject({
  kind: paperKind,
  /** Where it is kept: the number of the signed paper. */
  reference: text(120),
});
export type PapersBody = z.infer<typeof papersBody>;

/**
 * The purchase with a signed paper on its file.
 *
 * @throws Problem 409 `paper-filed`; 422 `paper-not-needed`.
 */
export const filed = (
  of: Purchase,
  { kind, reference }: PapersBody,
  { by, at }: { readonly by: string; readonly at: string },
): Purchase => {
  const paper = of.papers.find((one) => one.kind === kind);
  if (paper === undefined) {
    const needed = of.papers.map((one) => one.kind);
    throw invalid('paper-not-needed', 'kind', {
      zh:
        needed.length === 0
          ? '档案现在不需要签字材料。'
          : `档案需要：${needed.map((one) => PAPERS[one].zh).join('、')}。`,
      en: `Its file needs ${needed.length === 0 ? 'no signed papers yet' : needed.join(', ')}.`,
    });
  }
  if (paper.filed !== undefined)
    throw new Problem(
      409,
      'paper-filed',
      { zh: `该材料已归档：${paper.filed.reference}。`, en: `This is on the file: ${paper.filed.reference}.` },
      [],
      { key: purchaseRow.keyOf(of) },
    );
  return {
    ...of,
    papers: of.papers.map((one) => (one.kind === kind ? { ...one, filed: { reference, by, at } } : one)),
  };
};

/**
 * The purchase where its orders and its file have brought it. Once nothing is out and nothing uncovered, it is
 * delivered; once every accepted order is paid and the file complete, it is closed. Whoever waited is owed a resume.
 * While orders are out it stays as it is: they have deadlines of their own.
 */
export const carriedOn = (of: Purchase, policy: Pick<Policy, 'purchase'>, now: string): Purchase => {
  const missing = missingPapers(of, policy, now);
  const reminderAt = of.status === 'delivered' && of.dueAt > now ? of.dueAt : undefined;
  const dueAt = nextPaperDue(missing, policy, { now, reminderAt });
  const isSought = of.status === 'ordered' || of.status === 'sourcing';
  if (isSought && liveOrders(of).length === 0 && uncovered(of) === 0)
    return moved<Purchase>(of, { status: 'delivered', dueAt, reminders: 0 }, now);
  if (of.status !== 'delivered') return of;
  if (missing.length > 0) return dueAt === of.dueAt ? of : moved<Purchase>(of, { status: 'delivered', dueAt }, now);
  const { failure, ...rest } = of;
  return moved<Purchase>(rest, { status: 'closed', reminders: 0 }, now);
};
