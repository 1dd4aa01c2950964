import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type ApportionInput,
  type Apportionment,
  apportion,
  type LotSupply,
  type Need,
} from '../../functions/allocation/apportion.ts';
import { inputOf, rationaleOf, rationaleRow } from '../../functions/allocation/rationale.ts';
import { itemBody } from '../../functions/catalogue/item.ts';
import { policyInForce } from '../../functions/catalogue/policy.ts';
import { runs } from '../support/random.ts';
import { continuous } from './continuous.ts';
import { against, ceilingOf, type Fraction, floorOf, fraction, plus, times, total } from './fraction.ts';
import { ARRIVALS, instance } from './instances.ts';
import { type Claimant, claimantsOf, keyOf, mayBeKept, mayGo, unitsOf } from './reading.ts';

const small = instance({ sites: 4, lots: 5, needs: 7, most: 6 });
const large = instance({ sites: 40, lots: 20, needs: 80, most: 500 });
const plain = instance({ sites: 12, lots: 6, needs: 20, most: 50, plain: true });
const either = fc.oneof(small, large, plain);
const check = <T>(arbitrary: fc.Arbitrary<T>, usual: number, law: (value: T) => void) =>
  fc.assert(fc.property(arbitrary, law), { numRuns: runs(usual) });

const sum = (all: readonly number[]): number => all.reduce((a, b) => a + b, 0);
const amountOf = (amounts: ReadonlyMap<string, Fraction>, key: string): Fraction => amounts.get(key) ?? fraction(-1);
const byClaim = ({ claims }: Apportionment) => new Map(claims.map((claim) => [keyOf(claim), claim.granted]));
const tierAndBelow = ({ claims }: Apportionment, tier: number): number =>
  sum(claims.map((claim) => (claim.tier >= tier ? claim.granted : 0)));

const placeOf = ({ lotId, placeId }: Pick<LotSupply, 'lotId' | 'placeId'>) => `${lotId} ${placeId}`;

/** What is left of each lot, in whole issue units. */
const leftOf = ({ lots, unit }: ApportionInput, { grants }: Apportionment) =>
  lots.map((lot) => {
    const of = grants.filter((grant) => placeOf(grant) === placeOf(lot));
    return { lot, left: unitsOf(lot.quantity, unit) - sum(of.map(({ quantity }) => quantity)) / unit };
  });

/** Who has goods of which lot. */
const heldOf = (input: ApportionInput, { grants }: Apportionment) => {
  const lots = new Map(input.lots.map((lot) => [placeOf(lot), lot]));
  const claims = new Map(claimantsOf(input).flatMap((by) => by.lines.map(({ need }) => [need.lineId, by] as const)));
  return grants.flatMap((grant) => {
    const [lot, by] = [lots.get(placeOf(grant)), claims.get(grant.lineId)];
    if (lot === undefined || by === undefined) throw new Error('A grant is of one of the lots, for one of the lines');
    return [{ lot, by }];
  });
};

/** Claims that are given less than they want. */
const shortOf = (input: ApportionInput, answer: Apportionment): Claimant[] =>
  claimantsOf(input).filter((claim) => (byClaim(answer).get(keyOf(claim)) ?? 0) < claim.want * input.unit);

