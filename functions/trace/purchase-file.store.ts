import { getSite } from '../catalogue/catalogue.store.ts';
import { purseOf } from '../funds/fund.store.ts';
import { creditRow, fundEntryRow } from '../funds/fund.ts';
import { readPurchase, suppliersOf } from '../purchase/purchase.store.ts';
import type { Deps } from '../shared/deps.ts';
import { keysOf } from '../shared/keys.ts';
import { everyIndexed, getAll, ofType } from '../shared/table.store.ts';
import { fileOf, type PurchaseFile } from './purchase-file.ts';
import { papersOf } from './purchase-file-papers.ts';

/**
 * The procurement file of a purchase as it now stands.
 *
 * @throws Problem 404 `unknown-purchase`.
 */
export const viewFile = async (deps: Deps, county: string, id: string): Promise<PurchaseFile> => {
  const keys = keysOf(county);
  const { purchase, item, policy } = await readPurchase(deps, county, id);
  const { placeId, fundId, orders, choice } = purchase;
  const [place, { fund }, rows, suppliers] = await Promise.all([
    getSite(deps, county, placeId),
    purseOf(deps, county, fundId),
    everyIndexed(deps, { index: 'GSI2', at: keys.party(id), beginsWith: 'ENTRY#' }),
    suppliersOf(deps, county, [...orders, ...(choice?.alternates ?? [])]),
  ]);
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
