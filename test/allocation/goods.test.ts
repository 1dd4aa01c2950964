import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ApportionInput, apportion, type LotSupply, type Need } from '../../functions/allocation/apportion.ts';
import { goodsOf } from '../../functions/allocation/goods.ts';
import { rationaleOf } from '../../functions/allocation/rationale.ts';
import { placeKey } from '../../functions/allocation/standing.ts';
import { policyInForce, type Tier } from '../../functions/catalogue/policy.ts';
import { runs } from '../support/random.ts';
import { instance } from './instances.ts';

const item = {
  ...{ county: '632323', id: 'mask', version: 1, nameZh: '口罩', nameEn: 'Masks', category: '2' },
  ...{
    baseUnit: 'piece' as const,
    fresh: false,
    frontLineReserve: 0,
    norms: {},
    posts: [],
    active: true,
    sample: true,
  },
};
const divisionOf = (input: ApportionInput) => {
  const answer = apportion(input);
  const parts = rationaleOf({
    division: 7,
    at: '2022-05-12T01:00:00.000Z',
    item: { ...item, units: { 盒: input.unit }, issueUnit: '盒' },
    policy: policyInForce('632323', undefined),
    input,
    answer,
  });
  const goodsFor = (lineId: string) => {
    const [of] = parts
      .flatMap(({ claims }) => claims)
      .flatMap((claim) => claim.lines.flatMap((line) => (line.lineId === lineId ? [{ claim, line }] : [])));
    return goodsOf(parts, answer.grants, of ?? expect.fail(`No line ${lineId}`));
  };
  return { answer, goodsFor };
};

const lot = (lotId: string, quantity: number, of: Partial<LotSupply> = {}): LotSupply => ({
  lotId,
  placeId: 'warehouse',
  quantity,
  designation: { to: 'all' },
  ...of,
});
const need = (siteId: string, tier: Tier, target: number, of: Partial<Need> = {}): Need => ({
  lineId: `${siteId}.01`,
  siteId,
  siteKind: tier === 1 ? 'checkpoint' : 'village',
  tier,
  needBy: '2022-05-13T00:00:00.000Z',
  target,
  floor: 0,
  arrival: '2022-05-12T03:00:00.000Z',
  ...of,
});
const pool = (of: Partial<ApportionInput>): ApportionInput => ({
  ...{ unit: 10, reserve: 0, reserveUntil: '2022-05-15T00:00:00.000Z', lots: [], needs: [] },
  ...of,
});
/** The lots passed over for v1, each with why. */
const reasons = (of: Partial<ApportionInput>) =>
  Object.fromEntries(
    divisionOf(pool(of))
      .goodsFor('v1.01')
      .passed.map(({ lot: { lotId }, because }) => [lotId, because]),
  );

