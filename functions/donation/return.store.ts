import type { Action } from '../shared/actions.ts';
import type { Actor } from '../shared/actor.ts';
import type { Deps } from '../shared/deps.ts';
import type { Once } from '../shared/once.ts';
import { Problem } from '../shared/problem.ts';
import { retrying } from '../shared/retrying.ts';
import { takenOff } from '../stock/balance.ts';
import { record } from '../stock/movement.ts';
import { becomeReturned, donationRow } from './donation.ts';
import { giftLots } from './look.store.ts';
import { giftOf } from './register.store.ts';
import type { ReturnedBody } from './wish.ts';
import { writeGift } from './write.store.ts';

/** Shelves emptied in one transaction, two actions each. What is left is given back in another. */
const SHELVES_AT_ONCE = 40;

/**
 * What is left of a gift went back to its donor, with a paper that says so: everything of it that is on a shelf and
 * promised to nobody, in use or set apart. What is promised or on its way goes where it is meant to. Returns its id.
 *
 * @throws Problem 404 `unknown-gift`; 409 `wrong-status`, or `nothing-left`.
 */
export const returnGift = (deps: Deps, actor: Actor, once: Once, id: string, body: ReturnedBody): Promise<string> =>
  retrying(async () => {
    const now = deps.clock.now();
    const { county, sub: by } = actor;
    const row = await giftOf(deps, county, id);
    const next = becomeReturned(row, now);
    const shelves = (await giftLots(deps, row))
      .flatMap(({ shelves: all }) => all)
      .filter(({ free, status }) => free > 0 && status !== 'condemned')
      .slice(0, SHELVES_AT_ONCE);
    if (shelves.length === 0)
      throw new Problem(
        409,
        'nothing-left',
        { zh: '货架上没有可退还的剩余物资。', en: 'Nothing of it is left on a shelf that could be given back.' },
        [],
        { key: donationRow.keyOf(row) },
      );
    const actions: Action[] = shelves.flatMap((shelf) => [
      takenOff(shelf, shelf.free, 0),
      record({
        ...{ county, id: deps.ids.next('mov'), lotId: shelf.lotId, itemId: shelf.itemId, kind: 'disposed' },
        ...{ placeId: shelf.placeId, effects: { onHand: -shelf.free, disposed: shelf.free } },
        ...{
          shelves: { [shelf.status]: -shelf.free },
          document: body.document,
          reason: 'returned-to-donor',
          at: now,
          by,
        },
      }),
    ]);
    const returned = shelves.map(({ lotId, placeId, free }) => ({ lotId, placeId, quantity: free }));
    await writeGift(deps, next, {
      ...{ actor, now, actions, name: 'GiftReturned', reason: body.note },
      ...{ data: { document: body.document, returned }, once: { by: once, result: id } },
    });
    return id;
  });
