import { z } from 'zod';
import { type Item, itemBody } from '../catalogue/item.ts';
import { inUnits } from '../catalogue/words.ts';
import { short } from '../request/line.ts';
import { countyDay } from '../shared/clock.ts';
import type { Books } from '../stock/reconciliation.ts';
import type { PublishedItem } from './published.ts';

/**
 * What of an item is short, and what is too much of it, in base units. Short: what open need due by `until` lacks that
 * nothing on a shelf covers. Surplus: what is in date, for use, for everybody and promised to nobody, beyond what all open
 * need lacks, however late it is due. Goods that are meant for some only cover nobody else's need.
 */
export const needOf = (
  { lines, balances }: Pick<Books, 'lines' | 'balances'>,
  { now, until }: { readonly now: string; readonly until: string },
): { readonly short: number; readonly surplus: number } => {
  const today = countyDay(now);
  const free = balances
    .filter(({ status, withheld, useBy, designation }) => {
      const isUsable = status === 'available' && withheld !== true && (useBy ?? today) >= today;
      return isUsable && designation.to === 'all';
    })
    .reduce((sum, balance) => sum + balance.free, 0);
  const open = lines.filter(({ status }) => status === 'open');
  const lacking = (of: typeof open): number => of.reduce((sum, line) => sum + short(line), 0);
  return {
    short: Math.max(0, lacking(open.filter(({ needBy }) => needBy <= until)) - free),
    surplus: Math.max(0, free - lacking(open)),
  };
};

const words = z.object({ zh: z.string(), en: z.string() });

/** What is needed of an item and what is not, for whoever would give. */
export const neededItem = z.object({
  itemId: z.string(),
  nameZh: z.string(),
  nameEn: z.string(),
  baseUnit: itemBody.shape.baseUnit,
  short: z.int(),
  shortWords: words,
  surplus: z.int(),
  surplusWords: words,
  /** As of when. */
  at: z.string(),
});
export type NeededItem = z.infer<typeof neededItem>;

export const neededItemOf = ({ itemId, short: lacking, surplus, at }: PublishedItem, item: Item): NeededItem => ({
  ...{ itemId, nameZh: item.nameZh, nameEn: item.nameEn, baseUnit: item.baseUnit },
  ...{ short: lacking, shortWords: inUnits(item, lacking) },
  ...{ surplus, surplusWords: inUnits(item, surplus), at },
});

/** Says when the figures are whole: until then, what is not told may only not have been looked at. */
export const completeness = {
  /** When every item had been looked at last; none: not yet, in the first hour. */
  completeAsOf: z.string().optional(),
};
