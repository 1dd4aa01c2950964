import { recentOf } from '../request/recent.store.ts';
import { inLambda } from '../shared/deps.ts';
import { taskHandler } from '../shared/task.ts';
import { progress } from '../workflow/progress.ts';
import { assess } from './approval.store.ts';

/** Task "Assess by the green channel". */
export const create = taskHandler('approval', progress, (deps, given) => assess({ ...deps, recentOf }, given));

export const handler = inLambda(create);