describe('at every apportionment', () => {
  it('grants no more of a lot than there is, no more to a line than it lacks, and only whole issue units', () =>
    check(either, 300, (input) => {
      const answer = apportion(input);
      for (const { lot, left } of leftOf(input, answer)) expect(left, lot.lotId).toBeGreaterThanOrEqual(0);
      for (const { lineId, target, floor } of input.needs) {
        const of = answer.grants.filter((grant) => grant.lineId === lineId);
        expect(sum(of.map(({ quantity }) => quantity)), lineId).toBeLessThanOrEqual(target - floor);
      }
      expect(answer.grants.every(({ quantity }) => quantity > 0 && quantity % input.unit === 0)).toBe(true);
      const units = sum(input.lots.map(({ quantity }) => unitsOf(quantity, input.unit)));
      const granted = sum(answer.claims.map((claim) => claim.granted));
      expect(granted + answer.withheld + answer.left).toBe(units * input.unit);
    }));

  it('sends a designated lot nowhere else, and nothing that expires before it arrives', () =>
    check(either, 300, (input) => {
      for (const { lot, by } of heldOf(input, apportion(input))) expect(mayGo(lot, by), lot.lotId).toBe(true);
    }));

  it('does not depend on the order in which lots and needs are given', () =>
    check(
      either.chain((input) =>
        fc.tuple(
          fc.constant(input),
          fc.shuffledSubarray([...input.lots], { minLength: input.lots.length }),
          fc.shuffledSubarray([...input.needs], { minLength: input.needs.length }),
        ),
      ),
      300,
      ([input, lots, needs]) => {
        expect(apportion({ ...input, lots, needs })).toEqual(apportion(input));
      },
    ));

  it('gives every claim the floor or the ceiling of its max-min amount, and every tier what these come to', () =>
    check(either, 300, (input) => {
      const [exact, answer] = [continuous(input), apportion(input)];
      for (const [key, granted] of byClaim(answer)) {
        const x = amountOf(exact, key);
        expect([floorOf(x), ceilingOf(x)], key).toContain(BigInt(granted / input.unit));
      }
      for (const { tier, granted } of answer.tiers) {
        const amounts = [...exact].filter(([key]) => key.startsWith(`${tier}#`)).map(([, x]) => x);
        expect(against(total(amounts), fraction(granted, input.unit)), `tier ${tier}`).toBe(0);
      }
    }));

  it('leaves nothing that a claim still lacks and may use, but less than a unit or the reserve', () =>
    check(either, 300, (input) => {
      const answer = apportion(input);
      for (const claim of shortOf(input, answer)) {
        const idle = sum(leftOf(input, answer).map(({ lot, left }) => (mayGo(lot, claim) ? left : 0)));
        expect(idle * input.unit, keyOf(claim)).toBeLessThanOrEqual(claim.tier === 1 ? 0 : answer.withheld);
      }
    }));

  it('leaves goods with no tier that a claim of a tier before it still lacks and may use', () =>
    check(either, 300, (input) => {
      const answer = apportion(input);
      for (const claim of shortOf(input, answer))
        for (const { lot, by } of heldOf(input, answer))
          if (by.tier > claim.tier)
            expect(mayGo(lot, claim), `${lot.lotId}: ${keyOf(by)}, ${keyOf(claim)}`).toBe(false);
    }));

  it('keeps the reserve back in goods that are open to all and last', () =>
    check(either, 300, (input) => {
      const answer = apportion(input);
      const kept = leftOf(input, answer).map(({ lot, left }) => (mayBeKept(lot, input) ? left : 0));
      expect(answer.withheld).toBeLessThanOrEqual(sum(kept) * input.unit);
      expect(answer.withheld).toBeLessThan(input.reserve + input.unit);
    }));

  it('promises a line no more lots than it has room for', () =>
    check(fc.tuple(either, fc.array(fc.nat(3), { minLength: 1 })), 300, ([input, rooms]) => {
      const needs = input.needs.map((need, i): Need => ({ ...need, room: rooms[i % rooms.length] }));
      const answer = apportion({ ...input, needs });
      for (const { lineId, room } of needs)
        expect(answer.grants.filter((grant) => grant.lineId === lineId).length).toBeLessThanOrEqual(room ?? 0);
      for (const { lot, left } of leftOf(input, answer)) expect(left, lot.lotId).toBeGreaterThanOrEqual(0);
      for (const { lot, by } of heldOf({ ...input, needs }, answer)) expect(mayGo(lot, by), lot.lotId).toBe(true);
    }));

  it('is explained by a rationale that, stored and read again, apportions to the same answer', () =>
    check(either, 300, (input) => {
      const answer = apportion(input);
      const body = { nameZh: '口罩', nameEn: 'Masks', category: '1', baseUnit: 'piece', issueUnit: '盒' };
      const item = {
        ...itemBody.parse({ ...body, units: { 盒: input.unit } }),
        county: '632323',
        id: 'mask',
        version: 1,
      };
      const policy = { ...policyInForce('632323', undefined), version: 3 };
      const rows = rationaleOf({ division: 7, at: ARRIVALS[0], item, policy, input, answer });
      const read = rows.map((row) => rationaleRow.parse(JSON.parse(JSON.stringify(rationaleRow.store(row)))));
      expect(apportion(inputOf(read))).toEqual(answer);
      const { handlingMinutes } = policy.allocation;
      expect(read[0]).toMatchObject({
        at: ARRIVALS[0],
        policy: { version: 3, handlingMinutes },
        withheld: answer.withheld,
      });
    }));
});

