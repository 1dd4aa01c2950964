import { inLambda } from '../shared/deps.ts';
import { taskHandler } from '../shared/task.ts';
import { progress } from '../workflow/progress.ts';
import { remind } from './remind.store.ts';

/** Task "Remind of the purchase". */
export const create = taskHandler('purchase', progress, remind);

export const handler = inLambda(create);
