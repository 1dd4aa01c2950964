import { z } from 'zod';
import { decideBy } from '../approval/deadline.ts';
import { levelFor, levelHeld } from '../approval/level.ts';
import type { Policy } from '../catalogue/policy.ts';
import type { Actor } from '../shared/actor.ts';
import { plusMinutes } from '../shared/clock.ts';
import { yuan } from '../shared/money.ts';
import { invalid, wrongStatus } from '../shared/problem.ts';
import { text } from '../shared/quantity.ts';
import { moved } from '../workflow/timeline.ts';
import { ended, OPENING_MINUTES, type Plan, planRow } from './plan.ts';
import type { Proposal } from './proposal.ts';

/** What a person decides on a plan, whole: what should be otherwise is planned anew. */
export const planDecisionBody = z.strictObject({
  outcome: z.enum(['approved', 'refused']),
  /** Why: needed to refuse. */
  note: text(500).optional(),
});
export type PlanDecisionBody = z.infer<typeof planDecisionBody>;

/** At which level a plan waits for its decision, by when, and why there: by the same limits as a request. */
export const referredTo = (
  { estimatedFen, tier, needBy }: Pick<Proposal, 'estimatedFen' | 'tier' | 'needBy'>,
  policy: Policy,
  now: string,
): Pick<Plan, 'level' | 'dueAt' | 'referral'> => {
  const level = levelFor(estimatedFen, policy);
  const { dueAt, urgent } = decideBy(level, tier, needBy, policy, now);
  const cost = yuan(estimatedFen);
  const [whoZh, who] =
    level === 'headquarters'
      ? ['超过物资保障组权限，由指挥部审批', 'headquarters decides']
      : ['由物资保障组审批', 'the supply group decides'];
  const reason = {
    code: 'planned',
    zh: `分配计划，无人申请，估算金额 ${cost}，${whoZh}。`,
    en: `Planned without anybody having asked, estimated at ${cost}: ${who}.`,
  };
  return { level, dueAt, referral: [reason, ...urgent] };
};

export interface DecideInput {
  readonly plan: Plan;
  readonly body: PlanDecisionBody;
  readonly actor: Actor;
  readonly policy: Policy;
  readonly now: string;
}

/**
 * A person's decision on a plan. Whoever planned does not decide, and whoever decides holds the level that it waits at.
 *
 * @throws Problem 409 `wrong-status`; 403 `own-request` or `wrong-level`; 422 `note-missing`.
 */
export const decided = ({ plan, body, actor, policy, now }: DecideInput): Plan => {
  if (plan.status !== 'submitted')
    throw wrongStatus(planRow.keyOf(plan), `This plan is ${plan.status}; it is decided.`);
  const at = levelHeld(plan, actor, levelFor(plan.estimatedFen, policy));
  const { outcome, note } = body;
  if (outcome === 'refused' && note === undefined) throw invalid('note-missing', 'note', 'Say why it is refused.');
  const decision = {
    ...{ outcome, by: actor.sub, at: now, level: at, policyVersion: policy.version },
    ...{ reasons: [...plan.referral], note },
  };
  if (outcome === 'refused') return { ...ended(plan, 'refused', now), decision };
  const { level: _, ...rest } = plan;
  return moved<Plan>(
    rest,
    { status: 'approved', dueAt: plusMinutes(now, OPENING_MINUTES), reminders: 0, decision },
    now,
  );
};

/** Nobody wants it any more. @throws Problem 409 `wrong-status` once it is decided. */
export const calledOff = (plan: Plan, { sub: by }: Actor, reason: string, now: string): Plan => {
  if (plan.status !== 'submitted')
    throw wrongStatus(
      planRow.keyOf(plan),
      `This plan is ${plan.status}; only what waits for its decision is called off.`,
    );
  return { ...ended(plan, 'cancelled', now), ended: { by, at: now, reason } };
};
