import { inLambda } from '../shared/deps.ts';
import { taskHandler } from '../shared/task.ts';
import { chase } from '../workflow/chase.store.ts';
import { progress } from '../workflow/progress.ts';
import { shortfallChase } from './shortfall.ts';

/** Task "Remind of the shortfall". */
export const create = taskHandler('delivery', progress, (deps, at) => chase(deps, at, shortfallChase));

export const handler = inLambda(create);
