import { type Fund, fundBody } from '../../functions/funds/fund.ts';
import type { Choice } from '../../functions/offers/choice.ts';
import type { Offer } from '../../functions/offers/offer.ts';
import type { Order } from '../../functions/purchase/order.ts';
import { ordered } from '../../functions/purchase/placing.ts';
import type { Purchase } from '../../functions/purchase/purchase.ts';
import { plusMinutes } from '../../functions/shared/clock.ts';
import { chosenOf, MASK, offerOf } from '../offers/market.ts';
import { COUNTY, NOW, POLICY } from '../support/need.ts';

export const SPECIAL: Fund = {
  ...fundBody.parse({ nameZh: '疫情防控专项资金', nameEn: 'epidemic special fund', kind: 'special' }),
  ...{ county: COUNTY, id: 'special', version: 1, credits: 1 },
};

/** 100 boxes of masks for the pool, by tomorrow, yet to be chosen for. */
export const aPurchase = (changes: Partial<Purchase> = {}): Purchase => ({
  ...{ county: COUNTY, id: 'pur_1', version: 1, status: 'sourcing', attempt: 1, reminders: 0, odd: [], referral: [] },
  ...{ dueAt: plusMinutes(NOW, 480), tier: 3, needBy: plusMinutes(NOW, 1_440), itemId: MASK.id, quantity: 5_000 },
  ...{ reason: '低于储备下限', placeId: 'warehouse', fundId: SPECIAL.id, basis: POLICY.purchase.basis, at: NOW },
  ...{ askedBy: 'clerk-1', rounds: [], orders: [], papers: [], overrides: [], notes: [] },
  ...changes,
});

/** The same for a need line of the front line. */
export const FOR_NEED = { tier: 1, need: { requestId: 'req_1', n: 1, askedBy: 'point-1' } } as const;

/** What buyer 1 chose of these offers: 100 boxes, of two shops at ¥22.00 a box unless said otherwise. */
export const aChoice = (offers: readonly Offer[] = [offerOf(1), offerOf(2)], of = {}): Choice => ({
  ...{ by: 'buyer-1', at: NOW },
  ...chosenOf(offers, of),
});

export const submitted = (changes: Partial<Purchase> = {}): Purchase =>
  aPurchase({ status: 'submitted', choice: aChoice(), ...changes });

/** Ordered at once: what was chosen is placed, and its money set aside. */
export const outOf = (of: Purchase): Purchase => {
  const stamp = { by: 'green-channel', at: NOW, level: 'at-once' as const, policyVersion: 7, reasons: [] };
  return ordered(of, stamp, { item: MASK, policy: POLICY }, NOW).purchase;
};

/** An order as its supplier has confirmed it. */
export const confirmedBy = (of: Order): Order => ({
  ...of,
  status: 'confirmed',
  confirmed: { by: 'buyer-1', at: NOW, reference: '样例确认单' },
});

/** So much of an order was accepted, and paid for by the piece: ¥0.44. */
export const withPart = (of: Order, accepted: number): Order => {
  const spentFen = accepted * 44;
  const part = { document: '样例送货单', accepted, damaged: 0, wrong: 0, spentFen, by: 'storekeeper-1', at: NOW };
  return { ...of, parts: [part], spentFen, encumberedFen: of.encumberedFen - spentFen };
};
