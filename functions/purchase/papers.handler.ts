import { inLambda } from '../shared/deps.ts';
import { taskHandler } from '../shared/task.ts';
import { progress } from '../workflow/progress.ts';
import { remindOfPapers } from './papers.store.ts';

/** Task "Remind of missing papers". */
export const create = taskHandler('purchase', progress, remindOfPapers);

export const handler = inLambda(create);
