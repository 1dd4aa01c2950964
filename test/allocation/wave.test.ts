import { describe, expect, it } from 'vitest';
import { countsFrom } from '../../functions/allocation/wave.ts';
import { DEFAULT_POLICY, type Tier } from '../../functions/catalogue/policy.ts';

const from = (tier: Tier, now: string, waveMinutes = 30) =>
  countsFrom(
    tier,
    {
      ...DEFAULT_POLICY,
      county: '632323',
      version: 1,
      allocation: { ...DEFAULT_POLICY.allocation, waveMinutes },
    },
    now,
  );

describe('an approved line', () => {
  it('of the front line counts at once, even by a clock that is a moment behind', () => {
    expect(from(1, '2022-05-12T01:00:00.001Z')).toBeUndefined();
  });

  it.each([2, 3] as const)('of tier %s counts from the next wave', (tier) => {
    expect(from(tier, '2022-05-12T01:00:00.001Z')).toBe('2022-05-12T01:30:00.000Z');
    expect(from(tier, '2022-05-12T01:29:59.999Z')).toBe('2022-05-12T01:30:00.000Z');
  });

  it('on the tick of a wave counts at once', () => {
    expect(from(3, '2022-05-12T01:30:00.000Z')).toBeUndefined();
  });

  it('counts at once where the policy has no waves', () => {
    expect(from(3, '2022-05-12T01:00:00.001Z', 0)).toBeUndefined();
  });

  it('waits for waves that keep to the clock on the county’s wall, from midnight on', () => {
    // Midnight in China is 16:00 of the day before.
    expect(from(3, '2022-05-12T01:00:00.000Z', 1_440)).toBe('2022-05-12T16:00:00.000Z');
    // 09:00 in China: waves of six hours come at 06:00 and 12:00.
    expect(from(3, '2022-05-12T01:00:00.000Z', 360)).toBe('2022-05-12T04:00:00.000Z');
  });
});
