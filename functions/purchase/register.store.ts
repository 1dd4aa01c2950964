import { getItem, getItems, getPolicy } from '../catalogue/catalogue.store.ts';
import type { Deps } from '../shared/deps.ts';
import { eventRow } from '../shared/event.ts';
import { keysOf } from '../shared/keys.ts';
import { notFound } from '../shared/problem.ts';
import { ofType, type Page, partition } from '../shared/table.store.ts';
import { listByParty, listByQueue, type WorklistQuery } from '../workflow/worklist.store.ts';
import { type PurchaseStatus, purchaseRow, purchaseStatus, purchasesOf } from './purchase.ts';
import { type PurchaseSummary, type PurchaseView, summaryOf, viewOf } from './view.ts';

/** Everything about one purchase. @throws Problem 404 `unknown-purchase`. */
export const viewPurchase = async (deps: Deps, county: string, id: string): Promise<PurchaseView> => {
  const rows = await partition(deps, keysOf(county).purchase(id).PK);
  const purchase = ofType(purchaseRow, rows)[0];
  if (purchase === undefined) throw notFound('purchase', id);
  const [items, policy] = await Promise.all([getItems(deps, county, [purchase.itemId]), getPolicy(deps, county)]);
  const now = deps.clock.now();
  return viewOf(purchase, ofType(eventRow, rows), { item: items.get(purchase.itemId), policy, now });
};

export type PurchaseQuery = WorklistQuery<PurchaseStatus> & { readonly itemId?: string | undefined };

/**
 * A page of purchases: of an item, newest first; or of the county by status, what is due first coming first, and what has
 * failed before all else. A page may hold fewer than `limit` and still have a successor.
 *
 * @throws Problem 404 `unknown-item`.
 */
export const listPurchases = async (
  deps: Deps,
  county: string,
  { itemId, ...query }: PurchaseQuery,
): Promise<Page<PurchaseSummary>> => {
  if (itemId !== undefined) await getItem(deps, county, itemId);
  const { rows, cursor } =
    itemId === undefined
      ? await listByQueue(deps, purchaseRow, county, query, purchaseStatus.options)
      : await listByParty(deps, purchaseRow, county, { partyId: purchasesOf(itemId), prefix: 'PURCHASE#' }, query);
  const items = await getItems(
    deps,
    county,
    rows.map((one) => one.itemId),
  );
  const now = deps.clock.now();
  return { rows: rows.map((one) => summaryOf(one, items.get(one.itemId), now)), cursor };
};
