import { at } from '../catalogue/policy.ts';
import { pursesOf } from '../funds/fund.store.ts';
import { choose } from '../offers/choice.ts';
import { MAX_ORDERS } from '../offers/offer.ts';
import type { Actor } from '../shared/actor.ts';
import { plusMinutes } from '../shared/clock.ts';
import type { Deps } from '../shared/deps.ts';
import type { Once } from '../shared/once.ts';
import { invalid, Problem, wrongStatus } from '../shared/problem.ts';
import { retrying } from '../shared/retrying.ts';
import { moved } from '../workflow/timeline.ts';
import { fundFor } from './opening.ts';
import { marketOf, neededOf, readPurchase, writePurchase } from './purchase.store.ts';
import { acceptedOf, type Purchase, purchaseRow, uncovered } from './purchase.ts';
import { chosenAnew } from './rounds.ts';
import { demandApart } from './separation.ts';
import { type ChoiceBody, demandNeeded } from './sourcing.ts';
import { STATUS_ZH } from './words.ts';

/** What has paid goes on paying, so that each order stands in the book of one fund. @throws Problem 422 `fund-fixed`. */
const demandSameFund = (purchase: Purchase, fundId: string): void => {
  if (fundId !== purchase.fundId && acceptedOf(purchase) > 0)
    throw invalid('fund-fixed', 'fundId', {
      zh: `资金 ${purchase.fundId} 已支付其中一部分，其余请另行采购。`,
      en: `${purchase.fundId} has paid for some of it: buy the rest in another purchase.`,
    });
};

/**
 * A buyer, who is not the asker, has the rule choose among the item's offers: what is ordered of whom, and who is tried
 * next. The choice waits for the green channel. Returns the purchase's id.
 *
 * @throws Problem 404 `unknown-purchase`; 409 `wrong-status`, `not-needed`, `too-many-orders` or `too-many-rounds`, and as `choose` says;
 * 403 as `demandApart` says; 422 by field.
 */
export const chooseOffers = (deps: Deps, actor: Actor, once: Once, id: string, body: ChoiceBody): Promise<string> =>
  retrying(async () => {
    const { county, sub: by } = actor;
    const now = deps.clock.now();
    const { purchase, item, policy } = await readPurchase(deps, county, id);
    const key = purchaseRow.keyOf(purchase);
    if (purchase.status !== 'sourcing')
      throw wrongStatus(key, {
        zh: `本采购${STATUS_ZH[purchase.status]}，现在不选报价。`,
        en: `This purchase is ${purchase.status}; no offers are to be chosen for it.`,
      });
    const { overrides } = demandApart(purchase, 'buy', actor, body.override, policy, now);
    const [market, purses, needed] = await Promise.all([
      marketOf(deps, county, item.id),
      pursesOf(deps, county),
      neededOf(deps, purchase),
    ]);
    const fundId = fundFor(item, purses, body.fundId ?? purchase.fundId);
    demandSameFund(purchase, fundId);
    const quantity = Math.min(uncovered(purchase), needed?.ofThis ?? Number.MAX_SAFE_INTEGER);
    demandNeeded(purchase, quantity);
    const { leftOut, singleSource, note } = body;
    // Whoever has said no is not asked again for the same.
    const declined = new Set(
      purchase.orders.filter(({ status }) => status === 'declined').map(({ offerId }) => offerId),
    );
    const offers = market.offers.filter(({ offerId }) => !declined.has(offerId));
    const chosen = choose({
      ...market,
      offers,
      item,
      policy,
      now,
      needBy: purchase.needBy,
      quantity,
      leftOut,
      singleSource,
    });
    if (purchase.orders.length + chosen.orders.length > MAX_ORDERS)
      throw new Problem(409, 'too-many-orders', {
        zh: '本采购的订单数已达上限，其余请另行采购。',
        en: 'This purchase has as many orders as it can have: buy the rest in another.',
      });
    const next = moved<Purchase>(
      {
        ...chosenAnew(purchase, { by, at: now, ...chosen }),
        ...{ fundId, quantity: acceptedOf(purchase) + quantity },
        overrides,
      },
      {
        ...{ status: 'submitted', referral: [], reminders: 0 },
        dueAt: plusMinutes(now, at(policy.approval.decideMinutes.supplyGroup, purchase.tier)),
      },
      now,
    );
    await writePurchase(deps, next, {
      ...{ actor, now, once: { by: once, result: id }, name: 'OffersChosen', reason: note },
      data: {
        ...{ fundId, totalFen: chosen.totalFen, atMostFen: chosen.atMostFen, uncovered: chosen.uncovered },
        orders: chosen.orders.map(({ offerId, supplierId, quantity: q, totalFen }) => ({
          offerId,
          supplierId,
          quantity: q,
          totalFen,
        })),
        alternates: chosen.alternates.map(({ offerId }) => offerId),
      },
    });
    return id;
  });
