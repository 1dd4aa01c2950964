import { getItems, getPolicy, getSites } from '../catalogue/catalogue.store.ts';
import { type Site, siteRow } from '../catalogue/site.ts';
import { notifyAll, type Telling } from '../notices/notice.ts';
import type { RecentNeed, SiteAsking } from '../request/recent.ts';
import { type Action, insert, replace } from '../shared/actions.ts';
import type { Actor } from '../shared/actor.ts';
import { type Command, commit } from '../shared/commit.store.ts';
import type { Deps } from '../shared/deps.ts';
import { mapEach } from '../shared/each.ts';
import type { News } from '../shared/event.ts';
import { keysOf } from '../shared/keys.ts';
import type { Once } from '../shared/once.ts';
import { notFound } from '../shared/problem.ts';
import { retrying } from '../shared/retrying.ts';
import { everyIndexed, get, ofType, partition } from '../shared/table.store.ts';
import { asking, begun } from '../workflow/timeline.ts';
import { calledOff, decided, type PlanDecisionBody, referredTo } from './decide.ts';
import * as tell from './notices.ts';
import { PART_SITES, type Plan, type PlanBody, type PlannedSite, planPartRow, planRow } from './plan.ts';
import { isServed, type Proposal, proposed, rationed } from './proposal.ts';
import { targeted } from './target.ts';

/** What a site has from earlier asks: kept by requests, and handed in by whoever composes the two. */
export type PlanDeps = Deps & {
  readonly recentNeedOf: (deps: Deps, asking: SiteAsking, itemIds: readonly string[]) => Promise<RecentNeed>;
};

/** A plan. @throws Problem 404 `unknown-distribution-plan`. */
export const planOf = async (deps: Deps, county: string, id: string): Promise<Plan> => {
  const plan = await get(deps, planRow, keysOf(county).distributionPlan(id));
  if (plan === undefined) throw notFound('distribution-plan', id);
  return plan;
};

/** What it proposes, site by site. */
export const sitesOf = async (deps: Deps, { county, id }: Pick<Plan, 'county' | 'id'>): Promise<PlannedSite[]> =>
  ofType(planPartRow, await partition(deps, keysOf(county).distributionPlan(id).PK, 'PART#')).flatMap(
    ({ sites }) => sites,
  );

/** What a step of a plan writes beside its row. */
interface Written extends Pick<Command, 'actor' | 'now' | 'once'> {
  readonly name?: string | undefined;
  readonly reason?: string | undefined;
  readonly data?: Record<string, unknown>;
  readonly tellings?: readonly Telling[];
  readonly actions?: readonly Action[];
  readonly news?: readonly News[];
}

/** Commits a plan's next step: its row, the notices that ask for what comes then, its event, and what comes with it. */
export const writePlan = async (deps: Deps, plan: Plan, of: Written): Promise<void> => {
  const { actor, now, once, name, reason, data = {}, tellings = [], actions = [], news = [] } = of;
  const told = notifyAll(deps.ids, { county: plan.county, at: now }, tellings);
  const own = name === undefined ? [] : [{ of: planRow.keyOf(plan), version: plan.version + 1, name, reason, data }];
  await commit(deps, {
    ...{ actor, now, once },
    actions: [replace(planRow, asking(plan, told.asking, now)), ...actions, ...told.actions],
    news: [...news, ...own],
  });
};

/** Which sites there are, by the index; what they are is read by key. */
const knownFor = async (deps: Deps, county: string, { target }: PlanBody): Promise<ReadonlyMap<string, Site>> => {
  if (target.to === 'sites') return getSites(deps, county, target.siteIds);
  const every = ofType(siteRow, await everyIndexed(deps, { index: 'GSI1', at: keysOf(county).queue('sites') }));
  const kinds = new Set<string>(target.kinds);
  return getSites(
    deps,
    county,
    every.filter(({ kind }) => kinds.has(kind)).map(({ id }) => id),
  );
};

/** What each of these sites has, or is to get, from earlier asks of these items. */
export const recentOfSites = async (
  deps: PlanDeps,
  at: Omit<SiteAsking, 'siteId' | 'requestId'>,
  sites: readonly { readonly siteId: string; readonly requestId?: string }[],
  itemIds: readonly string[],
): Promise<ReadonlyMap<string, RecentNeed>> =>
  new Map(
    await mapEach(sites, async (of) => [of.siteId, await deps.recentNeedOf(deps, { ...at, ...of }, itemIds)] as const),
  );

