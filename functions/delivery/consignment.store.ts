import { getPolicy, getSite } from '../catalogue/catalogue.store.ts';
import { keepsStock } from '../catalogue/site.ts';
import { lineRow, openRow } from '../request/line.ts';
import { type Action, check, insert, replace, Stale } from '../shared/actions.ts';
import { type Actor, systemActor } from '../shared/actor.ts';
import { commit } from '../shared/commit.store.ts';
import type { Deps } from '../shared/deps.ts';
import { mapEach } from '../shared/each.ts';
import { type Key, keysOf } from '../shared/keys.ts';
import type { Once } from '../shared/once.ts';
import { invalid, notFound, Problem } from '../shared/problem.ts';
import { retrying } from '../shared/retrying.ts';
import { everyIndexed, get, getAll, type Patient, partition, patient } from '../shared/table.store.ts';
import { begun } from '../workflow/timeline.ts';
import { type Consignment, consignmentRow, deadline, gatheringRow, hastened } from './consignment.ts';
import { openLinesAt } from './planned.store.ts';
import { isPlannedFrom, type PlannedRoute, routesOf } from './planned.ts';
import { lastWave, waveRow } from './wave.ts';

/** Goods planned from one place for another, and the most urgent tier among them. */
type Route = Pick<PlannedRoute, 'fromId' | 'toId' | 'tier'>;

/** @throws Problem 404 `unknown-consignment`. */
export const consignmentOf = async (deps: Deps, county: string, id: string): Promise<Consignment> => {
  const consignment = await get(deps, consignmentRow, keysOf(county).consignment(id));
  if (consignment === undefined) throw notFound('consignment', id);
  return consignment;
};

/**
 * Opens a consignment on a route, unless one gathers there already: that one is hastened when it now serves a higher
 * tier. A machine waiting for the later deadline is woken to look again. `guard` is checked where one is opened.
 */
const gather = async (
  deps: Deps,
  actor: Actor,
  { fromId, toId, tier }: Route,
  { once, guard = [] }: { readonly once?: Once | undefined; readonly guard?: readonly Action[] },
): Promise<{ readonly id: string; readonly opened: boolean }> => {
  const { county } = actor;
  const now = deps.clock.now();
  const keys = keysOf(county);
  const [gathering, policy] = await Promise.all([
    get(deps, gatheringRow, keys.gathering(fromId, toId)),
    getPolicy(deps, county),
  ]);
  const dueAt = deadline('planned', tier, policy, now);
  const write = (id: string, rest: Pick<Parameters<typeof commit>[1], 'actions' | 'news'>) =>
    commit(deps, { actor, now, once: once && { by: once, result: id }, ...rest });

  if (gathering === undefined) {
    const id = deps.ids.next('con');
    const consignment: Consignment = {
      ...{ county, id, version: 1, status: 'planned', fromId, toId, tier, at: now, openedBy: actor.sub },
      ...{ ...begun(now, dueAt), lines: 0, reminders: 0 },
    };
    await write(id, {
      actions: [
        insert(consignmentRow, consignment),
        insert(gatheringRow, { county, fromId, toId, consignmentId: id }),
        ...guard,
      ],
      news: [{ of: keys.consignment(id), version: 1, name: 'ConsignmentOpened', data: { fromId, toId, tier } }],
    });
    return { id, opened: true };
  }
  const present = await consignmentOf(deps, county, gathering.consignmentId);
  const { id, version } = present;
  if (present.status === 'planned' && tier < present.tier) {
    await write(id, {
      actions: [replace(consignmentRow, hastened(present, tier, dueAt, now))],
      news: [{ of: keys.consignment(id), version: version + 1, name: 'ConsignmentHastened', data: { tier } }],
    });
  } else if (once !== undefined) await write(id, { actions: [], news: [] });
  return { id, opened: false };
};

/**
 * Gathers what was read as planned, if any of it still is: it may be on its way by now, in the consignment that gathered
 * then, and the next one would stay empty.
 */
const gatherPlanned = (deps: Deps, { lines, ...route }: PlannedRoute): Promise<void> =>
  retrying(async () => {
    const present = await getAll(deps, lineRow, lines.map(lineRow.keyOf));
    const line = present.find((one) => one.status === 'open' && isPlannedFrom(one, route.fromId));
    if (line === undefined) return;
    const guard = [check(lineRow.keyOf(line), 'version', line.version)];
    await gather(deps, systemActor(line.county), route, { guard });
  });

/**
 * A storekeeper opens a consignment between two places ahead of its wave. Where one gathers already, that is the answer.
 *
 * @throws Problem 404 `unknown-site`; 422 `same-place`, `no-stock-kept`, `inactive-site`; 409 `nothing-planned`.
 */
