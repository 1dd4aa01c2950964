import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { range } from '../../functions/allocation/columns.ts';
import { levelOf, lift } from '../../functions/allocation/shares.ts';
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

interface Rising {
  readonly target: number;
  readonly floor: number;
  readonly want: number;
}

const columns = (rising: readonly Rising[]) => ({
  target: Float64Array.from(rising, ({ target }) => target),
  floor: Float64Array.from(rising, ({ floor }) => floor),
  want: Float64Array.from(rising, ({ want }) => want),
});

const balanced = ({ unit, rising, units }: typeof close extends fc.Arbitrary<infer T> ? T : never): void => {
  const all = range(0, rising.length);
  const { num, den } = levelOf(columns(rising), all, units, unit);
  const exact = rising.map(({ target, floor, want }) => {
    const lifted = minus(times(fraction(num, den), fraction(target)), fraction(floor));
    return greatest(fraction(0), least(fraction(want), times(lifted, fraction(1, unit))));
  });
  expect(against(total(exact), fraction(units))).toBe(0);
  const granted = new Float64Array(rising.length);
  const { over } = lift(columns(rising), all, { num, den }, unit, granted);
  expect([...granted]).toEqual(exact.map((x) => Number(floorOf(x))));
  expect(over).toEqual(
    [...all].filter((i) => signOf(minus(exact[i] ?? fraction(0), fraction(floorOf(exact[i] ?? fraction(0))))) > 0),
  );
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

  it('is the same among five thousand claims, where a sample says where to look first', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 }), fc.nat(1_000_000), fc.boolean(), (spread, part, isServed) => {
        const rising = Array.from({ length: 5_000 }, (_, i): Rising => {
          const [target, floor] = [1 + ((i * 7_919) % spread), isServed ? i % 3 : 0];
          return { target: target + floor, floor, want: (i * 104_729) % (target + 1) };
        });
        const most = rising.reduce((sum, { want }) => sum + want, 0);
        balanced({ unit: 1, rising, units: Math.floor((most * part) / 1_000_000) });
      }),
      { numRuns: runs(10) },
    );
  });

  it('is found in a few passes, not one for each claim', () => {
    let looks = 0;
    const count = 20_000;
    const target = new Proxy(new Float64Array(count).fill(1_000), {
      get: (column, at) => {
        looks += 1;
        return Reflect.get(column, at, column);
      },
    });
    const floor = Float64Array.from({ length: count }, (_, i) => (i * 7_919) % 900);
    levelOf({ target, floor, want: new Float64Array(count).fill(100) }, range(0, count), 500_000, 1);
    expect(looks / count).toBeLessThan(8);
  });
});
