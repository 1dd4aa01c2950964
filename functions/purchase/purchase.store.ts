import { getItem, getPolicy, getSuppliers } from '../catalogue/catalogue.store.ts';
import { encumbering } from '../funds/encumbering.ts';
import { notifyAll, type Telling } from '../notices/notice.ts';
import { type Offer, offerRow, offersOf } from '../offers/offer.ts';
import { priceRow } from '../prices/price-history.ts';
import { lineRow, short } from '../request/line.ts';
import { type Action, insert, replace } from '../shared/actions.ts';
import { type Command, commit } from '../shared/commit.store.ts';
import type { Deps } from '../shared/deps.ts';
import { keysOf } from '../shared/keys.ts';
import { notFound } from '../shared/problem.ts';
import { everyIndexed, get, getAll, indexPage, ofType } from '../shared/table.store.ts';
import { asking } from '../workflow/timeline.ts';
import type { Needed } from './follow.ts';
import { comingOf } from './opening.ts';
import { accepted, isLive } from './order.ts';
import { type Money, NO_MONEY } from './placing.ts';
import { type Purchase, purchaseRow, purchasesOf } from './purchase.ts';

/** @throws Problem 404 `unknown-purchase`. */
const purchaseOf = async (deps: Deps, county: string, id: string): Promise<Purchase> => {
  const row = await get(deps, purchaseRow, keysOf(county).purchase(id));
  if (row === undefined) throw notFound('purchase', id);
  return row;
};

/** Those of the purchases that exist, strongly, in the order asked for. */
export const purchasesNamed = (deps: Deps, county: string, ids: readonly string[]): Promise<Purchase[]> =>
  getAll(deps, purchaseRow, ids.map(keysOf(county).purchase));

/** A purchase with its item and the policy, strongly. @throws Problem 404 `unknown-purchase`. */
export const readPurchase = async (deps: Deps, county: string, id: string) => {
  const purchase = await purchaseOf(deps, county, id);
  const [item, policy] = await Promise.all([getItem(deps, county, purchase.itemId), getPolicy(deps, county)]);
  return { purchase, item, policy };
};

/** What the purchase's need line lacks; none: it is for the pool. */
export const neededOf = async (deps: Deps, { county, id, need }: Purchase): Promise<Needed | undefined> => {
  if (need === undefined) return undefined;
  const line = await get(deps, lineRow, keysOf(county).requestLine(need.requestId, need.n));
  const lacks = line?.status === 'open' ? short(line) : 0;
  const ids = line?.purchases ?? [];
  const others = await purchasesNamed(
    deps,
    county,
    ids.filter((other) => other !== id),
  );
  const before = others.filter((other) => ids.indexOf(other.id) < ids.indexOf(id));
  return {
    ofThis: Math.max(0, lacks - comingOf(before)),
    ofNobody: Math.max(0, lacks - comingOf(others)),
  };
};

/** Purchases of an item that are looked through: a supplier's goods are sold within days. */
const RECENT = 100;

/** What of each offer is ordered already, by whichever purchase, or has come of it. */
const soldOf = async (deps: Deps, county: string, itemId: string): Promise<ReadonlyMap<string, number>> => {
  const at = keysOf(county).party(purchasesOf(itemId));
  const { rows } = await indexPage(deps, { index: 'GSI2', at, limit: RECENT, newestFirst: true });
  const sold = new Map<string, number>();
  for (const one of ofType(purchaseRow, rows).flatMap(({ orders }) => orders))
    sold.set(one.offerId, (sold.get(one.offerId) ?? 0) + (isLive(one) ? one.quantity : accepted(one)));
  return sold;
};

/** All offers of an item, with what is left of each, and those who make them. */
export const marketOf = async (deps: Deps, county: string, itemId: string) => {
  const listed = await everyIndexed(deps, { index: 'GSI1', at: keysOf(county).queue(offersOf(itemId)) });
  const [found, sold] = await Promise.all([
    getAll(
      deps,
      offerRow,
      ofType(offerRow, listed).map(({ offerId }) => keysOf(county).offer(offerId)),
    ),
    soldOf(deps, county, itemId),
  ]);
  const offers = found
    .map((one) => ({ ...one, availableQuantity: one.availableQuantity - (sold.get(one.offerId) ?? 0) }))
    .filter(({ availableQuantity, packQuantity }) => availableQuantity >= packQuantity);
  return { offers, suppliers: await suppliersOf(deps, county, offers) };
};

/** These offers as they now stand, and those who make them. */
export const offersNamed = async (deps: Deps, county: string, ids: readonly string[]) => {
  const offers = await getAll(deps, offerRow, ids.map(keysOf(county).offer));
  return { offers, suppliers: await suppliersOf(deps, county, offers) };
};

/** Those who made these offers, by id. */
export const suppliersOf = (deps: Deps, county: string, offers: readonly Pick<Offer, 'supplierId'>[]) =>
  getSuppliers(
    deps,
    county,
    offers.map(({ supplierId }) => supplierId),
  );

/** The actions that move the fund's money for the orders of a purchase: one on the fund, an entry for each sum. */
const moneyActions = (
  deps: Deps,
  { county, id: purchaseId, fundId }: Purchase,
  { encumbered, released }: Money,
  by: { readonly by: string; readonly at: string },
): Action[] =>
  encumbering(
    deps.ids,
    { county, fundId },
    {
      encumbered: encumbered.map((one) => ({ purchaseId, ...one })),
      released: released.map((one) => ({ purchaseId, ...one })),
    },
    by,
  );

/** What was ordered at which price is part of the item's price history (价格档案). */
const priceActions = ({ county, id, itemId, orders }: Purchase, { encumbered }: Money, when: string): Action[] =>
  encumbered.flatMap(({ order: n, amountFen: totalFen }) =>
    orders
      .filter((one) => one.n === n)
      .map(({ priceFen, perQuantity, quantity, supplierId }) =>
        insert(priceRow, {
          ...{ county, itemId, when, from: { kind: 'order', id: `${id}.${n}` }, supplierId },
          ...{ priceFen, perQuantity, landed: { quantity, totalFen } },
        }),
      ),
  );

interface Write extends Pick<Command, 'actor' | 'now' | 'once'> {
  readonly money?: Money;
  readonly tellings?: readonly Telling[];
  /** What else is written with it. */
  readonly actions?: readonly Action[];
  readonly name: string;
  readonly reason?: string | undefined;
  readonly data?: Readonly<Record<string, unknown>>;
}

/**
 * The purchase as it now stands, with its event, the fund's money, and who is told: for 20 orders at most 68 actions.
 *
 * @throws Problem 409 `fund-exhausted` with the figures.
 */
export const writePurchase = (
  deps: Deps,
  next: Purchase,
  { actor, now, once, money = NO_MONEY, tellings = [], actions = [], ...news }: Write,
): Promise<void> => {
  const told = notifyAll(deps.ids, { county: next.county, at: now }, tellings);
  return commit(deps, {
    ...{ actor, now, once },
    actions: [
      replace(purchaseRow, asking(next, told.asking, now)),
      ...moneyActions(deps, next, money, { by: actor.sub, at: now }),
      ...priceActions(next, money, now),
      ...actions,
      ...told.actions,
    ],
    news: [{ of: purchaseRow.keyOf(next), version: next.version + 1, ...news }],
  });
};
