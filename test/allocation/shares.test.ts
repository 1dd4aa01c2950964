import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foremost } from '../../functions/allocation/rounding.ts';
import { levelOf, takenAt } from '../../functions/allocation/shares.ts';
import { runs } from '../support/random.ts';
import { against, floorOf, fraction, greatest, least, minus, signOf, times, total } from './fraction.ts';

/** Neighbours of the golden section: their cross products differ by one, and are beyond what a double tells apart. */
const GOLDEN = [102_334_155, 165_580_141, 267_914_296, 433_494_437, 701_408_733];

const claim = fc.oneof(
  fc.nat(GOLDEN.length - 2).map((i) => ({ floor: GOLDEN[i] ?? 0, target: GOLDEN[i + 1] ?? 0 })),
  fc.tuple(fc.nat(3), fc.nat(6)).map(([a, b]) => ({ floor: 300_000_000 - b, target: 1_000_000_000 - a })),
);

/** Shares so close to each other that a rounded product would take one for the other. */
const close = fc
  .record({
    unit: fc.constantFrom(1, 3, 500),
    claims: fc.array(fc.tuple(claim, fc.oneof(fc.constantFrom(1, 2), fc.integer({ min: 1, max: 1_000_000 }))), {
      minLength: 1,
      maxLength: 12,
      size: 'max',
    }),
    part: fc.nat(1_000_000),
  })
  .map(({ unit, claims, part }) => {
    const rising = claims.map(([{ floor, target }, want]) => {
      return { target, floor, want: Math.min(want, Math.floor((target - floor) / unit)) };
    });
    const most = rising.reduce((sum, { want }) => sum + want, 0);
    return { unit, rising, units: Math.floor((most * part) / 1_000_000) };
  });

const balanced = ({ unit, rising, units }: typeof close extends fc.Arbitrary<infer T> ? T : never): void => {
  const { num, den } = levelOf(rising, units, unit);
  const exact = rising.map(({ target, floor, want }) => {
    const lifted = minus(times(fraction(num, den), fraction(target)), fraction(floor));
    return greatest(fraction(0), least(fraction(want), times(lifted, fraction(1, unit))));
  });
  expect(against(total(exact), fraction(units))).toBe(0);
  for (const [i, x] of exact.entries()) {
    const [one, whole] = [rising[i], floorOf(x)];
    const over = signOf(minus(x, fraction(whole))) > 0;
    expect(one && takenAt(one, { num, den }, unit)).toEqual({ whole: Number(whole), over });
  }
};

describe('the level of a pool', () => {
  it('is where claims take exactly what there is, however close their shares and large their numbers', () => {
    fc.assert(fc.property(close, balanced), { numRuns: runs(300) });
  });

  it('is told from the start of another claim that lies a hair beside it', () => {
    for (const [i, floor] of GOLDEN.slice(0, -2).entries()) {
      const [next, last] = [GOLDEN[i + 1] ?? 0, GOLDEN[i + 2] ?? 0];
      const rising = [
        { floor: 0, target: last, want: last },
        { floor, target: next, want: next - floor },
      ];
      balanced({ unit: 1, rising, units: next });
    }
  });

  it('is found in a few passes, not one for each claim', () => {
    let looks = 0;
    const claims = Array.from({ length: 20_000 }, (_, i) => ({
      get target() {
        looks += 1;
        return 1_000;
      },
      floor: (i * 7_919) % 900,
      want: 100,
    }));
    levelOf(claims, 500_000, 1);
    expect(looks / claims.length).toBeLessThan(60);
  });
});

describe('the first few of an order', () => {
  it('are those that sorting would put first', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(10_000), { maxLength: 200, size: 'max' }), fc.nat(200), (all, n) => {
        const count = Math.min(n, all.length);
        const order = (a: number, b: number) => a - b;
        expect(foremost(count, all, order).sort(order)).toEqual(all.toSorted(order).slice(0, count));
      }),
      { numRuns: runs(300) },
    );
  });
});
