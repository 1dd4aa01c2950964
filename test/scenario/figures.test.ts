import { describe, expect, it } from 'vitest';
import { late, leadTimes, quantile, type RequestEnd, serviceOf, shortItems } from '../../scenario/figures.ts';
import { duration } from '../../scenario/tables.ts';

const closed: RequestEnd = {
  id: 'req_1',
  tier: 1,
  township: '样例一乡',
  status: 'closed',
  at: '2022-05-12T00:00:00.000Z',
  needBy: '2022-05-12T06:00:00.000Z',
  decidedAt: '2022-05-12T00:10:00.000Z',
  closedAt: '2022-05-12T05:00:00.000Z',
  remindedTimes: 0,
  lines: [{ itemId: 'mask', status: 'closed', approved: 100, received: 100 }],
};
const open: RequestEnd = {
  ...closed,
  id: 'req_2',
  status: 'approved',
  closedAt: undefined,
  lines: [
    { itemId: 'mask', status: 'open', approved: 100, received: 25 },
    { itemId: 'rice', status: 'open', approved: 10, received: 0 },
  ],
};
const cancelled: RequestEnd = {
  ...closed,
  status: 'cancelled',
  closedAt: undefined,
  lines: [{ itemId: 'mask', status: 'cancelled', approved: 100, received: 0 }],
};

describe('the figures of a rehearsal', () => {
  it('count lines met in full, in part and not at all, leaving out what was cancelled or refused', () => {
    expect(serviceOf([closed, open, cancelled])).toEqual({
      requests: 3,
      refused: 0,
      cancelled: 1,
      lines: 3,
      inFull: 1,
      inPart: 1,
      notAtAll: 1,
      fill: 1.25 / 3,
    });
    expect(serviceOf([]).fill).toBeUndefined();
  });

  it('measure lead times from the ask, of those that got there', () => {
    expect(leadTimes([closed, open], ({ decidedAt }) => decidedAt)).toEqual({ number: 2, median: 10, p90: 10 });
    expect(leadTimes([closed, open], ({ closedAt }) => closedAt)).toEqual({ number: 1, median: 300, p90: 300 });
    expect(leadTimes([cancelled], ({ closedAt }) => closedAt)).toMatchObject({ number: 0, median: undefined });
  });

  it('take the median and the ninetieth of a hundred where they stand', () => {
    const hundred = Array.from({ length: 100 }, (_, i) => 100 - i);
    expect([quantile(hundred, 0.5), quantile(hundred, 0.9), quantile([], 0.5)]).toEqual([50, 90, undefined]);
  });

  it('call late what closed after its need-by and what is open beyond it, not what was cancelled', () => {
    expect(late([closed, open, cancelled], '2022-05-12T05:30:00.000Z')).toBe(0);
    expect(late([closed, open, cancelled], '2022-05-12T06:30:00.000Z')).toBe(1);
    expect(late([{ ...closed, closedAt: '2022-05-12T07:00:00.000Z' }], '2022-05-13T00:00:00.000Z')).toBe(1);
  });

  it('name what is still short, most lines first', () => {
    expect(shortItems([closed, open, cancelled])).toEqual([
      { itemId: 'mask', lines: 1, approved: 100, short: 75 },
      { itemId: 'rice', lines: 1, approved: 10, short: 10 },
    ]);
  });

  it('say minutes as people do', () => {
    expect([undefined, 4.4, 185, 3_120].map(duration)).toEqual(['–', '4 min', '3 h 05', '2 d 4 h']);
  });
});
