import type { Actor } from './actor.ts';
import { AlreadyDone } from './commit.store.ts';
import type { Deps } from './deps.ts';
import { keysOf } from './keys.ts';
import { type Once, onceRow } from './once.ts';
import { Problem } from './problem.ts';
import { get } from './table.store.ts';

/**
 * Runs a command unless it was done before, and returns the id of what it made or changed. `run` commits its marker
 * with its rows, so that there is no moment in which one is there without the other.
 *
 * @throws Problem 422 `key-reused` when the key came with another body.
 */
export const doOnce = async (deps: Deps, actor: Actor, by: Once, run: () => Promise<string>): Promise<string> => {
  const before = await resultOf(deps, actor, by);
  if (before !== undefined) return before;
  try {
    return await run();
  } catch (error) {
    // A twin may have won between our look and our commit: by its marker, or by moving the row we refused over.
    if (!(error instanceof AlreadyDone || error instanceof Problem)) throw error;
    const twin = await resultOf(deps, actor, by);
    if (twin === undefined) throw error;
    return twin;
  }
};

const resultOf = async (deps: Deps, actor: Actor, by: Once): Promise<string | undefined> => {
  const marker = await get(deps, onceRow, keysOf(actor.county).once(by.subject, by.route, by.key));
  if (marker !== undefined && marker.bodyHash !== by.bodyHash)
    throw new Problem(422, 'key-reused', {
      zh: '这个 Idempotency-Key 已经用过，内容与这次不同；请换一个。',
      en: 'This Idempotency-Key came before with another body.',
    });
  return marker?.result;
};
