import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AssessInput, assess } from '../../functions/purchase/assess.ts';
import { MASK, offerOf } from '../offers/market.ts';
import { NOW, POLICY } from '../support/need.ts';
import { runs } from '../support/random.ts';
import { aChoice, SPECIAL, submitted } from './purchases.ts';

/** ¥2,200.00 of ¥5,000.00 that tier 3 gets at once, from a fund of ¥10,000.00. */
const given = (of: Partial<AssessInput> = {}): AssessInput => ({
  ...{ purchase: submitted(), choice: of.choice ?? aChoice(), item: MASK, fund: SPECIAL, availableFen: 1_000_000 },
  ...{ needed: undefined, atOnceFen: 0, policy: POLICY, now: NOW },
  ...of,
});
const codes = (of: ReturnType<typeof assess>) => of.reasons.map(({ code }) => code);
const dear = (n: number) => offerOf(n, { priceFen: 2_601 });

describe('what a buyer chose', () => {
  it('is bought at once within price, limit and fund, and says so with the numbers', () => {
    const found = assess(given());
    expect(found.outcome).toBe('approved');
    expect(codes(found)).toEqual(['within-limit', 'fund-suffices', 'within-ceiling', 'within-ceiling']);
    expect(found.reasons[1]?.zh).toBe('疫情防控专项资金可用 ¥10,000.00，本次占用 ¥2,200.00。');
  });

  it('goes to headquarters where a price is above its ceiling, that of an alternate included', () => {
    const chosen = assess(given({ choice: aChoice([dear(1)]) }));
    expect(chosen).toMatchObject({ outcome: 'person', level: 'headquarters' });
    expect(codes(chosen)).toContain('above-ceiling');
    const next = { ...aChoice(), alternates: aChoice([dear(2)]).orders };
    expect(assess(given({ choice: next }))).toMatchObject({ outcome: 'person', level: 'headquarters' });
    const atTheCeiling = aChoice([offerOf(1, { priceFen: 2_600 })]);
    expect(assess(given({ choice: atTheCeiling })).outcome).toBe('approved');
  });

  it('goes to headquarters where nothing vouches for the price', () => {
    const { reference: _, ...item } = MASK;
    const found = assess(given({ item }));
    expect(found).toMatchObject({ outcome: 'person', level: 'headquarters' });
    expect(codes(found)).toContain('no-reference-price');
  });

  it('goes to headquarters with the figures where the fund lacks a fen, or may not buy it', () => {
    expect(assess(given({ availableFen: 220_000 })).outcome).toBe('approved');
    const short = assess(given({ availableFen: 219_999 }));
    expect(short).toMatchObject({ outcome: 'person', level: 'headquarters' });
    expect(short.reasons[0]).toMatchObject({ code: 'fund-short', en: expect.stringContaining('¥0.01 too little') });
    const fund = { ...SPECIAL, mayBuy: { categories: ['1'], itemIds: [] } };
    expect(codes(assess(given({ fund })))).toContain('fund-may-not-buy');
    expect(codes(assess(given({ fund: { ...SPECIAL, active: false } })))).toContain('fund-may-not-buy');
  });

  it('goes to the supply group above what is bought at once, and above its limit to headquarters', () => {
    const worth = (boxes: number) => {
      const choice = aChoice(undefined, { quantity: boxes * 50 });
      return assess(given({ choice, availableFen: 100_000_000, purchase: submitted({ quantity: boxes * 50 }) }));
    };
    expect(worth(300)).toMatchObject({ outcome: 'person', level: 'supply-group' });
    const choice = { ...aChoice(), atMostFen: 10_000_001 };
    expect(assess(given({ choice }))).toMatchObject({ outcome: 'person', level: 'headquarters' });
  });

  it('is weighed by the worst case, not by what it costs if all goes well', () => {
    const choice = { ...aChoice(), atMostFen: 500_001 };
    expect(codes(assess(given({ choice })))).toEqual(['over-at-once-limit']);
  });

  it('gets no more at once when it is split into several purchases', () => {
    const found = assess(given({ atOnceFen: 400_000 }));
    expect(found.outcome).toBe('person');
    expect(found.reasons[0]?.zh).toContain('3 天内已即时采购 ¥4,000.00');
  });

  it('goes to a person where it is engineering material, or the need has shrunk since', () => {
    expect(codes(assess(given({ item: { ...MASK, category: '3010000' } })))).toEqual(['engineering-material']);
    expect(assess(given({ needed: 5_000 })).outcome).toBe('approved');
    expect(codes(assess(given({ needed: 4_999 })))).toEqual(['need-has-shrunk']);
  });

  it('goes to a person where whole packs come to more than half as much again as is sought', () => {
    const sought = (quantity: number) => {
      const choice = aChoice([offerOf(1, { packQuantity: 10_000 })], { quantity });
      return assess(given({ choice, purchase: submitted({ quantity }) }));
    };
    expect(codes(sought(6_666))).toContain('pack-surplus');
    expect(sought(6_667).outcome).toBe('approved');
    const surplus = sought(50);
    expect(surplus).toMatchObject({ outcome: 'person', level: 'supply-group' });
    expect(surplus.reasons[0]?.zh).toBe('医用外科口罩：需要 1 盒（50个），按整包装将订购 200 盒（10000个）。');
  });

  it('is never bought at once where anything speaks against it, and always names the reason', () => {
    fc.assert(
      fc.property(
        fc.record({
          availableFen: fc.nat(400_000),
          atOnceFen: fc.nat(600_000),
          needed: fc.option(fc.nat(6_000), { nil: undefined }),
          priceFen: fc.integer({ min: 1_000, max: 3_500 }),
        }),
        ({ priceFen, ...of }) => {
          const choice = aChoice([offerOf(1, { priceFen })]);
          const found = assess(given({ ...of, choice }));
          const speaksAgainst =
            priceFen > 2_600 ||
            of.availableFen < choice.totalFen ||
            of.atOnceFen + choice.atMostFen > 500_000 ||
            (of.needed ?? 5_000) < 5_000;
          expect(found.outcome).toBe(speaksAgainst ? 'person' : 'approved');
          expect(found.reasons.length).toBeGreaterThan(0);
        },
      ),
      { numRuns: runs(200) },
    );
  });
});
