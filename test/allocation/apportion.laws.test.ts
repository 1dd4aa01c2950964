import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ApportionInput, type Apportionment, apportion, type Need } from '../../functions/allocation/apportion.ts';
import { claimsOf, earlier } from '../../functions/allocation/claims.ts';
import { eligibilityOf } from '../../functions/allocation/eligible.ts';
import { served } from '../../functions/allocation/tiers.ts';
import { runs } from '../support/random.ts';
import {
  against,
  ceilingOf,
  type Fraction,
  floorOf,
  fraction,
  greatest,
  least,
  minus,
  plus,
  times,
  total,
} from './fraction.ts';
import { instance } from './instances.ts';
import { bruteForce, byTrial, feasible, mayGo } from './oracle.ts';

/** May use what is open to all. */
const NOBODY = { siteId: '', siteKind: 'warehouse', tier: 1 } as const;
const NOBODY_NEEDS: Need = { ...NOBODY, lineId: '', needBy: '', arrival: '', target: 0, floor: 0 };
const keyOf = ({ tier, siteId }: { tier: number; siteId: string }) => `${tier}#${siteId}`;
const small = instance({ sites: 4, lots: 5, needs: 7, most: 6 });
const large = instance({ sites: 40, lots: 30, needs: 80, most: 500 });
const plain = instance({ sites: 12, lots: 6, needs: 20, most: 50, plain: true });
const either = fc.oneof(small, large, plain);
const check = <T>(arbitrary: fc.Arbitrary<T>, usual: number, law: (value: T) => void) =>
  fc.assert(fc.property(arbitrary, law), { numRuns: runs(usual), endOnFailure: false });

/** The claims of an instance, by rank. */
const claimsIn = ({ needs, unit }: ApportionInput) => {
  const { target, floor, want, arrival, arrivals, needs: byClaim } = claimsOf(needs, unit);
  return byClaim.map((lines, c) => {
    const head = lines[0] ?? NOBODY_NEEDS;
    const lacks = (line: Need) => Math.floor((line.target - line.floor) / unit) > 0;
    return {
      ...{ index: c, siteId: head.siteId, siteKind: head.siteKind, tier: head.tier, lines },
      ...{ target: target[c] ?? 0, floor: floor[c] ?? 0, want: want[c] ?? 0 },
      arrival: arrivals[arrival[c] ?? 0] ?? '',
      first: lines.find(lacks) ?? head,
    };
  });
};

/** The continuous solution as the code under test has it, in issue units by claim. */
const continuous = (input: ApportionInput): Map<string, Fraction> => {
  const columns = claimsOf(input.needs, input.unit);
  const claims = claimsIn(input);
  const { tiers } = served(columns, eligibilityOf(input, columns), input);
  const members = (of: readonly { readonly members: Int32Array }[]) =>
    of.flatMap((group) => [...group.members].flatMap((c) => claims[c] ?? []));
  return new Map(
    tiers.flatMap(({ satisfied, regions }) => [
      ...members(satisfied).map((claim) => [keyOf(claim), fraction(claim.want)] as const),
      ...regions.flatMap(({ level, groups }) =>
        members(groups).map(({ target, floor, want, ...claim }) => {
          const lifted = minus(times(fraction(level.num, level.den), fraction(target)), fraction(floor));
          const units = times(lifted, fraction(1, input.unit));
          return [keyOf(claim), least(fraction(want), greatest(fraction(0), units))] as const;
        }),
      ),
    ]),
  );
};

const grantsByLot = ({ grants }: Apportionment) =>
  Map.groupBy(grants, ({ lotId }) => lotId)
    .entries()
    .map(([lotId, of]) => [lotId, of.reduce((sum, { quantity }) => sum + quantity, 0)] as const);

