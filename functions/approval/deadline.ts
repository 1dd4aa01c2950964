import { at, type Policy, type Tier } from '../catalogue/policy.ts';
import { countyClock, plusMinutes } from '../shared/clock.ts';
import type { Reason } from '../shared/reason.ts';
import { type Progress, reminded } from '../workflow/progress.ts';
import type { Approvable, Level } from './approval.ts';

/** Nobody reads, asks back and decides in less. */
const LEAST_MINUTES = 5;

/** Minutes that policy gives a level to decide in. */
const minutesOf = (level: Level, tier: Tier, { approval: { decideMinutes } }: Policy): number =>
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

/** Something to be decided that is needed by a time, at a tier. */
type Pressing = Approvable & { readonly tier: Tier; readonly needBy: string };

/** Why something went on without a decision. */
export const silent = ({ level = 'supply-group', dueAt }: Pick<Approvable, 'level' | 'dueAt'>): Reason => ({
  code: 'no-decision',
  zh: `${level === 'headquarters' ? '指挥部' : '物资保障组'}未在 ${countyClock(dueAt)} 前作出决定。`,
  en: `No decision at the level ${level} by ${countyClock(dueAt)}, China time.`,
});

/** The supply group did not decide by its deadline: headquarters does. */
export const escalated = <T extends Pressing>(row: T, progress: Progress, policy: Policy, now: string): T => {
  const { dueAt, urgent } = decideBy('headquarters', row.tier, row.needBy, policy, now);
  return {
    ...reminded(row, progress, dueAt, now),
    level: 'headquarters',
    referral: [...row.referral, silent(row), ...urgent],
    reminders: row.reminders + 1,
  };
};

/** Headquarters did not decide either: the row stays visibly overdue, and is told of again. */
export const overdue = <T extends Pressing>(row: T, progress: Progress, policy: Policy, now: string): T => {
  const dueAt = plusMinutes(now, minutesOf('headquarters', row.tier, policy));
  return { ...reminded(row, progress, dueAt, now), reminders: row.reminders + 1 };
};
