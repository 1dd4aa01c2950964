import { z } from 'zod';
import type { Item } from '../catalogue/item.ts';
import { counted } from '../catalogue/item.ts';
import { at, type Policy } from '../catalogue/policy.ts';
import { inUnits } from '../catalogue/words.ts';
import { mayBuy, mayServe, type Purse } from '../funds/fund.ts';
import { MAX_PURCHASES } from '../request/line.ts';
import { plusMinutes } from '../shared/clock.ts';
import { keysOf } from '../shared/keys.ts';
import { compare } from '../shared/order.ts';
import { invalid, Problem } from '../shared/problem.ts';
import { instant, positive, slug, text } from '../shared/quantity.ts';
import type { Said } from '../shared/reason.ts';
import { defineRow } from '../shared/row.ts';
import { begun } from '../workflow/timeline.ts';
import { coming, type Purchase } from './purchase.ts';

/** So much as a person says, in a unit of the item; neither: as much as is lacking. */
const amount = { quantity: positive.optional(), unit: text(20).optional() };

/** What a purchase is opened with, whatever it is for. */
export const buying = {
  ...amount,
  /** The warehouse that the goods are to be brought to. */
  placeId: slug,
  /** What it is paid from; none named: whichever fund may buy the item and has most. A buyer may say otherwise. */
  fundId: slug.optional(),
  reason: text(500),
};

/** Restocking the pool (购买储备). */
export const restockBody = z.strictObject({
  itemId: slug,
  ...buying,
  /** By when it is wanted; none: within the time that need is planned ahead for. */
  needBy: instant.optional(),
});
export type RestockBody = z.infer<typeof restockBody>;

/**
 * What is being bought of an item for the pool: read strongly and guarded by its version, so that two people who look at
 * the same shelf do not both fill it.
 */
export const restockRow = defineRow({
  type: 'restock',
  v: 1,
  schema: z.object({
    county: z.string(),
    itemId: z.string(),
    version: z.int(),
    /** The newest last. */
    purchases: z.array(z.string()).max(MAX_PURCHASES),
  }),
  keys: (row) => keysOf(row.county).restock(row.itemId),
});

/** The purchases that may still bring something, with one more. @throws Problem 409 `too-many-purchases`. */
export const withAnother = (
  purchases: readonly Pick<Purchase, 'id' | 'status' | 'orders' | 'quantity'>[],
  id: string,
): string[] => {
  const live = purchases.filter((one) => ['sourcing', 'submitted', 'ordered'].includes(one.status));
  if (live.length === MAX_PURCHASES)
    throw new Problem(409, 'too-many-purchases', {
      zh: `已有 ${live.length} 个采购在办，请等其中一个办完。`,
      en: `${live.length} purchases seek this already: wait for one of them.`,
    });
  return [...live.map((one) => one.id), id];
};

export const comingOf = (purchases: readonly Parameters<typeof coming>[0][]): number =>
  purchases.reduce((total, one) => total + coming(one), 0);

/**
 * How much is bought, in base units: what was said, or all that is lacking; never more than `lacking`, where that bounds
 * it.
 *
 * @throws Problem 422 `unit-missing`, `unknown-unit` or `more-than-lacking`; 409 `nothing-lacking` with the numbers.
 */
export const boughtOf = (
  item: Item,
  asked: { readonly quantity?: number | undefined; readonly unit?: string | undefined },
  lacking: { readonly quantity: number; readonly why: Said; readonly bounds: boolean },
): number => {
  const { quantity, unit } = asked;
  if ((quantity === undefined) !== (unit === undefined))
    throw invalid('unit-missing', unit === undefined ? 'unit' : 'quantity', {
      zh: '请写明数量和单位。',
      en: 'Say how much, and in which unit.',
    });
  if (quantity === undefined || unit === undefined) {
    if (lacking.quantity > 0) return lacking.quantity;
    throw new Problem(409, 'nothing-lacking', {
      zh: `现在不缺：${lacking.why.zh}`,
      en: `Nothing is lacking: ${lacking.why.en}`,
    });
  }
  const base = counted(item, { quantity, unit }, '');
  if (typeof base !== 'number')
    throw new Problem(422, 'unknown-unit', { zh: base.zh ?? '单位不明。', en: base.message }, [base]);
  if (lacking.bounds && base > lacking.quantity)
    throw invalid('more-than-lacking', 'quantity', {
      zh: `还缺且无人供应的是 ${inUnits(item, lacking.quantity).zh}：${lacking.why.zh}`,
      en: `${inUnits(item, lacking.quantity).en} are lacking and sought by nobody: ${lacking.why.en}`,
    });
  return base;
};

/** What the pool lacks of its minimum, in base units. */
export const poolLacks = (
  { poolMinimum = 0 }: Pick<Item, 'poolMinimum'>,
  { free, onOrder }: { readonly free: number; readonly onOrder: number },
): number => Math.max(0, poolMinimum - free - onOrder);

/**
 * The fund that a purchase is paid from: the one that was named, or whichever may buy the item for whoever needs it and has
 * most.
 *
 * @throws Problem 422 `unknown-fund`, `fund-may-not-buy` or `no-fund`.
 */
export const fundFor = (
  item: Item,
  purses: readonly Purse[],
  named: string | undefined,
  forSite?: Parameters<typeof mayServe>[1],
): string => {
  // Money that was given for some fills the pool for them only where somebody means it to.
  const fits = ({ fund }: Purse) => (forSite === undefined && named !== undefined) || mayServe(fund, forSite);
  const able = purses.filter((purse) => purse.fund.active && mayBuy(purse.fund, item) && fits(purse));
  if (named === undefined) {
    const [most] = able.toSorted((a, b) => b.availableFen - a.availableFen || compare(a.fund.id, b.fund.id));
    if (most === undefined)
      throw invalid('no-fund', 'fundId', {
        zh: `没有可用于购买${item.nameZh}的资金。`,
        en: `No fund may buy ${item.nameEn} (${item.id}).`,
      });
    return most.fund.id;
  }
  const meant = purses.find(({ fund }) => fund.id === named);
  if (meant === undefined)
    throw invalid('unknown-fund', 'fundId', { zh: `没有编号为“${named}”的资金。`, en: `There is no fund ${named}.` });
  if (able.every(({ fund }) => fund.id !== named))
    throw invalid('fund-may-not-buy', 'fundId', {
      zh: `${meant.fund.nameZh}不得用于此次购买${item.nameZh}。`,
      en: `${named} may not buy ${item.nameEn} (${item.id}).`,
    });
  return named;
};

/** A purchase as it is opened: a buyer is to choose among offers, by the time that policy gives at its tier. */
export const opened = (
  of: Pick<Purchase, 'county' | 'id' | 'tier' | 'needBy' | 'itemId' | 'quantity' | 'reason' | 'placeId' | 'fundId'> &
    Pick<Purchase, 'askedBy' | 'need'>,
  policy: Policy,
  now: string,
): Purchase => ({
  ...of,
  ...{ version: 1, status: 'sourcing', reminders: 0, odd: [], referral: [], at: now },
  ...begun(now, plusMinutes(now, at(policy.purchase.sourceMinutes, of.tier))),
  ...{ basis: policy.purchase.basis, rounds: [], orders: [], papers: [], overrides: [], notes: [] },
});
