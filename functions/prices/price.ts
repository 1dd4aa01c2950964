import { z } from 'zod';
import type { Item } from '../catalogue/item.ts';
import { baseName } from '../catalogue/item.ts';
import type { Policy } from '../catalogue/policy.ts';
import { yuan } from '../shared/money.ts';
import { positive, quantity } from '../shared/quantity.ts';
import type { Reason } from '../shared/reason.ts';

/** Fen for so many base units: nobody prices a single swab. */
export const price = z.object({ priceFen: quantity, perQuantity: positive });
export type Price = z.infer<typeof price>;

/** An exact fraction of fen: products of prices and quantities do not fit a double. */
interface Fraction {
  readonly over: bigint;
  readonly under: bigint;
}
const isAbove = (a: Fraction, b: Fraction): boolean => a.over * b.under > b.over * a.under;
const perUnit = ({ priceFen, perQuantity }: Price): Fraction => ({
  over: BigInt(priceFen),
  under: BigInt(perQuantity),
});

/**
 * Fen for so many base units at a price, rounded half up. What is accepted in parts is priced by the difference of two
 * such sums, so that the parts add up to the whole exactly.
 *
 * @throws RangeError where the sum is beyond what is counted exactly.
 */
export const amountFen = ({ priceFen, perQuantity }: Price, amount: number): number => {
  const [over, under] = [BigInt(priceFen) * BigInt(amount), BigInt(perQuantity)];
  const sum = Number((2n * over + under) / (2n * under));
  if (!Number.isSafeInteger(sum)) throw new RangeError(`${amount} at ${priceFen} fen per ${perQuantity} is no sum`);
  return sum;
};

/** How far above its reference a price of the item may lie, in percent. */
export const capPercent = (
  { marginCapPercent }: Pick<Item, 'marginCapPercent'>,
  { purchase }: Pick<Policy, 'purchase'>,
): number => marginCapPercent ?? purchase.marginCapPercent;

/** What a purchase comes to, landed: goods, delivery, and whatever is bundled with them (FACTS: price supervision). */
export interface Landed {
  readonly quantity: number;
  readonly totalFen: number;
}

/** How a price stands to what it may be. */
export type Finding =
  | { readonly as: 'within' | 'above'; readonly reason: Reason }
  /** No reference: nothing says what it may be. */
  | { readonly as: 'unknown'; readonly reason: Reason };

/** What a price is of: an item, or goods that a shop sells and no item is kept of. */
export type Priced = Pick<Item, 'nameZh' | 'nameEn' | 'baseUnit' | 'units'>;

/** A unit price in words, for so many base units as it is held against. */
const inWords = (it: Priced, { over, under }: Fraction, per: number): string =>
  `${yuan(Number((2n * over * BigInt(per) + under) / (2n * under)))} / ${per} ${baseName(it)}`;

/** What the price is: of goods as they come to the door, or on the tag of a shop. */
const KINDS = { landed: { zh: '到位价', en: 'landed' }, tag: { zh: '标价', en: 'on the tag' } } as const;

const plus = ({ over, under }: Fraction, percent: number): Fraction => ({
  over: over * BigInt(100 + percent),
  under: under * 100n,
});

/** What a price may be at most, and how that is made up. */
export const ceiling = z.object({
  /** For so many base units; a part of a fen is not asked for, though a price is held against it exactly. */
  priceFen: z.int(),
  perQuantity: positive,
  /** The last price before the emergency, for as many. */
  referenceFen: quantity,
  marginCapPercent: z.int(),
  /** Whose margin that is: the item's own, or policy's. */
  marginCapOf: z.enum(['item', 'policy']),
  zh: z.string(),
  en: z.string(),
});

/** What the price of an item may be at present; none where it has no reference. */
export const ceilingOf = (it: Item, policy: Pick<Policy, 'purchase'>): z.infer<typeof ceiling> | undefined => {
  const { reference, marginCapPercent } = it;
  if (reference === undefined) return undefined;
  const cap = capPercent(it, policy);
  const { over, under } = plus({ over: BigInt(reference.priceFen), under: 1n }, cap);
  const priceFen = Number(over / under);
  const [may, was] = [priceFen, reference.priceFen].map(
    (fen) => `${yuan(fen)} / ${reference.perQuantity} ${baseName(it)}`,
  );
  return {
    ...{ priceFen, perQuantity: reference.perQuantity, referenceFen: reference.priceFen, marginCapPercent: cap },
    marginCapOf: marginCapPercent === undefined ? 'policy' : 'item',
    zh: `限价 ${may}：参考价 ${was}，加价上限 ${cap}%。`,
    en: `At most ${may}: reference ${was}, margin of at most ${cap}%.`,
  };
};

