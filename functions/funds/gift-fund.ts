import { isDeepStrictEqual } from 'node:util';
import { type FieldError, fault, Problem } from '../shared/problem.ts';
import type { Fund } from './fund.ts';

/** Begins the id of every fund that keeps a gift apart, which is its gift's: nobody else adds one under such an id. */
const OF_A_GIFT = 'gft-';

/** Whether a fund keeps one gift apart. Funds from before that was written down say so by their id only. */
const isOfGift = ({ id, giftId }: Pick<Fund, 'id' | 'giftId'>): boolean =>
  giftId !== undefined || id.startsWith(OF_A_GIFT);

/**
 * What speaks against adding or changing a fund, by field: an id that is kept for gifts, or a change of what a donor
 * wished. What a gift's fund is called, and whether it is bought from at present, stays headquarters' to say.
 */
export const fundFaults = (next: Fund, before: Fund | undefined): FieldError[] => {
  if (before === undefined)
    return next.id.startsWith(OF_A_GIFT)
      ? [
          fault('id', {
            zh: `以“${OF_A_GIFT}”开头的编号留给定向捐款，到账时自动建立。`,
            en: `Ids that begin with ${OF_A_GIFT} are kept for gifts of money: their funds are opened when these come in.`,
          }),
        ]
      : [];
  if (!isOfGift(before)) return [];
  return (['kind', 'mayBuy', 'serves'] as const)
    .filter((name) => !isDeepStrictEqual(next[name], before[name]))
    .map((name) =>
      fault(name, {
        zh: '这是定向捐款的专用资金，捐赠人的意愿不能更改。',
        en: 'This fund keeps a gift apart: what its donor wished is not changed.',
      }),
    );
};

/**
 * What has come into a gift's own fund is that gift, so that what the fund buys is what its donor gave.
 *
 * @throws Problem 409 `fund-of-a-gift`.
 */
export const demandForOthers = (of: Fund): void => {
  if (isOfGift(of))
    throw new Problem(
      409,
      'fund-of-a-gift',
      {
        zh: `资金 ${of.id} 专用于捐赠 ${of.giftId ?? of.id}，不能记入其他款项。`,
        en: `${of.id} keeps the gift ${of.giftId ?? of.id} apart: no other money is credited to it.`,
      },
      [fault('fundId', { zh: '请记入其他资金。', en: 'Credit another fund.' })],
    );
};
