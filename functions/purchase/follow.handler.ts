import { inLambda } from '../shared/deps.ts';
import { taskHandler } from '../shared/task.ts';
import { progress } from '../workflow/progress.ts';
import { follow } from './follow.store.ts';

/** Task "Follow up on the orders". */
export const create = taskHandler('purchase', progress, follow);

export const handler = inLambda(create);
