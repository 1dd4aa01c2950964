import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encumbering } from '../../functions/funds/encumbering.ts';
import { type Cursor, drawnFrom, fundBody, mayBuy } from '../../functions/funds/fund.ts';
import type { Ids } from '../../functions/shared/ids.ts';

const START: Cursor = { cursorCredit: 1, cursorUsedFen: 0 };
const creditsOf = (amounts: readonly number[]) => amounts.map((amountFen, i) => ({ n: i + 1, amountFen }));

/** Spends one amount after the other; what each drew on. */
const spendAll = (credits: readonly { n: number; amountFen: number }[], amounts: readonly number[]) => {
  let at = START;
  return amounts.map((amount) => {
    const { split, cursor, lackingFen } = drawnFrom(at, credits, amount);
    at = cursor;
    return { split, lackingFen };
  });
};

const money = fc.integer({ min: 1, max: 50_000_000 });
/** Credits, and some spends that they suffice for. */
const spent = fc
  .record({ amounts: fc.array(money, { minLength: 1, maxLength: 12 }), cuts: fc.array(fc.nat(), { maxLength: 12 }) })
  .map(({ amounts, cuts }) => {
    const budget = amounts.reduce((sum, amount) => sum + amount, 0);
    const at = [...new Set([0, ...cuts.map((cut) => cut % (budget + 1))])].sort((a, b) => a - b);
    return { credits: creditsOf(amounts), spends: at.slice(1).map((end, i) => end - (at[i] ?? 0)) };
  });

const perCredit = (drawn: ReturnType<typeof spendAll>): number[] => {
  const sums: number[] = [];
  for (const { n, amountFen } of drawn.flatMap(({ split }) => split)) sums[n - 1] = (sums[n - 1] ?? 0) + amountFen;
  return sums;
};

describe('money that is spent', () => {
  it('given three credits, is drawn from the oldest first', () => {
    const drawn = spendAll(creditsOf([100, 50, 200]), [80, 40, 100]);
    expect(drawn.map(({ split }) => split)).toEqual([
      [{ n: 1, amountFen: 80 }],
      [
        { n: 1, amountFen: 20 },
        { n: 2, amountFen: 20 },
      ],
      [
        { n: 2, amountFen: 30 },
        { n: 3, amountFen: 70 },
      ],
    ]);
  });

  it('given credits that do not suffice, says what is lacking', () => {
    expect(drawnFrom(START, creditsOf([100]), 130)).toMatchObject({
      lackingFen: 30,
      split: [{ n: 1, amountFen: 100 }],
    });
  });

  it('is split to the fen, and no credit is drawn on for more than it brought', () => {
    fc.assert(
      fc.property(spent, ({ credits, spends }) => {
        const drawn = spendAll(credits, spends);
        for (const [i, { split, lackingFen }] of drawn.entries()) {
          expect(lackingFen).toBe(0);
          expect(split.reduce((sum, { amountFen }) => sum + amountFen, 0)).toBe(spends[i]);
        }
        for (const [i, sum] of perCredit(drawn).entries()) expect(sum).toBeLessThanOrEqual(credits[i]?.amountFen ?? 0);
      }),
    );
  });

  it('comes to the same of each credit, in whatever parts and order it is spent', () => {
    fc.assert(
      fc.property(
        spent.chain(({ credits, spends }) =>
          fc.record({
            credits: fc.constant(credits),
            spends: fc.constant(spends),
            others: fc.shuffledSubarray(spends, { minLength: spends.length }),
          }),
        ),
        ({ credits, spends, others }) => {
          const whole = spends.length === 0 ? [] : [spends.reduce((sum, amount) => sum + amount, 0)];
          const sums = perCredit(spendAll(credits, spends));
          expect(perCredit(spendAll(credits, others))).toEqual(sums);
          expect(perCredit(spendAll(credits, whole))).toEqual(sums);
        },
      ),
    );
  });
});

describe('what a fund may buy', () => {
  const fund = (named: object) => fundBody.parse({ nameZh: '资金', nameEn: 'Fund', kind: 'other', mayBuy: named });
  const mask = { id: 'mask', category: '2010100' };

  it('is anything where it names nothing', () => expect(mayBuy(fund({}), mask)).toBe(true));
  it('is what stands below a category, or the item itself', () => {
    expect(mayBuy(fund({ categories: ['2'] }), mask)).toBe(true);
    expect(mayBuy(fund({ itemIds: ['mask'], categories: ['1'] }), mask)).toBe(true);
    expect(mayBuy(fund({ categories: ['1'] }), mask)).toBe(false);
    expect(mayBuy(fund({ itemIds: ['gown'] }), mask)).toBe(false);
  });
});

describe('what is set aside and given back at once', () => {
  let n = 0;
  const ids: Ids = { next: (prefix) => `${prefix}_${++n}`, code: () => '' };
  const of = { county: '632323', fundId: 'special' };
  const said = { by: 'zhang', at: '2022-05-12T01:00:00.000Z' };
  const order = (amountFen: number) => ({ purchaseId: 'pur_1', order: 1, amountFen });
  const shiftOf = (encumbered: number[], released: number[]) => {
    const actions = encumbering(ids, of, { encumbered: encumbered.map(order), released: released.map(order) }, said);
    return {
      moved: actions.filter(({ kind }) => kind === 'update').map(({ values }) => values?.[':availableFen']),
      entries: actions.flatMap(({ row }) => (row === undefined ? [] : [[row['kind'], row['amountFen']]])),
    };
  };

  it('moves the fund once, by the difference, and enters each order', () => {
    expect(shiftOf([300, 200], [100])).toEqual({
      moved: [-400],
      entries: [
        ['encumbered', 300],
        ['encumbered', 200],
        ['released', 100],
      ],
    });
    expect(shiftOf([50], [80]).moved).toEqual([30]);
  });

  it('does not touch the fund where the one comes to the other, and does nothing over nothing', () => {
    expect(shiftOf([80], [80])).toEqual({
      moved: [],
      entries: [
        ['encumbered', 80],
        ['released', 80],
      ],
    });
    expect(shiftOf([0], [])).toEqual({ moved: [], entries: [] });
  });
});
