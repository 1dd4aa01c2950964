import { describe, expect, it } from 'vitest';
import { lastWave, nextWave } from '../../functions/delivery/wave.ts';

describe('the last wave', () => {
  const waves = ['07:00', '14:00'];

  it.each([
    // 07:00 in the county is 23:00 UTC of the day before.
    ['at the very minute of the wave', '2022-05-11T23:00:00.000Z', '2022-05-11T23:00:00.000Z'],
    ['a moment before it, yesterday’s last', '2022-05-11T22:59:59.999Z', '2022-05-11T06:00:00.000Z'],
    ['in the afternoon', '2022-05-12T06:30:00.000Z', '2022-05-12T06:00:00.000Z'],
    ['past midnight in the county', '2022-05-12T16:30:00.000Z', '2022-05-12T06:00:00.000Z'],
  ])('%s', (_, now, wave) => {
    expect(lastWave(waves, now)).toBe(wave);
  });

  it('does not depend on the order in which the policy lists the times', () => {
    expect(lastWave(['14:00', '07:00'], '2022-05-12T06:30:00.000Z')).toBe('2022-05-12T06:00:00.000Z');
  });

  it('is followed by the next, today’s or tomorrow’s', () => {
    expect(nextWave(waves, '2022-05-11T22:59:59.999Z')).toBe('2022-05-11T23:00:00.000Z');
    expect(nextWave(waves, '2022-05-11T23:00:00.000Z')).toBe('2022-05-12T06:00:00.000Z');
    expect(nextWave(waves, '2022-05-12T16:30:00.000Z')).toBe('2022-05-12T23:00:00.000Z');
  });

  it('is none where the policy has no waves', () => {
    expect(lastWave([], '2022-05-12T06:30:00.000Z')).toBeUndefined();
    expect(nextWave([], '2022-05-12T06:30:00.000Z')).toBeUndefined();
  });
});
