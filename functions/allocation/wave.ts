import type { Policy, Tier } from '../catalogue/policy.ts';
import { nextTick } from '../shared/clock.ts';

/**
 * From when a line that is approved now counts: front-line need at once, all other from the next wave, so that what is
 * asked within one wave is weighed together and not first come, first served. On the tick of a wave, at once.
 */
export const countsFrom = (tier: Tier, { allocation: { waveMinutes } }: Policy, now: string): string =>
  tier === 1 || waveMinutes === 0 ? now : nextTick(now, waveMinutes);
