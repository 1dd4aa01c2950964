import { getPolicy, getSite } from '../catalogue/catalogue.store.ts';
import { settledNotices } from '../notices/settle.store.ts';
import { dispatched, lineRow } from '../request/line.ts';
import { replace } from '../shared/actions.ts';
import type { Actor } from '../shared/actor.ts';
import { plusMinutes } from '../shared/clock.ts';
import { commit } from '../shared/commit.store.ts';
import type { Deps } from '../shared/deps.ts';
import type { Once } from '../shared/once.ts';
import { Problem } from '../shared/problem.ts';
import { retrying } from '../shared/retrying.ts';
import { issue } from '../stock/balance.ts';
import { usableAt } from '../stock/lot.ts';
import { record } from '../stock/movement.ts';
import { moved } from '../workflow/timeline.ts';
import { consignmentOf } from './consignment.store.ts';
import { consignmentRow, deadline, demand, noticesOf } from './consignment.ts';
import { linesOf, needsOf } from './lines.store.ts';

/**
 * The goods leave with a carrier: off the shelf, on their way. Three actions a line at most, and one more where picking
 * should have stopped: with 24 lines, just below a hundred.
 *
 * @throws Problem 404 `unknown-consignment`; 409 `wrong-status`, `expires-on-the-way`.
 */
export const dispatch = (
  deps: Deps,
  actor: Actor,
  once: Once,
  id: string,
  { carrier, vehicle }: { readonly carrier: string; readonly vehicle: string },
): Promise<string> =>
  retrying(async () => {
    const { county } = actor;
    const consignment = await consignmentOf(deps, county, id);
    demand(consignment, 'dispatched');
    const now = deps.clock.now();
    const lines = await linesOf(deps, county, id);
    const [needs, site, policy] = await Promise.all([
      needsOf(deps, county, lines),
      getSite(deps, county, consignment.toId),
      getPolicy(deps, county),
    ]);
    const spoilt = lines.filter(({ useBy }) => !usableAt(useBy, plusMinutes(now, site.leadMinutes)));
    if (spoilt.length > 0)
      throw new Problem(
        409,
        'expires-on-the-way',
        'Some of it would expire before it could be used there. Cancel the consignment and pick again.',
        spoilt.map(({ n, useBy }) => ({ path: `lines[${n - 1}]`, message: `Use by ${useBy}.` })),
      );

    const { version, tier } = consignment;
    const dueAt = deadline('dispatched', tier, policy, now, site.leadMinutes);
    const change = { status: 'dispatched', carrier, vehicle, dispatchedBy: actor.sub, dispatchedAt: now } as const;
    await commit(deps, {
      actor,
      now,
      once: { by: once, result: id },
      actions: [
        replace(consignmentRow, moved(consignment, { ...change, dueAt, reminders: 0 }, now)),
        ...lines.map((line) => issue(line, line.quantity)),
        ...lines.map(({ lotId, itemId, placeId, quantity }) =>
          record({
            ...{ county, id: deps.ids.next('mov'), lotId, itemId, kind: 'dispatched', placeId },
            ...{ effects: { onHand: -quantity, inTransit: quantity }, document: id, at: now, by: actor.sub },
          }),
        ),
        ...needs.map((line) => replace(lineRow, dispatched(line, id))),
        ...(await settledNotices(deps, actor, noticesOf(consignment), now)),
      ],
      news: [
        {
          of: consignmentRow.keyOf(consignment),
          version: version + 1,
          name: 'ConsignmentDispatched',
          data: { carrier, vehicle, arrivesAt: plusMinutes(now, site.leadMinutes) },
        },
      ],
    });
    return id;
  });
