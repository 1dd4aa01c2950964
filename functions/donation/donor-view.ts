import { z } from 'zod';
import type { Item } from '../catalogue/item.ts';
import { inUnits } from '../catalogue/words.ts';
import { askedQuantity } from '../shared/quantity.ts';
import { reason } from '../shared/reason.ts';
import { designation } from '../stock/lot.ts';
import { countedOf, type Donation, donationStatus, outcome, statusSaid } from './donation.ts';
import { fallback } from './gift.ts';

const said = z.object({ zh: z.string(), en: z.string() });

/** A gift as its donor follows it: nothing of anybody else, and no name of staff. */
export const donorGiftView = z.object({
  id: z.string(),
  status: donationStatus,
  statusZh: z.string(),
  registeredAt: z.string(),
  expectedAt: z.string(),
  placeId: z.string(),
  wish: z.object({ for: designation, fallback }),
  lines: z.array(
    z.object({
      n: z.int(),
      itemId: z.string().optional(),
      nameZh: z.string(),
      nameEn: z.string(),
      declared: askedQuantity,
      /** What was counted, and what of that was broken or of another kind. */
      counted: said.optional(),
      damaged: said.optional(),
      wrong: said.optional(),
      outcome: outcome.optional(),
      reasons: z.array(reason),
    }),
  ),
  money: z
    .object({
      promisedFen: z.int(),
      receivedFen: z.int().optional(),
      receivedOn: z.string().optional(),
      outcome: outcome.optional(),
      reasons: z.array(reason),
    })
    .optional(),
  /** Whether an answer is hoped for: the wish cannot be met in time. */
  asked: z.object({ at: z.string(), answerBy: z.string() }).optional(),
  consents: z.array(z.object({ decision: z.string(), at: z.string() })),
  /** Number of the official receipt. */
  receipt: z.string().optional(),
});
export type DonorGiftView = z.infer<typeof donorGiftView>;

/** The same in words: what the catalogue calls goods, or else the donor. */
export const donorGiftViewOf = (row: Donation, items: ReadonlyMap<string, Item>): DonorGiftView => {
  const { id, status, at, expectedAt, placeId, wish, lines, money, question, consents, receipt, dueAt } = row;
  return {
    ...{ id, status, statusZh: statusSaid(row), registeredAt: at, expectedAt, placeId },
    wish: { for: wish.for, fallback: wish.fallback },
    lines: lines.map((line) => {
      const item = line.itemId === undefined ? undefined : items.get(line.itemId);
      const amount = (what: 'damaged' | 'wrong') => line.counted.reduce((sum, one) => sum + one[what], 0);
      const words = (base: number) => (item === undefined || base === 0 ? undefined : inUnits(item, base));
      const name = line.what ?? line.itemId ?? '';
      return {
        ...{ n: line.n, itemId: line.itemId, nameZh: item?.nameZh ?? name, nameEn: item?.nameEn ?? name },
        ...{ declared: line.asked, counted: words(countedOf(line)) },
        ...{ damaged: words(amount('damaged')), wrong: words(amount('wrong')) },
        ...{ outcome: line.screening?.outcome, reasons: line.screening?.reasons ?? [] },
      };
    }),
    ...(money && {
      money: {
        ...{ promisedFen: money.amountFen, receivedFen: money.confirmed?.amountFen },
        ...{ receivedOn: money.confirmed?.receivedOn, outcome: money.screening?.outcome },
        reasons: money.screening?.reasons ?? [],
      },
    }),
    ...(status === 'asking' && { asked: { at: question?.at ?? at, answerBy: dueAt } }),
    consents: consents.map(({ decision, at: when }) => ({ decision, at: when })),
    receipt: receipt?.number,
  };
};

/** Whether there is anything to be thankful for yet. */
export const isReceived = ({ lines, money }: DonorGiftView): boolean =>
  lines.some(({ counted }) => counted !== undefined) || money?.receivedFen !== undefined;
