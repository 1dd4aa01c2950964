import type { Policy } from '../catalogue/policy.ts';
import type { Actor } from '../shared/actor.ts';
import { Problem } from '../shared/problem.ts';
import type { Approvable, Level } from './approval.ts';

/** Above the supply group's limit, only headquarters decides. */
export const levelFor = (estimatedFen: number, policy: Policy): Level =>
  estimatedFen > policy.approval.supplyGroupUpToFen ? 'headquarters' : 'supply-group';

/** @throws Problem 403 `own-request` for whoever asked, or entered a paper for who did. */
export const demandOther = ({ askedBy }: Pick<Approvable, 'askedBy'>, { sub }: Actor): void => {
  if (askedBy === sub)
    throw new Problem(403, 'own-request', 'Whoever asked, or entered it for somebody, does not decide.');
};

/**
 * The level at which this person decides, whoever asked. Headquarters may decide what waits at the
 * supply group; what has not been referred to a level yet waits at `otherwise`.
 *
 * @throws Problem 403 `wrong-level`.
 */
export const levelAt = (
  request: Pick<Approvable, 'level'>,
  { roles }: Pick<Actor, 'roles'>,
  otherwise: Level,
): Level => {
  const at = request.level ?? otherwise;
  if (at === 'supply-group' && roles.includes('approver')) return 'supply-group';
  if (roles.includes('headquarters')) return 'headquarters';
  throw new Problem(403, 'wrong-level', `This waits for a decision at the level ${at}.`);
};

/** The same, where the approver is not the asker. @throws Problem 403 `own-request` or `wrong-level`. */
export const levelHeld = (request: Pick<Approvable, 'askedBy' | 'level'>, actor: Actor, otherwise: Level): Level => {
  demandOther(request, actor);
  return levelAt(request, actor, otherwise);
};
