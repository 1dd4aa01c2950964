import { getItems, getPolicy, getSites } from '../catalogue/catalogue.store.ts';
import { type Action, insert } from '../shared/actions.ts';
import type { Actor } from '../shared/actor.ts';
import { countyDay, plusMinutes } from '../shared/clock.ts';
import { commit } from '../shared/commit.store.ts';
import type { Deps } from '../shared/deps.ts';
import type { News } from '../shared/event.ts';
import type { Once } from '../shared/once.ts';
import { retrying } from '../shared/retrying.ts';
import { bookedOnce, bookingIn, noteBooked } from '../stock/goods-received.store.ts';
import type { GoodsReceived } from '../stock/goods-received.ts';
import { begun, moved } from '../workflow/timeline.ts';
import { type Donation, demandStands, donationRow } from './donation.ts';
import * as tell from './notices.ts';
import { type Came, cameOf, differing, type GiftReceivedBody, isComplete, withCame } from './receiving.ts';
import { giftMade, giftOf, knownFor } from './register.store.ts';
import { demandTaken, type WalkInBody, walkInAsGift, walkInCount } from './walk-in.ts';
import { writeGift } from './write.store.ts';

/** A gift's goods as they are counted in: the note, the gift with it, and what a transaction needs for both. */
interface CountedIn {
  readonly row: Donation;
  readonly came: Came;
  readonly actions: readonly Action[];
  readonly news: readonly News[];
}

const countIn = async (
  deps: Deps,
  { sub: by }: Actor,
  row: Donation,
  body: GiftReceivedBody,
  { now, setApart }: { readonly now: string; readonly setApart: boolean },
): Promise<CountedIn> => {
  const { county } = row;
  const placeId = body.placeId ?? row.placeId;
  const wished = row.wish.for.to === 'sites' ? row.wish.for.siteIds : [];
  const [items, sites, { donation: policy }] = await Promise.all([
    getItems(
      deps,
      county,
      row.lines.flatMap(({ itemId }) => (itemId === undefined ? [] : [itemId])),
    ),
    getSites(deps, county, [placeId, ...wished]),
    getPolicy(deps, county),
  ]);
  const came = cameOf(row, body, {
    ...{ today: countyDay(now), place: sites.get(placeId), items, sites, placeId, policy, setApart },
    designation: row.wish.for,
  });
  const count = Math.max(0, ...row.lines.map(({ counted }) => counted.length)) + 1;
  const document = body.document ?? `${row.id}-${count}`;
  const note: GoodsReceived = {
    ...{
      county,
      id: deps.ids.next('grn'),
      version: 1,
      source: 'donated',
      placeId,
      document,
      giftId: row.id,
      at: now,
      by,
    },
    lines: came.lines.map((line) => ({ ...line, lotId: deps.ids.next('lot') })),
  };
  const lotIds = note.lines.map(({ lotId }) => lotId);
  return {
    row: withCame(row, came, { noteId: note.id, lotIds, document, note: body.note, by, now }),
    came,
    actions: note.lines.length === 0 ? bookedOnce(note, row.id) : bookingIn(deps, note),
    news: note.lines.length === 0 ? [] : [noteBooked(note)],
  };
};

const figures = ({ counts }: Came) => ({
  lines: counts.map(({ n, quantity, damaged, wrong }) => ({ n, quantity, damaged, wrong })),
});

/**
 * A storekeeper counts a gift in: lots of the pool under its wish, in one transaction with what was counted beside what
 * was declared. Once all of it has come, or nothing more will, it is received. Returns its id.
 *
 * @throws Problem 404 `unknown-gift`; 409 `wrong-status` or `paper-booked`; 422 as `cameOf` says.
 */
export const receiveGift = (
  deps: Deps,
  actor: Actor,
  once: Once,
  id: string,
  body: GiftReceivedBody,
): Promise<string> =>
  retrying(async () => {
    const now = deps.clock.now();
    const before = await giftOf(deps, actor.county, id);
    demandStands(before, ['expected', 'lapsed'], {
      zh: '没有待清点的物资。',
      en: 'nothing of it is waited for at the door.',
    });
    const { row, came, actions, news } = await countIn(deps, actor, before, body, { now, setApart: false });
    const { donation: policy } = await getPolicy(deps, actor.county);
    const isWhole = isComplete(row);
    const next = isWhole
      ? moved<Donation>(row, { status: 'received', dueAt: plusMinutes(now, policy.lookMinutes), reminders: 0 }, now)
      : moved<Donation>(row, { status: 'expected', dueAt: plusMinutes(now, policy.lapseMinutes), reminders: 0 }, now);
    await writeGift(deps, row.status === 'lapsed' ? { ...next, ...again(next, now) } : next, {
      ...{ actor, now, actions, news, name: 'GiftReceived', reason: body.note },
      ...{ data: { status: next.status, ...figures(came) }, once: { by: once, result: id } },
      tellings: isWhole ? tell.countedOtherwise(next, differing(next)) : [],
    });
    return id;
  });

/** A lapsed gift's machine has ended: another looks after what came of it. */
const again = ({ attempt, dueAt }: Donation, now: string) => ({ ...begun(now, dueAt), attempt: attempt + 1 });

/**
 * A gift brought to the desk: counted and set apart at once, and screened after that. Returns its id; its code is made of
 * the key.
 *
 * @throws Problem 422 by field.
 */
export const receiveWalkIn = (deps: Deps, actor: Actor, once: Once, body: WalkInBody, key: string): Promise<string> =>
  retrying(async () => {
    const now = deps.clock.now();
    const items = await getItems(
      deps,
      actor.county,
      body.lines.map(({ itemId }) => itemId),
    );
    const asked = walkInAsGift(body, items);
    const known = await knownFor(deps, actor.county, asked, now);
    demandTaken(asked, known);
    const { gift, actions } = giftMade(deps, actor, asked, known, { channel: 'walk-in', key });
    const row: Donation = { ...gift, ...begun(now, now) };
    const {
      row: counted,
      came,
      ...booking
    } = await countIn(deps, actor, row, walkInCount(body), {
      ...{ now, setApart: true },
    });
    await commit(deps, {
      ...{ actor, now, once: { by: once, result: row.id } },
      actions: [insert(donationRow, counted), ...actions, ...booking.actions],
      news: [
        {
          ...{ of: donationRow.keyOf(row), version: 1, name: 'GiftBrought' },
          data: { channel: 'walk-in', wish: row.wish.for, ...figures(came) },
        },
        ...booking.news,
      ],
    });
    return row.id;
  });
