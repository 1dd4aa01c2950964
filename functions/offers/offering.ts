import { counted, type Item } from '../catalogue/item.ts';
import type { Policy } from '../catalogue/policy.ts';
import type { Supplier } from '../catalogue/supplier.ts';
import type { Telling } from '../notices/notice.ts';
import { type Finding, type Landed, priceFinding } from '../prices/price.ts';
import { MAX_FEN } from '../shared/money.ts';
import type { FieldError } from '../shared/problem.ts';
import type { AskedQuantity } from '../shared/quantity.ts';
import { planOf } from './cover.ts';
import { MAX_ORDERS, type OfferBody, statusOf, type Terms } from './offer.ts';

/** So that as many as one purchase holds still add up to a sum that is counted. */
const MAX_OFFER_FEN = MAX_FEN / MAX_ORDERS;

/** What an offer rests on. */
interface Ground {
  readonly item: Item | undefined;
  readonly supplier: Supplier | undefined;
  readonly now: string;
}

/** All that it offers, in whole packs, landed. */
export const landedOf = (of: Terms): Landed => planOf(of, of.availableQuantity);

/** @throws nothing: a sum that is beyond counting is too much, too. */
const costs = (of: Terms): number => {
  try {
    return landedOf(of).totalFen;
  } catch (error) {
    if (error instanceof RangeError) return Number.POSITIVE_INFINITY;
    throw error;
  }
};

const faultsOf = (of: Terms, { item, supplier, now }: Ground): FieldError[] => [
  ...(item?.active === false ? [{ path: 'itemId', message: `${item.nameZh} is not issued any more.` }] : []),
  ...(supplier?.active === false
    ? [{ path: 'supplierId', message: `Nothing is bought of ${supplier.nameZh} any more.` }]
    : []),
  ...(of.availableQuantity < of.packQuantity
    ? [{ path: 'available', message: `Less than one pack of ${of.packQuantity} base units.` }]
    : costs(of) > MAX_OFFER_FEN
      ? [{ path: 'available', message: `All of it comes to more than the ${MAX_OFFER_FEN} fen that an offer may.` }]
      : []),
  ...(statusOf(of, now) === 'lapsed' ? [{ path: 'validUntil', message: `It is ${now} now.` }] : []),
];

/** The terms of an offer in base units, or everything that is wrong with it. */
export const termsOf = (
  offerId: string,
  { itemId, per, pack, available, document: _, ...body }: OfferBody,
  ground: Ground,
): Terms | FieldError[] => {
  const { item, supplier } = ground;
  const unknown = [
    ...(item === undefined ? [{ path: 'itemId', message: `There is no item ${itemId}.` }] : []),
    ...(supplier === undefined ? [{ path: 'supplierId', message: `There is no supplier ${body.supplierId}.` }] : []),
  ];
  if (item === undefined) return unknown;
  const errors: FieldError[] = [...unknown];
  const amount = (asked: AskedQuantity, path: string): number => {
    const found = counted(item, asked, path);
    if (typeof found === 'number') return found;
    errors.push(found);
    return 0;
  };
  const terms = {
    ...{ ...body, offerId, validUntil: new Date(body.validUntil).toISOString() },
    perQuantity: amount(per, 'per'),
    packQuantity: amount(pack, 'pack'),
    availableQuantity: amount(available, 'available'),
  };
  if (errors.length > 0) return errors;
  const faults = faultsOf(terms, ground);
  return faults.length > 0 ? faults : terms;
};

/** How what it offers, landed, stands to what it may cost. */
export const offerFinding = (item: Item, of: Terms, policy: Pick<Policy, 'purchase'>): Finding =>
  priceFinding(item, landedOf(of), policy);

/** Headquarters hears of a price above its ceiling from whoever wrote it down first. */
export const offerAlert = (offerId: string, supplier: Supplier, { as, reason }: Finding): Telling[] =>
  as !== 'above'
    ? []
    : [
        {
          ...{ to: { role: 'headquarters' }, code: 'price-alert', about: { kind: 'offer', id: offerId } },
          zh: `${supplier.nameZh}报价过高。${reason.zh}`,
          en: `${supplier.nameEn} asks too much. ${reason.en}`,
        },
      ];
