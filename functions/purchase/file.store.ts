import { getItem, getPolicy, getSite } from '../catalogue/catalogue.store.ts';
import { creditRow, fundEntryRow, fundRow } from '../funds/fund.ts';
import type { Deps } from '../shared/deps.ts';
import { keysOf } from '../shared/keys.ts';
import { notFound } from '../shared/problem.ts';
import { everyIndexed, get, getAll, ofType } from '../shared/table.store.ts';
import { fileOf, type PurchaseFile } from './file.ts';
import { papersOf } from './file-papers.ts';
import { suppliersOf } from './purchase.store.ts';
import { purchaseRow } from './purchase.ts';

/**
 * The procurement file of a purchase as it now stands.
 *
 * @throws Problem 404 `unknown-purchase`.
 */
export const viewFile = async (deps: Deps, county: string, id: string): Promise<PurchaseFile> => {
  const keys = keysOf(county);
  const purchase = await get(deps, purchaseRow, keys.purchase(id));
  if (purchase === undefined) throw notFound('purchase', id);
  const { itemId, placeId, fundId, orders, choice } = purchase;
  const [item, place, fund, policy, rows, suppliers] = await Promise.all([
    getItem(deps, county, itemId),
    getSite(deps, county, placeId),
    get(deps, fundRow, keys.fund(fundId)),
    getPolicy(deps, county),
    everyIndexed(deps, { index: 'GSI2', at: keys.party(id), beginsWith: 'ENTRY#' }),
    suppliersOf(deps, county, [...orders, ...(choice?.alternates ?? [])]),
  ]);
  if (fund === undefined) throw notFound('fund', fundId);
  const entries = ofType(fundEntryRow, rows);
  const drawn = new Set(entries.flatMap(({ credits = [] }) => credits.map(({ n }) => n)));
  const credits = await getAll(
    deps,
    creditRow,
    [...drawn].map((n) => keys.fundCredit(fundId, n)),
  );
  return fileOf({
    ...{ purchase, item, place, suppliers, fund, entries },
    credits: new Map(credits.map((one) => [one.n, one])),
    papers: papersOf(purchase, policy, deps.clock.now()),
  });
};
