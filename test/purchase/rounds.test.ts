import { describe, expect, it } from 'vitest';
import { MAX_ROUNDS, type Purchase, purchaseRow } from '../../functions/purchase/purchase.ts';
import { chosenAnew, roundsOf } from '../../functions/purchase/rounds.ts';
import { barring } from '../../functions/purchase/separation.ts';
import { plusMinutes } from '../../functions/shared/clock.ts';
import { fileOf } from '../../functions/trace/purchase-file.ts';
import { MASK } from '../offers/market.ts';
import { NOW } from '../support/need.ts';
import { aChoice, aPurchase, confirmedBy, FOR_NEED, outOf, SPECIAL, submitted, withPart } from './purchases.ts';

const later = (minutes: number): string => plusMinutes(NOW, minutes);
const stamp = { level: 'supply-group' as const, policyVersion: 7, reasons: [] };
const decision = (by: string, at: string) => ({ outcome: 'approved' as const, by, at, ...stamp });
const choiceBy = (by: string, at: string) => ({ ...aChoice(), by, at });

/** Of a first round half has come; a second is chosen for, and ordered. */
const first = outOf(submitted({ ...FOR_NEED, choice: choiceBy('buyer-1', NOW) }));
const half: Purchase = {
  ...first,
  status: 'sourcing',
  decision: decision('approver-1', later(1)),
  orders: first.orders.map((one) => ({ ...withPart(confirmedBy(one), 2_500), status: 'closed', encumberedFen: 0 })),
};
const chosen = chosenAnew(half, choiceBy('buyer-2', later(60)));
const second: Purchase = { ...outOf(chosen), decision: decision('approver-2', later(61)) };

describe('another choice', () => {
  it('keeps the last one and its decision as an earlier round, and is itself decided on by nobody yet', () => {
    expect(chosen).not.toHaveProperty('decision');
    expect(chosen.choice?.by).toBe('buyer-2');
    expect(chosen.rounds).toMatchObject([{ choice: { by: 'buyer-1' }, decision: { by: 'approver-1' } }]);
    expect(purchaseRow.parse(purchaseRow.store(chosen))).toEqual(chosen);
  });

  it('of one that was sent back keeps who chose it', () => {
    const anew = chosenAnew({ ...aPurchase(), choice: choiceBy('buyer-1', NOW) }, choiceBy('buyer-2', NOW));
    expect(roundsOf(anew).map((one) => [one.choice.by, one.decision])).toEqual([
      ['buyer-1', undefined],
      ['buyer-2', undefined],
    ]);
  });

  it('is ordered in a round of its own', () => {
    expect(second.orders.map(({ n, round }) => [n, round])).toEqual([
      [1, 1],
      [2, 2],
    ]);
  });

  it('is refused rather than that one be forgotten, as often as a row holds', () => {
    const often = Array.from({ length: MAX_ROUNDS + 1 }).reduce<Purchase>(
      (of, _, i) => chosenAnew(of, choiceBy(`buyer-${i}`, later(i))),
      aPurchase(),
    );
    expect(roundsOf(often)).toHaveLength(MAX_ROUNDS + 1);
    expect(() => chosenAnew(often, choiceBy('buyer', later(99)))).toThrow(/cancel what is lacking/);
  });

  it('of a row from before rounds were kept is its second, and its orders are of the first', () => {
    const { rounds: _, ...row } = purchaseRow.store(half);
    const orders = half.orders.map(({ round: __, ...one }) => one);
    const old = purchaseRow.parse({ ...row, orders, chosenBy: ['buyer-0', 'buyer-1'] });
    expect(old).toMatchObject({ rounds: [], orders: [{ round: 1 }] });
    expect(barring(chosenAnew(old, choiceBy('buyer-2', NOW)), 'approve', 'buyer-0')).toEqual(['buy']);
  });
});

describe('whoever took a step in an earlier round', () => {
  it('has taken it: duties are kept apart in all of them', () => {
    for (const buyer of ['buyer-1', 'buyer-2'])
      for (const step of ['ask', 'accept', 'approve', 'pay'] as const)
        expect(barring(second, step, buyer), `${buyer} ${step}`).toEqual(['buy']);
    for (const approver of ['approver-1', 'approver-2'])
      for (const step of ['ask', 'buy'] as const)
        expect(barring(second, step, approver), `${approver} ${step}`).toEqual(['approve']);
  });

  it('is on the file, with whoever asked for the need, entered a bill and settled it', () => {
    const resolved = { by: 'chief-1', at: later(91), reason: '已核对', was: 1 };
    const bill = { number: '发票001', amountFen: 110_000, issuedOn: '2022-05-12', by: 'finance-1', at: later(90) };
    const orders = second.orders.map((one) =>
      one.n === 1 ? { ...one, invoice: { ...bill, status: 'matched' as const, resolved } } : one,
    );
    const file = fileOf({
      ...{ purchase: { ...second, orders }, item: MASK, fund: SPECIAL, suppliers: new Map() },
      ...{ entries: [], credits: new Map(), papers: [] },
      place: { id: 'warehouse', nameZh: '样例仓库', nameEn: 'Sample warehouse' },
    });
    expect(file.people.map(({ step, by, round, order }) => [step, by, round, order])).toEqual([
      ['ask', 'point-1', undefined, undefined],
      ['ask', 'clerk-1', undefined, undefined],
      ['buy', 'buyer-1', 1, undefined],
      ['buy', 'buyer-1', undefined, 1],
      ['accept', 'storekeeper-1', undefined, 1],
      ['approve', 'approver-1', 1, undefined],
      ['buy', 'buyer-2', 2, undefined],
      ['approve', 'approver-2', 2, undefined],
      ['bill', 'finance-1', undefined, 1],
      ['settle', 'chief-1', undefined, 1],
    ]);
    expect(file.orders.map(({ round }) => round)).toEqual([1, 2]);
  });
});
