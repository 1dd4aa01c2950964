import { inLambda } from '../shared/deps.ts';
import { taskHandler } from '../shared/task.ts';
import { progress } from '../workflow/progress.ts';
import { releaseGift } from './release.store.ts';

/** Task "Release what was accepted". */
export const create = taskHandler('donation', progress, releaseGift);

export const handler = inLambda(create);
