import { type Action, replace } from '../shared/actions.ts';
import type { Actor } from '../shared/actor.ts';
import type { Deps } from '../shared/deps.ts';
import { keysOf } from '../shared/keys.ts';
import { getAll } from '../shared/table.store.ts';
import { noticeRow } from './notice.ts';

/**
 * The actions that acknowledge notices whose matter is over, one each, for whoever brought that about. One that somebody
 * acknowledged before stays as it is.
 */
export const settledNotices = async (
  deps: Deps,
  { county, sub }: Actor,
  ids: readonly string[],
  now: string,
): Promise<Action[]> =>
  (await getAll(deps, noticeRow, ids.map(keysOf(county).notice)))
    .filter(({ acknowledged }) => acknowledged === undefined)
    .map((notice) => replace(noticeRow, { ...notice, acknowledged: { by: sub, at: now } }));
