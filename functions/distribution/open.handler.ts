import { recentNeedOf } from '../request/recent.store.ts';
import { inLambda } from '../shared/deps.ts';
import { taskHandler } from '../shared/task.ts';
import { progress } from '../workflow/progress.ts';
import { openNeeds } from './opening.store.ts';

/** Task "Open the needs of its sites". */
export const create = taskHandler('distribution', progress, (deps, given) =>
  openNeeds({ ...deps, recentNeedOf }, given),
);

export const handler = inLambda(create);
