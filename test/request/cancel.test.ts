import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cancel } from '../../functions/request/cancel.ts';
import type { Hold } from '../../functions/request/line.ts';
import { aLine, aRequest, NOW } from '../support/need.ts';

const request = aRequest({ status: 'approved' });
const held = (...holds: Hold[]) => aLine({ status: 'open', approved: 300, holds });
const total = (quantities: readonly { readonly quantity: number }[]) =>
  quantities.reduce((sum, { quantity }) => sum + quantity, 0);

describe('cancelling a request', () => {
  it('gives planned goods back, one entry a balance', () => {
    const hold = { lotId: 'lot_1', placeId: 'warehouse', quantity: 100 };
    const { request: next, lines, givenBack } = cancel(request, [held(hold, hold)], NOW, 77);
    expect(next.status).toBe('cancelled');
    expect(lines).toMatchObject([{ status: 'cancelled', holds: [] }]);
    expect(givenBack).toMatchObject([{ itemId: 'mask', lotId: 'lot_1', quantity: 200 }]);
  });

  it.each(['refused', 'cancelled', 'closed'] as const)('is refused once it is %s', (status) => {
    expect(() => cancel(aRequest({ status }), [], NOW, 77)).toThrow(
      expect.objectContaining({ status: 409, code: 'wrong-status' }),
    );
  });

  it('is refused once picking has started, and says where', () => {
    const line = held({ lotId: 'lot_1', placeId: 'warehouse', quantity: 100, consignmentId: 'con_9' });
    expect(() => cancel(request, [line], NOW, 77)).toThrow(
      expect.objectContaining({
        status: 409,
        code: 'in-picking',
        errors: [expect.objectContaining({ path: 'lines[0]', message: expect.stringContaining('con_9') })],
      }),
    );
  });

  it('is refused once goods are on the way or received', () => {
    for (const change of [{ dispatched: 50 }, { received: 50 }])
      expect(() => cancel(request, [{ ...held(), ...change }], NOW, 77)).toThrow(
        expect.objectContaining({ code: 'in-picking' }),
      );
  });

  it('leaves lines that were refused or received as they are', () => {
    const { lines } = cancel(request, [aLine({ status: 'refused' }), { ...held(), n: 2 }], NOW, 77);
    expect(lines.map(({ n }) => n)).toEqual([2]);
  });

  it('has nothing left to be retried', () => {
    const failed = { ...request, failure: { error: 'Problem', cause: '', at: NOW } };
    expect(cancel(failed, [], NOW, 77).request.failure).toBeUndefined();
  });

  it('touches no more balances than it may, and loses no hold over it', () => {
    const hold = fc.record({
      lotId: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
      placeId: fc.constantFrom('warehouse', 'store'),
      quantity: fc.integer({ min: 1, max: 5 }),
    });
    const some = fc.array(fc.array(hold, { maxLength: 20 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(some, fc.nat(10), (holds, budget) => {
        const lines = holds.map((of, i) => aLine({ n: i + 1, status: 'open', approved: 300, holds: of }));
        const cancelled = cancel(request, lines, NOW, budget);
        expect(cancelled.givenBack.length).toBeLessThanOrEqual(budget);
        expect(total(cancelled.givenBack) + total(cancelled.lines.flatMap((line) => line.holds))).toBe(
          total(holds.flat()),
        );
        // What stays is only what had no room.
        if (cancelled.givenBack.length < budget) expect(cancelled.lines.flatMap((line) => line.holds)).toEqual([]);
      }),
    );
  });
});
