import { z } from 'zod';
import type { Item } from '../catalogue/item.ts';
import type { Policy } from '../catalogue/policy.ts';
import type { Supplier } from '../catalogue/supplier.ts';
import { amountFen, priceFinding } from '../prices/price.ts';
import { countyClock, plusMinutes } from '../shared/clock.ts';
import { fen } from '../shared/money.ts';
import { compare } from '../shared/order.ts';
import { fault, invalid, Problem } from '../shared/problem.ts';
import { positive, quantity } from '../shared/quantity.ts';
import { reason, type Said } from '../shared/reason.ts';
import { bySentence, type Sentences } from './choice-words.ts';
import { cover, planOf } from './cover.ts';
import { extraFen, MAX_ORDERS, type Offer, stands, type Terms, terms } from './offer.ts';

/** So much to be ordered on an offer's terms, and what that comes to, landed. */
const planned = z.object({ ...terms.shape, quantity: positive, totalFen: fen });
export type Planned = z.infer<typeof planned>;

/** Which offers a buyer would take, which are tried next, and why: what is decided on. */
export const choice = z.object({
  by: z.string(),
  at: z.string(),
  orders: z.array(planned).min(1).max(MAX_ORDERS),
  /** In the order in which they are tried when one of the orders does not come. Each for as much as it offers of the whole. */
  alternates: z.array(terms).max(MAX_ORDERS),
  /** What no offer covers, in base units. */
  uncovered: quantity,
  reasons: z.array(reason),
  totalFen: fen,
  /** What it comes to at most, whichever of the alternates have to be tried. */
  atMostFen: fen,
  /** Why there was only one to choose from. */
  singleSource: z.string().optional(),
});
export type Choice = z.infer<typeof choice>;

/** What the rule says; who asked it, and when, is for whoever commits it. */
export type Chosen = Omit<Choice, 'by' | 'at'>;

interface Market {
  readonly item: Item;
  readonly needBy: string;
  readonly now: string;
  readonly policy: Pick<Policy, 'purchase'>;
  /** Those who offer, by id. */
  readonly suppliers: ReadonlyMap<string, Pick<Supplier, 'nameZh' | 'nameEn' | 'active'>>;
}

/** What is sought, and what there is to choose from: every offer of the item. */
export interface Sought extends Market {
  /** Base units. */
  readonly quantity: number;
  readonly offers: readonly Offer[];
  /** Offers that the buyer will not take, and why. */
  readonly leftOut?: { readonly offerIds: readonly string[]; readonly reason: string } | undefined;
  readonly singleSource?: string | undefined;
}

const arrivalOf = ({ leadMinutes }: Pick<Terms, 'leadMinutes'>, now: string): string => plusMinutes(now, leadMinutes);
const inTime = (of: Pick<Terms, 'leadMinutes'>, { needBy, now }: Pick<Market, 'needBy' | 'now'>): boolean =>
  arrivalOf(of, now) <= needBy;

/** In time first, then by what covers one unit of the need, landed and exact, then the sooner, then by id. */
const ranked = (offers: readonly Terms[], amount: number, market: Market): Terms[] => {
  const cost = new Map(
    offers.map((of) => {
      const { quantity: comes, totalFen } = planOf(of, amount);
      return [of.offerId, { fen: BigInt(totalFen), units: BigInt(Math.min(comes, amount)) }];
    }),
  );
  const dearer = (a: Terms, b: Terms): number => {
    const [one, other] = [cost.get(a.offerId), cost.get(b.offerId)];
    const by = one && other ? one.fen * other.units - other.fen * one.units : 0n;
    return by < 0n ? -1 : by > 0n ? 1 : 0;
  };
  return offers.toSorted(
    (a, b) =>
      Number(inTime(b, market)) - Number(inTime(a, market)) ||
      dearer(a, b) ||
      a.leadMinutes - b.leadMinutes ||
      compare(a.offerId, b.offerId),
  );
};

const sum = <K extends string>(all: readonly Readonly<Record<K, number>>[], what: K): number =>
  all.reduce((total, one) => total + one[what], 0);

/** Those in time as they cover the amount most cheaply; late ones only for what those cannot cover. */
const ordersFor = (amount: number, candidates: readonly Terms[], market: Market): readonly Planned[] => {
  const soon = cover(
    amount,
    candidates.filter((of) => inTime(of, market)),
  );
  const rest = amount - sum(soon, 'quantity');
  const late = rest > 0 ? candidates.filter((of) => !inTime(of, market)) : [];
  return [...soon, ...cover(rest, ranked(late, rest, market))].slice(0, MAX_ORDERS);
};

const isAbove = (of: Planned, { item, policy }: Market): boolean => priceFinding(item, of, policy).as === 'above';

/**
 * What it comes to at most: every order may come in part, with its fees, before it ends, and what is lacking is then
 * bought of the dearest, a pack too much. A fen each for rounding.
 */
const atMost = (amount: number, orders: readonly Planned[], alternates: readonly Planned[]): number => {
  const totalFen = sum(orders, 'totalFen');
  if (alternates.length === 0) return totalFen;
  const all = [...orders, ...alternates];
  const pack = Math.max(...alternates.map(({ packQuantity }) => packQuantity));
  let left = Math.max(sum(orders, 'quantity'), amount + pack - 1);
  const dearest = all.toSorted((a, b) =>
    Number(BigInt(b.priceFen) * BigInt(a.perQuantity) - BigInt(a.priceFen) * BigInt(b.perQuantity)),
  );
  const goods = dearest.map((of) => {
    const some = Math.min(left, of.quantity);
    left -= some;
    return amountFen(of, some) + extraFen(of) + 1;
  });
  return Math.max(
    totalFen,
    goods.reduce((total, one) => total + one, 0),
  );
};

