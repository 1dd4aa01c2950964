import { describe, expect, it } from 'vitest';
import { type ApportionInput, apportion, type LotSupply, type Need } from '../../functions/allocation/apportion.ts';

const need = (siteId: string, tier: 1 | 2 | 3, target: number, of: Partial<Need> = {}): Need => ({
  lineId: `line-${siteId}-${tier}`,
  siteId,
  siteKind: tier === 1 ? 'checkpoint' : 'village',
  tier,
  needBy: '2022-05-13T00:00:00.000Z',
  target,
  floor: 0,
  arrival: '2022-05-12T03:00:00.000Z',
  ...of,
});
const lot = (lotId: string, quantity: number, of: Partial<LotSupply> = {}): LotSupply => ({
  lotId,
  placeId: 'warehouse',
  quantity,
  designation: { to: 'all' },
  ...of,
});
const divided = (lots: LotSupply[], needs: Need[], of: Partial<ApportionInput> = {}) =>
  apportion({ unit: 1, reserve: 0, reserveUntil: '2022-05-15T00:00:00.000Z', lots, needs, ...of });
const granted = (...of: Parameters<typeof divided>) =>
  Object.fromEntries(divided(...of).claims.map((claim) => [`${claim.siteId}/${claim.tier}`, claim.granted]));
const grants = (...of: Parameters<typeof divided>) =>
  divided(...of).grants.map(({ lineId, lotId, quantity }) => `${lineId} ${lotId} ${quantity}`);

describe('front line first', () => {
  it('given less than the front line needs, villages get nothing', () => {
    expect(granted([lot('a', 600)], [need('gate', 1, 600), need('village', 3, 200)])).toEqual({
      'gate/1': 600,
      'village/3': 0,
    });
  });

  it('given enough for the front line, the vulnerable come before residents of the same village', () => {
    expect(granted([lot('a', 100)], [need('gate', 1, 60), need('v', 2, 30), need('v', 3, 30)])).toEqual({
      'gate/1': 60,
      'v/2': 30,
      'v/3': 10,
    });
  });

  it('given a reserve, it is kept back from the tiers after the front line, never from the front line', () => {
    expect(divided([lot('a', 100)], [need('gate', 1, 60), need('v', 3, 60)], { reserve: 30 })).toMatchObject({
      withheld: 30,
      left: 0,
      tiers: [
        { tier: 1, available: 100, wanted: 60, granted: 60 },
        { tier: 3, available: 10, wanted: 60, granted: 10 },
      ],
    });
    expect(divided([lot('a', 70)], [need('gate', 1, 60)], { reserve: 30 })).toMatchObject({ withheld: 10, left: 0 });
  });

  it('given goods that only villages may use, or that will not last, none of them count as reserve', () => {
    const lots = [
      lot('villages', 50, { designation: { to: 'siteKind', siteKind: 'village' } }),
      lot('short', 30, { useBy: '2022-05-13' }),
      lot('long', 40),
    ];
    const answer = divided(lots, [need('v', 3, 500)], { reserve: 100 });
    expect([answer.withheld, answer.claims[0]?.granted]).toEqual([40, 80]);
  });

  it('given a reserve that is no whole number of issue units, the next whole one is kept', () => {
    expect(divided([lot('a', 100)], [], { unit: 30, reserve: 40 })).toMatchObject({ withheld: 60, left: 30 });
  });
});

describe('fair within a tier', () => {
  it('given less than both need, both come to the same share', () => {
    expect(granted([lot('a', 90)], [need('large', 3, 200), need('small', 3, 100)])).toEqual({
      'large/3': 60,
      'small/3': 30,
    });
  });

  it('given one that was served before, the other catches up first', () => {
    const needs = [need('before', 3, 100, { floor: 50 }), need('never', 3, 100)];
    expect(granted([lot('a', 40)], needs)).toEqual({ 'before/3': 0, 'never/3': 40 });
    expect(granted([lot('a', 70)], needs)).toEqual({ 'before/3': 10, 'never/3': 60 });
  });

  it('given one unit and two equal claims, the earlier need-by has it, then the older line', () => {
    const [a, b] = [need('a', 3, 5), need('b', 3, 5, { needBy: '2022-05-12T23:00:00.000Z' })];
    expect(granted([lot('l', 1)], [a, b])).toEqual({ 'a/3': 0, 'b/3': 1 });
    expect(granted([lot('l', 1)], [a, { ...b, needBy: a.needBy, lineId: 'line-0' }])).toEqual({ 'a/3': 0, 'b/3': 1 });
  });

  it('given a first line that has been served, a claim ranks by the first that still wants some', () => {
    const served = need('a', 3, 5, { lineId: 'line-0', floor: 5 });
    const needs = [served, need('a', 3, 5, { lineId: 'line-2' }), need('b', 3, 10, { lineId: 'line-1', floor: 5 })];
    expect(granted([lot('l', 1)], needs)).toEqual({ 'a/3': 0, 'b/3': 1 });
  });

  it('given a site in two tiers, each is a claim of its own', () => {
    expect(granted([lot('l', 8)], [need('a', 2, 6), need('a', 3, 6), need('b', 3, 6)])).toEqual({
      'a/2': 6,
      'a/3': 1,
      'b/3': 1,
    });
  });

  it('given broken boxes, only whole ones are counted and given', () => {
    const answer = divided([lot('l', 149)], [need('a', 3, 100, { floor: 49 }), need('b', 3, 100)], { unit: 50 });
    expect(answer.claims.map((claim) => [claim.wanted, claim.granted])).toEqual([
      [50, 50],
      [100, 50],
    ]);
    expect(answer.left).toBe(0);
  });

  it('given a need that is cut across a box, the box is no longer wanted', () => {
    const lines = [need('a', 3, 49, { lineId: 'line-1' }), need('a', 3, 51, { lineId: 'line-2' })];
    expect(divided([lot('l', 100)], lines, { unit: 50 }).claims).toMatchObject([
      { target: 100, wanted: 50, granted: 50 },
    ]);
  });
});

