import { inLambda } from '../shared/deps.ts';
import { taskHandler } from '../shared/task.ts';
import { failureInput, recordFailure } from './failure.store.ts';

/** Task "Record the failure". */
export const create = taskHandler('workflow', failureInput, recordFailure);

export const handler = inLambda(create);
