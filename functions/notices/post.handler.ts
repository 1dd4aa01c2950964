import { type Aws, depsFrom, type Env, inLambda } from '../shared/deps.ts';
import { postNotices } from './post.store.ts';
import { webhookFrom } from './secret.store.ts';

/** Of the function's minute: what is under way when a run ends is still recorded. */
const PATIENCE = { post: 5_000, run: 40_000 };

/** Every minute, beside the sweep, so that a slow receiver delays nobody: what is yet to be sent to the webhook. */
export const create = (env: Env, aws: Aws) => {
  const deps = { ...depsFrom('notices', env, aws), webhook: webhookFrom(env), patience: PATIENCE };
  return (): Promise<void> => postNotices(deps);
};

export const handler = inLambda(create);
