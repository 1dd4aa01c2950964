import { type Aws, depsFrom, type Env, inLambda } from '../shared/deps.ts';
import { awaitMove, waitInput } from './await.store.ts';

/** Task with token, of every wait: what it returns goes nowhere, the token is the answer. */
export const create = (env: Env, aws: Aws) => {
  const deps = { ...depsFrom('workflow', env, aws), workflows: aws.workflows };
  return (input: unknown) => awaitMove(deps, waitInput.parse(input));
};

export const handler = inLambda(create);
