import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countyDay, plusDays, plusMinutes } from '../../functions/shared/clock.ts';
import { source } from '../../functions/stock/lot.ts';
import type { Movement } from '../../functions/stock/movement.ts';
import { needOf } from '../../functions/trace/needs.ts';
import { toldAt } from '../../functions/trace/public-notice.ts';
import { type DayFigures, figuresOf, judged, type PublishedDay } from '../../functions/trace/published.ts';
import { aLine, NOW } from '../support/need.ts';

type Told = Parameters<typeof figuresOf>[0][number];
type Moved = Told['movement'];

const moved = (change: Partial<Movement>): Moved => ({
  kind: 'received',
  effects: {},
  placeId: 'warehouse',
  ...change,
});
const amount = fc.integer({ min: 1, max: 1_000 });
const siteId = fc.constantFrom('village-1', 'village-2', 'checkpoint-1');
const served = (most: number) =>
  fc.tuple(fc.integer({ min: 0, max: most }), fc.constantFrom('tier1', 'tier2', 'tier3')).map(([part, name]) => ({
    [name]: part,
  }));

/** A movement as the house writes them, with what it should add to what was received and given. */
const anyMovement: fc.Arbitrary<{ movement: Moved; received: number; given: number }> = fc.oneof(
  amount.map((n) => ({ movement: moved({ effects: { received: n, onHand: n } }), received: n, given: 0 })),
  amount.map((n) => ({
    ...{ movement: moved({ kind: 'opening', effects: { opening: n, onHand: n } }), received: n, given: 0 },
  })),
  amount.map((n) => ({
    ...{ movement: moved({ kind: 'dispatched', effects: { onHand: -n, inTransit: n } }), received: 0, given: 0 },
  })),
  fc.tuple(amount, siteId).chain(([n, placeId]) =>
    served(n).map((of) => ({
      movement: moved({ kind: 'delivered', placeId, effects: { inTransit: -n, delivered: n }, served: of }),
      ...{ received: 0, given: n },
    })),
  ),
  fc.tuple(amount, siteId).map(([n, toId]) => ({
    ...{ movement: moved({ kind: 'issued', toId, effects: { onHand: -n, delivered: n } }), received: 0, given: n },
  })),
  fc.tuple(fc.integer({ min: -1_000, max: 1_000 }), siteId).map(([n, placeId]) => ({
    movement: moved({ kind: 'corrected', placeId, effects: { delivered: n, damaged: -n }, reason: '张三说少了' }),
    ...{ received: 0, given: n },
  })),
  fc.tuple(amount, fc.constantFrom('miscounted', 'entry-error', 'other', 'expired')).map(([n, reason]) => ({
    movement: moved({ kind: 'adjusted', effects: { onHand: -n, adjustedDown: n }, reason }),
    ...{ received: reason === 'expired' ? 0 : -n, given: 0 },
  })),
  fc.tuple(amount, fc.constantFrom('returned-to-donor', 'expired')).map(([n, reason]) => ({
    movement: moved({ kind: 'disposed', effects: { onHand: -n, disposed: n }, reason }),
    ...{ received: reason === 'expired' ? 0 : -n, given: 0 },
  })),
  fc.tuple(amount, siteId).map(([n, placeId]) => ({
    movement: moved({ kind: 'found', placeId, effects: { unaccounted: -n, delivered: n }, reason: '李四' }),
    ...{ received: 0, given: n },
  })),
);
const anySource = fc.constantFrom(...source.options);
const sum = (rows: readonly { readonly quantity: number }[]): number =>
  rows.reduce((all, one) => all + one.quantity, 0);

const DAY = '2022-05-12';
const of = { county: '632323', day: DAY, itemId: 'mask' };
const judge = (was: PublishedDay | undefined, is: DayFigures, over: boolean, asOf: string) =>
  judged(was, is, { day: of, over, asOf, townshipOf: () => '甲乡' });
const NOON = '2022-05-12T04:00:00.000Z';
const hours = (n: number) => plusMinutes(NOON, n * 60);

describe('what is made public', () => {
  it('is the sum of the movements, by source, at every level, whatever happened', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(anyMovement, anySource), { maxLength: 30 }), (all) => {
        const { cells, corrections } = figuresOf(all.map(([{ movement }, from]) => ({ movement, source: from })));
        const whole = { cells: cells.map((one) => ({ ...one, township: '甲乡' })), corrections };
        for (const from of source.options)
          for (const level of ['county', 'township', 'site'] as const) {
            const told = toldAt(whole, level, from).filter(({ code }) => code === undefined);
            const ours = all.filter(([, one]) => one === from).map(([one]) => one);
            const figure = (name: string) => sum(told.filter((one) => one.figure === name));
            expect(figure('received')).toBe(ours.reduce((total, { received }) => total + received, 0));
            expect(figure('given')).toBe(ours.reduce((total, { given }) => total + given, 0));
          }
      }),
    );
  });

  it('says who it was for, as far as anybody knows, and nothing that somebody wrote', () => {
    const delivered = moved({
      ...{ kind: 'delivered', placeId: 'village-1', served: { tier1: 60, tier3: 10 } },
      ...{ effects: { inTransit: -100, delivered: 90, damaged: 10 }, reason: 'damaged: wet' },
    });
    const corrected = moved({
      ...{ kind: 'corrected', placeId: 'village-1', served: { tier1: -5 }, reason: '张三少点了' },
      effects: { delivered: -5, unaccounted: 5 },
    });
    const figures = figuresOf([delivered, corrected].map((movement) => ({ movement, source: 'donated' })));
    expect(toldAt(figures, 'site').map(({ tier, siteId: at, quantity, code }) => [tier, at, quantity, code])).toEqual([
      [1, 'village-1', 55, undefined],
      [1, 'village-1', -5, 'receipt-corrected'],
      [3, 'village-1', 10, undefined],
      [undefined, 'village-1', 20, undefined],
    ]);
    expect(JSON.stringify(figures)).not.toContain('张三');
  });

  it('rises with the day, is closed once, and is never changed by what is recorded later', () => {
    const step = fc.record({ minutes: fc.integer({ min: 1, max: 900 }), of: anyMovement, from: anySource });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        const told: (Told & { at: string })[] = [];
        const rows = new Map<string, PublishedDay>();
        let now = NOON;
        for (const { minutes, of: one, from } of steps) {
          now = plusMinutes(now, minutes);
          told.push({ movement: one.movement, source: from, at: now });
          const over = countyDay(plusMinutes(now, -60));
          for (let day = DAY; day <= countyDay(now); day = plusDays(day, 1)) {
            const is = figuresOf(told.filter(({ at }) => countyDay(at) === day));
            const was = rows.get(day);
            const { row, held } = judged(was, is, {
              ...{ day: { ...of, day }, over: day < over, asOf: now },
              townshipOf: () => '甲乡',
            });
            expect(held).toBeUndefined();
            if (was?.closed === true && row !== undefined) expect({ ...row, verifiedAt: was.verifiedAt }).toEqual(was);
            if (row !== undefined) rows.set(day, row);
            expect(sum(rows.get(day)?.cells ?? [])).toBe(sum(is.cells));
          }
        }
      }),
    );
  });
});

