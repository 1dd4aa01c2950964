import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_LOT_LINES } from '../../functions/delivery/consignment.ts';
import { MAX_NEED_LINES } from '../../functions/delivery/loading.ts';
import {
  arrival,
  counted,
  extrasThatFit,
  faults,
  foundByLine,
  receiptBody,
  saysTheSame,
  servedMore,
} from '../../functions/delivery/receipt.ts';
import { lineIdOf } from '../../functions/request/line.ts';
import { imbalance } from '../../functions/stock/movement.ts';

const share = (requestId: string, quantity: number) => ({ requestId, n: 1, quantity });
const sent = [
  { n: 1, quantity: 100, shares: [share('early', 60), share('late', 40)] },
  { n: 2, quantity: 50, shares: [share('late', 50)] },
];
const report = (...lines: object[]) => receiptBody.parse({ lines }).lines;
const pathsOf = (...lines: object[]) => faults(sent, report(...lines)).map(({ path }) => path);

describe('a receipt', () => {
  it('given part of a lot arrived good, then the most urgent need is met first and the rest is need again', () => {
    const told = foundByLine(
      report({ n: 1, good: 70, missing: 30, reasons: { missing: 'lost-on-the-way' } }, { n: 2, good: 50 }),
    );
    expect(counted(sent, told)).toEqual([
      { requestId: 'early', n: 1, sent: 60, good: 60 },
      { requestId: 'late', n: 1, sent: 90, good: 60 },
    ]);
  });

  it('given another count of good goods, then each tier has more or less of what counts to its needs', () => {
    const [line = expect.fail()] = sent;
    const needs = [
      { id: lineIdOf(share('early', 0)), tier: 1 as const },
      { id: lineIdOf(share('late', 0)), tier: 3 as const },
    ];
    expect(servedMore(line, 0, 70, needs)).toEqual({ tier1: 60, tier3: 10 });
    expect(servedMore(line, 70, 55, needs)).toEqual({ tier1: -5, tier3: -10 });
    expect(servedMore(line, 60, 100, needs.slice(0, 1))).toEqual({});
  });

  it('given extra goods, then no need line receives more than was sent', () => {
    const told = foundByLine(
      report({ n: 1, good: 100, extra: 20, reasons: { extra: 'over-packed' } }, { n: 2, good: 50 }),
    );
    for (const line of counted(sent, told)) expect(line.good).toBe(line.sent);
    expect(arrival(100, told.get(1) ?? expect.fail())).toMatchObject({ inTransit: -100, delivered: 100 });
  });

  it('is refused, with its place, where a line is missing, unknown, twice there, does not add up or gives no reason', () => {
    expect(pathsOf({ n: 1, good: 100 })).toEqual(['lines']);
    expect(pathsOf({ n: 1, good: 100 }, { n: 2, good: 50 }, { n: 3, good: 1 })).toEqual(['lines[2].n']);
    expect(pathsOf({ n: 1, good: 100 }, { n: 2, good: 50 }, { n: 2, good: 50 })).toEqual(['lines[2].n']);
    expect(pathsOf({ n: 1, good: 99 }, { n: 2, good: 51 })).toEqual(['lines[0].good', 'lines[1].good']);
    expect(pathsOf({ n: 1, good: 90, damaged: 10 }, { n: 2, good: 50, extra: 1 })).toEqual([
      'lines[0].reasons.damaged',
      'lines[1].reasons.extra',
    ]);
    const short = { n: 1, good: 90, missing: 10, reasons: { missing: 'short-packed' } };
    expect(pathsOf({ n: 2, good: 50 }, short)).toEqual([]);
  });

  it('is refused where goods are called missing and extra at once, or a reason is given for what did not happen', () => {
    const both = { missing: 10, extra: 4, reasons: { missing: 'short-packed', extra: 'over-packed' } };
    expect(pathsOf({ n: 1, good: 90, ...both }, { n: 2, good: 50 })).toEqual(['lines[0].extra']);
    expect(pathsOf({ n: 1, good: 100, reasons: { damaged: 'wet' } }, { n: 2, good: 50 })).toEqual([
      'lines[0].reasons.damaged',
    ]);
  });

  it.each([
    ['negative', { n: 1, good: -1 }],
    ['fractional', { n: 1, good: 0.5 }],
    ['absurd', { n: 1, good: 1e15 }],
    ['of an unknown field', { n: 1, good: 1, lost: 1 }],
    ['of an unknown reason', { n: 1, good: 1, reasons: { missing: 'stolen' } }],
    ['of a reason for something else', { n: 1, good: 1, reasons: { missing: 'wet' } }],
  ])('is not even read when it is %s', (_, line) => {
    expect(receiptBody.safeParse({ lines: [line] }).success).toBe(false);
  });

  it('says the same in whatever order its lines come, and something else as soon as one number differs', () => {
    const first = report({ n: 1, good: 90, damaged: 10, reasons: { damaged: 'wet' } }, { n: 2, good: 50 });
    const told = foundByLine(first);
    const lines = sent.map((line) => ({
      ...{ ...line, county: '632323', consignmentId: 'con', version: 2, itemId: 'mask', lotId: 'a', placeId: 'store' },
      found: told.get(line.n),
    }));
    expect(saysTheSame(lines, first.toReversed())).toBe(true);
    const other = report({ n: 1, good: 90, missing: 10, reasons: { missing: 'other' } }, { n: 2, good: 50 });
    expect(saysTheSame(lines, other)).toBe(false);
    expect(saysTheSame(lines, first.slice(0, 1))).toBe(false);
  });

  it('fits one transaction with the fullest consignment and ten extras', () => {
    expect(extrasThatFit(MAX_LOT_LINES, MAX_NEED_LINES)).toBe(10);
    expect(7 + 2 * MAX_LOT_LINES + MAX_NEED_LINES + 2 * 10).toBeLessThanOrEqual(100);
    expect(extrasThatFit(1, 1)).toBeGreaterThan(1);
  });

  const anyReceipt = fc
    .array(
      fc.record({
        shares: fc.array(fc.record({ to: fc.nat(5), quantity: fc.integer({ min: 1, max: 100 }) }), {
          minLength: 1,
          maxLength: 4,
        }),
        damaged: fc.nat(1000),
        missing: fc.nat(1000),
        extra: fc.nat(50),
      }),
      { minLength: 1, maxLength: 24 },
    )
    .map((lines) =>
      lines.map(({ shares, damaged, missing, extra }, i) => {
        const quantity = shares.reduce((sum, one) => sum + one.quantity, 0);
        const lost = { damaged: damaged % (quantity + 1), missing: 0, extra };
        lost.missing = extra > 0 ? 0 : missing % (quantity - lost.damaged + 1);
        const reasons = Object.fromEntries(
          Object.entries(lost).flatMap(([kind, amount]) => (amount > 0 ? [[kind, 'other']] : [])),
        );
        return {
          sent: { n: i + 1, quantity, shares: shares.map((one) => share(`r${one.to}`, one.quantity)) },
          found: { n: i + 1, good: quantity - lost.damaged - lost.missing, ...lost, reasons },
        };
      }),
    );

  it('conserves goods: every movement balances, and what needs get is what arrived good', () => {
    fc.assert(
      fc.property(anyReceipt, (all) => {
        const lines = all.map((one) => one.sent);
        const told = report(...all.map((one) => one.found));
        expect(faults(lines, told)).toEqual([]);
        const found = foundByLine(told);
        for (const line of lines) expect(imbalance(arrival(line.quantity, found.get(line.n) ?? expect.fail()))).toBe(0);
        const needs = counted(lines, found);
        const total = (pick: (one: (typeof needs)[number]) => number) => needs.reduce((sum, one) => sum + pick(one), 0);
        expect(total(({ good }) => good)).toBe(all.reduce((sum, one) => sum + one.found.good, 0));
        expect(total((one) => one.sent)).toBe(all.reduce((sum, one) => sum + one.sent.quantity, 0));
        for (const one of needs) expect(one.good).toBeLessThanOrEqual(one.sent);
      }),
    );
  });
});
