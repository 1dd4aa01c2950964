import { type Aws, depsFrom, type Env, inLambda } from '../shared/deps.ts';
import { failureInput, recordFailure } from './failure.store.ts';

/** Task "Record the failure". */
export const create = (env: Env, aws: Aws) => {
  const deps = depsFrom('workflow', env, aws);
  return (input: unknown): Promise<void> => recordFailure(deps, failureInput.parse(input));
};

export const handler = inLambda(create);
