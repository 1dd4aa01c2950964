import { describe, expect, it } from 'vitest';
import { atTheDoor } from '../../functions/purchase/late.ts';
import type { Purchase } from '../../functions/purchase/purchase.ts';
import { MASK } from '../offers/market.ts';
import { cameIn, orderOf, purchaseOf } from './orders.ts';

/** 10 boxes that nobody confirmed in time, of a purchase for as many. */
const lapsed = orderOf({
  ...{ status: 'lapsed', encumberedFen: 0 },
  ended: { by: 'green-channel', at: '2022-05-12T04:00:00.000Z', reason: '未确认' },
});
const at = (of: Partial<Purchase> = {}, lacking?: number) =>
  atTheDoor(purchaseOf({ status: 'sourcing', orders: [lapsed], ...of }), 1, lacking, MASK);
const refusal = (of: Partial<Purchase>, lacking?: number): string => {
  try {
    return expect.fail(JSON.stringify(at(of, lacking)));
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe('goods of an order that has lapsed', () => {
  it('are counted in as if it had not, with all of its money to be set aside again', () => {
    for (const status of ['sourcing', 'ordered'] as const) {
      const { order, late } = at({ status });
      expect([late, order.status, order.encumberedFen, order.ended]).toEqual([true, 'confirmed', 48_000, undefined]);
    }
    // A whole pack more than is wanted was ordered with open eyes.
    expect(at({ quantity: 451 }).late).toBe(true);
  });

  it('are refused where the need is met, another order brings them, or a choice for them waits', () => {
    expect(refusal({ quantity: 450 })).toBe('wrong-status');
    expect(() => at({ quantity: 450 })).toThrow(
      expect.objectContaining({ zh: expect.stringContaining('所订 10 盒（500个）中只有 9 盒（450个）仍需要') }),
    );
    expect(refusal({}, 450)).toBe('wrong-status');
    expect(at({}, 451).late).toBe(true);
    const other = orderOf({ n: 2 });
    expect(refusal({ status: 'ordered', orders: [lapsed, other] })).toBe('wrong-status');
    expect(refusal({ status: 'ordered', orders: [lapsed, other], quantity: 1_000 }, 500)).toBe('wrong-status');
    for (const status of ['submitted', 'delivered', 'closed', 'cancelled'] as const)
      expect(refusal({ status }), status).toBe('wrong-status');
  });

  it('are no matter of an order that is out, or that ended otherwise', () => {
    expect(at({ status: 'ordered', orders: [orderOf()] })).toEqual({ order: orderOf(), late: false });
    for (const order of [cameIn(orderOf(), 300), orderOf({ status: 'declined', encumberedFen: 0 })])
      expect(refusal({ status: 'ordered', orders: [order] })).toBe('wrong-status');
  });
});
