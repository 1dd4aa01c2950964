import { at, type Policy, type Tier } from '../catalogue/policy.ts';
import type { Level, Reason } from '../request/request.ts';
import { plusMinutes } from '../shared/clock.ts';

/** Nobody reads, asks back and decides in less. */
const LEAST_MINUTES = 5;

/** Minutes that policy gives a level to decide in. */
export const minutesOf = (level: Level, tier: Tier, { approval: { decideMinutes } }: Policy): number =>
  at(level === 'headquarters' ? decideMinutes.headquarters : decideMinutes.supplyGroup, tier);

/**
 * By when a level has to decide. Where the need is urgent, half of the time that is left, so that the level above and
 * the goods have the other half; says so in a reason. A need-by that has passed presses no further.
 */
export const decideBy = (
  level: Level,
  tier: Tier,
  needBy: string,
  policy: Policy,
  now: string,
): { readonly dueAt: string; readonly urgent: readonly Reason[] } => {
  const minutes = minutesOf(level, tier, policy);
  const left = Math.floor((Date.parse(needBy) - Date.parse(now)) / 60_000);
  const half = Math.max(LEAST_MINUTES, Math.floor(left / 2));
  if (left <= 0 || half >= minutes) return { dueAt: plusMinutes(now, minutes), urgent: [] };
  return {
    dueAt: plusMinutes(now, half),
    urgent: [
      {
        code: 'urgent',
        zh: `${left} 分钟后需要，审批时限由 ${minutes} 分钟缩短为 ${half} 分钟。`,
        en: `Needed in ${left} minutes: to be decided in ${half} instead of ${minutes}.`,
      },
    ],
  };
};
