import { inLambda } from '../shared/deps.ts';
import { taskHandler } from '../shared/task.ts';
import { progress } from '../workflow/progress.ts';
import { escalate } from './deciding.store.ts';

/** Task "Escalate the decision". */
export const create = taskHandler('purchase', progress, escalate);

export const handler = inLambda(create);
