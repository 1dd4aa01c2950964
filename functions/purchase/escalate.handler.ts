import { inLambda } from '../shared/deps.ts';
import { taskHandler } from '../shared/task.ts';
import { progress } from '../workflow/progress.ts';
import { escalateNeeded } from './escalate.store.ts';

/** Task "Escalate the decision". */
export const create = taskHandler('purchase', progress, escalateNeeded);

export const handler = inLambda(create);