/** What the plan comes to by the books of this moment. @throws Problem 422 as `targeted`, `rationed` and `proposed` say. */
const proposal = async (deps: PlanDeps, { county }: Actor, body: PlanBody, now: string) => {
  const itemIds = [...new Set(body.lines.map(({ itemId }) => itemId))];
  const [known, items, policy] = await Promise.all([
    knownFor(deps, county, body),
    getItems(deps, county, itemIds),
    getPolicy(deps, county),
  ]);
  const sites = targeted(body.target, known);
  const lines = rationed(body, items, sites);
  const { recipients, needBy } = body;
  const at = { county, recipients, needBy: new Date(needBy).toISOString(), now };
  const open = sites.flatMap(({ id: siteId, active }) => (active ? [{ siteId }] : []));
  const recent = await recentOfSites(deps, at, open, itemIds);
  return { proposal: proposed({ body, sites, lines, recent, policy, now }), items, policy };
};

const partsOf = ({ county, id: planId }: Pick<Plan, 'county' | 'id'>, sites: readonly PlannedSite[]): Action[] =>
  Array.from({ length: Math.ceil(sites.length / PART_SITES) }, (_, part) =>
    insert(planPartRow, {
      ...{ county, planId, part },
      sites: sites.slice(part * PART_SITES, (part + 1) * PART_SITES),
    }),
  );

const planned = (
  { county, sub }: Actor,
  id: string,
  { reason, recipients, target }: PlanBody,
  of: Proposal,
  referral: ReturnType<typeof referredTo>,
  now: string,
): Plan => ({
  ...{ county, id, version: 1, status: 'submitted', ...begun(now, referral.dueAt), reminders: 0, ...referral },
  ...{ recipients, target, tier: of.tier, needBy: of.needBy, coverDays: of.coverDays, reason, lines: [...of.lines] },
  ...{ estimatedFen: of.estimatedFen, sites: of.sites.length, next: 0, skipped: [], odd: [], askedBy: sub, at: now },
  leftOut: of.sites.filter((site) => !isServed(site)).length,
});

/**
 * Plans who is to get what: each site's quantity by norm, what is left out and why, kept as it is to be decided on. The
 * needs that it will open have their ids already. Returns the plan's id.
 *
 * @throws Problem 422 with the paths of the fields.
 */
export const planDistribution = (deps: PlanDeps, actor: Actor, once: Once, body: PlanBody): Promise<string> =>
  retrying(async () => {
    const now = deps.clock.now();
    const { proposal: of, items, policy } = await proposal(deps, actor, body, now);
    const plan = planned(actor, deps.ids.next('dpl'), body, of, referredTo(of, policy, now), now);
    const sites = of.sites.map((site) => ({ ...site, requestId: deps.ids.next('req') }));
    const told = notifyAll(deps.ids, { county: plan.county, at: now }, [tell.toDecide(plan, items)]);
    await commit(deps, {
      ...{ actor, now, once: { by: once, result: plan.id } },
      actions: [insert(planRow, asking(plan, told.asking, now)), ...partsOf(plan, sites), ...told.actions],
      news: [
        {
          ...{ of: planRow.keyOf(plan), version: 1, name: 'DistributionPlanned', reason: body.reason },
          data: { sites: plan.sites, leftOut: plan.leftOut, level: plan.level, policyVersion: policy.version },
        },
      ],
    });
    return plan.id;
  });

/** A person decides on a plan. Returns its id. @throws Problem 404 `unknown-distribution-plan`, and as the rule `decided` says. */
export const decidePlan = (deps: Deps, actor: Actor, once: Once, id: string, body: PlanDecisionBody): Promise<string> =>
  retrying(async () => {
    const now = deps.clock.now();
    const [plan, policy] = await Promise.all([planOf(deps, actor.county, id), getPolicy(deps, actor.county)]);
    const next = decided({ plan, body, actor, policy, now });
    const isRefused = next.status === 'refused';
    await writePlan(deps, next, {
      ...{ actor, now, once: { by: once, result: id }, reason: body.note },
      name: isRefused ? 'DistributionRefused' : 'DistributionApproved',
      data: { level: next.decision?.level, policyVersion: policy.version },
      tellings: isRefused ? [tell.refused(next)] : [],
    });
    return id;
  });

/** Calls a plan off that nobody has decided on. @throws Problem 404 `unknown-distribution-plan`; 409 `wrong-status`. */
export const cancelPlan = (
  deps: Deps,
  actor: Actor,
  once: Once,
  id: string,
  { reason }: { readonly reason: string },
): Promise<string> =>
  retrying(async () => {
    const now = deps.clock.now();
    const next = calledOff(await planOf(deps, actor.county, id), actor, reason, now);
    await writePlan(deps, next, {
      ...{ actor, now, once: { by: once, result: id }, name: 'DistributionCancelled', reason },
    });
    return id;
  });
