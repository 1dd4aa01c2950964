import { getItems, getSites } from '../catalogue/catalogue.store.ts';
import { type Line, lineRow } from '../request/line.ts';
import type { Deps } from '../shared/deps.ts';
import { mapEach } from '../shared/each.ts';
import { eventRow } from '../shared/event.ts';
import { keysOf } from '../shared/keys.ts';
import { getAll, ofType, partition } from '../shared/table.store.ts';
import { balancesOf } from '../stock/pool.store.ts';
import { planOf, sitesOf } from './plan.store.ts';
import type { Plan, PlannedSite } from './plan.ts';
import { isServed } from './proposal.ts';
import { type PlanView, viewOf } from './view.ts';

/** The lines of the needs that a plan has opened, by request; before its decision there are none. */
const needsOf = async (
  deps: Deps,
  { county, status, next }: Plan,
  sites: readonly PlannedSite[],
): Promise<ReadonlyMap<string, Line[]>> => {
  if (status !== 'approved' && status !== 'opened') return new Map();
  const keys = sites
    .slice(0, next)
    .filter(isServed)
    .flatMap(({ requestId, lines }) => lines.map((_, i) => keysOf(county).requestLine(requestId, i + 1)));
  return Map.groupBy(await getAll(deps, lineRow, keys), ({ requestId }) => requestId);
};

/** Everything about one plan, and how each of its needs stands now. @throws Problem 404 `unknown-distribution-plan`. */
export const viewPlan = async (deps: Deps, county: string, id: string): Promise<PlanView> => {
  const plan = await planOf(deps, county, id);
  const itemIds = plan.lines.map(({ itemId }) => itemId);
  const [planned, events, items, balances] = await Promise.all([
    sitesOf(deps, plan),
    partition(deps, keysOf(county).distributionPlan(id).PK, 'EVENT#'),
    getItems(deps, county, itemIds),
    mapEach(itemIds, async (itemId) => [itemId, await balancesOf(deps, county, itemId)] as const),
  ]);
  const siteIds = planned.map(({ siteId }) => siteId);
  const [sites, needs] = await Promise.all([getSites(deps, county, siteIds), needsOf(deps, plan, planned)]);
  return viewOf(
    { plan, sites: planned, events: ofType(eventRow, events) },
    { sites, items, needs, balances: new Map(balances) },
    deps.clock.now(),
  );
};
