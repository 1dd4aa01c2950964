import { choose, type Sought } from '../../functions/offers/choice.ts';
import type { Offer } from '../../functions/offers/offer.ts';
import { plusMinutes } from '../../functions/shared/clock.ts';
import { COUNTY, mask, NOW, POLICY } from '../support/need.ts';

/** Bought by the box of 50; ¥20.00 a box before the emergency, so ¥26.00 at most. */
export const MASK = mask({ reference: { priceFen: 2_000, perQuantity: 50 } });

export const SUPPLIERS = new Map(
  ['甲', '乙', '丙', '丁'].map((zh, i) => [
    `shop-${i + 1}`,
    { nameZh: `样例${zh}店`, nameEn: `Sample Shop ${i + 1}`, active: true },
  ]),
);

/** An offer of shop n: 500 boxes at ¥22.00 in an hour, unless said otherwise. */
export const offerOf = (n: number, of: Partial<Offer> = {}): Offer => ({
  ...{ county: COUNTY, offerId: `ofr_${n}`, version: 1, itemId: MASK.id, supplierId: `shop-${n}` },
  ...{ priceFen: 2_200, perQuantity: 50, packQuantity: 50, availableQuantity: 25_000, leadMinutes: 60 },
  ...{ channel: 'designated-shop', deliveryFeeFen: 0, validUntil: plusMinutes(NOW, 1_440) },
  ...{ document: '样例报价单', at: NOW, by: 'buyer' },
  ...of,
});

/** 100 boxes, needed in a day, at now. */
export const chosenOf = (offers: readonly Offer[], of: Partial<Sought> = {}) =>
  choose({
    ...{ item: MASK, quantity: 5_000, needBy: plusMinutes(NOW, 1_440), now: NOW, offers, policy: POLICY },
    ...{ suppliers: SUPPLIERS, singleSource: '仅此一家有货' },
    ...of,
  });
