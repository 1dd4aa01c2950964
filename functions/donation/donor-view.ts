import { z } from 'zod';
import type { Item } from '../catalogue/item.ts';
import type { Site } from '../catalogue/site.ts';
import { inUnits } from '../catalogue/words.ts';
import { SITE_KINDS } from '../imports/site-sheet.ts';
import { countyDay } from '../shared/clock.ts';
import { askedQuantity } from '../shared/quantity.ts';
import { reason, type Said } from '../shared/reason.ts';
import { type Designation, designation } from '../stock/lot.ts';
import { countedOf, type Donation, donationStatus, outcome, statusSaid } from './donation.ts';
import { fallback } from './gift.ts';

const said = z.object({ zh: z.string(), en: z.string() });

const FALLBACKS: Readonly<Record<z.infer<typeof fallback>, Said>> = {
  ask: { zh: '先征求捐赠人意见', en: 'the donor is asked first' },
  county: { zh: '由县里统筹使用', en: 'the county decides' },
  return: { zh: '退还捐赠人', en: 'it goes back to the donor' },
};

const wishSaid = (wish: Designation, sites: ReadonlyMap<string, Pick<Site, 'nameZh' | 'nameEn'>>): Said => {
  switch (wish.to) {
    case 'all':
      return { zh: '不指定，由县里统筹使用', en: 'whoever needs it' };
    case 'siteKind':
      return { zh: `限${SITE_KINDS[wish.siteKind]}使用`, en: `for sites of the kind ${wish.siteKind}` };
    case 'sites': {
      const names = (of: 'nameZh' | 'nameEn') => wish.siteIds.map((id) => sites.get(id)?.[of] ?? id);
      return { zh: `限${names('nameZh').join('、')}使用`, en: `for ${names('nameEn').join(', ')}` };
    }
  }
};

/** A gift as its donor follows it: nothing of anybody else, and no name of staff. */
export const donorGiftView = z.object({
  id: z.string(),
  status: donationStatus,
  statusZh: z.string(),
  registeredAt: z.string(),
  expectedAt: z.string(),
  placeId: z.string(),
  /** In words too: for whom it is meant, and what if that cannot be. */
  wish: z.object({ for: designation, fallback, forSaid: said, fallbackSaid: said }),
  lines: z.array(
    z.object({
      n: z.int(),
      itemId: z.string().optional(),
      nameZh: z.string(),
      nameEn: z.string(),
      declared: askedQuantity,
      /** What was counted, in the donor's own unit where it is whole, and what beside that was broken or of another kind. */
      counted: said.optional(),
      /** The county's day on which the last of it came. */
      receivedOn: z.string().optional(),
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

/** What whoever registers a gift is told. */
export const registeredGift = z
  .object({ trackingCode: z.string(), gift: donorGiftView.meta({ id: 'FollowedGift' }) })
  .meta({ id: 'RegisteredGift', description: 'The code is told here only: write it down.' });

/** The same in words: what the catalogue calls goods, or else the donor. */
export const donorGiftViewOf = (
  row: Donation,
  items: ReadonlyMap<string, Item>,
  sites: ReadonlyMap<string, Pick<Site, 'nameZh' | 'nameEn'>>,
): DonorGiftView => {
  const { id, status, at, expectedAt, placeId, wish, lines, money, question, consents, receipt, dueAt } = row;
  return {
    ...{ id, status, statusZh: statusSaid(row), registeredAt: at, expectedAt, placeId },
    wish: {
      ...{ for: wish.for, fallback: wish.fallback },
      ...{ forSaid: wishSaid(wish.for, sites), fallbackSaid: FALLBACKS[wish.fallback] },
    },
    lines: lines.map((line) => {
      const item = line.itemId === undefined ? undefined : items.get(line.itemId);
      const amount = (what: 'damaged' | 'wrong') => line.counted.reduce((sum, one) => sum + one[what], 0);
      const words = (base: number) =>
        item === undefined || base === 0 ? undefined : inUnits(item, base, line.asked.unit);
      const name = line.what ?? line.itemId ?? '';
      const last = line.counted.at(-1)?.at;
      return {
        ...{ n: line.n, itemId: line.itemId, nameZh: item?.nameZh ?? name, nameEn: item?.nameEn ?? name },
        ...{ declared: line.asked, counted: words(countedOf(line)) },
        ...(last !== undefined && { receivedOn: countyDay(last) }),
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

/** Whether there is anything to be thankful for yet: what was only counted, or was declined, is not received. */
export const isReceived = ({ lines, money }: DonorGiftView): boolean =>
  lines.some(({ outcome: of, counted }) => of === 'accept' && counted !== undefined) ||
  money?.receivedFen !== undefined;
