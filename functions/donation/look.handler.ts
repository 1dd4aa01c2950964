import { inLambda } from '../shared/deps.ts';
import { taskHandler } from '../shared/task.ts';
import { progress } from '../workflow/progress.ts';
import { lookAfterGift } from './look.store.ts';

/** Task "Look after the gift". */
export const create = taskHandler('donation', progress, lookAfterGift);

export const handler = inLambda(create);