describe('designated goods', () => {
  it('given goods for one site, they go there, and the open ones to the other', () => {
    const lots = [lot('open', 50), lot('gift', 50, { designation: { to: 'sites', siteIds: ['b'] } })];
    expect(grants(lots, [need('a', 3, 50), need('b', 3, 50)])).toEqual(['line-a-3 open 50', 'line-b-3 gift 50']);
  });

  it('given more than its site needs, the rest of a designated lot stays', () => {
    const lots = [lot('gift', 50, { designation: { to: 'sites', siteIds: ['b'] } })];
    expect(divided(lots, [need('a', 1, 50), need('b', 3, 20)])).toMatchObject({
      left: 30,
      claims: [
        { siteId: 'a', granted: 0, reach: 0 },
        { siteId: 'b', granted: 20, reach: 20 },
      ],
    });
  });

  it('given two pairs with one unit of their own each, need-by decides within each pair and not between them', () => {
    const only = (...siteIds: string[]) => ({ designation: { to: 'sites' as const, siteIds } });
    const late = { needBy: '2022-05-14T00:00:00.000Z' };
    expect(
      granted(
        [lot('x', 1, only('a1', 'a2')), lot('y', 1, only('b1', 'b2'))],
        [need('a1', 3, 5), need('a2', 3, 5), need('b1', 3, 5, late), need('b2', 3, 5, late)],
      ),
    ).toEqual({ 'a1/3': 1, 'a2/3': 0, 'b1/3': 1, 'b2/3': 0 });
  });

  it('given a poor pair whose one lot a better-off pair may use too, a unit over is not taken from them', () => {
    const rich = { needBy: '2022-05-12T12:00:00.000Z' };
    const lots = [lot('all', 1), lot('theirs', 1, { designation: { to: 'sites', siteIds: ['rich1', 'rich2'] } })];
    const needs = [need('poor1', 3, 12), need('poor2', 3, 12), need('rich1', 3, 2, rich), need('rich2', 3, 2, rich)];
    expect(granted(lots, needs)).toEqual({ 'poor1/3': 1, 'poor2/3': 0, 'rich1/3': 1, 'rich2/3': 0 });
  });

  it('given a chain of claims that can each do with other goods, nobody goes short', () => {
    const only = (...siteIds: string[]) => ({ designation: { to: 'sites' as const, siteIds } });
    const lots = [lot('x', 10, only('a', 'b')), lot('y', 10, only('b', 'c')), lot('z', 10, only('c'))];
    expect(granted(lots, [need('a', 3, 10), need('b', 3, 10), need('c', 3, 10)])).toEqual({
      'a/3': 10,
      'b/3': 10,
      'c/3': 10,
    });
  });
});

