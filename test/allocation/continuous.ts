import type { ApportionInput } from '../../functions/allocation/apportion.ts';
import { claimsOf } from '../../functions/allocation/claims.ts';
import { eligibilityOf } from '../../functions/allocation/eligible.ts';
import { served } from '../../functions/allocation/tiers.ts';
import { type Fraction, fraction, greatest, least, minus, times } from './fraction.ts';
import { keyOf } from './reading.ts';

/**
 * The max-min amounts with their fractions, as the code under test has them before it rounds: issue units by
 * `tier#site`. The only test code that knows how they are computed.
 */
export const continuous = (input: ApportionInput): Map<string, Fraction> => {
  const claims = claimsOf(input.needs, input.unit);
  const { tiers } = served(claims, eligibilityOf(input, claims), input);
  const amounts = new Map<string, Fraction>();
  const put = (members: Int32Array, amountOf: (claim: number) => Fraction): void => {
    for (const claim of members) {
      const [need] = claims.needs[claim] ?? [];
      if (need !== undefined) amounts.set(keyOf(need), amountOf(claim));
    }
  };
  const want = (claim: number): Fraction => fraction(claims.want[claim] ?? 0);
  for (const { satisfied, regions } of tiers) {
    for (const { members } of satisfied) put(members, want);
    for (const { level, groups } of regions)
      for (const { members } of groups)
        put(members, (claim) => {
          const risen = times(fraction(level.num, level.den), fraction(claims.target[claim] ?? 0));
          const lifted = times(minus(risen, fraction(claims.floor[claim] ?? 0)), fraction(1, input.unit));
          return least(want(claim), greatest(fraction(0), lifted));
        });
  }
  return amounts;
};
