import type { Deps } from '../shared/deps.ts';
import type { Progress } from '../workflow/progress.ts';
import { escalate } from './deciding.store.ts';
import { endNeedless } from './needless.store.ts';

/** Task: nobody has decided by the deadline. What is needed still goes to the next level, or stays visibly overdue. */
export const escalateNeeded = async (deps: Deps, progress: Progress): Promise<Progress> =>
  (await endNeedless(deps, progress)) ?? escalate(deps, progress);
