import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Offer } from '../../functions/offers/offer.ts';
import { declined } from '../../functions/purchase/answer.ts';
import { type FollowInput, followUp } from '../../functions/purchase/follow.ts';
import { isLive, sound } from '../../functions/purchase/order.ts';
import { acceptedOf, outstandingOf, type Purchase } from '../../functions/purchase/purchase.ts';
import { plusMinutes } from '../../functions/shared/clock.ts';
import { MASK, offerOf, SUPPLIERS } from '../offers/market.ts';
import { NOW, POLICY } from '../support/need.ts';
import { runs } from '../support/random.ts';
import { partOf } from './orders.ts';
import { aChoice, confirmedBy, FOR_NEED, outOf, SPECIAL, submitted, withPart } from './purchases.ts';

/** Out for a need of the front line: its supplier has an hour to confirm. */
const out = (offers: readonly Offer[], changes: Partial<Purchase> = {}): Purchase =>
  outOf(submitted({ ...FOR_NEED, choice: aChoice(offers), ...changes }));
const HOUR_LATER = plusMinutes(NOW, 60);
const DAY_LATER = plusMinutes(NOW, 1_440);

const lookedAfter = (purchase: Purchase, of: Partial<FollowInput> = {}) =>
  followUp({
    ...{ purchase, item: MASK, needed: { ofThis: 5_000, ofNobody: 5_000 }, suppliers: SUPPLIERS, policy: POLICY },
    ...{ alternates: purchase.choice?.alternates ?? [], fund: SPECIAL, availableFen: 1_000_000, now: HOUR_LATER },
    ...of,
  });
const codes = ({ notes }: ReturnType<typeof lookedAfter>) => notes.map(({ code }) => code);
const stand = ({ purchase: { orders } }: ReturnType<typeof lookedAfter>) =>
  orders.map(({ offerId, status }) => `${offerId} ${status}`);
const withOrders = (of: Purchase, change: (order: Purchase['orders'][number]) => Purchase['orders'][number]) => ({
  ...of,
  orders: of.orders.map(change),
});

const TWO = [offerOf(1), offerOf(2, { priceFen: 2_300 })];

describe('an order that nobody confirmed in time', () => {
  const followed = lookedAfter(out(TWO));

  it('is over, and the next offer is ordered without a person', () => {
    expect(stand(followed)).toEqual(['ofr_1 lapsed', 'ofr_2 placed']);
    expect(codes(followed)).toEqual(['order-unconfirmed', 'next-tried']);
    expect(followed.notes[1]?.zh).toBe('改向样例乙店订购 100 盒（5000个），占用 ¥2,300.00。');
  });

  it('gives its money back in the same step that takes the next one’s', () => {
    expect(followed.money).toEqual({
      encumbered: [{ order: 2, amountFen: 230_000 }],
      released: [{ order: 1, amountFen: 220_000 }],
    });
  });

  it('sets the new one its own deadline, and stays ordered', () => {
    expect(followed.purchase).toMatchObject({ status: 'ordered', dueAt: plusMinutes(HOUR_LATER, 60) });
  });

  it('a minute before, nothing happens', () => {
    const early = lookedAfter(out(TWO), { now: plusMinutes(NOW, 59) });
    expect(early).toMatchObject({ notes: [], money: { encumbered: [], released: [] } });
    expect(early.purchase.orders).toEqual(out(TWO).orders);
  });

  it('leads back to a buyer where no offer is left', () => {
    const none = lookedAfter(out([offerOf(1)]));
    expect(none.purchase).toMatchObject({ status: 'sourcing', quantity: 5_000, dueAt: plusMinutes(HOUR_LATER, 60) });
    expect(codes(none)).toEqual(['order-unconfirmed', 'sourced-again']);
  });

  it('looked after twice, is the same as once', () => {
    const again = lookedAfter(followed.purchase);
    expect([again.purchase, again.notes]).toEqual([followed.purchase, []]);
  });
});

