import type { Decided } from '../approval/outcome.ts';
import { getItems, getPolicy, getSites } from '../catalogue/catalogue.store.ts';
import { lineRow, openOf, openRow } from '../request/line.ts';
import { requestRow } from '../request/request.ts';
import { type Action, check, insert } from '../shared/actions.ts';
import { systemActor } from '../shared/actor.ts';
import { plusMinutes } from '../shared/clock.ts';
import type { News } from '../shared/event.ts';
import { keysOf } from '../shared/keys.ts';
import { retrying } from '../shared/retrying.ts';
import { type Progress, progressOf } from '../workflow/progress.ts';
import * as tell from './notices.ts';
import { allSkipped, batchFrom, type Now, needOf } from './opening.ts';
import { type PlanDeps, planOf, recentOfSites, sitesOf, writePlan } from './plan.store.ts';
import { ended, OPENING_MINUTES, type Plan, type PlannedSite } from './plan.ts';
import { isServed } from './proposal.ts';

/** Transactions of one call: a few seconds of them. */
const BATCHES_A_CALL = 20;

const actionsOf = ({ request, lines }: Decided): Action[] => [
  ...lines.flatMap((line) => [insert(lineRow, line), insert(openRow, openOf(line))]),
  insert(requestRow, request),
  // A site that is being closed finds no need there, so need must find it open still.
  check(keysOf(request.county).site(request.siteId), 'active', true),
];

const newsOf = ({ request, lines }: Decided): News => ({
  ...{ of: requestRow.keyOf(request), version: 1, name: 'RequestPlanned', reason: request.reason },
  data: { planId: request.planId, approved: Object.fromEntries(lines.map(({ n, approved }) => [n, approved])) },
});

/** By which site and request earlier asks are looked for. */
const askingOf = ({ siteId, requestId }: PlannedSite) => ({ siteId, requestId });

/** The plan after so many more of its sites, and at the end its end. */
const advanced = (plan: Plan, by: number, skipped: Plan['skipped'], now: string): Plan => {
  const next = { ...plan, next: plan.next + by, skipped: allSkipped(plan.skipped, skipped) };
  return next.next < plan.sites ? { ...next, dueAt: plusMinutes(now, OPENING_MINUTES) } : ended(next, 'opened', now);
};

/**
 * Opens the needs of the next sites and moves the plan on past them, in one transaction: each need once, however often
 * and by how many this is done. Of two that open the same, one commits, and the other reads again.
 */
const openBatch = async (
  deps: PlanDeps,
  plan: Plan,
  sites: readonly PlannedSite[],
  of: Pick<Now, 'items' | 'policy'>,
): Promise<Plan> => {
  const now = deps.clock.now();
  const batch = batchFrom(sites, plan.next);
  const served = batch.filter(isServed);
  const { county, recipients, needBy } = plan;
  const [open, recent] = await Promise.all([
    getSites(
      deps,
      county,
      served.map(({ siteId }) => siteId),
    ),
    recentOfSites(deps, { county, recipients, needBy, now }, served.map(askingOf), [...of.items.keys()]),
  ]);
  const turns = batch.map((site) => needOf(plan, site, { ...of, sites: open, recent, now }));
  const needs = turns.flatMap(({ need }) => need ?? []);
  const skipped = turns.flatMap((turn) => turn.skipped);
  const next = advanced(plan, batch.length, skipped, now);
  const isOver = next.status === 'opened';
  await writePlan(deps, next, {
    ...{ actor: systemActor(plan.county), now },
    // On the way each need has its own event, and the row says how far it is.
    ...(isOver && { name: 'DistributionOpened', data: { sites: plan.sites - plan.leftOut, skipped: next.skipped } }),
    actions: needs.flatMap(actionsOf),
    news: needs.map(newsOf),
    tellings: [
      ...needs.map(({ request, lines }) => tell.comes(request, lines, of.items)),
      ...(isOver ? [tell.opened(next)] : []),
    ],
  });
  return { ...next, version: plan.version + 1 };
};

/**
 * Task: opens the next needs of an approved plan, and says where it stands. Repeatable.
 *
 * @throws Problem 404 `unknown-distribution-plan`.
 */
export const openNeeds = (deps: PlanDeps, progress: Progress): Promise<Progress> =>
  retrying(async () => {
    const { county, id, attempt } = progress;
    let plan = await planOf(deps, county, id);
    const itemIds = plan.lines.map(({ itemId }) => itemId);
    const [sites, items, policy] = await Promise.all([
      sitesOf(deps, plan),
      getItems(deps, county, itemIds),
      getPolicy(deps, county),
    ]);
    for (let done = 0; done < BATCHES_A_CALL && plan.status === 'approved' && plan.attempt === attempt; done += 1)
      plan = await openBatch(deps, plan, sites, { items, policy });
    return progressOf(progress, plan, deps.clock.now());
  });
