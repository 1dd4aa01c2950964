import { getItem, getItems, getPolicy, getSuppliers, type PageOf } from '../catalogue/catalogue.store.ts';
import { notifyAll } from '../notices/notice.ts';
import { priceRow } from '../prices/price-history.ts';
import { insert, replace } from '../shared/actions.ts';
import type { Actor } from '../shared/actor.ts';
import { countyClock } from '../shared/clock.ts';
import { commit } from '../shared/commit.store.ts';
import type { Deps } from '../shared/deps.ts';
import { keysOf } from '../shared/keys.ts';
import type { Once } from '../shared/once.ts';
import { notFound, Problem, wrongStatus } from '../shared/problem.ts';
import { retrying } from '../shared/retrying.ts';
import { get, indexPage, ofType, type Page } from '../shared/table.store.ts';
import { type Offer, type OfferBody, offerRow, offersOf } from './offer.ts';
import { type OfferView, offerViewOf } from './offer-view.ts';
import { landedOf, offerAlert, offerFinding, termsOf } from './offering.ts';

/**
 * Writes down what a supplier offers. It is part of the item's price history from then on, and headquarters is told at
 * once of a price above its ceiling. Returns its id.
 *
 * @throws Problem 422 by field.
 */
export const writeOffer = async (deps: Deps, actor: Actor, once: Once, body: OfferBody): Promise<string> => {
  const { county, sub: by } = actor;
  const { itemId, supplierId, document } = body;
  const now = deps.clock.now();
  const [items, suppliers, policy] = await Promise.all([
    getItems(deps, county, [itemId]),
    getSuppliers(deps, county, [supplierId]),
    getPolicy(deps, county),
  ]);
  const [item, supplier, id] = [items.get(itemId), suppliers.get(supplierId), deps.ids.next('ofr')];
  const terms = termsOf(id, body, { item, supplier, now });
  if (Array.isArray(terms) || item === undefined || supplier === undefined)
    throw new Problem(
      422,
      'invalid',
      { zh: '报价有误，未登记。', en: 'This cannot be offered like this.' },
      Array.isArray(terms) ? terms : [],
    );
  const row: Offer = { ...terms, county, version: 1, itemId, document, at: now, by };
  const { quantity, totalFen } = landedOf(terms);
  await commit(deps, {
    ...{ actor, now, once: { by: once, result: id } },
    actions: [
      insert(offerRow, row),
      insert(priceRow, {
        ...{ county, itemId, when: now, from: { kind: 'offer', id }, supplierId },
        ...{ priceFen: terms.priceFen, perQuantity: terms.perQuantity, landed: { quantity, totalFen } },
      }),
      ...notifyAll(deps.ids, { county, at: now }, offerAlert(id, supplier, offerFinding(item, terms, policy))).actions,
    ],
    news: [{ of: offerRow.keyOf(row), version: 1, name: 'OfferMade', data: { itemId, supplierId, document } }],
  });
  return id;
};

const offerOf = async (deps: Deps, county: string, id: string): Promise<Offer> => {
  const offer = await get(deps, offerRow, keysOf(county).offer(id));
  if (offer === undefined) throw notFound('offer', id);
  return offer;
};

/**
 * It is nobody's to choose any more. What was chosen or ordered on its terms before stays as it is.
 *
 * @throws Problem 404 `unknown-offer`; 409 `wrong-status` once it is withdrawn.
 */
export const withdrawOffer = (deps: Deps, actor: Actor, once: Once, id: string, reason: string): Promise<string> =>
  retrying(async () => {
    const { county, sub: by } = actor;
    const now = deps.clock.now();
    const offer = await offerOf(deps, county, id);
    const of = offerRow.keyOf(offer);
    if (offer.withdrawn !== undefined)
      throw wrongStatus(of, {
        zh: `该报价已于 ${countyClock(offer.withdrawn.at)} 撤回。`,
        en: `It was withdrawn at ${offer.withdrawn.at}.`,
      });
    await commit(deps, {
      ...{ actor, now, once: { by: once, result: id } },
      actions: [replace(offerRow, { ...offer, withdrawn: { by, at: now, reason } })],
      news: [{ of, version: offer.version + 1, name: 'OfferWithdrawn', reason }],
    });
    return id;
  });

const viewed = async (deps: Deps, county: string, offers: readonly Offer[]): Promise<OfferView[]> => {
  const [items, suppliers, policy] = await Promise.all([
    getItems(
      deps,
      county,
      offers.map(({ itemId }) => itemId),
    ),
    getSuppliers(
      deps,
      county,
      offers.map(({ supplierId }) => supplierId),
    ),
    getPolicy(deps, county),
  ]);
  const now = deps.clock.now();
  return offers.map((offer) =>
    offerViewOf(offer, {
      ...{ item: items.get(offer.itemId), supplier: suppliers.get(offer.supplierId), policy, now },
    }),
  );
};

/** What is offered of an item and was not withdrawn, what stands longest first. @throws Problem 404 `unknown-item`. */
export const listOffers = async (
  deps: Deps,
  county: string,
  itemId: string,
  page: PageOf,
): Promise<Page<OfferView>> => {
  await getItem(deps, county, itemId);
  const at = keysOf(county).queue(offersOf(itemId));
  const { rows, cursor } = await indexPage(deps, { index: 'GSI1', at, ...page, newestFirst: true });
  return { rows: await viewed(deps, county, ofType(offerRow, rows)), cursor };
};

/** @throws Problem 404 `unknown-offer`. */
export const viewOffer = async (deps: Deps, county: string, id: string): Promise<OfferView> => {
  const [view] = await viewed(deps, county, [await offerOf(deps, county, id)]);
  if (view === undefined) throw notFound('offer', id);
  return view;
};