describe('use-by', () => {
  it('given goods that expire on the long road, the near village has them and the far one the others', () => {
    const lots = [lot('early', 50, { useBy: '2022-05-12' }), lot('late', 50, { useBy: '2022-06-30' })];
    const far = need('far', 3, 50, { arrival: '2022-05-12T17:00:00.000Z', needBy: '2022-05-12T18:00:00.000Z' });
    expect(grants(lots, [far, need('near', 3, 50)])).toEqual(['line-far-3 late 50', 'line-near-3 early 50']);
  });

  it('given lines of a site that arrive on different days, goods must last until the later one', () => {
    const lines = [need('v', 3, 5), need('v', 3, 5, { lineId: 'line-2', arrival: '2022-05-12T16:00:00.000Z' })];
    expect(granted([lot('a', 10, { useBy: '2022-05-12' })], lines)).toEqual({ 'v/3': 0 });
    expect(granted([lot('a', 10, { useBy: '2022-05-13' })], lines)).toEqual({ 'v/3': 10 });
  });

  it('given lots that expire on the same day, designated ones go first, then by id, then by place', () => {
    const gift = lot('z', 1, { designation: { to: 'sites', siteIds: ['v'] } });
    const lots = [lot('b', 1), lot('a', 1, { placeId: 'depot' }), gift, lot('a', 1)];
    const order = (many: number) => divided(lots, [need('v', 3, many)]).grants.map((of) => `${of.lotId} ${of.placeId}`);
    expect(order(1)).toEqual(['z warehouse']);
    expect(order(2)).toEqual(['z warehouse', 'a depot']);
    expect(order(3)).toEqual(['z warehouse', 'a depot', 'a warehouse']);
  });

  it('given others who can make way one after the other, the first in order has all of the first lot', () => {
    const only = (...siteIds: string[]) => ({ designation: { to: 'sites' as const, siteIds } });
    const lots = [lot('a', 2, only('e', 't', 'x')), lot('b', 2, only('e', 't', 'u')), lot('c', 1, only('t', 'u', 'x'))];
    const at = (hour: number) => ({ arrival: `2022-05-12T0${hour}:00:00.000Z` });
    const needs = [need('t', 3, 2, at(1)), need('x', 3, 1, at(2)), need('e', 3, 1, at(3)), need('u', 3, 1, at(4))];
    expect(grants(lots, needs)).toEqual(['line-e-3 b 1', 'line-t-3 a 2', 'line-u-3 b 1', 'line-x-3 c 1']);
  });

  it('given enough of both, the first-expiring lot goes first, and to the earliest arrival', () => {
    const lots = [lot('b', 30, { useBy: '2022-07-01' }), lot('a', 30, { useBy: '2022-06-01' }), lot('c', 30)];
    const needs = [need('second', 3, 20, { arrival: '2022-05-12T04:00:00.000Z' }), need('first', 3, 20)];
    expect(grants(lots, needs)).toEqual(['line-first-3 a 20', 'line-second-3 a 10', 'line-second-3 b 10']);
  });
});

describe('the lines of a claim', () => {
  it('are served by need-by, then id', () => {
    const lines = [
      need('v', 3, 10, { lineId: 'line-2' }),
      need('v', 3, 10, { lineId: 'line-1' }),
      need('v', 3, 10, { lineId: 'line-3', needBy: '2022-05-12T00:00:00.000Z' }),
    ];
    expect(grants([lot('a', 25)], lines)).toEqual(['line-3 a 10', 'line-1 a 10', 'line-2 a 5']);
  });

  it('given more small lots than a line has room for, larger lots are used where there are some', () => {
    const small = Array.from({ length: 30 }, (_, i) =>
      lot(`small-${String(i).padStart(2, '0')}`, 1, { useBy: '2022-06-01' }),
    );
    const answer = divided([...small, lot('large', 15)], [need('v', 3, 30)]);
    expect(answer.claims[0]?.granted).toBe(30);
    expect(answer.grants).toHaveLength(16);
    expect(answer.grants.at(-1)).toMatchObject({ lotId: 'large', quantity: 15 });
  });

  it('given nothing but small lots, a line takes as many as it has room for and the rest stays', () => {
    const small = Array.from({ length: 30 }, (_, i) => lot(`small-${i}`, 1 + (i % 2)));
    const answer = divided(small, [need('v', 3, 45, { room: 12 })]);
    expect(answer.grants.map(({ quantity }) => quantity)).toEqual(Array.from({ length: 12 }, () => 2));
    expect(answer).toMatchObject({ left: 45 - 24, claims: [{ wanted: 45, granted: 24 }] });
  });

  it('given nothing but small lots, two lines have room for more of them than one', () => {
    const small = Array.from({ length: 30 }, (_, i) => lot(`small-${i}`, 1));
    const halves = [need('v', 3, 15, { lineId: 'line-1' }), need('v', 3, 15, { lineId: 'line-2' })];
    expect(granted(small, [need('v', 3, 30)])).toEqual({ 'v/3': 20 });
    expect(granted(small, halves)).toEqual({ 'v/3': 30 });
  });

  it('given no room at all, a line waits and others have the goods', () => {
    expect(granted([lot('a', 10)], [need('full', 1, 10, { room: 0 }), need('v', 3, 10)])).toEqual({
      'full/1': 0,
      'v/3': 10,
    });
  });
});

it('refuses numbers that cannot be compared exactly', () => {
  expect(() => divided([lot('a', 2 ** 53), lot('b', 2 ** 53)], [])).toThrow(RangeError);
});
