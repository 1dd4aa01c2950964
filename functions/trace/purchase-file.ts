import { z } from 'zod';
import { type Decision, decision } from '../approval/approval.ts';
import { baseName, type Item } from '../catalogue/item.ts';
import type { Supplier } from '../catalogue/supplier.ts';
import { inUnits } from '../catalogue/words.ts';
import type { Credit, Fund, FundEntry } from '../funds/fund.ts';
import { orderFen, type Terms, terms } from '../offers/offer.ts';
import { accepted, type Order, order } from '../purchase/order.ts';
import { dutyStep, type Purchase, purchase } from '../purchase/purchase.ts';
import { roundsOf } from '../purchase/rounds.ts';
import { fen } from '../shared/money.ts';
import { compare } from '../shared/order.ts';
import { quantity } from '../shared/quantity.ts';

const named = z.object({ id: z.string(), nameZh: z.string(), nameEn: z.string() });
const words = z.object({ zh: z.string(), en: z.string() });
const doing = z.object({
  /** Beside the steps that are kept apart: who entered a bill, and who settled one that was held. */
  step: z.enum([...dutyStep.options, 'bill', 'settle']),
  by: z.string(),
  /** None: asked for in the request that it is for, which says when. */
  at: z.string().optional(),
  request: z.string().optional(),
  round: z.int().optional(),
  order: z.int().optional(),
});
type Doing = z.infer<typeof doing>;

/** A paper that the file holds, or should; `missing`: it does not yet, and by when it has to. */
const filePaper = z.object({
  kind: z.string(),
  zh: z.string(),
  en: z.string(),
  order: z.int().optional(),
  reference: z.string().optional(),
  dueAt: z.string().optional(),
  missing: z.boolean(),
  overdue: z.boolean(),
});
export type FilePaper = z.infer<typeof filePaper>;

const fileOrder = order
  .pick({
    n: true,
    round: true,
    status: true,
    quantity: true,
    deliveryFeeFen: true,
    bundle: true,
    placedAt: true,
    confirmBy: true,
  })
  .extend({
    ...order.pick({ deliverBy: true, confirmed: true, parts: true, spentFen: true, encumberedFen: true }).shape,
    ...order.pick({ priceCheck: true, ended: true, invoice: true, payment: true }).shape,
    supplier: named,
    ordered: words,
    price: words,
    totalFen: fen,
    accepted: quantity,
  });

/** An offer that was weighed beside what was ordered, and is tried when an order does not come. */
const fileOffer = terms
  .pick({ offerId: true, leadMinutes: true, channel: true, deliveryFeeFen: true, bundle: true })
  .extend({ supplier: named, price: words });

/**
 * The procurement file (采购档案): all that an inspection asks for later, in one answer (FACTS: keep procurement documents
 * and vouchers; the method is waived, never the record).
 */
export const purchaseFile = purchase
  .pick({ id: true, status: true, tier: true, needBy: true, reason: true, basis: true, at: true })
  .extend({
    /** The need that it is for: whose it is, and who approved it; none: for the pool. */
    need: z
      .object({
        requestId: z.string(),
        n: z.int(),
        askedBy: z.string().optional(),
        site: named.optional(),
        approved: decision.pick({ by: true, at: true, level: true }).optional(),
      })
      .optional(),
    ...purchase.pick({ rounds: true, choice: true, decision: true, referral: true, overrides: true, notes: true })
      .shape,
    item: named.extend({ spec: z.string().optional(), baseName: z.string() }),
    place: named,
    quantity,
    asked: words,
    people: z.array(doing),
    /** In the order in which they are tried. */
    alternates: z.array(fileOffer),
    orders: z.array(fileOrder),
    fund: named,
    encumberedFen: fen,
    spentFen: fen,
    /** Which money it was spent from, first in first out: the documents by which that came. */
    drawn: z.array(z.object({ credit: z.int(), document: z.string(), giftId: z.string().optional(), amountFen: fen })),
    /** What each lot cost, and what no lot is behind. */
    costs: z.array(z.object({ lotId: z.string().optional(), zh: z.string().optional(), amountFen: fen })),
    papers: z.array(filePaper),
  });
export type PurchaseFile = z.infer<typeof purchaseFile>;

/** Whose need it was, when it was asked for, and what was decided on it. */
export interface NeedFacts {
  readonly site: z.infer<typeof named>;
  readonly at: string;
  readonly decision?: Decision | undefined;
}

/** What a file is put together from. */
export interface FileFacts {
  readonly purchase: Purchase;
  readonly item: Item;
  readonly place: z.infer<typeof named>;
  /** The request that it is for. */
  readonly need?: NeedFacts | undefined;
  readonly suppliers: ReadonlyMap<string, Supplier>;
  readonly fund: Fund;
  /** Of this purchase alone. */
  readonly entries: readonly FundEntry[];
  readonly credits: ReadonlyMap<number, Credit>;
  readonly papers: readonly FilePaper[];
}

const nameOf = ({ id, nameZh, nameEn }: z.infer<typeof named>): z.infer<typeof named> => ({ id, nameZh, nameEn });

const supplierOf = (id: string, { suppliers }: FileFacts): z.infer<typeof named> =>
  nameOf(suppliers.get(id) ?? { id, nameZh: id, nameEn: id });

const unitPrice = (
  { priceFen, perQuantity }: Pick<Terms, 'priceFen' | 'perQuantity'>,
  item: Item,
): z.infer<typeof words> => {
  const per = inUnits(item, perQuantity);
  const yuan = (priceFen / 100).toFixed(2);
  return { zh: `${yuan} 元 / ${per.zh}`, en: `${yuan} yuan per ${per.en}` };
};

