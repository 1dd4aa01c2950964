import { shortageOf } from '../allocation/shortage.store.ts';
import { inLambda } from '../shared/deps.ts';
import { taskHandler } from '../shared/task.ts';
import { progress } from '../workflow/progress.ts';
import { screenGift } from './screen.store.ts';

/** Task "Screen the gift". */
export const create = taskHandler('donation', progress, (deps, given) =>
  screenGift({ ...deps, shortageOf: (county, itemId) => shortageOf(deps, county, itemId) }, given),
);

export const handler = inLambda(create);