describe('against brute force', () => {
  it('gives every tier its greatest total and every claim the floor or ceiling of its max-min share', () =>
    check(small, 300, (input) => {
      const { shares, withheld } = bruteForce(input);
      const answer = apportion(input);
      expect(answer.withheld).toBe(withheld * input.unit);
      for (const [key, x] of continuous(input)) expect(against(x, shares.get(key) ?? fraction(-1)), key).toBe(0);
      for (const claim of answer.claims) {
        const x = shares.get(keyOf(claim)) ?? fraction(-1);
        expect([floorOf(x), ceilingOf(x)], JSON.stringify(claim)).toContain(BigInt(claim.granted / input.unit));
      }
      for (const { tier, granted } of answer.tiers) {
        const of = [...shares].filter(([key]) => key.startsWith(`${tier}#`)).map(([, x]) => x);
        expect(against(total(of), fraction(granted, input.unit))).toBe(0);
      }
    }));

  it('gives the unit over to the claim that needs it first: no later claim has one that it could have had', () =>
    check(small, 300, (input) => {
      const claims = claimsIn(input);
      const exact = continuous(input);
      const { claims: results, withheld } = apportion(input);
      const units = results.map(({ granted }) => granted / input.unit);
      const over = (i: number) => fraction(units[i] ?? 0);
      const shareOf = (i: number) => {
        const [x, claim] = [exact.get(keyOf(claims[i] ?? NOBODY)) ?? fraction(0), claims[i]];
        const had = plus(fraction(claim?.floor ?? 0), times(x, fraction(input.unit)));
        return times(had, fraction(1, claim?.target ?? 1));
      };
      for (const [a, first] of claims.entries())
        for (const [b, second] of claims.entries()) {
          if (first.tier !== second.tier || earlier(first.first, second.first) >= 0) continue;
          const [x, y] = [exact.get(keyOf(first)) ?? fraction(0), exact.get(keyOf(second)) ?? fraction(0)];
          if (against(over(a), x) >= 0 || against(over(b), y) <= 0 || against(shareOf(a), shareOf(b)) !== 0) continue;
          const swapped = units.with(a, (units[a] ?? 0) + 1).with(b, (units[b] ?? 0) - 1);
          // The tiers after this one have no say in it.
          const takers = [
            ...claims.map((claim, i) => ({ claim, units: claim.tier <= first.tier ? (swapped[i] ?? 0) : 0 })),
            { claim: { ...NOBODY, arrival: input.reserveUntil }, units: first.tier > 1 ? withheld / input.unit : 0 },
          ];
          const may = (who: number, lot: number) => {
            const [taker, supply] = [takers[who], input.lots[lot]];
            return taker !== undefined && supply !== undefined && mayGo(supply, taker.claim);
          };
          const stock = input.lots.map(({ quantity }) => Math.floor(quantity / input.unit));
          expect(
            feasible(
              takers.map((taker) => taker.units),
              stock,
              may,
            ),
          ).toBe(false);
        }
    }));

  it('chooses the lots that trying out every amount would choose: first-expiring first, to the earliest arrival', () =>
    check(small, 150, (input) => {
      const answer = apportion(input);
      const lots = input.lots
        .map((lot) => ({ lot, units: Math.floor(lot.quantity / input.unit) }))
        .sort(
          ({ lot: a }, { lot: b }) =>
            (a.useBy ?? '9999').localeCompare(b.useBy ?? '9999') ||
            Number(a.designation.to === 'all') - Number(b.designation.to === 'all') ||
            a.lotId.localeCompare(b.lotId),
        );
      const rank = ({ arrival, tier, first }: { arrival: string; tier: number; first: Need }) =>
        [arrival, tier, first.needBy, first.lineId].join(' ');
      const claims = claimsIn(input).sort((a, b) => rank(a).localeCompare(rank(b)));
      const expected = byTrial(lots, [
        ...claims.map((claim) => ({
          units: (answer.claims[claim.index]?.granted ?? 0) / input.unit,
          may: (lot: ApportionInput['lots'][number]) => mayGo(lot, claim),
        })),
        {
          units: answer.withheld / input.unit,
          may: (lot) => lot.designation.to === 'all' && mayGo(lot, { ...NOBODY, arrival: input.reserveUntil }),
        },
      ]);
      const claimOf = new Map(claims.flatMap((claim, i) => claim.lines.map(({ lineId }) => [lineId, i] as const)));
      const actual = expected.map((row) => row.map(() => 0));
      for (const { lineId, lotId, quantity } of answer.grants) {
        const row = actual[claimOf.get(lineId) ?? -1];
        const at = lots.findIndex(({ lot }) => lot.lotId === lotId);
        if (row) row[at] = (row[at] ?? 0) + quantity / input.unit;
      }
      expect(actual).toEqual(expected);
    }));
});

