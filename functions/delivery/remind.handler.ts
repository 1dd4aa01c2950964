import { inLambda } from '../shared/deps.ts';
import { taskHandler } from '../shared/task.ts';
import { progress } from '../workflow/progress.ts';
import { remind } from './remind.store.ts';

/** Task "Remind of the deadline". */
export const create = taskHandler('delivery', progress, remind);

export const handler = inLambda(create);
