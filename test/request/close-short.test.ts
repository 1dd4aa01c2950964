import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { closeShort } from '../../functions/request/close-short.ts';
import { type Hold, type Line, received, underway } from '../../functions/request/line.ts';
import { aLine, aRequest, NOW } from '../support/need.ts';

const request = aRequest({ status: 'approved' });
const word = { by: 'approver-1', at: NOW, reason: '已无货源' };
const all = { reason: word.reason };
const hold = (quantity: number, rest: Partial<Hold> = {}): Hold => ({
  ...{ lotId: 'lot_1', placeId: 'warehouse', quantity },
  ...rest,
});
const open = (changes: Partial<Line> = {}): Line => aLine({ status: 'open', approved: 300, ...changes });
const total = (quantities: readonly { readonly quantity: number }[]) =>
  quantities.reduce((sum, { quantity }) => sum + quantity, 0);

describe('closing a request short', () => {
  it('given nothing under way, closes its lines at once, and the request with the last of them', () => {
    const line = open({ received: 100, holds: [hold(50), hold(50)] });
    const { request: next, lines, givenUp, givenBack } = closeShort(request, [line], all, word, 97);
    expect(next).toMatchObject({ status: 'closed' });
    expect(lines).toMatchObject([
      { status: 'closed', approved: 100, holds: [], closedShort: { ...word, quantity: 200 } },
    ]);
    expect(givenUp).toEqual([{ n: 1, itemId: 'mask', quantity: 200 }]);
    expect(givenBack).toMatchObject([{ lotId: 'lot_1', placeId: 'warehouse', quantity: 100 }]);
  });

  it('given goods in picking or on the way, waits for them, and for nothing else', () => {
    const picked = hold(50, { consignmentId: 'con_1' });
    const line = open({ dispatched: 70, holds: [picked, hold(30)] });
    const { request: next, lines } = closeShort(request, [line], all, word, 97);
    expect(next.status).toBe('approved');
    expect(lines).toMatchObject([{ status: 'open', approved: 120, holds: [picked], closedShort: { quantity: 180 } }]);
  });

  it('given the last of it arrives damaged or not at all, that is given up with the rest', () => {
    const [line] = closeShort(request, [open({ dispatched: 100, received: 50 })], all, word, 97).lines;
    expect(line && received(line, 100, 60, 50)).toMatchObject({
      ...{ status: 'closed', approved: 110, received: 110 },
      closedShort: { ...word, quantity: 190 },
    });
  });

  it('given a hold of a person’s, gives it back too', () => {
    const line = open({ holds: [hold(50, { byHand: word })] });
    expect(closeShort(request, [line], all, word, 97).givenBack).toMatchObject([{ quantity: 50 }]);
  });

  it('leaves alone the lines that were not named, and those that are over', () => {
    const lines = [open(), open({ n: 2 }), aLine({ n: 3, status: 'refused' })];
    const cut = closeShort(request, lines, { ...all, lines: [2] }, word, 97);
    expect([cut.request.status, cut.lines.map(({ n }) => n)]).toEqual(['approved', [2]]);
    expect(closeShort(request, lines, all, word, 97).lines.map(({ n }) => n)).toEqual([1, 2]);
  });

  it.each(['submitted', 'refused', 'cancelled', 'closed'] as const)('is refused while it is %s', (status) => {
    expect(() => closeShort(aRequest({ status }), [open()], all, word, 97)).toThrow(
      expect.objectContaining({ status: 409, code: 'wrong-status' }),
    );
  });

  it.each([
    ['unknown-line', 422, [1, 4], 'lines[1]'],
    ['duplicate-line', 422, [1, 1], 'lines[1]'],
    ['line-not-open', 409, [1, 2], 'lines[1]'],
    ['nothing-short', 409, [3], 'lines[0]'],
  ])('is refused over %s, with its place', (code, status, lines, path) => {
    const of = [open(), aLine({ n: 2, status: 'closed' }), open({ n: 3, dispatched: 300 })];
    expect(() => closeShort(request, of, { ...all, lines }, word, 97)).toThrow(
      expect.objectContaining({ status, code, errors: [expect.objectContaining({ path })] }),
    );
  });

  it('is refused where nothing is short', () => {
    expect(() => closeShort(request, [open({ dispatched: 300 })], all, word, 97)).toThrow(
      expect.objectContaining({ status: 409, code: 'nothing-short' }),
    );
  });

  it('loses no goods: what does not fit stays on lines that close, and a line that stays open keeps none', () => {
    const holds = fc.array(
      fc.record({
        lotId: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
        placeId: fc.constantFrom('warehouse', 'store'),
        quantity: fc.integer({ min: 1, max: 5 }),
        in: fc.constantFrom(undefined, undefined, 'con_1'),
      }),
      { maxLength: 20 },
    );
    const some = fc.array(holds, { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(some, fc.nat(30), (each, room) => {
        const lines = each.map((of, i) =>
          open({
            n: i + 1,
            holds: of.map(({ in: consignmentId, ...h }) => ({ ...h, ...(consignmentId && { consignmentId }) })),
          }),
        );
        let cut: ReturnType<typeof closeShort>;
        try {
          cut = closeShort(request, lines, all, word, room + lines.length);
        } catch (error) {
          expect(error).toMatchObject({ code: 'too-many-lots' });
          return;
        }
        expect(cut.givenBack.length).toBeLessThanOrEqual(room);
        const left = cut.lines.flatMap((line) => line.holds);
        expect(total(cut.givenBack) + total(left)).toBe(total(lines.flatMap((line) => line.holds)));
        for (const line of cut.lines)
          if (line.status === 'open')
            expect([line.approved, total(line.holds)]).toEqual([underway(line), line.approved]);
      }),
    );
  });
});
