import { describe, expect, it } from 'vitest';
import { type Credit, type FundEntry, openFund } from '../../functions/funds/fund.ts';
import { type FundBooks, fundReconciled } from '../../functions/funds/reconciliation.ts';
import type { Order } from '../../functions/purchase/order.ts';

const OF = { county: '632323', fundId: 'gifts' };
const SAID = { at: '2022-05-12T01:00:00.000Z', by: 'zhang' };
const FUND = { id: 'gifts', nameZh: '捐赠资金', nameEn: 'Gifts', credits: 2 };

let n = 0;
const entry = (rest: Pick<FundEntry, 'kind' | 'amountFen'> & Partial<FundEntry>): FundEntry => {
  n += 1;
  return { ...OF, ...SAID, id: `ent_${String(n).padStart(4, '0')}`, ...rest };
};
const credit = (number: number, amountFen: number): Credit => ({
  ...{ ...OF, ...SAID, n: number, amountFen },
  document: `GIFT ${number}`,
});
const order = (number: number, encumberedFen: number, spentFen: number) =>
  ({ n: number, encumberedFen, spentFen }) as Order;
const draw = (number: number, amountFen: number) => ({ n: number, amountFen });

/** Two gifts of 100 and 300; of 260 set aside for two orders, 120 and 40 are spent, 20 are given back. */
const books = (): FundBooks => ({
  balance: {
    ...openFund(OF),
    ...{ budgetFen: 400, encumberedFen: 80, spentFen: 160, availableFen: 160 },
    ...{ cursorCredit: 2, cursorUsedFen: 60 },
  },
  credits: [credit(1, 100), credit(2, 300)],
  entries: [
    entry({ kind: 'credited', amountFen: 100, document: 'GIFT 1' }),
    entry({ kind: 'credited', amountFen: 300, document: 'GIFT 2' }),
    entry({ kind: 'encumbered', amountFen: 200, purchaseId: 'pur_1', order: 1 }),
    entry({ kind: 'encumbered', amountFen: 60, purchaseId: 'pur_1', order: 2 }),
    entry({
      ...{ kind: 'spent', amountFen: 120, purchaseId: 'pur_1', order: 1 },
      ...{ credits: [draw(1, 100), draw(2, 20)], lots: [{ lotId: 'lot_1', amountFen: 110 }] },
      other: { amountFen: 10, zh: '运费', en: 'Delivery' },
    }),
    entry({
      ...{ kind: 'spent', amountFen: 40, purchaseId: 'pur_1', order: 2 },
      ...{ credits: [draw(2, 40)], lots: [{ lotId: 'lot_2', amountFen: 40 }] },
    }),
    entry({ kind: 'released', amountFen: 20, purchaseId: 'pur_1', order: 2 }),
  ],
  purchases: [{ id: 'pur_1', orders: [order(1, 80, 120), order(2, 0, 40)] }],
  unreadable: [],
});
const [FIRST, SECOND] = [4, 5];

/** The books with one entry that says something else. */
const said = (of: FundBooks, which: number, change: Partial<FundEntry>): FundBooks => ({
  ...of,
  entries: of.entries.map((one, i) => (i === which ? { ...one, ...change } : one)),
});
const counted = (of: FundBooks, change: Partial<NonNullable<FundBooks['balance']>>): FundBooks => ({
  ...of,
  balance: of.balance && { ...of.balance, ...change },
});
const ordered = (of: FundBooks, change: Partial<Order>): FundBooks => ({
  ...of,
  purchases: of.purchases.map((one) => ({ ...one, orders: one.orders.map((each) => ({ ...each, ...change })) })),
});

