import { type Action, replace } from '../shared/actions.ts';
import type { Actor } from '../shared/actor.ts';
import type { Deps } from '../shared/deps.ts';
import type { News } from '../shared/event.ts';
import { keysOf } from '../shared/keys.ts';
import { getAll } from '../shared/table.store.ts';
import { noticeRow } from './notice.ts';

/**
 * The actions and events that acknowledge notices whose matter is over, two a notice, for whoever brought that about. One
 * that somebody acknowledged before stays as it is.
 */
export const settledNotices = async (
  deps: Deps,
  { county, sub }: Actor,
  ids: readonly string[],
  now: string,
): Promise<{ readonly actions: readonly Action[]; readonly news: readonly News[] }> => {
  const open = (await getAll(deps, noticeRow, ids.map(keysOf(county).notice))).filter(
    ({ acknowledged }) => acknowledged === undefined,
  );
  return {
    actions: open.map((notice) => replace(noticeRow, { ...notice, acknowledged: { by: sub, at: now } })),
    news: open.map((notice) => ({
      ...{ of: noticeRow.keyOf(notice), version: notice.version + 1, name: 'NoticeSettled' },
    })),
  };
};
