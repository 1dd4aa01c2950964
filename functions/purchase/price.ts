import { z } from 'zod';
import type { Item } from '../catalogue/item.ts';
import { baseName } from '../catalogue/item.ts';
import type { Policy } from '../catalogue/policy.ts';
import { yuan } from '../request/words.ts';
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

/** A unit price in words, for so many base units as the reference counts in. */
const inWords = (it: Item, { over, under }: Fraction, per: number): string =>
  `${yuan(Number((2n * over * BigInt(per) + under) / (2n * under)))} / ${per} ${baseName(it)}`;

/**
 * Whether a landed price is within the last price before the emergency plus the margin that may be taken. Exact: a
 * tenth of a fen above is above. Where there is no reference, nothing vouches for it.
 */
export const priceFinding = (it: Item, landed: Landed, policy: Pick<Policy, 'purchase'>): Finding => {
  const paid = { over: BigInt(landed.totalFen), under: BigInt(landed.quantity) };
  const { reference } = it;
  if (reference === undefined)
    return {
      as: 'unknown',
      reason: {
        code: 'no-reference-price',
        zh: `${it.nameZh}：到位价 ${inWords(it, paid, 1)}，没有参考价可比。`,
        en: `${it.nameEn}: ${inWords(it, paid, 1)} landed, and no reference price to hold it against.`,
      },
    };
  const cap = capPercent(it, policy);
  const ceiling = { over: BigInt(reference.priceFen) * BigInt(100 + cap), under: BigInt(reference.perQuantity) * 100n };
  const per = reference.perQuantity;
  const [is, may, was] = [inWords(it, paid, per), inWords(it, ceiling, per), inWords(it, perUnit(reference), per)];
  return isAbove(paid, ceiling)
    ? {
        as: 'above',
        reason: {
          code: 'above-ceiling',
          zh: `${it.nameZh}：到位价 ${is}，超过限价 ${may}（参考价 ${was}，加价上限 ${cap}%）。`,
          en: `${it.nameEn}: ${is} landed is above the ceiling of ${may} (reference ${was}, margin of at most ${cap}%).`,
        },
      }
    : {
        as: 'within',
        reason: {
          code: 'within-ceiling',
          zh: `${it.nameZh}：到位价 ${is}，限价 ${may}（参考价 ${was}，加价上限 ${cap}%）。`,
          en: `${it.nameEn}: ${is} landed, under the ceiling of ${may} (reference ${was}, margin of at most ${cap}%).`,
        },
      };
};
