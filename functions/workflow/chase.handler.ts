import { dispatchPaperChase } from '../delivery/dispatch-paper.ts';
import { shortfallChase } from '../delivery/shortfall.ts';
import { papersChase } from '../emergency/issue.ts';
import { inLambda } from '../shared/deps.ts';
import { taskHandler } from '../shared/task.ts';
import { appealChase } from '../supply/appeal.ts';
import { gapChase } from '../supply/gap.ts';
import { chase } from './chase.store.ts';
import { type Progress, progress } from './progress.ts';

/** Task "Remind": of whatever waits for one thing only. */
export const create = taskHandler('workflow', progress, (deps, at): Promise<Progress> => {
  switch (at.kind) {
    case 'shortfall':
      return chase(deps, at, shortfallChase);
    case 'dispatch-paper':
      return chase(deps, at, dispatchPaperChase);
    case 'emergency-issue':
      return chase(deps, at, papersChase);
    case 'gap':
      return chase(deps, at, gapChase);
    case 'appeal':
      return chase(deps, at, appealChase);
    default:
      throw new Error(`A ${at.kind} is not chased like this`);
  }
});

export const handler = inLambda(create);
