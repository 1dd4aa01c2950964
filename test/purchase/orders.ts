import { type Order, order } from '../../functions/purchase/order.ts';
import { type Part, withPart } from '../../functions/purchase/part.ts';
import { type Purchase, purchase } from '../../functions/purchase/purchase.ts';
import { plusMinutes } from '../../functions/shared/clock.ts';
import type { Arrival } from '../../functions/stock/arrival.ts';
import { COUNTY, NOW } from '../support/need.ts';

/** 10 boxes of 50 at ¥45.00 a box, ¥30.00 for the delivery; confirmed, and due in two hours. */
export const orderOf = (of: Partial<Order> = {}): Order =>
  order.parse({
    ...{ offerId: 'ofr_1', supplierId: 'shop-1', priceFen: 4_500, perQuantity: 50, packQuantity: 50 },
    ...{ availableQuantity: 5_000, leadMinutes: 120, channel: 'wholesale', deliveryFeeFen: 3_000 },
    ...{ validUntil: plusMinutes(NOW, 1_440), n: 1, quantity: 500, status: 'confirmed', placedAt: NOW },
    ...{ confirmBy: plusMinutes(NOW, 60), deliverBy: plusMinutes(NOW, 120) },
    ...{ encumberedFen: 48_000, spentFen: 0, parts: [] },
    ...of,
  });

export const purchaseOf = (of: Partial<Purchase> = {}): Purchase =>
  purchase.parse({
    ...{ county: COUNTY, id: 'pur_1', version: 3, status: 'ordered', dueAt: plusMinutes(NOW, 120), attempt: 1 },
    ...{ askedBy: 'clerk', tier: 1, needBy: plusMinutes(NOW, 600), itemId: 'mask', quantity: 500, reason: '值守补充' },
    ...{ placeId: 'warehouse', fundId: 'special', basis: { document: '财办库〔2020〕23号', waives: ['采购方式'] } },
    ...{ orders: [orderOf()], papers: [], overrides: [], notes: [], at: NOW },
    ...of,
  });

/** A part of the order, in lots of these quantities. */
export const partOf = (of: Order, quantities: readonly number[], { final = false, at = NOW } = {}): Part => {
  const accepted = quantities.reduce((sum, one) => sum + one, 0);
  const arrival: Arrival = { lines: [], accepted, damaged: 0, wrong: 0, over: 0, under: 0 };
  const lots = quantities.map((quantity, i) => ({ lotId: `lot_${of.parts.length}_${i}`, quantity }));
  const note = { noteId: 'grn_1', document: `送货单${of.parts.length}`, note: undefined };
  return withPart(of, { arrival, lots, ...note, final, by: 'storekeeper', at });
};

/** The order after these parts came of it, the last of them the last. */
export const cameIn = (of: Order, ...parts: readonly number[]): Order =>
  parts.reduce((one, amount, i) => partOf(one, [amount], { final: i === parts.length - 1 }).order, of);