describe('the next offer', () => {
  it('is none that was withdrawn, does not stand any more, or was tried', () => {
    expect(stand(lookedAfter(out(TWO), { alternates: [] }))).toEqual(['ofr_1 lapsed']);
    const stale = [offerOf(1), offerOf(2, { validUntil: plusMinutes(NOW, 59) })];
    expect(stand(lookedAfter(out(stale)))).toEqual(['ofr_1 lapsed']);
    const twice = lookedAfter(lookedAfter(out(TWO)).purchase, { now: plusMinutes(NOW, 120) });
    expect(stand(twice)).toEqual(['ofr_1 lapsed', 'ofr_2 lapsed']);
    expect(twice.purchase.status).toBe('sourcing');
  });

  it('is not ordered beyond the fund; what the order before gives back counts', () => {
    expect(stand(lookedAfter(out(TWO), { availableFen: 10_000 }))).toEqual(['ofr_1 lapsed', 'ofr_2 placed']);
    const poor = lookedAfter(out(TWO), { availableFen: 9_999 });
    expect(stand(poor)).toEqual(['ofr_1 lapsed']);
    expect(poor.notes[1]).toMatchObject({ code: 'fund-exhausted', zh: expect.stringContaining('可用 ¥2,299.99') });
    expect(poor.purchase.status).toBe('sourcing');
  });

  it('is not ordered from a fund that was closed or may not buy it any more, which is said once', () => {
    const food = { ...SPECIAL, mayBuy: { categories: ['1'], itemIds: [] } };
    for (const fund of [{ ...SPECIAL, active: false }, food]) {
      const barred = lookedAfter(out(TWO), { fund });
      expect(stand(barred)).toEqual(['ofr_1 lapsed']);
      expect(codes(barred)).toEqual(['order-unconfirmed', 'fund-may-not-buy', 'sourced-again']);
      expect(barred.purchase.status).toBe('sourcing');
      const dearer = [offerOf(2, { priceFen: 2_300 }), offerOf(3, { priceFen: 2_400 })];
      const split = out([offerOf(1, { availableQuantity: 3_000 }), ...dearer]);
      const partly = withOrders(split, (order) => (order.offerId === 'ofr_1' ? confirmedBy(order) : order));
      const waiting = withOrders(partly, (order) => ({ ...order, deliverBy: DAY_LATER }));
      const once = lookedAfter(waiting, { fund });
      expect(codes(once)).toEqual(['order-unconfirmed', 'fund-may-not-buy']);
      expect(codes(lookedAfter(once.purchase, { fund }))).toEqual([]);
    }
  });

  it('that cannot be afforded while another order is out is told once a choice, whatever the fund comes to have', () => {
    const split = out([
      offerOf(1, { availableQuantity: 3_000, leadMinutes: 600 }),
      offerOf(2, { priceFen: 2_300 }),
      ...[3, 4].map((n) => offerOf(n, { priceFen: 2_400 })),
    ]);
    const partly = withOrders(split, (order) => (order.offerId === 'ofr_1' ? confirmedBy(order) : order));
    const poor = lookedAfter(partly, { availableFen: 0, needed: undefined });
    expect(codes(poor)).toEqual(['order-unconfirmed', 'fund-exhausted', 'fund-exhausted']);
    expect(poor.purchase.status).toBe('ordered');
    const look = (availableFen: number, of = poor.purchase) =>
      lookedAfter(of, { availableFen, needed: undefined, now: plusMinutes(HOUR_LATER, 30) });
    expect([codes(look(0)), codes(look(100))]).toEqual([[], []]);
    const { choice } = poor.purchase;
    const anew = { ...poor.purchase, ...(choice && { choice: { ...choice, at: plusMinutes(HOUR_LATER, 10) } }) };
    expect(codes(look(0, anew))).toContain('fund-exhausted');
    // Once the fund has it, it is ordered all the same.
    expect(stand(look(1_000_000))).toContain('ofr_3 placed');
  });

  it('is not ordered beyond what was decided on', () => {
    const of = out(TWO);
    const bounded = { ...of, choice: of.choice && { ...of.choice, atMostFen: 229_999 } };
    expect(codes(lookedAfter(bounded))).toEqual(['order-unconfirmed', 'beyond-decision', 'sourced-again']);
  });

  it('is above its ceiling only where headquarters approved such a price, whatever the reference is today', () => {
    const lowered = { ...MASK, reference: { priceFen: 1_000, perQuantity: 50 } };
    const decided = (aboveCeiling?: boolean) => {
      const of = out(TWO);
      const level = 'headquarters' as const;
      return { ...of, decision: of.decision && { ...of.decision, level, ...(aboveCeiling && { aboveCeiling }) } };
    };
    expect(stand(lookedAfter(decided(), { item: lowered }))).toEqual(['ofr_1 lapsed']);
    expect(stand(lookedAfter(decided(true), { item: lowered }))).toEqual(['ofr_1 lapsed', 'ofr_2 placed']);
  });

  it('is ordered for as much as is lacking, not for all that was', () => {
    const split = out([
      offerOf(1, { availableQuantity: 3_000, leadMinutes: 600 }),
      offerOf(2, { priceFen: 2_300 }),
      offerOf(3, { priceFen: 2_400 }),
    ]);
    const partly = withOrders(split, (order) => (order.offerId === 'ofr_1' ? confirmedBy(order) : order));
    const { purchase } = lookedAfter(partly);
    expect(purchase.orders.map(({ offerId, quantity, status }) => `${offerId} ${quantity} ${status}`)).toEqual([
      'ofr_1 3000 confirmed',
      'ofr_2 2000 lapsed',
      'ofr_3 2000 placed',
    ]);
  });
});

