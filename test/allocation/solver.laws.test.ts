import fc from 'fast-check';
import { expect, it } from 'vitest';
import { apportion, type Grant } from '../../functions/allocation/apportion.ts';
import { runs } from '../support/random.ts';
import { continuous } from './continuous.ts';
import { fraction, nearly } from './fraction.ts';
import { instance } from './instances.ts';
import { NEAR } from './program.ts';
import { keyOf } from './reading.ts';
import { solved } from './solver.ts';

const byLine = (grants: readonly Grant[]) =>
  Object.fromEntries(grants.map((grant) => [[grant.lineId, grant.lotId, grant.placeId].join(' '), grant.quantity]));

it('a solver of linear programs finds the same totals, reserve, shares, whole units and lots', () => {
  const instances = instance({ sites: 8, lots: 8, needs: 12, most: 6 });
  const agrees = fc.property(instances, (input) => {
    const answer = apportion(input);
    const exact = continuous(input);
    const { claims, totals, withheld, grants } = solved(input);
    for (const { tier, granted } of answer.tiers)
      expect(granted, `tier ${tier}`).toBe((totals.get(tier) ?? 0) * input.unit);
    expect(answer.withheld, 'reserve').toBe(withheld * input.unit);
    for (const claim of claims) {
      const [key, result] = [keyOf(claim), answer.claims.find((one) => keyOf(one) === keyOf(claim))];
      const amount = nearly(exact.get(key) ?? fraction(-1));
      expect(Math.abs(amount - claim.amount), `share of ${key}: ${amount}, solver ${claim.amount}`).toBeLessThan(NEAR);
      expect(result, key).toMatchObject({ target: claim.target, floor: claim.floor, wanted: claim.want * input.unit });
      expect(result?.granted, `whole units of ${key}`).toBe(claim.rounded * input.unit);
    }
    expect(byLine(answer.grants), 'lots').toEqual(byLine(grants));
  });
  fc.assert(agrees, { numRuns: runs(300) });
});
