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

const instantsOn = (days: readonly string[], waves: readonly string[]): string[] =>
  days.flatMap((day) => waves.map((time) => countyTime(day, time))).sort();

/** The instant of the next wave; none, when there are no waves. */
export const nextWave = (waves: readonly string[], now: string): string | undefined =>
  instantsOn([countyDay(now), countyDay(plusMinutes(now, DAY))], waves).find((instant) => instant > now);

/** The instant of the latest wave that has come, of times of day on the county's clock; none, when there are no waves. */
export const lastWave = (waves: readonly string[], now: string): string | undefined =>
  instantsOn([countyDay(plusMinutes(now, -DAY)), countyDay(now)], waves)
    .filter((instant) => instant <= now)
    .at(-1);