describe('a figure that falls', () => {
  const received = (n: number) => ({
    movement: moved({ effects: { received: n, onHand: n } }),
    source: 'donated' as const,
  });
  const wrong = {
    movement: moved({ kind: 'adjusted', reason: 'entry-error', effects: { onHand: -90, adjustedDown: 90 } }),
    source: 'donated' as const,
  };

  it('is made public with the correction beside it, and held where there is none', () => {
    const first = judge(undefined, figuresOf([received(100)]), false, NOON).row;
    expect(judge(first, figuresOf([received(100), wrong]), false, hours(1)).row?.cells[0]?.quantity).toBe(10);
    expect(judge(first, figuresOf([received(40)]), false, hours(1))).toEqual({ held: ['received donated - -'] });
    expect(judge(first, figuresOf([]), true, hours(1))).toEqual({ held: ['received donated - -'] });
    // More is gone than the correction says.
    expect(judge(first, figuresOf([received(99), wrong]), false, hours(1))).toHaveProperty('held');
  });

  it('is held whichever movement has gone, whatever others there are', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(amount, siteId), { minLength: 1, maxLength: 8 }), fc.nat(), (given, at) => {
        const all = given.map(([n, placeId]) => ({
          movement: moved({ kind: 'delivered', placeId, effects: { inTransit: -n, delivered: n } }),
          source: 'existing' as const,
        }));
        const was = judge(undefined, figuresOf(all), false, NOON).row;
        expect(judge(was, figuresOf(all.toSpliced(at % all.length, 1)), false, hours(1))).toHaveProperty('held');
      }),
    );
  });

  it('or rises on a day that is closed is held: what was verified last stays, and is verified again once a day', () => {
    const closed = judge(undefined, figuresOf([received(100)]), true, hours(20)).row;
    expect(closed).toMatchObject({ closed: true, verifiedAt: hours(20) });
    expect(judge(closed, figuresOf([received(101)]), true, hours(21))).toHaveProperty('held');
    expect(judge(closed, figuresOf([received(100)]), true, hours(21))).toEqual({});
    expect(judge(closed, figuresOf([received(100)]), true, hours(40)).row).toEqual({
      ...closed,
      verifiedAt: hours(40),
    });
  });

  it('is not judged by who read before what was made public', () => {
    const later = judge(undefined, figuresOf([received(100)]), false, hours(1)).row;
    expect(judge(later, figuresOf([]), false, NOON)).toEqual({});
  });
});

describe('what is needed', () => {
  const shelf = (free: number, change: object = {}) => ({
    ...{ county: '632323', itemId: 'mask', lotId: 'lot_1', placeId: 'warehouse', status: 'available' as const },
    ...{ onHand: free, held: 0, free, designation: { to: 'all' as const }, source: 'existing' as const, division: 0 },
    ...change,
  });
  const line = (approved: number, needBy: string) => aLine({ status: 'open', approved, needBy });
  const until = plusMinutes(NOW, 1_440);
  const [soon, late] = [plusMinutes(NOW, 60), plusMinutes(NOW, 9_000)];

  it('is what open need lacks within the horizon, less what lies free for everybody', () => {
    const of = (free: number, lines = [line(100, soon), line(50, late)]) =>
      needOf({ lines, balances: [shelf(free)] }, { now: NOW, until });
    expect(of(30)).toEqual({ short: 70, surplus: 0 });
    expect(of(120)).toEqual({ short: 0, surplus: 0 });
    expect(of(180)).toEqual({ short: 0, surplus: 30 });
    expect(of(10, [aLine({ status: 'closed', approved: 100 })])).toEqual({ short: 0, surplus: 10 });
  });

  it('counts no goods that are expired, set apart, being recalled or meant for some only', () => {
    const balances = [
      ...[shelf(10, { useBy: '2022-05-11' }), shelf(10, { status: 'quarantined' }), shelf(10, { withheld: true })],
      shelf(10, { designation: { to: 'sites', siteIds: ['village-1'] } }),
    ];
    expect(needOf({ lines: [], balances }, { now: NOW, until })).toEqual({ short: 0, surplus: 0 });
    expect(needOf({ lines: [], balances: [shelf(10, { useBy: '2022-05-12' })] }, { now: NOW, until }).surplus).toBe(10);
  });
});
