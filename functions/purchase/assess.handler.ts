import { inLambda } from '../shared/deps.ts';
import { taskHandler } from '../shared/task.ts';
import { progress } from '../workflow/progress.ts';
import { assess } from './deciding.store.ts';

/** Task "Assess by the green channel". */
export const create = taskHandler('purchase', progress, assess);

export const handler = inLambda(create);
