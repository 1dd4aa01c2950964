import { getPolicy } from '../catalogue/catalogue.store.ts';
import type { Policy } from '../catalogue/policy.ts';
import { fundBalanceRow } from '../funds/fund.ts';
import { type Action, replace, shift } from '../shared/actions.ts';
import { systemActor } from '../shared/actor.ts';
import { countyDay, plusMinutes } from '../shared/clock.ts';
import { commit } from '../shared/commit.store.ts';
import type { Deps } from '../shared/deps.ts';
import { mapEach } from '../shared/each.ts';
import { keysOf } from '../shared/keys.ts';
import { retrying } from '../shared/retrying.ts';
import { get, getAll } from '../shared/table.store.ts';
import { type Balance, balanceRow } from '../stock/balance.ts';
import { lotRow } from '../stock/lot.ts';
import { movementsOfLot, shelvesOf } from '../stock/lot-shelves.store.ts';
import { summed } from '../stock/movement.ts';
import { isOverdue, type Progress, progressOf, reminded } from '../workflow/progress.ts';
import { become, type Donation, donationRow, lotsOfGift } from './donation.ts';
import { isDesignated } from './gift.ts';
import * as tell from './notices.ts';
import { giftOf } from './register.store.ts';
import { type GiftLot, look, withConsent } from './wish.ts';
import { writeGift } from './write.store.ts';

type Lot = ReturnType<typeof lotRow.parse>;

/** A lot with its shelves, as a gift looks at it. */
export interface Standing {
  readonly lot: Lot;
  readonly shelves: readonly Balance[];
  readonly as: GiftLot;
}

/** Where the goods of a gift are now, lot by lot. */
export const giftLots = async (deps: Deps, row: Donation): Promise<Standing[]> => {
  const lots = await getAll(deps, lotRow, lotsOfGift(row).map(keysOf(row.county).lot));
  return mapEach(lots, async (lot) => {
    const [shelves, movements] = await Promise.all([shelvesOf(deps, lot), movementsOfLot(deps, lot.county, lot.id)]);
    const { onHand, inTransit, unaccounted } = summed(movements);
    const free = shelves.reduce((sum, shelf) => sum + (shelf.status === 'available' ? shelf.free : 0), 0);
    return {
      ...{ lot, shelves },
      as: {
        ...{ lotId: lot.id, itemId: lot.itemId, useBy: lot.useBy, madeOn: lot.madeOn, free },
        cameOn: countyDay(lot.at),
        ...{ designated: isDesignated(lot.designation), underway: onHand + inTransit + unaccounted },
      },
    };
  });
};

/** Whether the fund has spent all that a gift of money brought: its credits are spent first in, first out. */
const isSpent = async (deps: Deps, { county, money }: Donation): Promise<boolean> => {
  if (money?.confirmed === undefined) return false;
  const balance = await get(deps, fundBalanceRow, keysOf(county).fundBalance(money.confirmed.fundId));
  return (balance?.cursorCredit ?? 0) > money.confirmed.credit;
};

const TO_ALL = { to: 'all' } as const;

/** These lots are for everybody from now on, wherever they lie: what is held of them already stays held. */
const opening = (standings: readonly Standing[], ids: ReadonlySet<string>): Action[] =>
  standings
    .filter(({ lot }) => ids.has(lot.id))
    .flatMap(({ lot, shelves }) => [
      replace(lotRow, { ...lot, designation: TO_ALL }),
      ...shelves.map((shelf) => shift(balanceRow.keyOf(shelf), {}, undefined, { designation: TO_ALL })),
    ]);

/** Lots opened in one transaction: each with a few shelves. What is left is opened when it is looked at next. */
const OPENED_AT_ONCE = 12;

type Step = Parameters<typeof writeGift>[2];

/** What comes of a look, and what is written with it. */
const stepOf = async (
  deps: Deps,
  row: Donation,
  policy: Policy['donation'],
  now: string,
): Promise<{ readonly next: Donation; readonly step: Omit<Step, 'actor' | 'now'> } | undefined> => {
  if (row.money !== undefined)
    return (await isSpent(deps, row))
      ? { next: become(row, 'closed', now, now), step: { name: 'GiftClosed' } }
      : undefined;
  const standings = await giftLots(deps, row);
  const found = look(
    row,
    standings.map(({ as }) => as),
    policy,
    now,
  );
  switch (found.do) {
    case 'close':
      return { next: become(row, 'closed', now, now), step: { name: 'GiftClosed' } };
    case 'open': {
      const lots = found.lots.slice(0, OPENED_AT_ONCE).map(({ lotId }) => lotId);
      return {
        next: withConsent(row, found.consent),
        step: {
          name: 'GiftOpened',
          data: { lots, consent: found.consent.given },
          actions: opening(standings, new Set(lots)),
        },
      };
    }
    case 'ask': {
      const asked = become(row, 'asking', plusMinutes(now, policy.answerMinutes), now);
      const next = { ...asked, question: { at: now, lots: standings.map(({ lot }) => lot.id) } };
      return { next, step: { name: 'DonorAsked', tellings: [tell.toAsk(next)] } };
    }
    case 'return': {
      const agreed = withConsent(row, found.consent);
      const next = become(agreed, 'returning', plusMinutes(now, policy.answerMinutes), now);
      return {
        next,
        step: { name: 'GiftToReturn', data: { consent: found.consent.given }, tellings: [tell.toReturn(next)] },
      };
    }
    default:
      return undefined;
  }
};

/**
 * Task: looks after a gift that is in the pool or in a fund, at its deadline: closes it where all of it has ended, and
 * sees what becomes of a wish that cannot be met in time. Guarded by "still waiting".
 */
export const lookAfterGift = (deps: Deps, progress: Progress): Promise<Progress> =>
  retrying(async () => {
    const now = deps.clock.now();
    const [row, { donation: policy }] = await Promise.all([
      giftOf(deps, progress.county, progress.id),
      getPolicy(deps, progress.county),
    ]);
    const on = { ...progress, round: progress.round + 1 };
    if (row.status !== 'received' || !isOverdue(row, progress, now)) return progressOf(on, row, now);
    const actor = systemActor(progress.county);
    const found = await stepOf(deps, row, policy, now);
    const next = found?.next ?? row;
    const left =
      next.status === 'received' ? reminded(next, progress, plusMinutes(now, policy.lookMinutes), now) : next;
    if (found === undefined) await commit(deps, { actor, now, actions: [replace(donationRow, left)], news: [] });
    else await writeGift(deps, left, { actor, now, ...found.step });
    return progressOf(on, left, now);
  });
