import { describe, expect, it } from 'vitest';
import { apportionReport } from '../../bench/apportion.ts';
import { linesReport } from '../../bench/lines.ts';
import { growthOf, median, short } from '../../bench/support/report.ts';

/** That the measurements still run and check what they measured: on sizes that say nothing about speed. */
describe('a measurement', () => {
  it('of apportioning says how it grows', () => {
    expect(apportionReport({ claims: [20, 40], rounds: 1 })).toMatch(/open to all: CPU time grows as n\^/);
  });

  it('of need lines gives every line its goods, whoever hands them out, and oversells nothing', async () => {
    const races = [
      { items: 1, lines: 12, need: 'stands' },
      { items: 3, lines: 6, need: 'arrives' },
    ] as const;
    const report = await linesReport({ clients: 4, rounds: 1, races });
    expect(report).toContain('12 lines of one hot item, need stands');
    expect(report).toContain('6 lines of 3 items, need arrives');
  });
});

describe('the figures of a measurement', () => {
  it('find the exponent of growth, whatever the factor', () => {
    const points = [10, 100, 1_000].map((n) => ({ n, value: 7 * n ** 1.5 }));
    expect(growthOf(points)).toBeCloseTo(1.5, 9);
  });

  it('take the middle, or the mean of the two in the middle', () => {
    expect([median([3, 1, 2]), median([4, 1, 3, 2])]).toEqual([2, 2.5]);
  });

  it('are said in three digits that count', () => {
    expect([0, 0.012_34, 12.345, 1_234.5].map(short)).toEqual(['0', '0.0123', '12.3', '1,235']);
  });
});
