import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Client } from './client.ts';

/** What `/health` says, as far as a rehearsal depends on it. */
export const health = z.object({ rehearsal: z.boolean(), now: z.string() });

/** The time of a host, in minutes since this clock was read first. */
export interface Hours {
  readonly speed: number;
  minute(): number;
  iso(minute?: number): string;
  until(minute: number): Promise<void>;
  pass(minutes: number): Promise<void>;
}

/**
 * A host's own time.
 *
 * @throws Error when it is no rehearsal: nobody plays with the real county.
 */
export const rehearsalTime = async (client: Client): Promise<number> => {
  const { rehearsal, now } = await client.get('/health', health);
  if (!rehearsal) throw new Error('This host is no rehearsal: nothing has been asked of it.');
  return Date.parse(now);
};

/** Real milliseconds between two looks at a host's clock: enough to tell its speed within a percent. */
const MEASURE_MS = 1_000;

/**
 * Reads a host's clock, and how fast it runs, from outside.
 *
 * @throws Error when it is no rehearsal.
 */
export const hoursOf = async (client: Client, signal: AbortSignal): Promise<Hours> => {
  const look = async () => {
    const sent = Date.now();
    const virtual = await rehearsalTime(client);
    return { virtual, real: (sent + Date.now()) / 2 };
  };
  const first = await look();
  await sleep(MEASURE_MS, undefined, { signal });
  const second = await look();
  const speed = Math.max(1, (second.virtual - first.virtual) / (second.real - first.real));
  const minute = () => (second.virtual - first.virtual + (Date.now() - second.real) * speed) / 60_000;
  const pass = (minutes: number) => sleep(Math.max(0, (minutes * 60_000) / speed), undefined, { signal });
  return {
    speed,
    minute,
    iso: (at = minute()) => new Date(first.virtual + at * 60_000).toISOString(),
    until: (at) => pass(at - minute()),
    pass,
  };
};
