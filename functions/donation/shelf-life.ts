import type { Item } from '../catalogue/item.ts';
import type { Policy } from '../catalogue/policy.ts';
import { plusDays, plusMonths } from '../shared/clock.ts';
import { compare } from '../shared/order.ts';
import type { Said } from '../shared/reason.ts';

/** How long goods keep, as they are labelled or as the catalogue knows. */
export interface Dates {
  readonly madeOn?: string | undefined;
  readonly useBy?: string | undefined;
}

/** A shelf life of half a year or less, in days (FACTS: donations, Deyang Red Cross). */
const SHORT_LIVED_DAYS = 183;

/** The last day of use, printed or counted from the day of making; none: not known, or it does not expire. */
export const lastDay = ({ madeOn, useBy }: Dates, { shelfLifeDays }: Pick<Item, 'shelfLifeDays'>): string | undefined =>
  useBy ?? (madeOn === undefined || shelfLifeDays === undefined ? undefined : plusDays(madeOn, shelfLifeDays));

/** Whether it expires at all. */
export const expires = ({ fresh, shelfLifeDays }: Pick<Item, 'fresh' | 'shelfLifeDays'>): boolean =>
  fresh || shelfLifeDays !== undefined;

const daysBetween = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / 86_400_000;

/**
 * The first last day of use with which a gift of this item is taken in on a day, and the rule in words. Medicines: a year
 * (WHO-based guidance). Fresh food: half of its life. The rest: six months, or three where it keeps for six at most
 * (Deyang Red Cross).
 */
export const keepsAtLeastUntil = (
  item: Pick<Item, 'fresh' | 'shelfLifeDays' | 'category'>,
  dates: Dates,
  { medicineCategories }: Pick<Policy['donation'], 'medicineCategories'>,
  day: string,
): { readonly day: string; readonly rule: Said } => {
  if (medicineCategories.some((category) => item.category.startsWith(category)))
    return { day: plusMonths(day, 12), rule: { zh: '药品须余一年以上', en: 'medicines need a year left' } };
  if (item.fresh)
    return {
      day: plusDays(day, Math.ceil((item.shelfLifeDays ?? 2) / 2)),
      rule: { zh: '生鲜须余保质期一半以上', en: 'fresh food needs half of its life left' },
    };
  const life =
    dates.madeOn !== undefined && dates.useBy !== undefined
      ? daysBetween(dates.madeOn, dates.useBy)
      : item.shelfLifeDays;
  return life !== undefined && life <= SHORT_LIVED_DAYS
    ? {
        day: plusMonths(day, 3),
        rule: { zh: '保质期六个月以内的须余三个月以上', en: 'what keeps for six months at most needs three left' },
      }
    : { day: plusMonths(day, 6), rule: { zh: '须余六个月以上', en: 'six months have to be left' } };
};

/** Whether goods that come in on a day keep long enough to be given to somebody. */
export const keepsLongEnough = (
  item: Pick<Item, 'fresh' | 'shelfLifeDays' | 'category'>,
  dates: Dates,
  policy: Pick<Policy['donation'], 'medicineCategories'>,
  day: string,
): boolean => {
  const last = lastDay(dates, item);
  return last === undefined ? !expires(item) : compare(last, keepsAtLeastUntil(item, dates, policy, day).day) >= 0;
};
