import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Hold,
  type Line,
  lineRow,
  picked,
  pickingQuantity,
  plannedQuantity,
  putBack,
} from '../../functions/request/line.ts';

const lineWith = (holds: readonly Hold[]): Line =>
  lineRow.parse({
    ...{ type: 'line', v: 1, county: '632323', id: 'r.1', requestId: 'r', n: 1, version: 1, status: 'open' },
    ...{ itemId: 'mask', siteId: 's', siteKind: 'village', tier: 3, needBy: '2022-05-13T00:00:00.000Z' },
    ...{
      asked: { quantity: 1, unit: 'piece' },
      quantity: 100_000,
      approved: 100_000,
      holds,
      dispatched: 0,
      received: 0,
    },
  });
const hold = (lotId: string, placeId: string, quantity: number, consignmentId?: string): Hold => ({
  ...{ lotId, placeId, quantity, ...(consignmentId !== undefined && { consignmentId }) },
});

describe('the holds of a line', () => {
  it('given one lot in two places, when one place picks, then the other keeps its goods', () => {
    const line = picked(lineWith([hold('a', 'store', 5), hold('a', 'depot', 7)]), 'con', 'store', new Set(['a']));
    expect(line.holds).toEqual([hold('a', 'store', 5, 'con'), hold('a', 'depot', 7)]);
  });

  it('given goods in two consignments, when one is called off, then only its goods are planned again', () => {
    const line = putBack(lineWith([hold('a', 'store', 5, 'one'), hold('a', 'store', 7, 'two')]), 'one');
    expect(line.holds).toEqual([hold('a', 'store', 7, 'two'), hold('a', 'store', 5)]);
  });

  const holds = fc.array(
    fc.record({
      lot: fc.constantFrom('a', 'b', 'c'),
      in: fc.constantFrom(undefined, 'one', 'two'),
      quantity: fc.nat(50),
    }),
    { maxLength: 20 },
  );

  it('are as much after being put back as before, and never more in number', () => {
    fc.assert(
      fc.property(holds, (all) => {
        const line = lineWith(all.map((one) => hold(one.lot, 'store', one.quantity + 1, one.in)));
        const back = putBack(line, 'one');
        const total = (of: Line) => plannedQuantity(of) + pickingQuantity(of);
        expect(total(back)).toBe(total(line));
        expect(back.holds.length).toBeLessThanOrEqual(line.holds.length);
        expect(back.holds.some(({ consignmentId }) => consignmentId === 'one')).toBe(false);
      }),
    );
  });
});
