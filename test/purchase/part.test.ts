import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { orderFen } from '../../functions/offers/offer.ts';
import { owedFen } from '../../functions/purchase/bill.ts';
import type { Order } from '../../functions/purchase/order.ts';
import { runs } from '../support/random.ts';
import { orderOf, partOf } from './orders.ts';

const total = (amounts: readonly number[]): number => amounts.reduce((sum, one) => sum + one, 0);

describe('a part of an order', () => {
  it('given less than was ordered, then it is paid with its share of the delivery, and the rest stays set aside', () => {
    const { order, ...money } = partOf(orderOf(), [100, 100]);
    expect(money).toMatchObject({ spentFen: 19_200, releasedFen: 0, extraFen: 1_200 });
    expect(money.lots.map(({ amountFen }) => amountFen)).toEqual([9_000, 9_000]);
    expect(order).toMatchObject({ status: 'confirmed', encumberedFen: 28_800, spentFen: 19_200 });
  });

  it('given the rest of it, then the order is closed and nothing is set aside any more', () => {
    const { order, ...money } = partOf(partOf(orderOf(), [200]).order, [300]);
    expect(money).toMatchObject({ spentFen: 28_800, releasedFen: 0, extraFen: 1_800 });
    expect(order).toMatchObject({ status: 'closed', encumberedFen: 0, spentFen: 48_000 });
    expect(order.ended).toBeUndefined();
  });

  it('given more than was ordered, then what is over costs nothing, and falls on the last lots', () => {
    const { lots, spentFen, order } = partOf(orderOf(), [400, 200, 50]);
    expect(lots.map(({ amountFen }) => amountFen)).toEqual([36_000, 9_000, 0]);
    expect([spentFen, order.status]).toEqual([48_000, 'closed']);
  });

  it('given that nothing more will come, then what is not needed of the money is available again', () => {
    const { order, spentFen, releasedFen } = partOf(orderOf(), [200], { final: true });
    expect([spentFen, releasedFen]).toEqual([19_200, 28_800]);
    expect(order).toMatchObject({ status: 'closed', encumberedFen: 0, ended: { by: 'storekeeper' } });
  });

  it('given a first part that was once paid with the whole delivery, then the rest is paid for its goods alone', () => {
    const [first] = partOf(orderOf(), [200]).order.parts;
    const parts = first === undefined ? [] : [{ ...first, spentFen: 21_000 }];
    const { order, ...money } = partOf(orderOf({ parts, spentFen: 21_000, encumberedFen: 27_000 }), [300]);
    expect(money).toMatchObject({ spentFen: 27_000, releasedFen: 0, extraFen: 0 });
    expect(order).toMatchObject({ status: 'closed', encumberedFen: 0, spentFen: 48_000 });
  });

  it('given nothing good, then nothing is spent, and the delivery neither', () => {
    expect(partOf(orderOf(), [])).toMatchObject({ spentFen: 0, extraFen: 0, lots: [], order: { spentFen: 0 } });
  });

  it('given goods of an order that nobody has confirmed, then they confirm it', () => {
    expect(partOf(orderOf({ status: 'placed' }), [50]).order).toMatchObject({ status: 'confirmed' });
    expect(partOf(orderOf({ status: 'placed' }), [50]).order.confirmed).toBeUndefined();
  });
});

describe('whatever parts and lots an order comes in', () => {
  const price = fc.record({
    priceFen: fc.integer({ min: 0, max: 99_999 }),
    perQuantity: fc.integer({ min: 1, max: 999 }),
    quantity: fc.integer({ min: 1, max: 5_000 }),
    deliveryFeeFen: fc.integer({ min: 0, max: 9_999 }),
  });
  const lots = fc.array(fc.integer({ min: 1, max: 1_500 }), { maxLength: 4 });

  it('every fen set aside is spent on a lot or the delivery, or available again; what is owed is what was spent', () => {
    fc.assert(
      fc.property(price, fc.array(lots, { maxLength: 6 }), lots, (terms, before, last) => {
        const base = orderOf(terms);
        let order: Order = { ...base, encumberedFen: orderFen(base) };
        let released = 0;
        const steps = [...before.map((some) => ({ some, final: false })), { some: last, final: true }];
        for (const { some, final } of steps) {
          if (order.status === 'closed') break;
          const part = partOf(order, some, { final });
          expect(total(part.lots.map(({ amountFen }) => amountFen)) + part.extraFen).toBe(part.spentFen);
          released += part.releasedFen;
          order = part.order;
          expect(order.spentFen + order.encumberedFen + released).toBe(orderFen(base));
          expect(owedFen(order)).toBe(order.spentFen);
        }
        expect([order.status, order.encumberedFen]).toEqual(['closed', 0]);
      }),
      { numRuns: runs(100) },
    );
  });
});
