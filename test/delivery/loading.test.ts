import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_LOT_LINES } from '../../functions/delivery/consignment.ts';
import { type Goods, type Loading, load, MAX_NEED_LINES } from '../../functions/delivery/loading.ts';

const ARRIVAL = '2022-05-12T03:00:00.000Z';

const goods = (
  line: string,
  lotId: string,
  rest: Partial<Goods> & { tier?: 1 | 2 | 3; needBy?: string } = {},
): Goods => {
  const { tier = 3, needBy = '2022-05-13T00:00:00.000Z', ...of } = rest;
  return {
    need: { id: `${line}.1`, requestId: line, n: 1, tier, needBy },
    ...{ itemId: 'mask', lotId, placeId: 'store', quantity: 10, useBy: undefined },
    ...of,
  };
};

const sumOf = (all: readonly { readonly quantity: number }[]): number =>
  all.reduce((sum, one) => sum + one.quantity, 0);
const needsIn = ({ lines }: Loading) =>
  new Set(lines.flatMap(({ shares }) => shares.map(({ requestId, n }) => `${requestId}.${n}`)));

describe('loading a consignment', () => {
  it('given two needs of one lot, then they travel as one lot-line, the more urgent share first', () => {
    const { lines, waiting } = load(
      [goods('late', 'a', { quantity: 5 }), goods('early', 'a', { needBy: '2022-05-12T12:00:00.000Z', quantity: 7 })],
      ARRIVAL,
    );
    expect(lines).toEqual([
      {
        ...{ itemId: 'mask', lotId: 'a', placeId: 'store', quantity: 12 },
        shares: [
          { requestId: 'early', n: 1, quantity: 7 },
          { requestId: 'late', n: 1, quantity: 5 },
        ],
      },
    ]);
    expect(waiting).toEqual([]);
  });

  it('given more lots than fit, then the front line travels and the rest waits for the next one', () => {
    const residents = Array.from({ length: MAX_LOT_LINES }, (_, i) => goods('village', `r${i}`));
    const post = Array.from({ length: 3 }, (_, i) => goods('post', `p${i}`, { tier: 1 }));
    const { lines, waiting } = load([...residents, ...post], ARRIVAL);
    expect(lines.slice(0, 3).map(({ lotId }) => lotId)).toEqual(['p0', 'p1', 'p2']);
    expect(lines).toHaveLength(MAX_LOT_LINES);
    expect(waiting.map(({ need, why }) => [need.requestId, why])).toEqual(Array(3).fill(['village', 'full']));
  });

  it('given goods whose last day of use is before the day of arrival, then they stay and say why', () => {
    const { lines, waiting } = load(
      [goods('a', 'old', { useBy: '2022-05-11' }), goods('a', 'today', { useBy: '2022-05-12' })],
      ARRIVAL,
    );
    expect(lines.map(({ lotId }) => lotId)).toEqual(['today']);
    expect(waiting.map(({ lotId, why }) => [lotId, why])).toEqual([['old', 'expires']]);
  });

  const someGoods = fc.array(
    fc.record({
      line: fc.nat(40),
      lot: fc.nat(40),
      tier: fc.constantFrom(1 as const, 2 as const, 3 as const),
      quantity: fc.integer({ min: 1, max: 500 }),
      expired: fc.boolean(),
    }),
    { maxLength: 120 },
  );
  const made = (all: readonly { line: number; lot: number; tier: 1 | 2 | 3; quantity: number; expired: boolean }[]) => {
    // A need line has one tier, a lot one use-by.
    const tiers = new Map(all.map(({ line, tier }) => [line, tier]));
    const old = new Map(all.map(({ lot, expired }) => [lot, expired]));
    return all.map(({ line, lot, quantity }) =>
      goods(`r${line}`, `l${lot}`, {
        ...{ tier: tiers.get(line) ?? 3, quantity },
        useBy: old.get(lot) ? '2022-01-01' : undefined,
      }),
    );
  };

  it('never exceeds its bounds and never drops goods in silence, whatever is planned', () => {
    fc.assert(
      fc.property(someGoods.map(made), (all) => {
        const loading = load(all, ARRIVAL);
        expect(loading.lines.length).toBeLessThanOrEqual(MAX_LOT_LINES);
        expect(needsIn(loading).size).toBeLessThanOrEqual(MAX_NEED_LINES);
        expect(sumOf(loading.lines) + sumOf(loading.waiting)).toBe(sumOf(all));
        expect(new Set(loading.lines.map(({ lotId }) => lotId)).size).toBe(loading.lines.length);
        for (const line of loading.lines) expect(sumOf(line.shares)).toBe(line.quantity);
        for (const { why, useBy } of loading.waiting) expect(why === 'expires').toBe(useBy !== undefined);
      }),
    );
  });

  it('leaves nobody waiting who could have travelled instead of somebody less urgent', () => {
    fc.assert(
      fc.property(someGoods.map(made), (all) => {
        const loading = load(all, ARRIVAL);
        const loaded = needsIn(loading);
        const tierOf = new Map(all.map(({ need }) => [need.id, need.tier]));
        const lowest = Math.max(0, ...[...loaded].map((id) => tierOf.get(id) ?? 0));
        const full = loading.waiting.filter(({ why }) => why === 'full');
        // Whoever waits for want of room found the lots or the needs already full of tiers at least as high.
        const early = full.filter(({ need }) => need.tier < lowest);
        for (const { need, lotId } of early) {
          const lotsUpTo = loading.lines.filter(({ shares }) =>
            shares.some(({ requestId, n }) => (tierOf.get(`${requestId}.${n}`) ?? 9) <= need.tier),
          );
          const needsUpTo = [...loaded].filter((id) => (tierOf.get(id) ?? 9) <= need.tier);
          const noLot = lotsUpTo.length === MAX_LOT_LINES && !lotsUpTo.some((line) => line.lotId === lotId);
          const noNeed = needsUpTo.length === MAX_NEED_LINES && !needsUpTo.includes(need.id);
          expect(noLot || noNeed).toBe(true);
        }
      }),
    );
  });
});
