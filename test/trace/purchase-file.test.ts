import { describe, expect, it } from 'vitest';
import type { Item } from '../../functions/catalogue/item.ts';
import { followUp } from '../../functions/purchase/follow.ts';
import { type Purchase, purchaseRow } from '../../functions/purchase/purchase.ts';
import { plusMinutes } from '../../functions/shared/clock.ts';
import { fileOf } from '../../functions/trace/purchase-file.ts';
import { MASK, offerOf, SUPPLIERS } from '../offers/market.ts';
import { aChoice, outOf, SPECIAL, submitted } from '../purchase/purchases.ts';
import { NOW, POLICY } from '../support/need.ts';

/** As an inspection reads it. */
const fileFor = (purchase: Purchase, item: Item = MASK) =>
  fileOf({
    ...{ purchase, item, fund: SPECIAL, suppliers: new Map(), entries: [], credits: new Map(), papers: [] },
    place: { id: 'warehouse', nameZh: '样例仓库', nameEn: 'Sample warehouse' },
  });

describe('the price check of an order', () => {
  const of = outOf(submitted({ choice: aChoice([offerOf(1), offerOf(2, { priceFen: 2_300 })]) }));
  const checks = (purchase: Purchase, item?: Item) => fileFor(purchase, item).orders.map((one) => one.priceCheck?.zh);

  it('is as it was when the order was placed, whatever the item’s reference has become', () => {
    const since = { ...MASK, reference: { priceFen: 1_000, perQuantity: 50 }, marginCapPercent: 5 };
    expect(checks(of, since)).toEqual([expect.stringContaining('¥22.00 / 50 个，限价 ¥26.00 / 50 个')]);
  });

  it('of an offer that is tried later is by what holds then', () => {
    const item = { ...MASK, reference: { priceFen: 1_900, perQuantity: 50 } };
    const { purchase } = followUp({
      ...{ purchase: of, item, suppliers: SUPPLIERS, policy: POLICY, fund: SPECIAL, availableFen: 1_000_000 },
      ...{ alternates: of.choice?.alternates ?? [], now: plusMinutes(NOW, 240) },
    });
    expect(checks(purchase)).toEqual([expect.stringContaining('¥26.00'), expect.stringContaining('限价 ¥24.70')]);
  });

  it('of an order that was placed before checks were kept is none, and not one of today', () => {
    const orders = of.orders.map(({ priceCheck: _, ...one }) => one);
    expect(checks(purchaseRow.parse({ ...purchaseRow.store(of), orders }))).toEqual([undefined]);
  });
});
