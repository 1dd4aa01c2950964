import type { Item } from '../catalogue/item.ts';
import { inUnits } from '../catalogue/words.ts';
import { planOf } from '../offers/cover.ts';
import { orderFen } from '../offers/offer.ts';
import { wrongStatus } from '../shared/problem.ts';
import { type Order, sound } from './order.ts';
import { orderAt, orderNumbered, outstandingOf, type Purchase, purchaseRow, uncovered } from './purchase.ts';

/** An order that goods are counted in of. */
export interface AtTheDoor {
  readonly order: Order;
  /** It had lapsed, and its money was given back: what is paid of it now has to be set aside anew. */
  readonly late: boolean;
}

/** Base units that are still wanted of a purchase and that no order brings. */
const wantedOf = (purchase: Purchase, lacking: number | undefined): number => {
  if (purchase.status !== 'ordered' && purchase.status !== 'sourcing') return 0;
  const needed = lacking === undefined ? Number.MAX_SAFE_INTEGER : lacking - outstandingOf(purchase);
  return Math.max(0, Math.min(uncovered(purchase), needed));
};

/**
 * The order whose goods are at the door. A lapsed one is as good as any while all of it is still wanted and nothing has
 * replaced it: whoever stands there with what the front line waits for is not sent away over an hour.
 *
 * @param lacking base units that the need lacks, what other purchases bring left out; none: it is for the pool.
 * @throws Problem 404 `unknown-order`; 409 `wrong-status`, with what is to be done instead.
 */
export const atTheDoor = (purchase: Purchase, n: number, lacking: number | undefined, item: Item): AtTheDoor => {
  const { ended: _, ...order } = orderNumbered(purchase, n);
  if (order.status !== 'lapsed') return { order: orderAt(purchase, n, ['placed', 'confirmed']), late: false };
  const wanted = wantedOf(purchase, lacking);
  if (wanted === 0 || planOf(order, wanted).quantity < order.quantity) {
    const [whole, some] = [inUnits(item, order.quantity), inUnits(item, wanted)];
    throw wrongStatus(purchaseRow.keyOf(purchase), {
      zh: `第 ${n} 号订单已逾期作废，所订 ${whole.zh}中只有 ${some.zh}仍需要且无人供应，不能按此订单验收。请采购员取消替代它的订单，或请审批人退回正在审批的选择，然后再验收；否则退货。`,
      en: `Order ${n} lapsed, and of its ${whole.en} only ${some.en} are still wanted and brought by nobody else: they are not accepted as this order. Have a buyer enter the order in its place as declined, or an approver return the choice that waits, and accept then; else send the goods back.`,
    });
  }
  return { order: sound({ ...order, status: 'confirmed', encumberedFen: orderFen(order) }), late: true };
};
