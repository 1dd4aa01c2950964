import { setTimeout as sleep } from 'node:timers/promises';
import { Stale } from './actions.ts';

/** Waits longer with each attempt, at random below the bound, so that rivals do not meet again. */
export const backOff = (attempt: number): Promise<void> => sleep(Math.random() * Math.min(1_000, 10 * 2 ** attempt));

/** Enough for a few dozen rivals on one row; after that the caller is told to repeat. */
const ATTEMPTS = 10;

/**
 * Runs read, decide and commit again while the commit finds that what was read has moved on. Anything else that is
 * thrown is the answer.
 */
export const retrying = async <T>(command: () => Promise<T>): Promise<T> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await command();
    } catch (error) {
      if (!(error instanceof Stale) || attempt === ATTEMPTS) throw error;
      await backOff(attempt);
    }
  }
};