describe('a confirmed order that does not come', () => {
  const waiting = withOrders(out(TWO), confirmedBy);

  it('is over at its day, and the next is tried', () => {
    const late = lookedAfter(waiting, { now: DAY_LATER, alternates: waiting.choice?.alternates ?? [] });
    expect(codes(late)[0]).toBe('order-late');
    expect(stand(late)[0]).toBe('ofr_1 lapsed');
  });

  it('in part, is closed for the rest, and keeps what it was paid for', () => {
    const half = withOrders(waiting, (order) => withPart(order, 2_500));
    const late = lookedAfter(half, { now: HOUR_LATER, needed: { ofThis: 2_500, ofNobody: 2_500 } });
    expect(stand(late)).toEqual(['ofr_1 closed', 'ofr_2 placed']);
    expect(late.money.released).toEqual([{ order: 1, amountFen: 110_000 }]);
    expect(late.purchase.orders[1]?.quantity).toBe(2_500);
  });

  it('in part, with nobody left to try, is sourced again for the rest', () => {
    const half = withOrders(withOrders(out([offerOf(1)]), confirmedBy), (order) => withPart(order, 2_500));
    expect(lookedAfter(half).purchase).toMatchObject({ status: 'sourcing', quantity: 5_000 });
    const enough = lookedAfter(half, { needed: { ofThis: 0, ofNobody: 0 } });
    expect(enough.purchase.status).toBe('delivered');
  });
});

describe('when the need was met otherwise', () => {
  const nothing = { needed: { ofThis: 0, ofNobody: 0 }, now: plusMinutes(NOW, 30) };

  it('what nobody has confirmed is called off, and the purchase with it', () => {
    const over = lookedAfter(out(TWO), nothing);
    expect(over.purchase).toMatchObject({ status: 'cancelled', orders: [{ status: 'cancelled' }] });
    expect(codes(over)).toEqual(['surplus-cancelled', 'not-needed']);
    expect(over.money.released).toEqual([{ order: 1, amountFen: 220_000 }]);
  });

  it('what was confirmed is kept for the pool, and the file says so once', () => {
    const kept = lookedAfter(withOrders(out(TWO), confirmedBy), nothing);
    expect(kept.purchase).toMatchObject({ status: 'ordered', orders: [{ status: 'confirmed' }] });
    expect(codes(kept)).toEqual(['surplus-kept']);
    expect(lookedAfter(kept.purchase, nothing).notes).toEqual([]);
  });

  it('in part, whole orders are called off that are no longer needed, the last to come first', () => {
    const split = out([
      offerOf(1, { availableQuantity: 2_500, leadMinutes: 300 }),
      offerOf(2, { availableQuantity: 2_500, leadMinutes: 500 }),
    ]);
    const some = (ofThis: number) => stand(lookedAfter(split, { needed: { ofThis, ofNobody: ofThis }, now: NOW }));
    expect(some(2_501)).toEqual(['ofr_1 placed', 'ofr_2 placed']);
    expect(some(2_500)).toEqual(['ofr_1 placed', 'ofr_2 cancelled']);
  });

  it('for the pool nothing is surplus', () => {
    const pool = outOf(submitted());
    expect(lookedAfter(pool, { needed: undefined, now: plusMinutes(NOW, 30) })).toMatchObject({ notes: [] });
  });
});

