import { getPolicy } from '../catalogue/catalogue.store.ts';
import { type Line, lineRow, picked, promisedQuantity, putBack, short } from '../request/line.ts';
import { type Action, check, insert, remove, replace } from '../shared/actions.ts';
import type { Actor } from '../shared/actor.ts';
import { commit } from '../shared/commit.store.ts';
import type { Deps } from '../shared/deps.ts';
import { mapEach } from '../shared/each.ts';
import { keysOf } from '../shared/keys.ts';
import type { Once } from '../shared/once.ts';
import { Problem } from '../shared/problem.ts';
import { retrying } from '../shared/retrying.ts';
import { moved, withOver } from '../workflow/timeline.ts';
import { CODE_SYMBOLS, codeOf } from './code.ts';
import { consignmentOf } from './consignment.store.ts';
import {
  type Consignment,
  codeRow,
  consignmentLineRow,
  consignmentRow,
  deadline,
  demand,
  gatheringRow,
  stopNotices,
} from './consignment.ts';
import { linesOf, needsOf } from './lines.store.ts';
import { type LotLine, load } from './loading.ts';
import { arrivalNow, goodsOf, openLinesAt } from './planned.store.ts';

/** Divides an item over all need, and says at which division it stands then. Handed in: it is another capability's. */
export type Divide = (
  deps: Deps,
  county: string,
  itemId: string,
) => Promise<{ readonly division: number; readonly changed: boolean }>;

/** Divides every item the site still waits for, so that what is picked is what the newest need leaves it. */
const divided = async (
  deps: Deps & { readonly divide: Divide },
  county: string,
  siteId: string,
): Promise<ReadonlyMap<string, number>> => {
  const waiting = (await openLinesAt(deps, county, siteId)).filter((line) => promisedQuantity(line) + short(line) > 0);
  const items = [...new Set(waiting.map(({ itemId }) => itemId))];
  return new Map(
    await mapEach(items, async (itemId) => [itemId, (await deps.divide(deps, county, itemId)).division] as const),
  );
};

/** The lines with their holds on these lots in the consignment; only those that change. */
const pickedLines = (lines: readonly Line[], loaded: readonly LotLine[], { id, fromId }: Consignment): Line[] =>
  lines.flatMap((line) => {
    const lots = loaded
      .filter(({ shares }) => shares.some(({ requestId, n }) => requestId === line.requestId && n === line.n))
      .map(({ lotId }) => lotId);
    return lots.length === 0 ? [] : [picked(line, id, fromId, new Set(lots))];
  });

/**
 * Starts picking: divides the site's items once more, then takes what is planned for it, as much as one consignment
 * holds, on condition that no item has been divided since. From here on only cancelling gives the goods back.
 *
 * @throws Problem 404 `unknown-consignment`; 409 `wrong-status`, `nothing-to-pick`.
 */
export const startPicking = (
  deps: Deps & { readonly divide: Divide },
  actor: Actor,
  once: Once,
  id: string,
): Promise<string> =>
  retrying(async () => {
    const { county } = actor;
    const keys = keysOf(county);
    const consignment = await consignmentOf(deps, county, id);
    demand(consignment, 'picking');
    const { fromId, toId, version } = consignment;

    const divisions = await divided(deps, county, toId);
    const now = deps.clock.now();
    // A line that opened since belongs to an item whose division we could not check.
    const lines = (await openLinesAt(deps, county, toId)).filter(({ itemId }) => divisions.has(itemId));
    const [goods, arrival, policy] = await Promise.all([
      goodsOf(deps, lines, fromId),
      arrivalNow(deps, county, toId, now),
      getPolicy(deps, county),
    ]);
    const { lines: loaded, waiting } = load(goods, arrival);
    if (loaded.length === 0)
      throw new Problem(
        409,
        'nothing-to-pick',
        waiting.length === 0
          ? `Nothing is planned from ${fromId} for ${toId} now. It gathers on; pick when there is something.`
          : `All that is planned from ${fromId} for ${toId} would expire before it could be used there.`,
      );

    const lineChanges = pickedLines(lines, loaded, consignment);
    const tier = lineChanges.map((line) => line.tier).sort()[0] ?? consignment.tier;
    const code = codeOf(deps.ids.code(CODE_SYMBOLS));
    const dueAt = deadline('picking', tier, policy, now);
    const items = [...new Set(loaded.map(({ itemId }) => itemId))];
    const change = { tier, dueAt, code, lines: loaded.length, pickedBy: actor.sub, reminders: 0 };
    await commit(deps, {
      actor,
      now,
      once: { by: once, result: id },
      actions: [
        replace(consignmentRow, moved(consignment, { status: 'picking', ...change }, now)),
        remove(gatheringRow.keyOf({ county, fromId, toId, consignmentId: id })),
        insert(codeRow, { county, code, consignmentId: id }),
        ...items.map((itemId) => check(keys.head(itemId), 'division', divisions.get(itemId))),
        ...loaded.map((line, i) =>
          insert(consignmentLineRow, {
            county,
            consignmentId: id,
            n: i + 1,
            version: 1,
            ...line,
            shares: [...line.shares],
          }),
        ),
        ...lineChanges.map((line) => replace(lineRow, line)),
      ],
      news: [
        {
          of: keys.consignment(id),
          version: version + 1,
          name: 'PickingStarted',
          data: { code, lines: loaded.length, waiting: waiting.length },
        },
      ],
    });
    return id;
  });

/**
 * Calls a consignment off before it left: what was picked is planned again, for whoever comes first.
 *
 * @throws Problem 404 `unknown-consignment`; 409 `wrong-status`.
 */
export const cancelConsignment = (deps: Deps, actor: Actor, once: Once, id: string, reason: string): Promise<string> =>
  retrying(async () => {
    const { county } = actor;
    const keys = keysOf(county);
    const consignment = await consignmentOf(deps, county, id);
    demand(consignment, 'cancelled');
    // A failed execution has nothing left to be retried for.
    const { failure, ...rest } = consignment;
    const { fromId, toId, status, version } = rest;
    const now = deps.clock.now();
    const needs = await needsOf(deps, county, await linesOf(deps, county, id));
    const undone: Action[] =
      status === 'planned'
        ? [remove(keys.gathering(fromId, toId))]
        : needs.map((line) => replace(lineRow, putBack(line, id)));
    await commit(deps, {
      actor,
      now,
      once: { by: once, result: id },
      actions: [
        replace(
          consignmentRow,
          moved<Consignment>(withOver(rest, stopNotices(consignment), now), { status: 'cancelled', reminders: 0 }, now),
        ),
        ...undone,
      ],
      news: [
        {
          of: keys.consignment(id),
          version: version + 1,
          name: 'ConsignmentCancelled',
          reason,
          data: { from: status },
        },
      ],
    });
    return id;
  });
