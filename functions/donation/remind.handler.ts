import { inLambda } from '../shared/deps.ts';
import { taskHandler } from '../shared/task.ts';
import { progress } from '../workflow/progress.ts';
import { remindOfGift } from './remind.store.ts';

/** Task "Remind of the gift". */
export const create = taskHandler('donation', progress, remindOfGift);

export const handler = inLambda(create);
