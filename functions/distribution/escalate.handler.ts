import { inLambda } from '../shared/deps.ts';
import { taskHandler } from '../shared/task.ts';
import { progress } from '../workflow/progress.ts';
import { escalatePlan } from './escalate.store.ts';

/** Task "Escalate the plan". */
export const create = taskHandler('distribution', progress, escalatePlan);

export const handler = inLambda(create);
