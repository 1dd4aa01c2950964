import { inLambda } from '../shared/deps.ts';
import { taskHandler } from '../shared/task.ts';
import { chase } from '../workflow/chase.store.ts';
import { progress } from '../workflow/progress.ts';
import { papersChase } from './issue.ts';

/** Task "Remind of the papers". */
export const create = taskHandler('emergency', progress, (deps, at) => chase(deps, at, papersChase));

export const handler = inLambda(create);
