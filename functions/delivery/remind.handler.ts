import { type Aws, depsFrom, type Env, inLambda } from '../shared/deps.ts';
import { type Progress, progress } from '../workflow/progress.ts';
import { remind } from './remind.store.ts';

export const create = (env: Env, aws: Aws) => {
  const deps = depsFrom('delivery-remind', env, aws);
  return (state: unknown): Promise<Progress> => remind(deps, progress.parse(state));
};

export const handler = inLambda(create);
