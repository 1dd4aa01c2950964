import { recentOf } from '../request/recent.store.ts';
import { type Aws, depsFrom, type Env, inLambda } from '../shared/deps.ts';
import { type Progress, progress } from '../workflow/timeline.ts';
import { assess } from './approval.store.ts';

/** Task "Assess by the green channel". */
export const create = (env: Env, aws: Aws) => {
  const deps = { ...depsFrom('approval', env, aws), recentOf };
  return (input: unknown): Promise<Progress> => assess(deps, progress.parse(input));
};

export const handler = inLambda(create);
