import { getSite, getSites } from '../catalogue/catalogue.store.ts';
import { purseOf } from '../funds/fund.store.ts';
import { creditRow, fundEntryRow } from '../funds/fund.ts';
import { readPurchase, suppliersOf } from '../purchase/purchase.store.ts';
import type { Purchase } from '../purchase/purchase.ts';
import { requestRow } from '../request/request.ts';
import type { Deps } from '../shared/deps.ts';
import { keysOf } from '../shared/keys.ts';
import { everyIndexed, get, getAll, ofType } from '../shared/table.store.ts';
import { fileOf, type NeedFacts, type PurchaseFile } from './purchase-file.ts';
import { papersOf } from './purchase-file-papers.ts';

/** The request that a purchase is for; none: it is for the pool. */
const needOf = async (deps: Deps, { county, need }: Purchase): Promise<NeedFacts | undefined> => {
  const request = need && (await get(deps, requestRow, keysOf(county).request(need.requestId)));
  if (request === undefined) return undefined;
  const { siteId: id, at, decision } = request;
  const site = (await getSites(deps, county, [id])).get(id) ?? { id, nameZh: id, nameEn: id };
  return { site, at, decision };
};

/**
 * The procurement file of a purchase as it now stands.
 *
 * @throws Problem 404 `unknown-purchase`.
 */
export const viewFile = async (deps: Deps, county: string, id: string): Promise<PurchaseFile> => {
  const keys = keysOf(county);
  const { purchase, item, policy } = await readPurchase(deps, county, id);
  const { placeId, fundId, orders, choice } = purchase;
  const [place, need, { fund }, rows, suppliers] = await Promise.all([
    getSite(deps, county, placeId),
    needOf(deps, purchase),
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
    ...{ purchase, item, place, need, suppliers, fund, entries },
    credits: new Map(credits.map((one) => [one.n, one])),
    papers: papersOf(purchase, policy, deps.clock.now()),
  });
};