/** @throws Problem 409 `no-offer` with what is wrong with each there is; 422 where an offer is left out that is not there. */
const usableOf = ({ offers, leftOut, suppliers, item, now }: Sought): Terms[] => {
  const unknown = (leftOut?.offerIds ?? []).filter((id) => offers.every(({ offerId }) => offerId !== id));
  if (unknown.length > 0)
    throw invalid('unknown-offer', 'leftOut.offerIds', {
      zh: `${item.nameZh}没有这些报价：${unknown.join('、')}。`,
      en: `Nobody offers ${item.nameEn} by ${unknown.join(', ')}.`,
    });
  const why = ({ offerId, withdrawn, validUntil, supplierId }: Offer): Said | undefined => {
    if (withdrawn !== undefined)
      return { zh: `已于 ${countyClock(withdrawn.at)} 撤回。`, en: `Withdrawn at ${withdrawn.at}.` };
    if (validUntil < now)
      return { zh: `有效期到 ${countyClock(validUntil)}，已过。`, en: `It stood until ${validUntil}.` };
    const { active, nameZh = supplierId } = suppliers.get(supplierId) ?? {};
    if (active !== true)
      return { zh: `${nameZh}已停用，不再采购。`, en: `Nothing is bought of ${supplierId} any more.` };
    return leftOut?.offerIds.includes(offerId) ? { zh: '采购员未采用。', en: 'Left out.' } : undefined;
  };
  const usable = offers.filter((offer) => why(offer) === undefined);
  if (usable.length === 0)
    throw new Problem(
      409,
      'no-offer',
      { zh: `现在没有${item.nameZh}的有效报价。`, en: `Nobody offers ${item.nameEn} (${item.id}) now.` },
      offers.map((offer) => {
        const { zh, en } = why(offer) ?? { zh: '', en: '' };
        return fault('offerIds', { zh: `报价 ${offer.offerId}：${zh}`, en: `${offer.offerId}: ${en}` });
      }),
    );
  // Stripped of what is said of an offer besides: the choice keeps its terms as they are now.
  return usable.map((offer) => terms.parse({ ...offer, writtenBy: offer.by }));
};

/**
 * Chooses among an item's offers: in time first, then the least cost landed; several where one is not enough, late ones
 * only for what those in time do not cover. The others are kept, in the order in which they are tried if an order does
 * not come; above its ceiling only where one that is chosen is so too, because then headquarters decides anyway.
 *
 * @throws Problem 409 `no-offer`; 422 `single-source-unexplained` where there is one supplier only and no reason why.
 */
export const choose = (sought: Sought): Chosen => {
  const { quantity: amount, singleSource } = sought;
  const usable = ranked(usableOf(sought), amount, sought);
  const isSingle = new Set(usable.map(({ supplierId }) => supplierId)).size === 1;
  if (isSingle && singleSource === undefined)
    throw invalid('single-source-unexplained', 'singleSource', {
      zh: '只有一家供应商可选，请写明单一来源的理由。',
      en: 'Only one supplier is left to choose from: say why there is no other.',
    });
  const orders = ordersFor(amount, usable, sought);
  const rest = usable.filter(({ offerId }) => orders.every((one) => one.offerId !== offerId));
  const anyway = orders.some((of) => isAbove(of, sought));
  const others = rest.map((of) => planOf(of, amount));
  const next = others.filter((of) => anyway || !isAbove(of, sought)).slice(0, MAX_ORDERS - orders.length);
  const best = others[0];
  const dear = others.find((of) => !anyway && isAbove(of, sought));
  const said: Sentences = {
    ...{ ...sought, amount, orders, left: sought.leftOut, best, isTried: best !== undefined && next.includes(best) },
    ...{ tooDear: dear && priceFinding(sought.item, dear, sought.policy).reason },
  };
  return {
    orders: [...orders],
    alternates: next.map((of) => terms.parse(of)),
    uncovered: Math.max(0, amount - sum(orders, 'quantity')),
    reasons: bySentence(said),
    totalFen: sum(orders, 'totalFen'),
    atMostFen: atMost(amount, orders, next),
    ...(isSingle && { singleSource }),
  };
};

/** What is to be ordered of the alternates for what no order covers any more. */
export interface Lacking extends Market {
  /** Base units that no order covers. */
  readonly uncovered: number;
  /** As they were chosen, without such as have been withdrawn since. */
  readonly alternates: readonly Terms[];
  /** Headquarters has decided on offers above their ceiling: otherwise no person has seen such a price. */
  readonly aboveAllowed: boolean;
}

/**
 * Orders on alternates for what is uncovered, by the rule that chose them, and which of them are left for the next time.
 * A fee that makes a small rest cost more than its ceiling is not paid without a person: what then stays uncovered is to
 * be sourced again.
 */
export const nextOf = (lacking: Lacking): Pick<Chosen, 'orders' | 'alternates' | 'uncovered' | 'reasons'> => {
  const { uncovered: amount, alternates, aboveAllowed, now, suppliers } = lacking;
  const standing = alternates.filter((of) => stands(of, suppliers, now));
  const candidates = ranked(standing, amount, lacking).filter(
    (of) => aboveAllowed || !isAbove(planOf(of, amount), lacking),
  );
  const orders = ordersFor(amount, candidates, lacking).filter((of) => aboveAllowed || !isAbove(of, lacking));
  const isOrdered = ({ offerId }: Terms): boolean => orders.some((one) => one.offerId === offerId);
  return {
    orders,
    alternates: standing.filter((of) => !isOrdered(of)),
    uncovered: Math.max(0, amount - sum(orders, 'quantity')),
    reasons: orders.length === 0 ? [] : bySentence({ ...lacking, amount, orders }),
  };
};