describe('the books of a fund', () => {
  it('balance, and say of each credit what of it is spent', () => {
    expect(fundReconciled(FUND, books())).toEqual({
      ...{ fundId: 'gifts', nameZh: '捐赠资金', nameEn: 'Gifts', balanced: true, differences: [] },
      figures: { budgetFen: 400, encumberedFen: 80, spentFen: 160, availableFen: 160 },
      credits: [
        { n: 1, document: 'GIFT 1', amountFen: 100, spentFen: 100 },
        { n: 2, document: 'GIFT 2', amountFen: 300, spentFen: 60 },
      ],
    });
  });

  it('balance whatever the numbers of the entries, which are of several clocks', () => {
    const { entries, ...rest } = books();
    const [first, second] = [entries[FIRST]?.id, entries[SECOND]?.id];
    const swapped = said(said({ ...rest, entries }, FIRST, { id: second ?? '' }), SECOND, { id: first ?? '' });
    expect(fundReconciled(FUND, swapped).differences).toEqual([]);
  });

  const harm: [string, (of: FundBooks) => FundBooks, string[]][] = [
    ['a row cannot be read', (of) => ({ ...of, unreadable: ['row'] }), ['readable']],
    [
      'the figures are lost',
      (of) => ({ ...of, balance: undefined }),
      ['figures-known', 'budget', 'encumbered', 'spent'],
    ],
    ['money is available that nobody gave', (of) => counted(of, { availableFen: 161 }), ['figures']],
    [
      'a credit is lost',
      (of) => ({ ...of, credits: of.credits.slice(0, 1) }),
      ['budget', 'credited', 'credits', 'first-in-first-out'],
    ],
    ['a credit was never entered', (of) => ({ ...of, entries: of.entries.slice(1) }), ['credited']],
    [
      'more is set aside than was entered',
      (of) => counted(of, { encumberedFen: 81, availableFen: 159 }),
      ['encumbered'],
    ],
    ['less was spent than was entered', (of) => counted(of, { spentFen: 159, availableFen: 161 }), ['spent', 'cursor']],
    ['a purchase is lost', (of) => ({ ...of, purchases: [] }), ['order-encumbered', 'order-spent']],
    ['an order that ended still holds money', (of) => ordered(of, { encumberedFen: 80 }), ['order-encumbered']],
    ['an order forgets what it cost', (of) => ordered(of, { spentFen: 120 }), ['order-spent']],
    ['a lot costs less than was paid', (of) => said(of, SECOND, { lots: [] }), ['paid-for']],
    [
      'a spend draws on less than it is',
      (of) => said(of, SECOND, { credits: [draw(2, 39)] }),
      ['drawn', 'first-in-first-out'],
    ],
    [
      'newer money is spent before older',
      (of) => said(said(of, FIRST, { credits: [draw(2, 120)] }), SECOND, { credits: [draw(1, 40)] }),
      ['first-in-first-out'],
    ],
    ['a credit is drawn on twice', (of) => said(of, SECOND, { credits: [draw(1, 40)] }), ['first-in-first-out']],
    ['the cursor stands elsewhere', (of) => counted(of, { cursorUsedFen: 61 }), ['cursor']],
  ];
  it.each(harm)('do not where %s', (_what, harmed, identities) => {
    const { balanced, differences } = fundReconciled(FUND, harmed(books()));
    expect(balanced).toBe(false);
    expect(differences.map(({ identity }) => identity).filter((one, i, all) => all.indexOf(one) === i)).toEqual(
      identities,
    );
  });

  it('name the order, the entry and the document, with what should be and what is', () => {
    const { differences } = fundReconciled(FUND, {
      ...ordered(said(books(), SECOND, { lots: [] }), { spentFen: 120 }),
      credits: [credit(1, 100), { ...credit(2, 300), document: 'OTHER' }],
    });
    expect(differences).toEqual([
      { identity: 'credited', document: 'OTHER', expected: 300, actual: 0 },
      { identity: 'credited', document: 'GIFT 2', expected: 0, actual: 300 },
      { identity: 'order-spent', purchaseId: 'pur_1', order: 2, expected: 40, actual: 120 },
      { identity: 'paid-for', entryId: expect.stringMatching(/^ent_/), expected: 40, actual: 0 },
    ]);
  });
});
