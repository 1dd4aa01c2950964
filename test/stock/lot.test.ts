import { describe, expect, it } from 'vitest';
import { countyDay, plusDays } from '../../functions/shared/clock.ts';
import { byUseBy, usableAt } from '../../functions/stock/lot.ts';

describe('use-by', () => {
  it('counts the whole last day, in China', () => {
    expect(countyDay('2022-05-12T15:59:59.999Z')).toBe('2022-05-12');
    expect(countyDay('2022-05-12T16:00:00.000Z')).toBe('2022-05-13');
    expect(usableAt('2022-05-12', '2022-05-12T15:59:59.999Z')).toBe(true);
    expect(usableAt('2022-05-12', '2022-05-12T16:00:00.000Z')).toBe(false);
    expect(usableAt(undefined, '2099-01-01T00:00:00.000Z')).toBe(true);
  });

  it('sorts what expires first to the front, and what does not expire to the end', () => {
    const days = [undefined, '2023-01-01', '2022-05-12', undefined, '2022-12-31'].map((useBy) => ({ useBy }));
    expect(days.toSorted(byUseBy).map(({ useBy }) => useBy)).toEqual([
      ...['2022-05-12', '2022-12-31', '2023-01-01'],
      ...[undefined, undefined],
    ]);
  });

  it('follows from the day of making by whole days, through the end of a month, a year and a February', () => {
    expect(['2022-05-30', '2022-12-31', '2024-02-28'].map((day) => plusDays(day, 2))).toEqual([
      ...['2022-06-01', '2023-01-02', '2024-03-01'],
    ]);
  });
});
