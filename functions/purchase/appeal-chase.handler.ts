import { inLambda } from '../shared/deps.ts';
import { taskHandler } from '../shared/task.ts';
import { chase } from '../workflow/chase.store.ts';
import { progress } from '../workflow/progress.ts';
import { appealChase } from './appeal.ts';

/** Task "Ask those above again". */
export const create = taskHandler('purchase', progress, (deps, at) => chase(deps, at, appealChase));

export const handler = inLambda(create);
