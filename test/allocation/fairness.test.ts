import { describe, expect, it } from 'vitest';
import type { Rows } from '../../functions/allocation/standing.ts';
import { type Hold, type Line, openOf } from '../../functions/request/line.ts';
import type { Balance } from '../../functions/stock/balance.ts';
import { aLine, COUNTY, checkpoint, mask, NOW, POLICY, village } from '../support/need.ts';
import { unfair } from './fairness.ts';

const hold = (lotId: string, boxes: number): Hold => ({ lotId, placeId: 'warehouse', quantity: 50 * boxes });

/** A lot of so many boxes, of which lines hold some. */
const lot = (lotId: string, boxes: number, lines: readonly Line[], of: Partial<Balance> = {}): Balance => {
  const held = lines
    .flatMap(({ holds }) => holds)
    .reduce((sum, { lotId: id, quantity }) => (id === lotId ? sum + quantity : sum), 0);
  return {
    ...{ county: COUNTY, itemId: 'mask', lotId, placeId: 'warehouse', status: 'available', source: 'existing' },
    ...{ designation: { to: 'all' }, division: 1, onHand: 50 * boxes, held, free: 50 * boxes - held },
    ...of,
  };
};

/** An approved line of so many boxes, with its holds. */
const line = (requestId: string, of: Pick<Line, 'siteId' | 'tier'>, boxes: number, ...holds: Hold[]): Line =>
  aLine({
    ...{ requestId, status: 'open', quantity: 50 * boxes, approved: 50 * boxes, holds, rationale: 1 },
    siteKind: of.tier === 1 ? 'checkpoint' : 'village',
    ...of,
  });

const gate = { siteId: 'checkpoint-1', tier: 1 } as const;
const near = { siteId: 'village-1', tier: 3 } as const;
const far = { siteId: 'village-2', tier: 3 } as const;

const rows = (lines: readonly Line[], lots: (lines: readonly Line[]) => Balance[], reserve = 0): Rows => ({
  item: mask({ frontLineReserve: 50 * reserve }),
  policy: POLICY,
  balances: lots(lines),
  opens: lines.map(openOf),
  lines,
  sites: [checkpoint(), village(), village({ id: 'village-2', leadMinutes: 2_000 })],
});
const wrongWith = (...of: Parameters<typeof rows>): string => unfair(rows(...of), NOW).join('\n');

describe('an item at rest is', () => {
  it('fair where the front line has what it lacks, and villages share the rest level', () => {
    const lines = [
      line('r1', gate, 2, hold('a', 2)),
      line('r2', near, 4, hold('a', 2)),
      line('r3', far, 4, hold('a', 2)),
    ];
    expect(wrongWith(lines, (of) => [lot('a', 6, of)])).toBe('');
  });

  it('fair where goods lie that nobody may use, or that are kept for the front line', () => {
    const lines = [line('r1', far, 4, hold('a', 1))];
    const lots = (of: readonly Line[]) => [
      lot('a', 3, of),
      lot('b', 2, of, { useBy: '2022-05-12' }),
      lot('c', 2, of, { designation: { to: 'sites', siteIds: ['village-1'] } }),
    ];
    expect(wrongWith(lines, lots, 2)).toBe('');
  });

  it('unfair where a village has goods that the front line lacks', () => {
    const lines = [line('r1', gate, 2, hold('a', 1)), line('r2', near, 2, hold('a', 2))];
    const wrong = wrongWith(lines, (of) => [lot('a', 3, of)]);
    expect(wrong).toContain('3#village-1 is planned a, which 1#checkpoint-1 lacks');
    expect(wrong).toContain('r1.01 holds a#warehouse: 50, not a#warehouse: 100');
  });

  it('unfair where one village is more than a box ahead of another', () => {
    const lines = [line('r1', near, 4, hold('a', 4)), line('r2', far, 4)];
    const wrong = wrongWith(lines, (of) => [lot('a', 4, of)]);
    expect(wrong).toContain('3#village-1 is planned a while 3#village-2 has the smaller share');
    expect(wrong).toContain('r1.01 holds a#warehouse: 200, not a#warehouse: 100');
  });

  it('unfair where goods lie idle that somebody lacks', () => {
    const lines = [line('r1', near, 2)];
    expect(wrongWith(lines, (of) => [lot('a', 1, of)])).toContain('1 units of a lie idle, and 3#village-1 lacks some');
    // More is kept back than the reserve.
    expect(wrongWith(lines, (of) => [lot('a', 3, of)], 2)).toContain('lie idle');
    // The reserve is never kept from the front line itself.
    expect(wrongWith([line('r1', gate, 2)], (of) => [lot('a', 2, of)], 2)).toContain('lie idle');
  });

  it('unfair where anything else is held than the pure function says, and be it of another lot', () => {
    const lines = [line('r1', near, 1, hold('b', 1))];
    const lots = (of: readonly Line[]) => [lot('a', 1, of, { useBy: '2022-05-20' }), lot('b', 1, of)];
    expect(wrongWith(lines, lots)).toBe('r1.01 holds b#warehouse: 50, not a#warehouse: 50');
  });
});
