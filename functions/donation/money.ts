import { z } from 'zod';
import type { FundBody } from '../funds/fund.ts';
import { keysOf } from '../shared/keys.ts';
import { MAX_FEN, yuan } from '../shared/money.ts';
import { fault, Problem } from '../shared/problem.ts';
import { day, slug } from '../shared/quantity.ts';
import { defineRow } from '../shared/row.ts';
import { paperText } from '../stock/goods-received.ts';
import type { Donation } from './donation.ts';
import { isDesignated } from './gift.ts';

/** Money that finance found in the account. */
export const moneyReceivedBody = z.strictObject({
  amountFen: z.int().min(1).max(MAX_FEN),
  /** The bank's reference: credited once, whichever fund takes it in. */
  document: paperText,
  receivedOn: day,
  /** Which fund takes it in; needed where the donor wished for nothing, and not said where it did. */
  fundId: slug.optional(),
  /** Another sum than was promised is meant. */
  confirmed: z.boolean().optional(),
});
export type MoneyReceivedBody = z.infer<typeof moneyReceivedBody>;

/**
 * A transfer brings what was sent, less the bank's fee: a donor who gives more or less than it promised does so by some of
 * it, and a digit too few or too many is always more than a tenth. What is credited stays in the fund's book, so that
 * whoever reads the receipt looks at it again before, and not after.
 *
 * @throws Problem 422 `odd-amount` until it comes again with `confirmed`.
 */
export const demandPlausibleSum = (
  promised: { readonly amountFen: number },
  { amountFen, confirmed }: Pick<MoneyReceivedBody, 'amountFen' | 'confirmed'>,
): void => {
  if (confirmed === true || 10 * Math.abs(amountFen - promised.amountFen) <= promised.amountFen) return;
  throw new Problem(
    422,
    'odd-amount',
    { zh: '金额异常，请核对；确实如此请确认后再交。', en: 'This is odd. Repeat with "confirmed": true if it is so.' },
    [
      fault('amountFen', {
        zh: `承诺 ${yuan(promised.amountFen)}，到账 ${yuan(amountFen)}。`,
        en: `${yuan(promised.amountFen)} were promised, and ${yuan(amountFen)} came.`,
      }),
    ],
  );
};

/** Whether a gift of money is for something or somebody: it then has a fund of its own. */
export const isRestricted = ({ money, wish }: Pick<Donation, 'money' | 'wish'>): boolean =>
  isDesignated(wish.for) || (money?.mayBuy.length ?? 0) > 0;

/** The id of the fund that keeps a restricted gift apart. */
export const fundIdOf = ({ id }: Pick<Donation, 'id'>): string => id.toLowerCase().replaceAll('_', '-');

/**
 * The fund that keeps a restricted gift apart: it buys what the donor wished for, for whom it wished. Credits of one fund
 * are spent first in, first out, so that a wish among others could not be kept.
 */
export const fundFor = ({ id, money, wish }: Donation): FundBody => ({
  nameZh: `定向捐款 ${id}`,
  nameEn: `Gift of money ${id}`,
  kind: 'gifts',
  mayBuy: { categories: [], itemIds: money?.mayBuy ?? [] },
  serves: wish.for,
  active: true,
  sample: false,
});

/** Says that an official receipt (捐赠票据) of this number was issued, and for which gift. */
export const officialReceiptRow = defineRow({
  type: 'official-receipt',
  v: 1,
  schema: z.object({ county: z.string(), number: z.string(), donationId: z.string() }),
  keys: (row) => keysOf(row.county).officialReceipt(row.number),
});

export const officialReceiptBody = z.strictObject({ number: paperText });
