import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { latestOf } from '../../functions/prices/inspection.ts';
import {
  amountFen,
  capPercent,
  ceilingOf,
  medianFinding,
  type Price,
  priceFinding,
} from '../../functions/prices/price.ts';
import { type Order, partFen } from '../../functions/purchase/order.ts';
import { offerOf } from '../offers/market.ts';
import { mask, NOW, POLICY } from '../support/need.ts';
import { runs } from '../support/random.ts';

/** ¥0.30 for one before the emergency: with 30% at most ¥0.39. */
const item = mask({ reference: { priceFen: 30, perQuantity: 1 } });
const found = (quantity: number, totalFen: number, of = item) => priceFinding(of, { quantity, totalFen }, POLICY);

describe('a price', () => {
  it('at the ceiling is within it; a fen more for ten thousand is above it', () => {
    expect(found(10_000, 390_000).as).toBe('within');
    expect(found(10_000, 390_001).as).toBe('above');
    expect(found(1_000_000_000, 39_000_000_000).as).toBe('within');
    expect(found(1_000_000_000, 39_000_000_001).as).toBe('above');
  });

  it('is held against a ceiling that is no whole fen exactly', () => {
    // 33 fen for 7 and 10% on it: 363 fen for 70.
    const of = mask({ reference: { priceFen: 33, perQuantity: 7 }, marginCapPercent: 10 });
    expect(found(70, 363, of).as).toBe('within');
    expect(found(700, 3_631, of).as).toBe('above');
  });

  it('says what it is, what it may be and how that is made up, landed', () => {
    expect(found(50, 2_000).reason).toEqual({
      code: 'above-ceiling',
      zh: '医用外科口罩：到位价 ¥0.40 / 1 个，超过限价 ¥0.39 / 1 个（参考价 ¥0.30 / 1 个，加价上限 30%）。',
      en: expect.stringContaining('landed is above the ceiling of ¥0.39'),
    });
  });

  it('without a reference is vouched for by nobody', () => {
    const unknown = found(50, 1, mask({ reference: undefined }));
    expect([unknown.as, unknown.reason.code]).toEqual(['unknown', 'no-reference-price']);
  });

  it('may exceed its reference by the margin of the item, or else of policy', () => {
    expect(capPercent({}, POLICY)).toBe(30);
    expect(capPercent({ marginCapPercent: 0 }, POLICY)).toBe(0);
    expect(ceilingOf(item, POLICY)).toMatchObject({
      priceFen: 39,
      perQuantity: 1,
      referenceFen: 30,
      marginCapOf: 'policy',
    });
    expect(ceilingOf(mask({ ...item, marginCapPercent: 15 }), POLICY)).toMatchObject({
      ...{ priceFen: 34, marginCapPercent: 15, marginCapOf: 'item' },
      zh: '限价 ¥0.34 / 1 个：参考价 ¥0.30 / 1 个，加价上限 15%。',
    });
    expect(ceilingOf(mask({ reference: undefined }), POLICY)).toBeUndefined();
  });
});

describe('a price on a tag without a reference', () => {
  const cabbage = { nameZh: '白菜', nameEn: '白菜', baseUnit: 'gram' as const, units: {} };
  const perJin = (priceFen: number): Price => ({ priceFen, perQuantity: 500 });
  const judge = (tag: Price, others: readonly Price[]) =>
    medianFinding(cabbage, tag, others, { capPercent: 30, days: 7 });

  it.each([
    ['of one shop', [200], 260],
    ['of three shops, whatever the dearest asks', [1_000, 200, 100], 260],
    ['of four shops: half-way between the middle ones', [100, 190, 210, 1_000], 260],
  ])('is held against the median %s', (_, others, most) => {
    expect(judge(perJin(most), others.map(perJin)).as).toBe('within');
    expect(judge(perJin(most + 1), others.map(perJin)).as).toBe('above');
  });

  it('is compared in whatever it is sold by, and the numbers are said', () => {
    const { as, reason } = judge({ priceFen: 521, perQuantity: 1_000 }, [perJin(200)]);
    expect(as).toBe('above');
    expect(reason.zh).toBe(
      '白菜：标价 ¥5.21 / 1000 克，超过 ¥5.20 / 1000 克（近 7 天 1 家保供点的中位价 ¥4.00 / 1000 克，加价上限 30%）。',
    );
  });

  it('is vouched for by nobody where it is the first', () => {
    expect(judge(perJin(200), []).reason.code).toBe('no-earlier-price');
  });

  it('is held against one price a shop, the last that was seen there', () => {
    const seen = (supplierId: string, priceFen: number, kind: 'inspection' | 'offer' = 'inspection') => ({
      ...{ county: '632323', itemId: 'mask', when: NOW, from: { kind, id: '1' }, supplierId, ...perJin(priceFen) },
    });
    const all = [seen('a', 3), seen('b', 9, 'offer'), seen('b', 4), seen('a', 1)];
    expect(latestOf(all).map(({ priceFen }) => priceFen)).toEqual([3, 4]);
  });
});

describe('what is accepted in parts', () => {
  it('costs what the whole costs, to the fen, with its fees once', () =>
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1_000_000 }),
        fc.integer({ min: 1, max: 1_000 }),
        fc.array(fc.integer({ min: 0, max: 1_000 }), { minLength: 1, maxLength: 20 }),
        (priceFen, perQuantity, parts) => {
          const whole = parts.reduce((a, b) => a + b, 0);
          fc.pre(whole > 0);
          const of = { ...offerOf(1, { priceFen, perQuantity, deliveryFeeFen: 700 }), quantity: whole };
          let order = { ...of, spentFen: 0, parts: [] } as unknown as Order;
          let [goods, extra] = [0, 0];
          for (const accepted of parts) {
            const { goodsFen, extraFen } = partFen(order, accepted);
            [goods, extra] = [goods + goodsFen, extra + extraFen];
            expect(goodsFen).toBeGreaterThanOrEqual(0);
            const spentFen = goods + extra;
            order = { ...order, spentFen, parts: [...order.parts, { accepted } as Order['parts'][number]] };
          }
          expect([goods, extra]).toEqual([amountFen(of, whole), 700]);
        },
      ),
      { numRuns: runs(100) },
    ));

  it('is not paid for beyond what was ordered', () => {
    const order = {
      ...offerOf(1, { priceFen: 10, perQuantity: 1 }),
      quantity: 5,
      spentFen: 0,
      parts: [],
    } as unknown as Order;
    expect(partFen(order, 8)).toEqual({ goodsFen: 50, extraFen: 0 });
  });

  it('is no sum at all where it is beyond counting', () => {
    expect(() => amountFen({ priceFen: 1_000_000_000, perQuantity: 1 }, 1_000_000_000)).toThrow(RangeError);
  });
});
