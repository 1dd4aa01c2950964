import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { item as itemSchema } from '../../functions/catalogue/item.ts';
import type { Effects, Movement } from '../../functions/stock/movement.ts';
import { drawnOf } from '../../functions/trace/drawn.ts';
import { cameIn, whereabouts } from '../../functions/trace/whereabouts.ts';

const item = itemSchema.parse({
  ...{ county: '632323', id: 'mask', version: 1, nameZh: '口罩', nameEn: 'Mask', category: '2' },
  ...{ baseUnit: 'piece', units: { 盒: 50 }, issueUnit: '盒' },
});
const AT = '2022-05-12T01:00:00.000Z';

/** What may happen to a lot, each of it balanced as the books demand. */
const acts: readonly ((n: number) => Effects)[] = [
  (n) => ({ received: n, onHand: n }),
  (n) => ({ onHand: -n, inTransit: n }),
  (n) => ({ inTransit: -n, delivered: n }),
  (n) => ({ inTransit: -n, unaccounted: n }),
  (n) => ({ unaccounted: -n, lost: n }),
  (n) => ({ onHand: -n, disposed: n }),
  (n) => ({ inTransit: -n, damaged: n }),
  (n) => ({ delivered: -n, unaccounted: n }),
  (n) => ({ onHand: -n, adjustedDown: n }),
];

describe('where goods are', () => {
  it('adds up to what came in, whatever happened to them', () => {
    const movement = fc.record({
      act: fc.constantFrom(...acts),
      n: fc.integer({ min: 1, max: 500 }),
      to: fc.constantFrom('a', 'b'),
    });
    fc.assert(
      fc.property(fc.array(movement, { maxLength: 20 }), (happened) => {
        const movements = happened.map(({ act, n, to }) => ({
          ...{ kind: 'adjusted' as Movement['kind'], effects: act(n), placeId: to, at: AT },
        }));
        const portions = whereabouts(movements, item, new Map());
        expect(portions.reduce((sum, { quantity }) => sum + quantity, 0)).toBe(cameIn(movements));
      }),
    );
  });

  it('says to which village they came, and what was put right later', () => {
    const delivered = (n: number) => ({
      kind: 'delivered' as const,
      effects: { inTransit: -n, delivered: n },
      placeId: 'village',
      at: AT,
    });
    const village = { id: 'village', nameZh: '样例村', nameEn: 'Sample village', township: '样例乡' };
    const corrected = { ...delivered(0), effects: { delivered: -50, unaccounted: 50 } };
    expect(whereabouts([delivered(100), corrected], item, new Map([['village', village]]))).toMatchObject([
      ...[
        { where: 'in-transit', quantity: -100 },
        { where: 'looked-for', quantity: 50 },
      ],
      { where: 'delivered', quantity: 50, words: { zh: '1 盒（50个）' }, site: village, day: '2022-05-12' },
    ]);
  });
});

describe('a credit of a fund', () => {
  it('is followed fen by fen: its parts and those of the others add up, on both sides', () => {
    const amounts = fc.array(fc.integer({ min: 1, max: 1_000 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(amounts, amounts, (given, paid) => {
        const sum = (of: readonly number[]) => of.reduce((total, one) => total + one, 0);
        const total = Math.min(sum(given), sum(paid));
        const cut = (of: readonly number[]) => {
          let left = total;
          return of.flatMap((one) => {
            const part = Math.min(one, left);
            left -= part;
            return part > 0 ? [part] : [];
          });
        };
        const credits = cut(given).map((amountFen, i) => ({ n: i + 1, amountFen }));
        const things = cut(paid).map((amountFen, i) => ({ amountFen, lotId: `lot_${i}` }));
        const drawn = credits.map(({ n }) => drawnOf(n, credits, things));
        drawn.forEach((shares, i) => {
          expect(sum(shares.map(({ amountFen }) => amountFen))).toBe(credits[i]?.amountFen);
        });
        for (const thing of things)
          expect(sum(drawn.flat().flatMap(({ of, amountFen }) => (of === thing ? [amountFen] : [])))).toBe(
            thing.amountFen,
          );
      }),
    );
  });
});
