import { wholeWithin } from '../shared/quantity.ts';
import type { Planned } from './choice.ts';
import type { Terms } from './offer.ts';
import { orderFen } from './offer.ts';

/** Offers weighed in every combination: with twice as many it would take a thousand times as long. */
const MAX_WEIGHED = 12;

/** So much of an offer as covers an amount, in whole packs, or all that it offers of them. */
export const planOf = (of: Terms, amount: number): Planned => {
  const quantity = wholeWithin(of.availableQuantity, of.packQuantity, amount);
  return { ...of, quantity, totalFen: orderFen({ ...of, quantity }) };
};

const sum = (plan: readonly Planned[], what: 'quantity' | 'totalFen'): number =>
  plan.reduce((total, one) => total + one[what], 0);

/**
 * Cheaper, then fewer orders, then less too much, then sooner complete: below zero where `a` is better. Equals are told
 * apart by their ids.
 */
const better = (a: readonly Planned[], b: readonly Planned[]): number => {
  const latest = (plan: readonly Planned[]) => Math.max(...plan.map(({ leadMinutes }) => leadMinutes));
  const ids = (plan: readonly Planned[]) => plan.map(({ offerId }) => offerId).join();
  return (
    sum(a, 'totalFen') - sum(b, 'totalFen') ||
    a.length - b.length ||
    sum(a, 'quantity') - sum(b, 'quantity') ||
    latest(a) - latest(b) ||
    (ids(a) < ids(b) ? -1 : 1)
  );
};

/**
 * The cheapest way to cover an amount: some offers in full, and of one more only what is lacking then, rounded up to its
 * pack. Where all packs are alike there is no cheaper one, because a fee is paid once however much is ordered.
 */
const cheapest = (amount: number, whole: readonly Planned[]): readonly Planned[] => {
  let best: readonly Planned[] | undefined;
  const search = (from: number, taken: readonly Planned[], left: number): void => {
    if (best !== undefined && sum(taken, 'totalFen') > sum(best, 'totalFen')) return;
    for (const last of whole) {
      if (last.quantity < left || taken.includes(last)) continue;
      const plan = [...taken, planOf(last, left)];
      if (best === undefined || better(plan, best) < 0) best = plan;
    }
    for (const [i, next] of whole.entries())
      if (i >= from && next.quantity < left) search(i + 1, [...taken, next], left - next.quantity);
  };
  search(0, [], amount);
  return best ?? whole;
};

/**
 * What is ordered of which offers so that an amount is covered at the least cost, landed; all of them, where they do not
 * suffice. Only the last order may come to more than is needed, by less than one pack.
 *
 * @param ranked the best first: where there are too many to weigh them all, these are.
 */
export const cover = (amount: number, ranked: readonly Terms[]): readonly Planned[] => {
  const whole = ranked.map((of) => planOf(of, of.availableQuantity));
  if (sum(whole, 'quantity') <= amount) return whole;
  const alone = whole.findIndex((of) => of.quantity >= amount);
  // Among many small ones, the best that does alone is weighed too.
  const weighed = whole.filter((_, i) => i < MAX_WEIGHED || i === alone);
  const [first] = whole;
  if (first === undefined || sum(weighed, 'quantity') >= amount) return cheapest(amount, weighed);
  return [first, ...cover(amount - first.quantity, ranked.slice(1))];
};
