import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ApportionInput, apportion, type LotSupply, type Need } from '../../functions/allocation/apportion.ts';
import { remedyOf } from '../../functions/allocation/remedy.ts';
import type { Tier } from '../../functions/catalogue/policy.ts';
import { runs } from '../support/random.ts';
import { instance } from './instances.ts';

const lot = (quantity: number, of: Partial<LotSupply> = {}): LotSupply => ({
  lotId: `lot-${quantity}`,
  placeId: 'warehouse',
  quantity,
  designation: { to: 'all' },
  ...of,
});
const need = (siteId: string, tier: Tier, target: number, of: Partial<Need> = {}): Need => ({
  lineId: `req_${siteId}.01`,
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
  unit: 1,
  reserve: 0,
  reserveUntil: '2022-05-15T00:00:00.000Z',
  lots: [],
  needs: [],
  ...of,
});
const v1 = { siteId: 'v1', tier: 3 } as const;

describe('what would have to arrive for a site to be met in full', () => {
  it('is nothing where nothing lacks', () => {
    expect(remedyOf(pool({ lots: [lot(10)], needs: [need('v1', 3, 10)] }), v1)).toBeUndefined();
  });

  it('is what it lacks, where nobody else does', () => {
    expect(remedyOf(pool({ lots: [lot(4)], needs: [need('v1', 3, 10)] }), v1)).toEqual({
      lacks: 6,
      arriving: { quantity: 6, usableUntil: '2022-05-12', others: [], reserve: 0 },
    });
  });

  it('is more by what the front line, the reserve and equals would take of it', () => {
    const needs = [need('gate', 1, 30), need('v1', 3, 10), need('v2', 3, 10), need('w1', 2, 5)];
    expect(remedyOf(pool({ reserve: 8, lots: [lot(20)], needs }), v1)).toEqual({
      lacks: 10,
      arriving: {
        // The odd unit is v1’s before v2’s, so that v2 may still lack one.
        quantity: 42,
        usableUntil: '2022-05-12',
        others: [
          { tier: 1, quantity: 10 },
          { tier: 2, quantity: 5 },
          { tier: 3, quantity: 9 },
        ],
        reserve: 8,
      },
    });
  });

  it('counts nothing for those who come after it', () => {
    const needs = [need('gate', 1, 30), need('v1', 3, 100)];
    expect(remedyOf(pool({ reserve: 50, lots: [lot(20)], needs }), { siteId: 'gate', tier: 1 })).toMatchObject({
      arriving: { quantity: 10, others: [], reserve: 0 },
    });
  });

  it('is in whole issue units', () => {
    expect(remedyOf(pool({ unit: 50, lots: [lot(120)], needs: [need('v1', 3, 300)] }), v1)).toMatchObject({
      lacks: 200,
      arriving: { quantity: 200 },
    });
  });

  it('has to keep until it is there', () => {
    const far = { arrival: '2022-05-14T03:00:00.000Z' };
    const needs = [need('v1', 3, 10), need('far', 3, 10, far)];
    expect(remedyOf(pool({ lots: [lot(10)], needs }), v1)?.arriving?.usableUntil).toBe('2022-05-12');
    expect(remedyOf(pool({ lots: [lot(10)], needs }), { siteId: 'far', tier: 3 })?.arriving?.usableUntil).toBe(
      '2022-05-14',
    );
  });

  it('is no help to a line that holds as many lots as it may', () => {
    const lots = Array.from({ length: 3 }, (_, n) => lot(2, { lotId: `small-${n}`, useBy: '2022-05-20' }));
    expect(remedyOf(pool({ lots, needs: [need('v1', 3, 6, { room: 2 })] }), v1)).toEqual({ lacks: 2 });
  });

  it('fills the claim, is not enough with one unit less, and is accounted for to the last unit', () => {
    fc.assert(
      fc.property(instance({ sites: 5, lots: 5, needs: 8, most: 12 }), (input) => {
        const { unit } = input;
        const before = apportion(input);
        const withMore = (quantity: number, useBy?: string) =>
          apportion({ ...input, lots: [...input.lots, lot(quantity, { lotId: '~', useBy })] });
        for (const claim of before.claims.filter(({ wanted, granted }) => granted < wanted)) {
          const lackIn = ({ claims }: typeof before) => {
            const is = claims.find(({ siteId, tier }) => siteId === claim.siteId && tier === claim.tier);
            return (is?.wanted ?? 0) - (is?.granted ?? 0);
          };
          const remedy = remedyOf(input, claim);
          expect(remedy?.lacks).toBe(lackIn(before));
          const { quantity, usableUntil, others, reserve } = remedy?.arriving ?? expect.fail('It can be helped');
          const then = withMore(quantity);
          expect([lackIn(then), lackIn(withMore(quantity, usableUntil))]).toEqual([0, 0]);
          expect(lackIn(withMore(quantity - unit))).toBeGreaterThan(0);
          expect(
            lackIn(before) + reserve + then.left - before.left + others.reduce((sum, of) => sum + of.quantity, 0),
          ).toBe(quantity);
        }
      }),
      { numRuns: runs(150) },
    );
  });
});
