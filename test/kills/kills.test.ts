import { describe, expect, it } from 'vitest';
import { strikes, struckHost } from '../support/striking.ts';
import { countyDay } from './county-day.ts';

const SEED = Number(process.env['SEED'] ?? 20_220_509);
const KILLS = Number(process.env['KILLS'] ?? 20);
const SPEED = 60;

const untouched = [
  ['front line', 'closed', 200, 200],
  ['short delivery', 'closed', 150, 150],
  ['change of mind', 'cancelled', 100, 0],
  ['approved', 'approved', 50, 0],
  ['refused', 'refused', 0, 0],
];

describe(`a host that is killed at any moment (SEED=${SEED})`, () => {
  it('brings every request to an end when it is left in peace', { timeout: 120_000 }, async () => {
    const struck = await struckHost([], SPEED);
    try {
      expect(await countyDay(struck.host)).toEqual(untouched);
    } finally {
      await struck.stop();
    }
  });

  it(`brings every request to the same end through at least ${KILLS} kills`, { timeout: KILLS * 20_000 }, async () => {
    const struck = await struckHost(strikes(KILLS, SEED), SPEED);
    try {
      do expect(await countyDay(struck.host)).toEqual(untouched);
      while (struck.left() > 0);
      expect(struck.struck.length).toBeGreaterThanOrEqual(KILLS);
    } finally {
      console.log(`SEED=${SEED}`, struck.struck.join(' '));
      await struck.stop();
    }
  });
});
