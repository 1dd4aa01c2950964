import { getPolicy } from '../catalogue/catalogue.store.ts';
import type { Policy } from '../catalogue/policy.ts';
import { systemActor } from '../shared/actor.ts';
import { plusMinutes } from '../shared/clock.ts';
import type { Deps } from '../shared/deps.ts';
import { retrying } from '../shared/retrying.ts';
import { isOverdue, type Progress, progressOf, reminded } from '../workflow/progress.ts';
import { moved } from '../workflow/timeline.ts';
import { become, type Donation, takenUpAgain } from './donation.ts';
import { giftLots } from './look.store.ts';
import * as tell from './notices.ts';
import { giftOf } from './register.store.ts';
import { leftOf } from './return.store.ts';
import { look } from './wish.ts';
import { type Written, writeGift } from './write.store.ts';

type Step = { readonly next: Donation } & Pick<Written, 'name' | 'tellings'>;

/** A gift that was to come: asked for once, and given up after that; of what came of it something stays. */
const late = (row: Donation, again: (minutes: number) => Donation, policy: Policy, now: string): Step => {
  if (row.reminders === 0) {
    const next = again(policy.donation.lapseMinutes);
    return { next, name: 'GiftLate', tellings: [tell.notCome(next)] };
  }
  const ended = { by: 'green-channel', at: now, reason: '逾期未送达' };
  if (row.lines.some(({ counted }) => counted.length > 0)) {
    const dueAt = plusMinutes(now, policy.donation.lookMinutes);
    const lines = row.lines.map((line) => ({ ...line, final: true }));
    const next = moved<Donation>({ ...row, lines }, { status: 'received', dueAt, reminders: 0 }, now);
    return { next, name: 'GiftCameInPart', tellings: [tell.lapsed(next)] };
  }
  const next = { ...become(row, 'lapsed', now, now), ended };
  return { next, name: 'GiftLapsed', tellings: [tell.lapsed(next)] };
};

/** Whether there is still something to wait for: meanwhile those a gift is meant for may have needed the rest of it. */
const isStillNeeded = async (deps: Deps, row: Donation, policy: Policy, now: string): Promise<boolean> => {
  if (row.status === 'returning') return (await leftOf(deps, row)).length > 0;
  if (row.status !== 'asking') return true;
  const lots = (await giftLots(deps, row)).map(({ as }) => as);
  return look(row, lots, policy.donation, now).do === 'ask';
};

const stepOf = async (
  deps: Deps,
  row: Donation,
  progress: Progress,
  policy: Policy,
  now: string,
): Promise<Step | undefined> => {
  if (!(await isStillNeeded(deps, row, policy, now))) return { next: takenUpAgain(row, now), name: 'GiftTakenUpAgain' };
  const again = (minutes: number): Donation => ({
    ...reminded(row, progress, plusMinutes(now, minutes), now),
    reminders: row.reminders + 1,
  });
  switch (row.status) {
    case 'review': {
      const next = again(policy.donation.reviewMinutes);
      const escalated = next.reminders >= policy.notices.escalateAfter;
      return { next, name: 'ReviewOverdue', tellings: tell.reviewOverdue(next, escalated) };
    }
    case 'expected':
      return late(row, again, policy, now);
    case 'asking': {
      const next = again(policy.donation.answerMinutes);
      return { next, name: 'AnswerOverdue', tellings: [tell.toAsk(next)] };
    }
    case 'returning': {
      const next = again(policy.donation.answerMinutes);
      return { next, name: 'ReturnOverdue', tellings: [tell.toReturn(next)] };
    }
    default:
      return undefined;
  }
};

/**
 * Task: a deadline of a gift has passed: those who have to act hear of it; what never came lapses; where nothing is left
 * to be asked or given back, the gift goes on. Guarded by "still waiting".
 */
export const remindOfGift = (deps: Deps, progress: Progress): Promise<Progress> =>
  retrying(async () => {
    const now = deps.clock.now();
    const [row, policy] = await Promise.all([
      giftOf(deps, progress.county, progress.id),
      getPolicy(deps, progress.county),
    ]);
    const on = { ...progress, round: progress.round + 1 };
    const step = isOverdue(row, progress, now) ? await stepOf(deps, row, progress, policy, now) : undefined;
    if (step === undefined) return progressOf(on, row, now);
    await writeGift(deps, step.next, {
      ...{ actor: systemActor(progress.county), now, name: step.name, tellings: step.tellings ?? [] },
      data: { status: step.next.status, dueAt: row.dueAt, reminders: row.reminders + 1 },
    });
    return progressOf(on, step.next, now);
  });
