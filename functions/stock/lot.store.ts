import { getSites } from '../catalogue/catalogue.store.ts';
import type { Deps } from '../shared/deps.ts';
import { compare } from '../shared/order.ts';
import { getLot, movementsOfLot, shelvesOf } from './lot-shelves.store.ts';
import { balancesShown, type LotView, type Recipients } from './lot-view.ts';
import { inUse, pickers, recallOf } from './recall.store.ts';
import { recallViewOf, receivers } from './recall.ts';
import { underwayOf } from './recall-duty.store.ts';

/** A lot, where it lies and whether it is recalled. @throws Problem 404 `unknown-lot`. */
export const viewLot = async (deps: Deps, county: string, lotId: string): Promise<LotView> => {
  const lot = await getLot(deps, county, lotId);
  const [balances, stored, use] = await Promise.all([
    shelvesOf(deps, lot),
    recallOf(deps, county, lotId),
    inUse(deps, lot),
  ]);
  const { county: _, version: _version, ...shown } = lot;
  const { item } = use;
  return {
    ...shown,
    ...{ nameZh: item.nameZh, nameEn: item.nameEn, baseUnit: item.baseUnit },
    balances: balancesShown(balances),
    picking: [...pickers(use)].map(([consignmentId, quantity]) => ({ consignmentId, quantity })),
    ...(stored !== undefined && { recall: recallViewOf(stored) }),
  };
};

/** Which site got how much of a lot, and what is on its way to whom. @throws Problem 404 `unknown-lot`. */
export const listRecipients = async (deps: Deps, county: string, lotId: string): Promise<Recipients> => {
  await getLot(deps, county, lotId);
  const movements = await movementsOfLot(deps, county, lotId);
  const [received, underway] = [receivers(movements), await underwayOf(deps, county, movements)];
  const sites = await getSites(
    deps,
    county,
    [...received, ...underway].map(({ siteId }) => siteId),
  );
  const named = <T extends { readonly siteId: string }>(one: T) => {
    const { nameZh = one.siteId, nameEn = one.siteId } = sites.get(one.siteId) ?? {};
    return { ...one, nameZh, nameEn };
  };
  return {
    received: received.map(named).toSorted((a, b) => compare(a.siteId, b.siteId)),
    underway: underway.map(named).toSorted((a, b) => compare(a.consignmentId, b.consignmentId)),
  };
};
