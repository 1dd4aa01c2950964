import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Chosen, nextOf, type Planned } from '../../functions/offers/choice.ts';
import { planOf } from '../../functions/offers/cover.ts';
import { extraFen, type Offer } from '../../functions/offers/offer.ts';
import { amountFen } from '../../functions/prices/price.ts';
import { plusMinutes } from '../../functions/shared/clock.ts';
import { NOW, POLICY } from '../support/need.ts';
import { runs } from '../support/random.ts';
import { chosenOf, MASK, offerOf, SUPPLIERS } from './market.ts';

const NEED_BY = plusMinutes(NOW, 100);
const sum = (all: readonly number[]): number => all.reduce((a, b) => a + b, 0);
const ids = (all: readonly { readonly offerId: string }[]) => all.map(({ offerId }) => offerId);
const quantityOf = (orders: readonly Planned[]): number => sum(orders.map(({ quantity }) => quantity));
const isInTime = ({ leadMinutes }: Pick<Offer, 'leadMinutes'>): boolean => leadMinutes <= 100;
const wholePacks = (of: Offer): number => planOf(of, of.availableQuantity).quantity;

/** Offers whose price is for whole fen a pack. Packs of one size, where it is given. */
const offersOf = (most: number, pack?: number): fc.Arbitrary<Offer[]> =>
  fc
    .array(
      fc.record({
        priceFen: fc.integer({ min: 0, max: 40 }),
        pack: fc.integer({ min: 1, max: 7 }),
        packs: fc.integer({ min: 1, max: 4 }),
        leadMinutes: fc.constantFrom(50, 100, 101),
        deliveryFeeFen: fc.constantFrom(0, 0, 5, 30),
      }),
      { minLength: 1, maxLength: most },
    )
    .map((all) =>
      all.map(({ pack: size, packs, ...rest }, n) =>
        offerOf(n, {
          ...{ ...rest, supplierId: `shop-${1 + (n % 4)}`, perQuantity: pack ?? size, packQuantity: pack ?? size },
          availableQuantity: packs * (pack ?? size),
        }),
      ),
    );
const wanted = fc.integer({ min: 1, max: 40 });
const check = <T extends [unknown, ...unknown[]]>(
  usual: number,
  law: (...values: T) => void,
  ...of: { [K in keyof T]: fc.Arbitrary<T[K]> }
) => fc.assert(fc.property(...of, law), { numRuns: runs(usual) });

const chosen = (offers: readonly Offer[], quantity: number): Chosen => chosenOf(offers, { quantity, needBy: NEED_BY });

/** The least that so many packs can cost, found by trying everything. */
const least = (packs: number, [first, ...rest]: readonly Offer[]): number => {
  if (packs <= 0) return 0;
  if (first === undefined) return Number.POSITIVE_INFINITY;
  const most = Math.min(packs, wholePacks(first) / first.packQuantity);
  return Math.min(
    ...Array.from({ length: most + 1 }, (_, n) =>
      n === 0
        ? least(packs, rest)
        : amountFen(first, n * first.packQuantity) + extraFen(first) + least(packs - n, rest),
    ),
  );
};

describe('whatever is offered', () => {
  it('the need is covered whenever the offers can, by whole packs, with less than a pack too much', () =>
    check(
      100,
      (offers, quantity) => {
        const { orders, uncovered } = chosen(offers, quantity);
        expect(uncovered).toBe(Math.max(0, quantity - sum(offers.map(wholePacks))));
        for (const of of orders) {
          expect(of.quantity % of.packQuantity).toBe(0);
          expect(of.quantity).toBeLessThanOrEqual(of.availableQuantity);
        }
        const last = orders.at(-1);
        expect(quantityOf(orders.slice(0, -1))).toBeLessThan(quantity);
        expect(quantityOf(orders) - quantity).toBeLessThan(last?.packQuantity ?? 0);
      },
      offersOf(14),
      wanted,
    ));

  it('nothing late is taken while something in time is left', () =>
    check(
      200,
      (offers, quantity) => {
        const { orders } = chosen(offers, quantity);
        if (orders.every(isInTime)) return;
        const soon = offers.filter(isInTime);
        expect(quantityOf(orders.filter(isInTime))).toBe(sum(soon.map(wholePacks)));
      },
      offersOf(6),
      wanted,
    ));

  it('where all packs are alike, no other set of offers in time is cheaper', () =>
    check(
      300,
      (offers, quantity) => {
        const soon = offers.map((of) => ({ ...of, leadMinutes: 50 }));
        const { totalFen, uncovered } = chosen(soon, quantity);
        if (uncovered === 0) expect(totalFen).toBe(least(Math.ceil(quantity / 3), soon));
      },
      offersOf(5, 3),
      wanted,
    ));

  it('no single offer that would do alone is cheaper', () =>
    check(
      200,
      (offers, quantity) => {
        const { totalFen, orders } = chosen(offers, quantity);
        const alone = offers
          .filter((of) => wholePacks(of) >= quantity && isInTime(of))
          .map((of) => planOf(of, quantity).totalFen);
        if (orders.every(isInTime)) expect(totalFen).toBeLessThanOrEqual(Math.min(...alone));
      },
      offersOf(16),
      wanted,
    ));

  it('their order does not matter', () =>
    check(
      200,
      ([offers, shuffled], quantity) => {
        expect(chosen(shuffled, quantity)).toEqual(chosen(offers, quantity));
      },
      offersOf(8).chain((offers) =>
        fc.tuple(fc.constant(offers), fc.shuffledSubarray(offers, { minLength: offers.length })),
      ),
      wanted,
    ));

  it('orders and alternates never share an offer, and are no more than one purchase holds', () =>
    check(
      100,
      (offers, quantity) => {
        const { orders, alternates } = chosen(offers, quantity);
        const all = [...ids(orders), ...ids(alternates)];
        expect(new Set(all).size).toBe(all.length);
        expect(all.length).toBeLessThanOrEqual(20);
      },
      offersOf(25),
      wanted,
    ));
});

describe('what it comes to at most', () => {
  it('is never exceeded, however little comes of each order and whatever is tried next', () =>
    check(
      300,
      (offers, quantity, come) => {
        const choice = chosen(offers, quantity);
        const rounds = come.values();
        let [spent, accepted] = [0, 0];
        let [orders, alternates] = [choice.orders, choice.alternates];
        while (orders.length > 0) {
          for (const of of orders) {
            const got = Math.floor((of.quantity * (rounds.next().value ?? 0)) / 10);
            if (got > 0) spent += amountFen(of, got) + extraFen(of);
            accepted += got;
          }
          if (accepted >= quantity) break;
          const lacking = { uncovered: quantity - accepted, needBy: NEED_BY, now: NOW, alternates, aboveAllowed: true };
          ({ orders, alternates } = nextOf({ ...lacking, item: MASK, policy: POLICY, suppliers: SUPPLIERS }));
        }
        expect(spent).toBeLessThanOrEqual(choice.atMostFen);
        expect(choice.atMostFen).toBeGreaterThanOrEqual(choice.totalFen);
      },
      offersOf(5),
      wanted,
      fc.array(fc.integer({ min: 0, max: 10 }), { minLength: 20, maxLength: 20 }),
    ));
});
