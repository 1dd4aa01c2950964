import { type Aws, depsFrom, type Env, inLambda } from '../shared/deps.ts';
import { type Progress, progress } from '../workflow/progress.ts';
import { settle } from './settle.store.ts';

export const create = (env: Env, aws: Aws) => {
  const deps = depsFrom('delivery-settle', env, aws);
  return (state: unknown): Promise<Progress> => settle(deps, progress.parse(state));
};

export const handler = inLambda(create);
