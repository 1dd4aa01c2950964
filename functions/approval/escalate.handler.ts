import { type Aws, depsFrom, type Env, inLambda } from '../shared/deps.ts';
import { type Progress, progress } from '../workflow/progress.ts';
import { escalate } from './approval.store.ts';

/** Task "Escalate the decision". */
export const create = (env: Env, aws: Aws) => {
  const deps = depsFrom('approval', env, aws);
  return (input: unknown): Promise<Progress> => escalate(deps, progress.parse(input));
};

export const handler = inLambda(create);
