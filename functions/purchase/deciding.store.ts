import { escalated, overdue } from '../approval/deadline.ts';
import { purseOf } from '../funds/fund.store.ts';
import { stands } from '../offers/offer.ts';
import { type Actor, systemActor } from '../shared/actor.ts';
import { plusMinutes } from '../shared/clock.ts';
import type { Deps } from '../shared/deps.ts';
import { keysOf } from '../shared/keys.ts';
import type { Once } from '../shared/once.ts';
import { Problem } from '../shared/problem.ts';
import { retrying } from '../shared/retrying.ts';
import { get } from '../shared/table.store.ts';
import { isOverdue, type Progress, progressOf, standsAt } from '../workflow/progress.ts';
import {
  type AssessInput,
  type Assessment,
  assess as assessed,
  fundDoubts,
  priceDoubts,
  referredFor,
} from './assess.ts';
import { type AtOnce, atOnceFen, atOnceRow, countedAtOnce } from './at-once.ts';
import { type DecisionBody, decide as decided, referralNow, returned } from './decide.ts';
import * as tell from './notices.ts';
import { ordered } from './placing.ts';
import { neededOf, offersNamed, readPurchase, writePurchase } from './purchase.store.ts';
import type { Purchase } from './purchase.ts';

/** Ids of the chosen offers that were withdrawn, do not stand any more, or whose supplier is out of use. */
const goneOf = async (deps: Deps, { county, choice }: Purchase, now: string): Promise<string[]> => {
  const ids = choice?.orders.map(({ offerId }) => offerId) ?? [];
  const { offers, suppliers } = await offersNamed(deps, county, ids);
  const stand = new Set(offers.flatMap((of) => (stands(of, suppliers, now) ? [of.offerId] : [])));
  return ids.filter((id) => !stand.has(id));
};

const codesOf = (reasons: readonly { readonly code: string }[]): string[] => reasons.map(({ code }) => code);

/** All that the green channel weighs, and by which count of what was bought at once. */
interface Weighed {
  readonly input: AssessInput;
  readonly counted: AtOnce | undefined;
  readonly since: string;
}

/** None: nothing was chosen, or it has been assessed. */
const weighed = async (
  deps: Deps,
  found: Awaited<ReturnType<typeof readPurchase>>,
  now: string,
): Promise<Weighed | undefined> => {
  const { purchase, item, policy } = found;
  const { choice, county, fundId, status, level } = purchase;
  if (status !== 'submitted' || level !== undefined || choice === undefined) return undefined;
  const since = plusMinutes(now, -policy.approval.coverDays * 1_440);
  const [purse, needed, counted] = await Promise.all([
    purseOf(deps, county, fundId),
    neededOf(deps, purchase),
    get(deps, atOnceRow, keysOf(county).atOnce(purchase.itemId)),
  ]);
  const before = atOnceFen(counted, purchase, since);
  const input = { purchase, choice, item, ...purse, needed: needed?.ofThis, atOnceFen: before, policy, now };
  return { input, counted, since };
};

/** What follows from an assessment, as it is written. */
const outcomeOf = ({ input, counted, since }: Weighed, assessment: Assessment) => {
  const { purchase, choice, item, policy, now } = input;
  const { reasons } = assessment;
  const data = { policyVersion: policy.version, reasons: codesOf(reasons) };
  if (assessment.outcome === 'person') {
    const { level, dueAt } = assessment;
    const next = { ...purchase, level, dueAt, referral: [...reasons] };
    return { next, name: 'PurchaseReferred', data: { level, ...data }, tellings: [tell.referred(next, item)] };
  }
  const stamp = { by: 'green-channel', at: now, level: 'at-once', policyVersion: policy.version } as const;
  const { purchase: next, money } = ordered(purchase, { ...stamp, reasons: [...reasons] }, input, now);
  const tellings = [tell.answered(next, item)];
  const actions = [countedAtOnce(counted, purchase, choice.atMostFen, since, now)];
  return { next, money, name: 'PurchaseApproved', data: { level: 'at-once', ...data }, tellings, actions };
};

const isExhausted = (error: unknown): boolean => error instanceof Problem && error.code === 'fund-exhausted';

/**
 * Task: the green channel assesses what a buyer chose, and orders it at once where it may. Rivals may have taken the
 * fund's money since it was looked at: then headquarters decides, with the figures. An offer that is gone by now sends
 * the purchase back to the buyer. Once assessed, or moved on, nothing is written.
 */