export const openConsignment = async (
  deps: Deps,
  actor: Actor,
  { fromId, toId }: { readonly fromId: string; readonly toId: string },
  once?: Once,
): Promise<{ readonly id: string; readonly opened: boolean }> => {
  if (fromId === toId) throw invalid('same-place', 'toId', 'A consignment goes from one place to another.');
  const [from, to] = await Promise.all([getSite(deps, actor.county, fromId), getSite(deps, actor.county, toId)]);
  if (!keepsStock(from))
    throw invalid('no-stock-kept', 'fromId', `${from.nameZh} is not a warehouse in use: goods leave from one.`);
  if (!to.active) throw invalid('inactive-site', 'toId', `${to.nameZh} ${to.nameEn} is closed.`);
  const routes = routesOf(await openLinesAt(deps, actor.county, toId));
  const route = routes.find((one) => one.fromId === fromId);
  if (route === undefined)
    throw new Problem(409, 'nothing-planned', `Nothing is planned from ${from.nameZh} for ${to.nameZh} now.`);
  return retrying(() => gather(deps, actor, route, { once }));
};

/** Opens what is not gathering yet, each on its own: one that fails is logged and left to the next sweep. */
const gatherAll = async (deps: Deps, county: string, routes: readonly PlannedRoute[]): Promise<boolean> => {
  const keys = keysOf(county);
  // One that cannot be read serves nobody, and fails in its turn.
  const { getAll } = patient(deps);
  const gatherings = await getAll(
    gatheringRow,
    routes.map(({ fromId, toId }) => keys.gathering(fromId, toId)),
  );
  const present = await getAll(
    consignmentRow,
    gatherings.map(({ consignmentId }) => keys.consignment(consignmentId)),
  );
  const served = (route: PlannedRoute) =>
    present.some((one) => one.fromId === route.fromId && one.toId === route.toId && one.tier <= route.tier);
  let complete = true;
  for (const route of routes.filter((one) => !served(one))) {
    try {
      await gatherPlanned(deps, route);
    } catch (error) {
      complete = false;
      deps.log.error('CON-OPEN', error, { county, fromId: route.fromId, toId: route.toId });
    }
  }
  return complete;
};

/**
 * Opens a consignment on every route on which a site is promised front-line goods and none gathers yet. Idempotent.
 * `named` are keys of lines that a stream record spoke of: the index may not know them yet.
 */
export const openForSite = async (
  deps: Deps,
  county: string,
  siteId: string,
  named: readonly Key[] = [],
): Promise<void> => {
  const lines = await openLinesAt(deps, county, siteId, named);
  await gatherAll(deps, county, routesOf(lines.filter(({ tier }) => tier === 1)));
};

/**
 * What the sweep opens: front-line goods always; all others once a wave, at the policy's times of day. A wave that was
 * missed is caught up by the next sweep, and one that broke off is finished by it. Reads the strongly consistent
 * pointers of every item, so that nothing promised is overlooked.
 *
 * @throws Error when all that can be read was opened, and some need lines could not: until somebody mends them, their
 * goods wait, and no wave waits for them.
 */
export const openDue = async (deps: Deps, county: string): Promise<void> => {
  const rows = patient(deps);
  await openReadable(deps, county, rows);
  const unreadable = rows.unreadable().length;
  if (unreadable > 0) throw new Error(`${unreadable} rows of ${county} cannot be read; see ROW-UNREADABLE`);
};

const openReadable = async (deps: Deps, county: string, { getAll, ofType }: Patient): Promise<void> => {
  const keys = keysOf(county);
  const [policy, row, items] = await Promise.all([
    getPolicy(deps, county),
    get(deps, waveRow, keys.wave()),
    everyIndexed(deps, { index: 'GSI1', at: keys.queue('items') }),
  ]);
  const wave = lastWave(policy.delivery.waves, deps.clock.now());
  const due = wave !== undefined && (row === undefined || row.opened < wave);
  const lines = await mapEach(items, async ({ id }) => {
    const pointers = await partition(deps, keys.item(String(id)).PK, due ? 'OPEN#' : 'OPEN#1#');
    const opens = ofType(openRow, pointers).map(({ requestId, n }) => keys.requestLine(requestId, n));
    return (await getAll(lineRow, opens)).filter(({ status }) => status === 'open');
  });
  const complete = await gatherAll(deps, county, routesOf(lines.flat()));
  if (!due || !complete) return;
  const mark =
    row === undefined
      ? insert(waveRow, { county, version: 1, opened: wave })
      : replace(waveRow, { ...row, opened: wave });
  try {
    await commit(deps, { actor: systemActor(county), now: deps.clock.now(), actions: [mark], news: [] });
  } catch (error) {
    // Another sweep opened the same wave.
    if (!(error instanceof Stale)) throw error;
  }
};
