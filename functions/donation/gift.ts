import { z } from 'zod';
import { MAX_FEN } from '../shared/money.ts';
import { askedQuantity, day, instant, slug, text } from '../shared/quantity.ts';
import { type Designation, designationBody } from '../stock/lot.ts';
import { donorBody } from './donor.ts';

/** Kinds of goods in one gift: counted in at once they fit a transaction. */
export const MAX_GIFT_LINES = 20;

/** What becomes of designated goods that nobody they are meant for needs in time. */
export const fallback = z.enum([
  /** Ask the donor. */
  'ask',
  /** The county decides: they are for everybody then. */
  'county',
  /** They go back to the donor. */
  'return',
]);

/** For whom a gift is meant (定向捐赠), and what if that cannot be. */
const wishBody = z
  .strictObject({
    for: designationBody.default({ to: 'all' }),
    fallback: fallback.default('ask'),
    /** Whether whoever gives has an interest in whoever is to receive: the law forbids that (FACTS: donations). */
    related: z.boolean().default(false),
  })
  .default({ for: { to: 'all' }, fallback: 'ask', related: false });

/** What is given, as the donor writes it: of the catalogue, or in words that somebody maps to it. */
const goods = {
  itemId: slug.optional(),
  /** In the donor's words. */
  what: text(120).optional(),
  ...askedQuantity.shape,
  lotNo: text(60).optional(),
  madeOn: day.optional(),
  useBy: day.optional(),
  /** The standard it was made to, as printed. */
  standard: text(60).optional(),
  /** Numbers or names of its certificates. */
  certificates: z.array(text(80)).max(5).default([]),
  /** What all of it is worth, by the donor's own word. */
  declaredFen: z.int().min(0).max(MAX_FEN).optional(),
};

const goodsLine = z.strictObject(goods).refine(({ itemId, what }) => itemId !== undefined || what !== undefined, {
  path: ['what'],
  error: '请写明是什么物资，或填目录编号。 Say what it is, or its id in the catalogue.',
});

/** Money, and what it may buy; nothing named: whatever is needed. */
const moneyBody = z.strictObject({
  amountFen: z.int().min(1).max(MAX_FEN),
  mayBuy: z.array(slug).max(20).default([]),
});

const giving = {
  donor: donorBody,
  wish: wishBody,
  /** When it is brought, or paid in; none: within days. */
  expectedAt: instant.optional(),
  /** The warehouse it is brought to; none: the county's. */
  placeId: slug.optional(),
  note: text(500).optional(),
};

/** A gift as a donor registers it: goods, or money. */
export const giftBody = z
  .strictObject({
    ...giving,
    goods: z.array(goodsLine).min(1).max(MAX_GIFT_LINES).optional(),
    money: moneyBody.optional(),
  })
  .refine(({ goods: lines, money }) => (lines === undefined) !== (money === undefined), {
    path: ['goods'],
    error: '一次登记物资或资金其一。 Goods or money: one of the two.',
  });
export type GiftBody = z.infer<typeof giftBody>;

/** Whether a gift is for some only: it is kept apart from what is for everybody (FACTS: separate ledgers). */
export const isDesignated = ({ to }: Designation): boolean => to !== 'all';

/** A gift as somebody might register it, for the documents. */
export const GIFT_EXAMPLE = {
  donor: { kind: 'company', name: '样例公司', phone: '+86 971 000 0000' },
  wish: { for: { to: 'siteKind', siteKind: 'village' }, fallback: 'county' },
  goods: [{ itemId: 'surgical-mask', quantity: 20, unit: '箱', madeOn: '2022-03-01', certificates: ['样例合格证'] }],
} satisfies z.input<typeof giftBody>;
