import { z } from 'zod';
import type { FundBody } from '../funds/fund.ts';
import { keysOf } from '../shared/keys.ts';
import { MAX_FEN } from '../shared/money.ts';
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
});
export type MoneyReceivedBody = z.infer<typeof moneyReceivedBody>;

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