describe('whatever happens to orders', () => {
  const happening = fc.record({
    minutes: fc.integer({ min: 1, max: 400 }),
    ofThis: fc.nat(6_000),
    availableFen: fc.nat(300_000),
    confirm: fc.boolean(),
    decline: fc.boolean(),
    accept: fc.option(fc.record({ quantity: fc.nat(6_000), final: fc.boolean() })),
  });

  it('money that orders hold is what was set aside less what was given back, and never with what was spent above what was decided on', () => {
    fc.assert(
      fc.property(fc.array(happening, { minLength: 1, maxLength: 6 }), (events) => {
        let purchase = out([1, 2, 3, 4].map((n) => offerOf(n, { priceFen: 2_200 + 50 * n, deliveryFeeFen: 100 * n })));
        let encumberedFen = purchase.orders.reduce((sum, order) => sum + order.encumberedFen, 0);
        let [now, came] = [NOW, 0];
        const move = (money: ReturnType<typeof lookedAfter>['money']) => {
          const sum = (of: readonly { readonly amountFen: number }[]) =>
            of.reduce((all, one) => all + one.amountFen, 0);
          encumberedFen += sum(money.encumbered) - sum(money.released);
        };
        for (const { minutes, ofThis, availableFen, confirm, decline, accept } of events) {
          if (purchase.status !== 'ordered') break;
          now = plusMinutes(now, minutes);
          if (confirm)
            purchase = withOrders(purchase, (order) => (order.status === 'placed' ? confirmedBy(order) : order));
          const live = purchase.orders.find(isLive);
          if (decline && live !== undefined) {
            const without = declined(purchase, live.n, { reason: '售完' }, { by: 'buyer-1', now });
            purchase = without.purchase;
            move(without.money);
          }
          const arriving = purchase.orders.find(isLive);
          if (accept !== null && arriving !== undefined) {
            const part = partOf(arriving, [accept.quantity], { final: accept.final, at: now });
            purchase = withOrders(purchase, (order) => (order.n === arriving.n ? part.order : order));
            encumberedFen -= part.spentFen + part.releasedFen;
            came += accept.quantity;
          }
          const before = purchase;
          const followed = lookedAfter(purchase, { now, availableFen, needed: { ofThis, ofNobody: ofThis } });
          purchase = followed.purchase;
          move(followed.money);
          for (const order of purchase.orders) sound(order);
          expect(purchase.orders.reduce((sum, order) => sum + order.encumberedFen, 0)).toBe(encumberedFen);
          const spentFen = purchase.orders.reduce((sum, order) => sum + order.spentFen, 0);
          expect(encumberedFen + spentFen).toBeLessThanOrEqual(before.choice?.atMostFen ?? 0);
          expect(new Set(purchase.orders.map(({ offerId }) => offerId)).size).toBe(purchase.orders.length);
          expect(purchase.status === 'ordered').toBe(purchase.orders.some(isLive));
          if (purchase.status === 'ordered') expect(purchase.dueAt > now).toBe(true);
          // What it decided once, it leaves alone.
          const again = lookedAfter(purchase, { now, availableFen, needed: { ofThis, ofNobody: ofThis } });
          if (purchase.status === 'ordered') expect(again.money).toEqual({ encumbered: [], released: [] });
          // And what it said, it does not say again.
          if (purchase.status === 'ordered')
            expect(
              lookedAfter(again.purchase, { now, availableFen, needed: { ofThis, ofNobody: ofThis } }).notes,
            ).toEqual([]);
          expect(acceptedOf(purchase)).toBe(came);
          // What has come is not ordered again, but for a pack that is begun.
          if (followed.money.encumbered.length > 0)
            expect(outstandingOf(purchase)).toBeLessThan(Math.min(5_000 - came, ofThis) + 50);
        }
      }),
      { numRuns: runs(100) },
    );
  });
});
