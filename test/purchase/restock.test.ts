import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { byLacking, restockOf } from '../../functions/purchase/restock.ts';
import { mask } from '../support/need.ts';
import { runs } from '../support/random.ts';
import { aPurchase } from './purchases.ts';

const of = (id: string, poolMinimum: number, free: number, onOrder = 0) =>
  restockOf(mask({ id, poolMinimum }), { free, onOrder, purchases: [] });

describe('an item of which the pool has a minimum', () => {
  it('is to be restocked while less is free, also where all that is lacking is on order', () => {
    expect(of('mask', 1_000, 999)).toMatchObject({ lacking: 1, lackingPercent: 1 });
    expect(of('mask', 1_000, 400, 600)).toMatchObject({ lacking: 0, lackingPercent: 0 });
    expect(of('mask', 1_000, 400, 900)).toMatchObject({ onOrder: 900, lacking: 0 });
    expect(of('mask', 1_000, 1_000)).toBeUndefined();
    expect(of('mask', 0, 0)).toBeUndefined();
    const purchases = [aPurchase({ status: 'refused' }), aPurchase({ id: 'pur_2' })];
    expect(restockOf(mask({ poolMinimum: 5 }), { free: 0, onOrder: 5, purchases })?.purchases).toEqual(['pur_2']);
    expect(restockOf(mask({ poolMinimum: 5, active: false }), { free: 0, onOrder: 0, purchases: [] })).toBeUndefined();
  });

  it('whatever stands beside it: what lacks more of its minimum comes first, exactly, and each has one place', () => {
    const item = fc
      .record({ id: fc.constantFrom('a', 'b', 'c'), minimum: fc.integer({ min: 1, max: 1e9 }), free: fc.nat(1e9) })
      .map(({ id, minimum, free }) => of(id, minimum, free))
      .filter((row) => row !== undefined);
    fc.assert(
      fc.property(item, item, (a, b) => {
        expect(byLacking(a, b) + byLacking(b, a)).toBe(0);
        if (a.lacking / a.poolMinimum > b.lacking / b.poolMinimum + 1e-9) expect(byLacking(a, b)).toBeLessThan(0);
        if (byLacking(a, b) === 0) expect(a.item.id).toBe(b.item.id);
      }),
      { numRuns: runs(200) },
    );
  });
});
