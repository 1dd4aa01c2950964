import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chunksOf } from '../../functions/allocation/changes.ts';
import { placeKey } from '../../functions/allocation/standing.ts';
import { type Line, openOf, openRow, plannedQuantity } from '../../functions/request/line.ts';
import { remove } from '../../functions/shared/actions.ts';
import { runs } from '../support/random.ts';

const LOTS = ['a', 'b', 'c', 'd'];
const keyOf = (lotId: string) => placeKey({ lotId, placeId: 'w' });
const holdsOf = (quantities: readonly number[]) =>
  LOTS.flatMap((lotId, i) => ((quantities[i] ?? 0) > 0 ? [{ lotId, placeId: 'w', quantity: quantities[i] ?? 0 }] : []));

const lineOf = (n: number, tier: 1 | 2 | 3, holds: Line['holds']): Line => ({
  county: '632323',
  id: `req_${String(n).padStart(4, '0')}.1`,
  requestId: `req_${n}`,
  n: 1,
  version: 3,
  status: 'open',
  itemId: 'mask',
  siteId: `site-${n}`,
  siteKind: 'village',
  tier,
  needBy: '2022-05-13T00:00:00.000Z',
  asked: { quantity: 1000, unit: 'piece' },
  quantity: 1000,
  approved: 1000,
  holds,
  dispatched: 0,
  received: 0,
  rationale: 1,
  division: 1,
});

const few = fc.array(fc.nat(9), { minLength: LOTS.length, maxLength: LOTS.length });

/** What lines hold, what they shall hold, and what is free: never more of a lot than there is. */
const change = fc
  .record({
    free: few,
    lines: fc.array(fc.record({ tier: fc.constantFrom(1 as const, 2 as const, 3 as const), has: few, asks: few }), {
      maxLength: 40,
      size: 'max',
    }),
    room: fc.integer({ min: 4, max: 30 }),
  })
  .map(({ free, lines, room }) => {
    const left = LOTS.map((_, i) => lines.reduce((sum, { has }) => sum + (has[i] ?? 0), free[i] ?? 0));
    const wishes = lines.map(({ tier, has, asks }, n) => {
      const shall = LOTS.map((_, i) => Math.min(asks[i] ?? 0, left[i] ?? 0));
      shall.forEach((quantity, i) => {
        left[i] = (left[i] ?? 0) - quantity;
      });
      return { line: lineOf(n, tier, holdsOf(has)), holds: holdsOf(shall), unexplained: false };
    });
    return { wishes, free: new Map(LOTS.map((lotId, i) => [keyOf(lotId), free[i] ?? 0])), room };
  });

describe('the way from present to wished holds', () => {
  it('promises no lot twice at any step, keeps to its room, and ends where it should', () => {
    fc.assert(
      fc.property(change, ({ wishes, free, room }) => {
        const shelf = new Map(free);
        const rows = new Map(wishes.map(({ line }) => [line.id, line]));
        for (const chunk of chunksOf(wishes, [], free, 2, () => room)) {
          expect(chunk.lines.length + chunk.balances.length).toBeLessThanOrEqual(room);
          const moved = new Map<string, number>();
          for (const line of chunk.lines) {
            const was = rows.get(line.id);
            expect(line.version).toBe(was?.version);
            const [before, after] = [was ?? line, wishes.find((wish) => wish.line.id === line.id)?.holds ?? []];
            const most = Math.max(plannedQuantity(before), plannedQuantity({ holds: [...after] }));
            expect(plannedQuantity(line)).toBeLessThanOrEqual(most);
            for (const hold of line.holds) moved.set(placeKey(hold), (moved.get(placeKey(hold)) ?? 0) + hold.quantity);
            for (const hold of before.holds)
              moved.set(placeKey(hold), (moved.get(placeKey(hold)) ?? 0) - hold.quantity);
            rows.set(line.id, { ...line, version: line.version + 1 });
          }
          for (const { held, ...place } of chunk.balances) {
            expect(held).toBe(moved.get(placeKey(place)));
            shelf.set(placeKey(place), (shelf.get(placeKey(place)) ?? 0) - held);
            moved.delete(placeKey(place));
          }
          expect([...moved.values()].every((left) => left === 0)).toBe(true);
          expect(Math.min(...shelf.values())).toBeGreaterThanOrEqual(0);
        }
        for (const { line, holds } of wishes)
          expect(new Set(rows.get(line.id)?.holds.map((hold) => JSON.stringify(hold)))).toEqual(
            new Set(holds.map((hold) => JSON.stringify(hold))),
          );
      }),
      { numRuns: runs(300) },
    );
  });

  it('serves the front line first, and takes from whoever comes last', () => {
    const village = (n: number) => ({ line: lineOf(n, 3, holdsOf([2])), holds: [], unexplained: false });
    const post = { line: lineOf(99, 1, []), holds: holdsOf([8]), unexplained: false };
    const chunks = chunksOf([village(1), village(2), village(3), village(4), post], [], new Map(), 2, () => 4);
    expect(chunks[0]?.lines.map(({ id, holds }) => [id, holds[0]?.quantity])).toEqual([
      ['req_0099.1', 4],
      ['req_0004.1', undefined],
      ['req_0003.1', undefined],
    ]);
    expect(chunks.map(({ balances }) => balances)).toEqual([[], []]);
  });

  it('takes away pointers after the goods of their lines', () => {
    const wishes = [1, 2, 3].map((n) => ({ line: lineOf(n, 3, holdsOf([2])), holds: [], unexplained: false }));
    const gone = wishes.map(({ line }) => remove(openRow.keyOf(openOf(line))));
    const chunks = chunksOf(wishes, gone, new Map(), 2, () => 4);
    expect(chunks.map((chunk) => [chunk.lines.length, chunk.gone.length])).toEqual([
      [3, 0],
      [0, 3],
    ]);
  });

  it('writes two holds of the same goods as one', () => {
    const line = lineOf(1, 3, [...holdsOf([2]), ...holdsOf([3])]);
    const [chunk] = chunksOf(
      [{ line, holds: holdsOf([6]), unexplained: false }],
      [],
      new Map([[keyOf('a'), 1]]),
      2,
      () => 9,
    );
    expect(chunk?.lines[0]?.holds).toEqual(holdsOf([6]));
    expect(chunk?.balances).toEqual([{ lotId: 'a', placeId: 'w', held: 1 }]);
  });
});
