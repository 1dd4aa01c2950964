import { recentOf } from '../request/recent.store.ts';
import { inLambda } from '../shared/deps.ts';
import { taskHandler } from '../shared/task.ts';
import { progress } from '../workflow/progress.ts';
import { escalate } from './approval.store.ts';

/** Task "Escalate the decision". */
export const create = taskHandler('approval', progress, (deps, given) => escalate({ ...deps, recentOf }, given));

export const handler = inLambda(create);
