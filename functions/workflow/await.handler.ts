import { inLambda } from '../shared/deps.ts';
import { taskHandler } from '../shared/task.ts';
import { awaitMove, waitInput } from './await.store.ts';

/** Task with token, of every wait: what it returns goes nowhere, the token is the answer. */
export const create = taskHandler('workflow', waitInput, awaitMove);

export const handler = inLambda(create);