const orderOf = (of: Order, facts: FileFacts): PurchaseFile['orders'][number] => {
  const { item } = facts;
  const totalFen = orderFen(of);
  const { n, round, status, quantity: amount, deliveryFeeFen, bundle, placedAt, confirmBy, deliverBy, confirmed } = of;
  const { priceCheck, parts, spentFen, encumberedFen, ended, invoice: bill, payment: paid } = of;
  return {
    ...{
      n,
      round,
      status,
      quantity: amount,
      deliveryFeeFen,
      bundle,
      totalFen,
      placedAt,
      confirmBy,
      deliverBy,
      confirmed,
    },
    ...{ parts, accepted: accepted(of), spentFen, encumberedFen, ended, invoice: bill, payment: paid },
    supplier: supplierOf(of.supplierId, facts),
    ordered: inUnits(item, amount),
    ...{ price: unitPrice(of, item), priceCheck },
  };
};

const offerOf = (of: Terms, facts: FileFacts): PurchaseFile['alternates'][number] => {
  const { offerId, leadMinutes, channel, deliveryFeeFen, bundle } = of;
  const supplier = supplierOf(of.supplierId, facts);
  return { offerId, leadMinutes, channel, deliveryFeeFen, bundle, supplier, price: unitPrice(of, facts.item) };
};

/** Who chose, and who decided, in each round. */
const chosenBy = (of: Purchase): Doing[] =>
  roundsOf(of).flatMap(({ choice, decision }, i) => [
    { step: 'buy' as const, by: choice.by, at: choice.at, round: i + 1 },
    ...(decision === undefined ? [] : [{ step: 'approve' as const, by: decision.by, at: decision.at, round: i + 1 }]),
  ]);

/** Who dealt with an order: with its supplier, its goods, its bill. */
const handledBy = ({ n: order, confirmed, parts, invoice: bill, payment: paid }: Order): Doing[] => {
  const did = (step: Doing['step'], of: { readonly by: string; readonly at: string } | undefined): Doing[] =>
    of === undefined ? [] : [{ step, by: of.by, at: of.at, order }];
  return [
    ...did('buy', confirmed),
    ...parts.flatMap((one) => did('accept', one)),
    ...did('bill', bill),
    ...did('settle', bill?.resolved),
    ...did('pay', paid),
  ];
};

/** Who asked for what is lacking, and who approved it: in the request, which says when. */
const inRequest = ({ purchase: { need }, need: facts }: FileFacts): Doing[] => {
  if (need === undefined) return [];
  const [request, decided] = [need.requestId, facts?.decision];
  return [
    ...(need.askedBy === undefined ? [] : [{ step: 'ask' as const, by: need.askedBy, at: facts?.at, request }]),
    ...(decided === undefined ? [] : [{ step: 'approve' as const, by: decided.by, at: decided.at, request }]),
  ];
};

/** Who took which step, in the order in which they were taken. */
const peopleOf = (facts: FileFacts): Doing[] => {
  const { purchase: of } = facts;
  const { askedBy, at, orders } = of;
  return [
    ...inRequest(facts),
    { step: 'ask' as const, by: askedBy, at },
    ...chosenBy(of),
    ...orders.flatMap(handledBy),
  ].toSorted((a, b) => compare(a.at ?? '', b.at ?? ''));
};

const needOf = ({ purchase: { need }, need: facts }: FileFacts): PurchaseFile['need'] => {
  if (need === undefined || facts === undefined) return need;
  const { site, decision: decided } = facts;
  const approved = decided && { by: decided.by, at: decided.at, level: decided.level };
  return { ...need, site: nameOf(site), ...(approved && { approved }) };
};

const drawnOf = ({ entries, credits }: FileFacts): PurchaseFile['drawn'] => {
  const sums = new Map<number, number>();
  for (const { n, amountFen } of entries.flatMap(({ credits: some = [] }) => some))
    sums.set(n, (sums.get(n) ?? 0) + amountFen);
  return [...sums]
    .toSorted(([a], [b]) => a - b)
    .map(([n, amountFen]) => {
      const { document = '', giftId } = credits.get(n) ?? {};
      return { credit: n, document, giftId, amountFen };
    });
};

const costsOf = ({ entries }: FileFacts): PurchaseFile['costs'] =>
  entries.flatMap(({ lots = [], other }) => [
    ...lots.map(({ lotId, amountFen }) => ({ lotId, amountFen })),
    ...(other === undefined ? [] : [{ zh: other.zh, amountFen: other.amountFen }]),
  ]);

const totalOf = (orders: readonly Order[], what: 'spentFen' | 'encumberedFen'): number =>
  orders.reduce((sum, one) => sum + one[what], 0);

/** The file as it stands now. */
export const fileOf = (facts: FileFacts): PurchaseFile => {
  const { purchase: of, item, place, fund, papers } = facts;
  const { id, status, tier, needBy, reason: why, basis, at, rounds, choice, referral, overrides, notes } = of;
  return {
    ...{ id, status, tier, needBy, reason: why, basis, at, rounds, choice, decision: of.decision },
    ...{ referral, overrides, notes, need: needOf(facts) },
    item: { ...nameOf(item), spec: item.spec, baseName: baseName(item) },
    place: nameOf(place),
    quantity: of.quantity,
    asked: inUnits(item, of.quantity),
    people: peopleOf(facts),
    alternates: (choice?.alternates ?? []).map((one) => offerOf(one, facts)),
    orders: of.orders.map((one) => orderOf(one, facts)),
    fund: nameOf(fund),
    encumberedFen: totalOf(of.orders, 'encumberedFen'),
    spentFen: totalOf(of.orders, 'spentFen'),
    drawn: drawnOf(facts),
    costs: costsOf(facts),
    papers: [...papers],
  };
};
