import type { Action } from '../shared/actions.ts';
import type { Actor } from '../shared/actor.ts';
import type { Deps } from '../shared/deps.ts';
import type { Once } from '../shared/once.ts';
import { Problem } from '../shared/problem.ts';
import { retrying } from '../shared/retrying.ts';
import { type Balance, takenOff } from '../stock/balance.ts';
import { RETURNED_TO_DONOR, record } from '../stock/movement.ts';
import { moved } from '../workflow/timeline.ts';
import { type Donation, demandStands, donationRow, takenUpAgain } from './donation.ts';
import { giftLots, type Standing } from './look.store.ts';
import { giftOf } from './register.store.ts';
import { acceptedOf } from './release.store.ts';
import type { ReturnedBody } from './wish.ts';
import { writeGift } from './write.store.ts';

/** Shelves emptied in one transaction, two actions each. What is left is given back in another. */
const SHELVES_AT_ONCE = 40;

/** Where a gift may stand while what was not accepted of it is still set apart. */
const REFUSING = ['counted', 'received', 'asking', 'declined'] as const;

const free = (standings: readonly Standing[]): Balance[] =>
  standings
    .flatMap(({ shelves }) => shelves)
    .filter(({ free: amount, status }) => amount > 0 && status !== 'condemned');

/** Shelves of a gift that goes back: everything of it that is promised to nobody. */
export const leftOf = async (deps: Deps, row: Donation): Promise<Balance[]> => free(await giftLots(deps, row));

/** Of any other gift, what was never accepted: set apart still, of a line that was declined or too short-dated. */
const refusedOf = async (deps: Deps, row: Donation): Promise<Balance[]> => {
  const standings = await giftLots(deps, row);
  const accepted = await acceptedOf(
    deps,
    row,
    standings.map(({ lot }) => lot),
  );
  return free(standings).filter(({ status, lotId }) => status === 'quarantined' && !accepted.has(lotId));
};

/** The gift after some of it went back: where it is in the pool, it is looked at again at once. */
const afterReturn = (row: Donation, now: string): Donation => {
  if (row.status === 'returning') return takenUpAgain(row, now);
  return row.status === 'received' ? moved<Donation>(row, { status: 'received', dueAt: now }, now) : row;
};

/**
 * Goods of a gift went back to its donor, with a paper that says so. Where the donor wants it back: everything of it that
 * is on a shelf and promised to nobody, in use or set apart; what is promised or on its way goes where it is meant to.
 * Where it does not: only what was never accepted. Returns its id.
 *
 * @throws Problem 404 `unknown-gift`; 409 `wrong-status`, or `nothing-left`.
 */
export const returnGift = (deps: Deps, actor: Actor, once: Once, id: string, body: ReturnedBody): Promise<string> =>
  retrying(async () => {
    const now = deps.clock.now();
    const { county, sub: by } = actor;
    const row = await giftOf(deps, county, id);
    const isWhole = row.status === 'returning';
    if (!isWhole)
      demandStands(row, REFUSING, {
        zh: '捐赠人没有要求退还，也没有未予接收的物资。',
        en: 'its donor does not want it back, and nothing of it was refused.',
      });
    const shelves = (await (isWhole ? leftOf : refusedOf)(deps, row)).slice(0, SHELVES_AT_ONCE);
    if (shelves.length === 0)
      throw new Problem(
        409,
        'nothing-left',
        isWhole
          ? { zh: '货架上没有可退还的剩余物资。', en: 'Nothing of it is left on a shelf that could be given back.' }
          : {
              zh: '没有未予接收的物资可以退还；已接收的物资，须捐赠人同意后退还。',
              en: 'Nothing that was refused is left to be given back; what was accepted goes back when its donor says so.',
            },
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
          reason: RETURNED_TO_DONOR,
          at: now,
          by,
        },
      }),
    ]);
    const returned = shelves.map(({ lotId, placeId, free: quantity }) => ({ lotId, placeId, quantity }));
    await writeGift(deps, afterReturn(row, now), {
      ...{ actor, now, actions, name: 'GiftReturned', reason: body.note },
      ...{ data: { document: body.document, returned }, once: { by: once, result: id } },
    });
    return id;
  });
