import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../../functions/shared/log.ts';

const MINUTE_MS = 60_000;

export interface Schedule {
  /** Resolves once the run in progress, if any, has ended; none begins after. */
  stop(): Promise<void>;
}

/**
 * Runs at once and then every so many minutes of virtual time (one), never beside itself. A run that takes longer than its period, as
 * in a fast rehearsal, is followed by a pause of its own length, so that the schedule takes half the time at most.
 */
export const schedule = (options: {
  readonly speed: number;
  readonly everyMinutes?: number;
  readonly run: () => Promise<unknown>;
  readonly log: Log;
}): Schedule => {
  const stopped = new AbortController();
  const keep = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      const began = performance.now();
      await options.run().catch((error: unknown) => options.log.error('SCHEDULE-FAILED', error));
      const took = performance.now() - began;
      const pause = Math.max((MINUTE_MS * (options.everyMinutes ?? 1)) / options.speed - took, took);
      await sleep(pause, undefined, { signal: stopped.signal }).catch(() => {});
    }
  };
  const kept = keep();
  return {
    stop: () => {
      stopped.abort();
      return kept;
    },
  };
};
