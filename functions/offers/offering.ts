import { counted, type Item } from '../catalogue/item.ts';
import type { Policy } from '../catalogue/policy.ts';
import type { Supplier } from '../catalogue/supplier.ts';
import { inUnits } from '../catalogue/words.ts';
import type { Telling } from '../notices/notice.ts';
import { type Finding, type Landed, priceFinding } from '../prices/price.ts';
import { countyClock } from '../shared/clock.ts';
import { MAX_FEN, yuan } from '../shared/money.ts';
import { type FieldError, fault } from '../shared/problem.ts';
import type { AskedQuantity } from '../shared/quantity.ts';
import type { Said } from '../shared/reason.ts';
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

const lessThan = (pack: number, item: Item | undefined): Said => {
  const { zh, en } = item === undefined ? { zh: `${pack} 个基本单位`, en: `${pack} base units` } : inUnits(item, pack);
  return { zh: `不足一个整包装（${zh}）。`, en: `Less than one pack of ${en}.` };
};

const faultsOf = (of: Terms, { item, supplier, now }: Ground): FieldError[] => [
  ...(item?.active === false
    ? [fault('itemId', { zh: `${item.nameZh}已停用。`, en: `${item.nameEn} is not issued any more.` })]
    : []),
  ...(supplier?.active === false
    ? [
        fault('supplierId', {
          zh: `${supplier.nameZh}已停用，不再采购。`,
          en: `Nothing is bought of ${supplier.nameEn} any more.`,
        }),
      ]
    : []),
  ...(of.availableQuantity < of.packQuantity
    ? [fault('available', lessThan(of.packQuantity, item))]
    : costs(of) > MAX_OFFER_FEN
      ? [
          fault('available', {
            zh: `总价超过一份报价的上限 ${yuan(MAX_OFFER_FEN)}。`,
            en: `All of it comes to more than the ${yuan(MAX_OFFER_FEN)} that an offer may.`,
          }),
        ]
      : []),
  ...(statusOf(of, now) === 'lapsed'
    ? [fault('validUntil', { zh: `有效期须晚于现在（${countyClock(now)}）。`, en: `It is ${now} now.` })]
    : []),
];

/** The terms of an offer in base units, or everything that is wrong with it. */
export const termsOf = (
  offerId: string,
  { itemId, per, pack, available, document: _, ...body }: OfferBody,
  ground: Ground,
): Terms | FieldError[] => {
  const { item, supplier } = ground;
  const unknown = [
    ...(item === undefined
      ? [fault('itemId', { zh: `物资目录里没有编号“${itemId}”。`, en: `There is no item ${itemId}.` })]
      : []),
    ...(supplier === undefined
      ? [
          fault('supplierId', {
            zh: `没有编号为“${body.supplierId}”的供应商。`,
            en: `There is no supplier ${body.supplierId}.`,
          }),
        ]
      : []),
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
