import type { Policy, Tier } from '../catalogue/policy.ts';
import { nextTick } from '../shared/clock.ts';

/**
 * From when a line that is approved now counts: all need but the front line's from the next wave, so that what is asked
 * within one wave is weighed together and not first come, first served. `undefined`: at once. No instant stands for
 * that, because the clock of whoever divides may be a moment behind the clock of whoever approved.
 */
export const countsFrom = (tier: Tier, { allocation: { waveMinutes } }: Policy, now: string): string | undefined => {
  if (tier === 1 || waveMinutes === 0) return undefined;
  const tick = nextTick(now, waveMinutes);
  return tick > now ? tick : undefined;
};
