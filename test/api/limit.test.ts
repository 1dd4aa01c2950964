import { describe, expect, it } from 'vitest';
import { limited } from '../../functions/api/limit.store.ts';
import { FOLLOWING, windowOf } from '../../functions/api/limit.ts';
import { plusMinutes } from '../../functions/shared/clock.ts';
import { useTable } from '../support/table.ts';

const table = useTable();
const NOW = '2022-05-12T01:05:00.000Z';
const at = (now: string) => ({ ...table, clock: { now: () => now } });

describe('somebody without a sign-in', () => {
  it('comes so often from one address and no more, until the window is over; others are not held up', async () => {
    const limit = { ...FOLLOWING, most: 3 };
    const come = (address: string, now = NOW) => limited(at(now), limit, address);
    const tries = await Promise.allSettled(Array.from({ length: 10 }, () => come('192.0.2.1')));
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
    await expect(come('192.0.2.1')).rejects.toMatchObject({ status: 429, code: 'too-many' });
    await expect(come('192.0.2.2')).resolves.toBeUndefined();
    await expect(come('192.0.2.1', plusMinutes(NOW, limit.minutes))).resolves.toBeUndefined();
  });

  it('is counted in windows that end', () => {
    expect(windowOf(FOLLOWING, NOW)).toEqual({
      window: '2022-05-12T01:00:00.000Z',
      endsSecond: Date.parse('2022-05-12T01:10:00.000Z') / 1000,
    });
  });
});