describe('at every apportionment', () => {
  it('grants no more of a lot than there is, no more to a line than it lacks, and only whole issue units', () =>
    check(either, 300, (input) => {
      const answer = apportion(input);
      for (const [lotId, granted] of grantsByLot(answer))
        expect(granted).toBeLessThanOrEqual(input.lots.find((lot) => lot.lotId === lotId)?.quantity ?? 0);
      for (const [lineId, of] of Map.groupBy(answer.grants, (grant) => grant.lineId)) {
        const need = input.needs.find((one) => one.lineId === lineId);
        const granted = of.reduce((sum, { quantity }) => sum + quantity, 0);
        expect(granted).toBeLessThanOrEqual((need?.target ?? 0) - (need?.floor ?? 0));
      }
      expect(answer.grants.every(({ quantity }) => quantity > 0 && quantity % input.unit === 0)).toBe(true);
      const units = input.lots.reduce((sum, { quantity }) => sum + Math.floor(quantity / input.unit), 0);
      const granted = answer.claims.reduce((sum, claim) => sum + claim.granted, 0);
      expect(granted + answer.withheld + answer.left).toBe(units * input.unit);
    }));

  it('sends a designated lot nowhere else, and nothing that expires before it arrives', () =>
    check(either, 300, (input) => {
      for (const { lineId, lotId } of apportion(input).grants) {
        const need = input.needs.find((one) => one.lineId === lineId);
        const lot = input.lots.find((one) => one.lotId === lotId);
        expect(need && lot && mayGo(lot, need)).toBe(true);
      }
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

  it('leaves nothing that a claim still lacks and may use, but the reserve', () =>
    check(either, 300, (input) => {
      const { claims, grants, withheld } = apportion(input);
      const given = new Map(grantsByLot({ grants } as Apportionment));
      const left = input.lots.map((lot) => ({
        lot,
        units: Math.floor((lot.quantity - (given.get(lot.lotId) ?? 0)) / input.unit),
      }));
      for (const claim of claims) {
        if (claim.granted === claim.wanted) continue;
        const need = input.needs.find((one) => keyOf(one) === keyOf(claim));
        const usable = left.filter(({ lot }) => need && mayGo(lot, need));
        const idle = usable.reduce((sum, { units }) => sum + units, 0) * input.unit;
        if (claim.tier === 1) expect(idle).toBe(0);
        else expect(idle).toBeLessThanOrEqual(withheld);
      }
    }));

  it('gives a claim the same in one line and split into ten', () =>
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
      const granted = (of: ApportionInput) => apportion(of).claims.map((claim) => claim.granted);
      expect(granted({ ...input, needs })).toEqual(granted(input));
    }));
});

describe('from one apportionment to the next', () => {
  const tiersBelow = (answer: Apportionment, tier: number) =>
    answer.claims.reduce((sum, claim) => sum + (claim.tier >= tier ? claim.granted : 0), 0);

  const extraNeed = (tier: 1 | 2 | 3) =>
    fc.tuple(either, fc.nat(3), fc.integer({ min: 1, max: 50 }), fc.boolean()).map(([input, at, units, fresh]) => {
      const like = input.needs[at];
      const siteId = fresh || like === undefined ? 'site-new' : like.siteId;
      const need: Need = {
        lineId: 'line-new',
        siteKind: like?.siteKind ?? 'checkpoint',
        arrival: like?.arrival ?? '2022-05-12T03:00:00.000Z',
        siteId,
        tier,
        needBy: '2022-05-13T12:00:00.000Z',
        target: units * input.unit,
        floor: 0,
      };
      return [input, { ...input, needs: [...input.needs, need] }] as const;
    });

  it('a new front-line need raises no claim of a lower tier, and takes from the tiers below together', () =>
    check(extraNeed(1), 300, ([before, after]) => {
      const [was, is] = [continuous(before), continuous(after)];
      for (const [key, x] of was)
        if (!key.startsWith('1#')) expect(against(is.get(key) ?? fraction(-1), x), key).toBeLessThanOrEqual(0);
      const [old, now] = [apportion(before), apportion(after)];
      for (const tier of [2, 3]) expect(tiersBelow(now, tier)).toBeLessThanOrEqual(tiersBelow(old, tier));
    }));

  it('more stock lowers nobody, and no tier', () =>
    check(
      either.chain((input) =>
        fc.record({ at: fc.nat(Math.max(0, input.lots.length - 1)), more: fc.integer({ min: 1, max: 100 }) }).map(
          ({ at, more }) =>
            [
              input,
              {
                ...input,
                lots: input.lots.map((lot, i) => (i === at ? { ...lot, quantity: lot.quantity + more } : lot)),
              },
            ] as const,
        ),
      ),
      300,
      ([before, after]) => {
        const [was, is] = [continuous(before), continuous(after)];
        for (const [key, x] of was) expect(against(is.get(key) ?? fraction(-1), x), key).toBeGreaterThanOrEqual(0);
        const [old, now] = [apportion(before), apportion(after)];
        for (const { tier, granted } of now.tiers)
          expect(granted).toBeGreaterThanOrEqual(old.tiers.find((one) => one.tier === tier)?.granted ?? 0);
      },
    ));

  it('what was delivered counts: of two equal claims the one that was served before never ends ahead', () =>
    check(
      fc.record({
        target: fc.integer({ min: 1, max: 100 }),
        served: fc.nat(100),
        stock: fc.nat(200),
      }),
      200,
      ({ target, served: done, stock }) => {
        const need = (siteId: string, floor: number): Need => ({
          lineId: siteId,
          siteId,
          siteKind: 'village',
          tier: 3,
          needBy: '2022-05-13T00:00:00.000Z',
          target,
          floor: Math.min(floor, target),
          arrival: '2022-05-12T00:00:00.000Z',
        });
        const { claims } = apportion({
          unit: 1,
          reserve: 0,
          reserveUntil: '2022-05-12T00:00:00.000Z',
          lots: [{ lotId: 'a', placeId: 'w', quantity: stock, designation: { to: 'all' } }],
          needs: [need('yesterday', done), need('never', 0)],
        });
        const [never, yesterday] = claims;
        if (never === undefined || yesterday === undefined) throw new Error('Two claims went in');
        expect(yesterday.granted).toBeLessThanOrEqual(never.granted);
        expect(never.granted).toBeLessThanOrEqual(yesterday.floor + yesterday.granted + 1);
      },
    ));

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
