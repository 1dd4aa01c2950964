import { type Aws, depsFrom, type Env, inLambda } from '../shared/deps.ts';
import { type Progress, progress } from '../workflow/progress.ts';
import { remind } from './remind.store.ts';

/** Task "Remind of overdue goods". */
export const create = (env: Env, aws: Aws) => {
  const deps = depsFrom('request', env, aws);
  return (input: unknown): Promise<Progress> => remind(deps, progress.parse(input));
};

export const handler = inLambda(create);
