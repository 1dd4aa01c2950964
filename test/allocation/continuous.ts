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
  return new Map(
    tiers.flatMap(({ satisfied, regions }) => [
      ...satisfied.map((claim) => [keyOf(claim), fraction(claim.want)] as const),
      ...regions.flatMap(({ level, groups }) =>
        groups
          .flatMap((group) => group.claims)
          .map(({ target, floor, want, ...claim }) => {
            const lifted = minus(times(fraction(level.num, level.den), fraction(target)), fraction(floor));
            const units = times(lifted, fraction(1, input.unit));
            return [keyOf(claim), least(fraction(want), greatest(fraction(0), units))] as const;
          }),
      ),
    ]),
  );
};