describe('from one apportionment to the next', () => {
  const extraNeed = fc
    .tuple(either, fc.nat(3), fc.integer({ min: 1, max: 50 }), fc.boolean())
    .map(([input, at, units, fresh]) => {
      const { siteId = 'site-0', siteKind = 'checkpoint', arrival = ARRIVALS[0] } = input.needs[at] ?? {};
      const need: Need = {
        lineId: 'line-new',
        siteId: fresh ? 'site-new' : siteId,
        siteKind,
        tier: 1,
        needBy: '2022-05-13T12:00:00.000Z',
        target: units * input.unit,
        floor: 0,
        // What its site asked for before does not arrive later for it.
        arrival: fresh ? arrival : ARRIVALS[0],
      };
      return [input, { ...input, needs: [...input.needs, need] }] as const;
    });

  it('a new front-line need raises no claim of a lower tier, and takes from the tiers below together', () =>
    check(extraNeed, 300, ([before, after]) => {
      const [was, is] = [continuous(before), continuous(after)];
      const [old, now] = [apportion(before), apportion(after)];
      for (const { tier, siteId, granted } of old.claims) {
        const key = keyOf({ tier, siteId });
        if (tier === 1) continue;
        expect(against(amountOf(is, key), amountOf(was, key)), key).toBeLessThanOrEqual(0);
        // Rounded, a single claim may move by one unit.
        expect(byClaim(now).get(key), key).toBeLessThanOrEqual(granted + before.unit);
      }
      for (const tier of [2, 3]) expect(tierAndBelow(now, tier)).toBeLessThanOrEqual(tierAndBelow(old, tier));
    }));

  const moreStock = fc.tuple(either, fc.nat(20), fc.integer({ min: 1, max: 100 })).map(([input, at, quantity]) => {
    const { siteId = '' } = input.needs[at] ?? {};
    const lot = input.lots[at] ?? {
      lotId: 'lot-new',
      placeId: 'warehouse',
      designation: { to: 'sites', siteIds: [siteId] },
    };
    const others = input.lots.filter((_, i) => i !== at);
    const more: LotSupply = { ...lot, quantity: (input.lots[at]?.quantity ?? 0) + quantity };
    return [input, { ...input, lots: [...others, more] }] as const;
  });

  it('more stock lowers nobody, and no tier', () =>
    check(moreStock, 300, ([before, after]) => {
      const [was, is] = [continuous(before), continuous(after)];
      const [old, now] = [apportion(before), apportion(after)];
      for (const { tier, siteId, granted } of old.claims) {
        const key = keyOf({ tier, siteId });
        expect(against(amountOf(is, key), amountOf(was, key)), key).toBeGreaterThanOrEqual(0);
        expect(byClaim(now).get(key), key).toBeGreaterThanOrEqual(granted - before.unit);
      }
      for (const { tier, granted } of old.tiers)
        expect(now.tiers.find((one) => one.tier === tier)?.granted).toBeGreaterThanOrEqual(granted);
    }));

  /** A site beside another that asked for the same and may use the same, but was served before. */
  const servedBefore = fc
    .tuple(either, fc.nat(20), fc.array(fc.nat(20), { minLength: 1 }))
    .filter(([{ needs }]) => needs.length > 0)
    .map(([input, at, done]) => {
      const like = input.needs[at % input.needs.length] as Need;
      const siteId = 'site-served';
      const twins = input.needs
        .filter((need) => keyOf(need) === keyOf(like))
        .map((need, i): Need => {
          const floor = Math.min(need.target, need.floor + (done[i % done.length] ?? 0));
          return { ...need, siteId, lineId: `${need.lineId}.served`, floor };
        });
      const lots = input.lots.map(({ designation: to, ...lot }): LotSupply => {
        const both = to.to === 'sites' && to.siteIds.includes(like.siteId);
        return { ...lot, designation: both ? { ...to, siteIds: [...to.siteIds, siteId] } : to };
      });
      return [{ ...input, lots, needs: [...input.needs, ...twins] }, like, { ...like, siteId }] as const;
    });

  it('what was delivered counts: of two sites alike the one that was served before does not win again', () =>
    check(servedBefore, 300, ([input, never, before]) => {
      const [exact, granted] = [continuous(input), byClaim(apportion(input))];
      const claims = new Map(claimantsOf(input).map((claim) => [keyOf(claim), claim]));
      const [x, y] = [amountOf(exact, keyOf(never)), amountOf(exact, keyOf(before))];
      expect(against(y, x)).toBeLessThanOrEqual(0);
      expect(granted.get(keyOf(before))).toBeLessThanOrEqual(granted.get(keyOf(never)) ?? -1);
      // It is given something only once the other has caught up, or has all it wants.
      const had = (of: Need, amount: Fraction) =>
        plus(fraction(claims.get(keyOf(of))?.floor ?? 0), times(fraction(input.unit), amount));
      if (y.num > 0n && against(x, fraction(claims.get(keyOf(never))?.want ?? 0)) < 0)
        expect(against(had(never, x), had(before, y))).toBeGreaterThanOrEqual(0);
    }));

  /** One of the needs, cut into ten lines that together ask for as much and have got as much. */
  const inTen = fc
    .tuple(either, fc.nat(80), fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 9, maxLength: 9 }))
    .filter(([{ needs }]) => needs.length > 0)
    .map(([input, at, cuts]) => {
      const need = input.needs[at % input.needs.length] as Need;
      const ends = [...cuts.map((cut) => Math.round(cut * need.target)).sort((a, b) => a - b), need.target];
      const lines = ends.map((end, i): Need => {
        const [start, floored] = [ends[i - 1] ?? 0, Math.min(end, need.floor)];
        return { ...need, lineId: `${need.lineId}.${i}`, target: end - start, floor: Math.max(0, floored - start) };
      });
      return [input, { ...input, needs: input.needs.flatMap((one) => (one === need ? lines : [one])) }, need] as const;
    });

  it('splitting one need into ten lines gains nothing', () =>
    check(inTen, 300, ([whole, split, need]) => {
      const key = keyOf(need);
      expect(against(amountOf(continuous(split), key), amountOf(continuous(whole), key))).toBeLessThanOrEqual(0);
      expect(byClaim(apportion(split)).get(key)).toBeLessThanOrEqual(byClaim(apportion(whole)).get(key) ?? -1);
    }));

  it('splitting needs into ten lines of whole units changes nothing for anybody', () =>
    check(either, 200, (input) => {
      const needs = input.needs.flatMap((need): Need[] => {
        if (need.floor > 0 || need.target < 10 * input.unit) return [need];
        const part = input.unit * Math.floor(need.target / input.unit / 10);
        return Array.from({ length: 10 }, (_, i) => ({
          ...need,
          lineId: `${need.lineId}.${i}`,
          target: i < 9 ? part : need.target - 9 * part,
        }));
      });
      expect(apportion({ ...input, needs }).claims).toEqual(apportion(input).claims);
    }));

  it('rounds the same whether numbers are small or beyond what a double holds exactly', () =>
    check(plain, 100, (input) => {
      // Scaling issue unit and quantities alike changes no share, but every product.
      const big = 9_000_011;
      const scaled = {
        ...input,
        unit: input.unit * big,
        reserve: input.reserve * big,
        lots: input.lots.map((lot) => ({ ...lot, quantity: lot.quantity * big })),
        needs: input.needs.map((need) => ({ ...need, target: need.target * big, floor: need.floor * big })),
      };
      const granted = (of: ApportionInput) => apportion(of).claims.map((claim) => claim.granted / of.unit);
      expect(granted(scaled)).toEqual(granted(input));
    }));
});
