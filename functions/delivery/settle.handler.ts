import { inLambda } from '../shared/deps.ts';
import { taskHandler } from '../shared/task.ts';
import { progress } from '../workflow/progress.ts';
import { settle } from './settle.store.ts';

/** Task "Close the needs it served". */
export const create = taskHandler('delivery', progress, settle);

export const handler = inLambda(create);
