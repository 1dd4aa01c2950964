import { setTimeout as sleep } from 'node:timers/promises';
import { type RecoveredPage, recoveredPage } from '../functions/workflow/recover.store.ts';

/** What a whole recovery did. */
export interface Recovered {
  readonly recovery: string;
  readonly raised: number;
  readonly divided: number;
  readonly failed: RecoveredPage['failed'];
}

/** Twice: a row that people moved while the first pass went by may have been met by nobody. */
const PASSES = 2;
const ATTEMPTS = 5;
const PAUSE_MS = 1_000;

/** A page that was lost on its way is asked for again: what it did, it does not do twice. */
const patiently = async (invoke: (event: unknown) => Promise<unknown>, event: unknown): Promise<RecoveredPage> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return recoveredPage.parse(await invoke(event));
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
      await sleep(PAUSE_MS * attempt);
    }
  }
};

/**
 * Recovers a restored table, page by page, by the function that does so. `invoke` calls it; `told` hears of every page,
 * and first of all of the recovery's name, by which it goes on (`recovery`) after it was cut off.
 *
 * @throws whatever the function throws five times in a row.
 */
export const recoverWhole = async (
  invoke: (event: unknown) => Promise<unknown>,
  { recovery, told = () => {} }: { recovery?: string | undefined; told?: (page: RecoveredPage) => void } = {},
): Promise<Recovered> => {
  let done: Recovered = { recovery: recovery ?? '', raised: 0, divided: 0, failed: [] };
  for (let pass = 1; pass <= PASSES; pass += 1) {
    const failed: RecoveredPage['failed'] = [];
    let divided = 0;
    let at: unknown = done.recovery === '' ? {} : { recovery: done.recovery };
    while (at !== undefined) {
      const page = await patiently(invoke, at);
      told(page);
      done = { ...done, recovery: page.recovery, raised: done.raised + page.raised.length };
      divided += page.divided;
      failed.push(...page.failed);
      at = page.next;
    }
    // What failed in the first pass and not in the second is done.
    done = { ...done, divided, failed };
  }
  return done;
};
