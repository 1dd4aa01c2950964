import type { Choice } from '../offers/choice.ts';
import { Problem } from '../shared/problem.ts';
import { MAX_ROUNDS, type Purchase, purchaseRow, type Round } from './purchase.ts';

type Chosen = Pick<Purchase, 'rounds' | 'choice' | 'decision'>;

/** The number of the present round, from 1: what is ordered now is ordered in it. */
export const roundNow = ({ rounds }: Pick<Purchase, 'rounds'>): number => rounds.length + 1;

/** What was chosen and decided in each round so far, the present one last; none: nothing was chosen yet. */
export const roundsOf = ({ rounds, choice, decision }: Chosen): readonly Round[] =>
  choice === undefined ? rounds : [...rounds, { choice, ...(decision && { decision }) }];

/**
 * The purchase with another choice: the last one, and what was decided on it, are kept as an earlier round, so that the
 * file and the separation of duties know whoever bought and approved.
 *
 * @throws Problem 409 `too-many-rounds`.
 */
export const chosenAnew = (purchase: Purchase, choice: Choice): Purchase => {
  const { choice: last, decision, ...rest } = purchase;
  if (last === undefined) return { ...rest, choice };
  if (rest.rounds.length === MAX_ROUNDS)
    throw new Problem(
      409,
      'too-many-rounds',
      {
        zh: '本采购选择报价的次数已达上限：请取消所缺部分，另行采购。',
        en: 'Offers were chosen for this purchase as often as they can be: cancel what is lacking, and buy it in another.',
      },
      [],
      { key: purchaseRow.keyOf(purchase) },
    );
  const { alternates: _, ...kept } = last;
  return { ...rest, choice, rounds: [...rest.rounds, { choice: kept, ...(decision && { decision }) }] };
};
