import { registerGift } from '../donation/register.store.ts';
import { submitRequest } from '../request/request.store.ts';
import { stillAt } from '../request/still-at.store.ts';
import { inLambda } from '../shared/deps.ts';
import { taskHandler } from '../shared/task.ts';
import { progress } from '../workflow/progress.ts';
import { book } from './book.store.ts';

/** Task "Book the next rows". */
export const create = taskHandler('imports', progress, (deps, given) =>
  book({ ...deps, stillAt, submitRequest, registerGift }, given),
);

export const handler = inLambda(create);
