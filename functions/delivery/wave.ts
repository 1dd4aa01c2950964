import { z } from 'zod';
import { countyDay, countyTime, plusMinutes } from '../shared/clock.ts';
import { keysOf } from '../shared/keys.ts';
import { defineRow } from '../shared/row.ts';

/** The last wave whose consignments were all opened: what a sweep that was down finds its arrears by. */
export const waveRow = defineRow({
  type: 'wave',
  v: 1,
  schema: z.object({ county: z.string(), version: z.int(), opened: z.string() }),
  keys: (row) => keysOf(row.county).wave(),
});

const DAY = 24 * 60;

/** The instant of the latest wave that has come, of times of day on the county's clock; none, when there are no waves. */
export const lastWave = (waves: readonly string[], now: string): string | undefined =>
  [countyDay(now), countyDay(plusMinutes(now, -DAY))]
    .flatMap((day) => waves.map((time) => countyTime(day, time)))
    .filter((instant) => instant <= now)
    .sort()
    .at(-1);
