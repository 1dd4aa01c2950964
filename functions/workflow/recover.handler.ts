import { divide } from '../allocation/divide.store.ts';
import { inLambda } from '../shared/deps.ts';
import { taskHandler } from '../shared/task.ts';
import { recoverInput, recoverPage } from './recover.store.ts';

/** A page of the recovery of a restored table; an operator asks for one after the other. */
export const create = taskHandler('workflow', recoverInput, (deps, at) =>
  recoverPage({ ...deps, divide: (county, itemId) => divide(deps, county, itemId) }, at),
);

export const handler = inLambda(create);
