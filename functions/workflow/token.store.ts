import { SendTaskSuccessCommand, type SFNClient } from '@aws-sdk/client-sfn';
import type { Deps } from '../shared/deps.ts';
import type { Progress } from './progress.ts';

export type TokenDeps = Deps & { readonly workflows: SFNClient };

/** The wait behind this token is over, one way or another: sent before, timed out, or its execution gone. */
const OVER: ReadonlySet<string> = new Set(['TaskTimedOut', 'TaskDoesNotExist', 'InvalidToken']);

/**
 * Lets the machine that waits with this token go on. A token that nobody waits with any more is settled: counted in the
 * log and not tried again, because what it would say is read from the row by whoever comes next.
 */
export const goOn = async (deps: TokenDeps, token: string, progress: Progress): Promise<'sent' | 'settled'> => {
  try {
    await deps.workflows.send(new SendTaskSuccessCommand({ taskToken: token, output: JSON.stringify(progress) }));
    return 'sent';
  } catch (error) {
    if (!(error instanceof Error && OVER.has(error.name))) throw error;
    const { kind, id, attempt, round } = progress;
    deps.log.warn('WORKFLOW-TOKEN-SETTLED', { kind, id, attempt, round, why: error.name });
    return 'settled';
  }
};