/**
 * Whether a price is within the last price before the emergency plus the margin that may be taken. Exact: a tenth of a
 * fen above is above. Where there is no reference, nothing vouches for it.
 */
export const priceFinding = (
  it: Item,
  asked: Landed,
  policy: Pick<Policy, 'purchase'>,
  as: keyof typeof KINDS = 'landed',
): Finding => {
  const paid = { over: BigInt(asked.totalFen), under: BigInt(asked.quantity) };
  const { reference } = it;
  const { zh, en } = KINDS[as];
  if (reference === undefined)
    return {
      as: 'unknown',
      reason: {
        code: 'no-reference-price',
        zh: `${it.nameZh}：${zh} ${inWords(it, paid, 1)}，没有参考价可比。`,
        en: `${it.nameEn}: ${inWords(it, paid, 1)} ${en}, and no reference price to hold it against.`,
      },
    };
  const cap = capPercent(it, policy);
  const most = plus(perUnit(reference), cap);
  const per = reference.perQuantity;
  const [is, may, was] = [inWords(it, paid, per), inWords(it, most, per), inWords(it, perUnit(reference), per)];
  return isAbove(paid, most)
    ? {
        as: 'above',
        reason: {
          code: 'above-ceiling',
          zh: `${it.nameZh}：${zh} ${is}，超过限价 ${may}（参考价 ${was}，加价上限 ${cap}%）。`,
          en: `${it.nameEn}: ${is} ${en} is above the ceiling of ${may} (reference ${was}, margin of at most ${cap}%).`,
        },
      }
    : {
        as: 'within',
        reason: {
          code: 'within-ceiling',
          zh: `${it.nameZh}：${zh} ${is}，限价 ${may}（参考价 ${was}，加价上限 ${cap}%）。`,
          en: `${it.nameEn}: ${is} ${en}, under the ceiling of ${may} (reference ${was}, margin of at most ${cap}%).`,
        },
      };
};

const medianOf = (prices: readonly Price[]): Fraction | undefined => {
  const sorted = prices.map(perUnit).toSorted((a, b) => (isAbove(a, b) ? 1 : isAbove(b, a) ? -1 : 0));
  const [low, high] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[Math.floor(sorted.length / 2)]];
  return low && high && { over: low.over * high.under + high.over * low.under, under: 2n * low.under * high.under };
};

/**
 * Whether a price on a tag is within what shops asked in the days before, plus the margin that may be taken: for goods
 * that have no reference.
 *
 * @param others one price a shop.
 */
export const medianFinding = (
  it: Priced,
  tag: Price,
  others: readonly Price[],
  { capPercent: cap, days }: { readonly capPercent: number; readonly days: number },
): Finding => {
  const per = tag.perQuantity;
  const is = inWords(it, perUnit(tag), per);
  const median = medianOf(others);
  if (median === undefined)
    return {
      as: 'unknown',
      reason: {
        code: 'no-earlier-price',
        zh: `${it.nameZh}：标价 ${is}，近 ${days} 天没有其他检查价可比。`,
        en: `${it.nameEn}: ${is} on the tag, and no inspection of the last ${days} days to hold it against.`,
      },
    };
  const most = plus(median, cap);
  const [may, was] = [inWords(it, most, per), inWords(it, median, per)];
  const [zh, en] = [
    `近 ${days} 天 ${others.length} 家保供点的中位价 ${was}，加价上限 ${cap}%`,
    `median of ${others.length} shops in the last ${days} days ${was}, margin of at most ${cap}%`,
  ];
  return isAbove(perUnit(tag), most)
    ? {
        as: 'above',
        reason: {
          code: 'above-median',
          zh: `${it.nameZh}：标价 ${is}，超过 ${may}（${zh}）。`,
          en: `${it.nameEn}: ${is} on the tag is above ${may} (${en}).`,
        },
      }
    : {
        as: 'within',
        reason: {
          code: 'within-median',
          zh: `${it.nameZh}：标价 ${is}，不超过 ${may}（${zh}）。`,
          en: `${it.nameEn}: ${is} on the tag, no more than ${may} (${en}).`,
        },
      };
};
