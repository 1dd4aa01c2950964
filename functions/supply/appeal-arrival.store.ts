import { getItem } from '../catalogue/catalogue.store.ts';
import { replace } from '../shared/actions.ts';
import type { Actor } from '../shared/actor.ts';
import { commit } from '../shared/commit.store.ts';
import type { Deps } from '../shared/deps.ts';
import type { Once } from '../shared/once.ts';
import { Problem } from '../shared/problem.ts';
import { retrying } from '../shared/retrying.ts';
import { countedIn } from '../stock/arrival.store.ts';
import { bookedOnce, bookingIn, noteBooked } from '../stock/goods-received.store.ts';
import { appealOf } from './appeal.store.ts';
import { type AppealArrivalBody, appealRow, arrived, demandUnderway, MAX_ARRIVALS, outstanding } from './appeal.ts';

/**
 * What came of an appeal is counted in: lots of the pool of source _allocated_, in parts, as goods that were bought are
 * (FACTS: receipt). Returns the appeal's id.
 *
 * @throws Problem 404 `unknown-appeal`; 403 `duties-apart` for whoever asked, or asked for the need; 409 `wrong-status`, `too-many-parts`,
 * `paper-booked`; 422 as `demandArrival` says.
 */
export const receiveAppealed = (
  deps: Deps,
  actor: Actor,
  once: Once,
  id: string,
  body: AppealArrivalBody,
): Promise<string> =>
  retrying(async () => {
    const [at, { county, sub: by }] = [deps.clock.now(), actor];
    const row = await appealOf(deps, county, id);
    if (row.askedBy === by || row.need?.askedBy === by)
      throw new Problem(403, 'duties-apart', {
        zh: '提出请求的人不能验收：需求与验收相分离。',
        en: 'Whoever asked does not accept: demand and acceptance are separated.',
      });
    // Before the goods are judged: what is over is not to come at all, which would make any count odd.
    demandUnderway(row);
    if (row.arrivals.length === MAX_ARRIVALS)
      throw new Problem(409, 'too-many-parts', `${id} came in ${MAX_ARRIVALS} parts: no more fit.`);
    const { itemId, placeId, document: asked } = row;
    const item = await getItem(deps, county, itemId);
    const expected = { placeId, outstanding: outstanding(row), source: 'allocated' } as const;
    const { came, note } = await countedIn(deps, item, body, expected, { by, at });
    const { document, note: said, final } = body;
    const { accepted, damaged, wrong, over } = came;
    const noteId = accepted === 0 ? undefined : note.id;
    const next = arrived(row, { noteId, document, accepted, damaged, wrong, note: said, by, at }, { final, at });
    await commit(deps, {
      ...{ actor, now: at, once: { by: once, result: id } },
      actions: [replace(appealRow, next), ...(accepted === 0 ? bookedOnce(note, id) : bookingIn(deps, note))],
      news: [
        ...(accepted === 0 ? [] : [noteBooked(note)]),
        {
          ...{ of: appealRow.keyOf(row), version: row.version + 1, name: 'AppealedGoodsArrived', reason: said },
          data: { asked, document, accepted, damaged, wrong, over, status: next.status },
        },
      ],
    });
    return id;
  });
