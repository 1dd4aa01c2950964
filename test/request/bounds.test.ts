import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Line, lineRow, received, short } from '../../functions/request/line.ts';
import { MAX_QUANTITY } from '../../functions/shared/quantity.ts';
import fixture from '../fixtures/v1/line.json' with { type: 'json' };
import { runs } from '../support/random.ts';

const sent = (quantity: number, before: Partial<Line> = {}): Line => ({
  ...lineRow.parse(fixture),
  ...{ status: 'open', quantity, approved: quantity, holds: [], dispatched: quantity, received: 0, ...before },
});

describe('a receipt at the bound of all quantities', () => {
  it('leaves a row that can be read: part of an issue unit that would pass the bound is given up', () => {
    const line = received(sent(MAX_QUANTITY), MAX_QUANTITY, MAX_QUANTITY - 1, 50);
    expect(line).toMatchObject({ status: 'closed', approved: MAX_QUANTITY - 1, received: MAX_QUANTITY - 1 });
    expect(lineRow.parse(lineRow.store(line))).toEqual(line);
  });

  it('still asks for the whole issue units that fit', () => {
    const line = received(sent(MAX_QUANTITY), MAX_QUANTITY, MAX_QUANTITY - 51, 50);
    expect([line.status, short(line), line.approved]).toEqual(['open', 50, MAX_QUANTITY - 1]);
  });

  it('is short by whole issue units, fewer than one more than it lacks, whatever arrives', () => {
    const any = fc.record({
      quantity: fc.integer({ min: 1, max: MAX_QUANTITY }),
      before: fc.integer({ min: 0, max: MAX_QUANTITY }),
      broken: fc.integer({ min: 0, max: MAX_QUANTITY }),
      unit: fc.integer({ min: 1, max: MAX_QUANTITY }),
    });
    fc.assert(
      fc.property(any, ({ quantity, before, broken, unit }) => {
        fc.pre(before + quantity <= MAX_QUANTITY && broken <= quantity);
        const was = sent(quantity, { approved: before + quantity, received: before });
        const line = received(was, quantity, quantity - broken, unit);
        expect(lineRow.parse(lineRow.store(line))).toEqual(line);
        expect(short(line) % unit).toBe(0);
        expect(Math.abs(short(line) - broken)).toBeLessThan(unit);
      }),
      { numRuns: runs(200) },
    );
  });
});

describe('a row', () => {
  it('is not written where it could not be read again', () => {
    const line = lineRow.parse(fixture);
    expect(() => lineRow.store({ ...line, approved: MAX_QUANTITY + 1 })).toThrow(/No line .*approved/s);
  });
});