describe('a lot is passed over', () => {
  it('because it is meant for others, or expires before it arrives, whoever got it', () => {
    const lots = [
      lot('gift', 50, { designation: { to: 'sites', siteIds: ['v9'] } }),
      lot('hospital', 50, { designation: { to: 'siteKind', siteKind: 'hospital' } }),
      lot('old', 50, { useBy: '2022-05-11' }),
    ];
    const needs = [need('v1', 3, 30), need('v9', 3, 50)];
    expect(reasons({ lots, needs })).toEqual({ gift: 'designated', hospital: 'designated', old: 'expires' });
  });

  it('because it is less than one issue unit', () => {
    expect(reasons({ lots: [lot('rest', 9)], needs: [need('v1', 3, 30)] })).toEqual({ rest: 'part-unit' });
  });

  it('because goods that expire first were enough', () => {
    const lots = [lot('later', 90), lot('first', 40, { useBy: '2022-05-20' })];
    const { used, passed } = divisionOf(pool({ lots, needs: [need('v1', 3, 30)] })).goodsFor('v1.01');
    expect(used).toMatchObject([{ lot: { lotId: 'first' }, quantity: 30 }]);
    expect(passed).toMatchObject([
      { lot: { lotId: 'first' }, quantity: 10, because: 'not-needed', left: 10 },
      { lot: { lotId: 'later' }, quantity: 90, because: 'not-needed', left: 90 },
    ]);
  });

  it('because enough of it was used, whoever has the rest', () => {
    const needs = [need('gate', 1, 20, { lineId: 'v1.01', siteId: 'v1' }), need('v2', 3, 10)];
    expect(reasons({ lots: [lot('one', 30)], needs })).toEqual({ one: 'not-needed' });
  });

  it.each([
    ['z-gift', 'a-open'],
    ['a-gift', 'z-open'],
  ])('because its own gift of the same day was enough, whatever the lots are called (%s, %s)', (gift, open) => {
    const lots = [lot(gift, 30, { designation: { to: 'sites', siteIds: ['v1'] } }), lot(open, 30)];
    expect(reasons({ lots, needs: [need('v1', 3, 30), need('v2', 3, 30)] })).toEqual({ [open]: 'not-needed' });
  });

  it('because it reaches others sooner, though it expires first', () => {
    const lots = [lot('first', 30, { useBy: '2022-05-20' }), lot('later', 90)];
    const far = need('v1', 3, 30, { arrival: '2022-05-12T09:00:00.000Z' });
    expect(reasons({ lots, needs: [far, need('v2', 3, 30)] })).toEqual({ first: 'shared', later: 'not-needed' });
    const front = need('gate', 1, 30, { lineId: 'v1.01', siteId: 'v1', arrival: '2022-05-12T09:00:00.000Z' });
    expect(reasons({ lots, needs: [front, need('v2', 3, 30)] })).toEqual({
      first: 'tier-after',
      later: 'not-needed',
    });
  });

  it('because a tier before needed it', () => {
    const needs = [need('gate', 1, 100), need('w1', 2, 20), need('v1', 3, 30)];
    const { passed } = divisionOf(pool({ lots: [lot('a', 120)], needs })).goodsFor('v1.01');
    expect(passed).toMatchObject([
      {
        because: 'tier-before',
        quantity: 120,
        left: 0,
        given: [
          { tier: 1, quantity: 100 },
          { tier: 2, quantity: 20 },
        ],
      },
    ]);
  });

  it('because something is kept back for the front line', () => {
    const needs = [need('gate', 1, 60), need('v1', 3, 30)];
    expect(reasons({ reserve: 40, lots: [lot('a', 100)], needs })).toEqual({ a: 'reserve' });
  });

  it('because it is shared fairly with others of the tier, or used for an earlier line of the site', () => {
    const needs = [need('v1', 3, 30), need('v2', 3, 30)];
    expect(reasons({ lots: [lot('a', 40)], needs })).toEqual({ a: 'shared' });
    const earlier = need('v1', 3, 30, { lineId: 'v1.00', needBy: '2022-05-12T12:00:00.000Z' });
    expect(reasons({ lots: [lot('a', 40)], needs: [need('v1', 3, 30), earlier] })).toEqual({ a: 'own-site' });
  });

  it('because the line holds as many lots as it may', () => {
    const lots = ['a', 'b', 'c'].map((id) => lot(id, 10));
    expect(reasons({ lots, needs: [need('v1', 3, 30, { room: 2 })] })).toEqual({ c: 'room' });
    expect(reasons({ lots, needs: [need('v1', 3, 30, { room: 0 })] })).toEqual({ a: 'room', b: 'room', c: 'room' });
  });
});

it('every lot is accounted for to every line: what it used, and what became of the rest', () => {
  fc.assert(
    fc.property(instance({ sites: 5, lots: 6, needs: 9, most: 12 }), (input) => {
      const { answer, goodsFor } = divisionOf(input);
      for (const of of input.needs) {
        const { lineId, tier } = of;
        const { used, passed } = goodsFor(lineId);
        const own = answer.grants.filter((grant) => grant.lineId === lineId);
        expect(Object.fromEntries(used.map(({ lot, quantity }) => [placeKey(lot), quantity]))).toEqual(
          Object.fromEntries(own.map((grant) => [placeKey(grant), grant.quantity])),
        );
        for (const { quantity, ...lot } of input.lots) {
          const [is] = used.filter((one) => placeKey(one.lot) === placeKey(lot));
          const [not] = passed.filter((one) => placeKey(one.lot) === placeKey(lot));
          const whole = quantity - (quantity % input.unit);
          if (whole === 0) expect(not?.quantity ?? 0).toBe(quantity);
          else expect((is?.quantity ?? 0) + (not?.quantity ?? 0)).toBe(whole);
          if (not === undefined || whole === 0) continue;
          expect(not.ownSite + not.left + not.given.reduce((sum, to) => sum + to.quantity, 0)).toBe(not.quantity);
          // Nobody who comes after is served with what this line lacks and may use.
          const lacks = of.target - of.floor - used.reduce((sum, one) => sum + one.quantity, 0) >= input.unit;
          if (lacks && !['designated', 'expires', 'room'].includes(not.because))
            expect(not.given.filter((to) => to.tier > tier)).toEqual([]);
        }
      }
    }),
    { numRuns: runs(150) },
  );
});
