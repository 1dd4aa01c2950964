import { type Aws, depsFrom, type Env, inLambda } from '../shared/deps.ts';
import { type Progress, progress } from '../workflow/progress.ts';
import { assess } from './approval.store.ts';

/** Task "Assess by the green channel". */
export const create = (env: Env, aws: Aws) => {
  const deps = depsFrom('approval', env, aws);
  return (input: unknown): Promise<Progress> => assess(deps, progress.parse(input));
};

export const handler = inLambda(create);