export const assess = (deps: Deps, progress: Progress): Promise<Progress> =>
  retrying(async () => {
    const now = deps.clock.now();
    const by = { actor: systemActor(progress.county), now };
    const found = await readPurchase(deps, progress.county, progress.id);
    const { purchase, item, policy } = found;
    const of = standsAt(purchase, progress) ? await weighed(deps, found, now) : undefined;
    if (of === undefined) return progressOf(progress, purchase, now);
    const gone = await goneOf(deps, purchase, now);
    if (gone.length > 0) {
      const next = returned(purchase, policy, now);
      await writePurchase(deps, next, {
        ...{ ...by, name: 'PurchaseReturned', data: { gone }, tellings: [tell.answered(next, item)] },
      });
      return progressOf(progress, next, now);
    }
    const { next, ...news } = outcomeOf(of, assessed(of.input));
    try {
      await writePurchase(deps, next, { ...by, ...news });
      return progressOf(progress, next, now);
    } catch (error) {
      if (!isExhausted(error)) throw error;
    }
    const purse = await purseOf(deps, purchase.county, purchase.fundId);
    const short = fundDoubts({ ...purse, item }, of.input.choice);
    const referred = outcomeOf(of, referredFor(of.input, short, 'headquarters'));
    await writePurchase(deps, referred.next, { ...by, ...referred });
    return progressOf(progress, referred.next, now);
  });

/**
 * A person decides on a choice: approved is ordered, and has its money set aside, in the same transaction. Returns the
 * purchase's id.
 *
 * @throws Problem 404 `unknown-purchase`; 409 `fund-exhausted` with the figures, `fund-may-not-buy`; and as the rule
 * `decide` says.
 */
export const decide = (deps: Deps, actor: Actor, once: Once, id: string, body: DecisionBody): Promise<string> =>
  retrying(async () => {
    const now = deps.clock.now();
    const { purchase, item, policy } = await readPurchase(deps, actor.county, id);
    const [gone, needed] = await Promise.all([goneOf(deps, purchase, now), neededOf(deps, purchase)]);
    const next = decided({ purchase, item, body, actor, gone, needed: needed?.ofThis, policy, now });
    if (next.event === 'PurchaseApproved') await demandMayBuy(deps, purchase, item);
    await writePurchase(deps, next.purchase, {
      ...{ actor, now, once: { by: once, result: id }, money: next.money },
      ...{ name: next.event, reason: body.note, tellings: [tell.answered(next.purchase, item)] },
      data: {
        level: next.purchase.decision?.level,
        policyVersion: policy.version,
        ...(body.override !== undefined && { override: body.override }),
      },
    });
    return id;
  });

/** @throws Problem 409 `fund-may-not-buy`: what it may buy was changed since the buyer chose. */
export const demandMayBuy = async (deps: Deps, purchase: Purchase, item: Parameters<typeof fundDoubts>[0]['item']) => {
  const purse = await purseOf(deps, purchase.county, purchase.fundId);
  const barred = fundDoubts({ ...purse, item }, { totalFen: 0 });
  if (barred[0] !== undefined) throw new Problem(409, barred[0].code, barred[0]);
};

/**
 * Task: the deadline of a level has passed. The supply group's silence leads to headquarters, whose silence leaves it
 * visibly overdue: nothing is bought by silence. Guarded by "still waiting", so that a decision in time wins.
 */
export const escalate = (deps: Deps, progress: Progress): Promise<Progress> =>
  retrying(async () => {
    const now = deps.clock.now();
    const { purchase, item, policy } = await readPurchase(deps, progress.county, progress.id);
    const on = { ...progress, round: progress.round + 1 };
    if (purchase.status !== 'submitted' || !isOverdue(purchase, progress, now)) return progressOf(on, purchase, now);
    const isLast = purchase.level === 'headquarters';
    const { choice } = purchase;
    const doubts = choice === undefined ? [] : priceDoubts({ purchase, choice, item, policy });
    const of = { ...purchase, referral: referralNow(purchase, doubts) };
    const next = (isLast ? overdue : escalated)(of, progress, policy, now);
    await writePurchase(deps, next, {
      ...{ actor: systemActor(progress.county), now, name: isLast ? 'DecisionOverdue' : 'PurchaseEscalated' },
      data: { level: next.level, dueAt: next.dueAt, policyVersion: policy.version },
      tellings: [isLast ? tell.undecided(next, item) : tell.escalated(next, item, purchase.dueAt)],
    });
    return progressOf(on, next, now);
  });
