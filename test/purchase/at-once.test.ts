import { describe, expect, it } from 'vitest';
import { type AtOnce, atOnceFen, atOnceRow, countedAtOnce } from '../../functions/purchase/at-once.ts';
import { COUNTY, NOW } from '../support/need.ts';
import { outOf, submitted } from './purchases.ts';

const SINCE = '2022-05-09T01:00:00.000Z';
const row = (...bought: AtOnce['bought']): AtOnce => ({ county: COUNTY, itemId: 'mask', version: 3, bought });
const other = (n: number, fen: number, at = NOW) => ({ purchaseId: `pur_other_${n}`, fen, at });
const purchase = submitted();
const written = (before: AtOnce | undefined): AtOnce => {
  const action = countedAtOnce(before, purchase, 500, SINCE, NOW);
  return atOnceRow.parse('row' in action && action.row !== undefined ? action.row : {});
};

describe('what was bought of an item at once', () => {
  it('is what others come to at most within the period, and nothing of before', () => {
    expect(atOnceFen(row(other(1, 300), other(2, 40, '2022-05-08T00:00:00.000Z')), purchase, SINCE)).toBe(300);
    expect(atOnceFen(undefined, purchase, SINCE)).toBe(0);
  });

  it('counts what earlier rounds of the purchase itself cost, not what they might have cost', () => {
    const of = outOf(purchase);
    const stamp = { by: 'green-channel', at: NOW, level: 'at-once', policyVersion: 7, outcome: 'approved' } as const;
    const spent = {
      ...of,
      decision: { ...stamp, reasons: [] },
      orders: of.orders.map((one) => ({ ...one, spentFen: 70 })),
    };
    const own = { purchaseId: of.id, fen: 9_999, at: NOW };
    expect(atOnceFen(row(own, other(1, 300)), spent, SINCE)).toBe(370);
  });

  it('has each purchase once, and forgets what is over', () => {
    const old = other(2, 40, '2022-05-08T00:00:00.000Z');
    const { bought } = written(row(old, { purchaseId: purchase.id, fen: 1, at: NOW }, other(1, 300)));
    expect(bought).toEqual([other(1, 300), { purchaseId: purchase.id, fen: 500, at: NOW }]);
  });

  it('of very many is never less than it was', () => {
    const many = row(...Array.from({ length: 200 }, (_, n) => other(n, 10)));
    const { bought } = written(many);
    expect(bought).toHaveLength(200);
    expect(bought.reduce((sum, { fen }) => sum + fen, 0)).toBe(2_000 + 500);
  });
});
