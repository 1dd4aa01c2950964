import { replace } from '../shared/actions.ts';
import type { Actor } from '../shared/actor.ts';
import { commit } from '../shared/commit.store.ts';
import type { Deps } from '../shared/deps.ts';
import { keysOf } from '../shared/keys.ts';
import type { Once } from '../shared/once.ts';
import { compare } from '../shared/order.ts';
import { notFound } from '../shared/problem.ts';
import { retrying } from '../shared/retrying.ts';
import { badCursor, get, indexPage, ofType, type Page } from '../shared/table.store.ts';
import { type Notice, noticeRow, placeIn } from './notice.ts';
import type { NoticeStatus } from './view.ts';

export interface InboxQuery {
  readonly status: NoticeStatus;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** Where a page ended: a notice's place among those of its status, the same in every inbox. */
const cursorOf = (notice: Notice): string => Buffer.from(placeIn(notice)).toString('base64url');

/** @throws Problem 400 `bad-cursor`. */
const placeOf = (cursor: string): string => {
  const place = Buffer.from(cursor, 'base64url').toString();
  if (!/^\d{4}-\d\d-\d\dT[\d:.]+Z#[\w.:-]{1,100}$/.test(place)) throw badCursor();
  return place;
};

/** A page of the notices in these inboxes, all together, the newest first. @throws Problem 400 `bad-cursor`. */
export const listNotices = async (
  deps: Deps,
  county: string,
  inboxes: readonly string[],
  { status, limit, cursor }: InboxQuery,
): Promise<Page<Notice>> => {
  const prefix = `NOTICE#${status}#`;
  const after = cursor === undefined ? undefined : placeOf(cursor);
  const range = after === undefined ? { beginsWith: prefix } : { from: prefix, upTo: `${prefix}${after}` };
  const pages = await Promise.all(
    inboxes.map((inbox) =>
      // One more than asked for: the range takes in the notice that the page before ended with.
      indexPage(deps, {
        ...{ index: 'GSI2', at: keysOf(county).party(inbox), ...range, limit: limit + 1, newestFirst: true },
      }),
    ),
  );
  const found = pages
    .flatMap(({ rows }) => ofType(noticeRow, rows))
    .filter((notice) => placeIn(notice) !== after)
    .toSorted((a, b) => compare(placeIn(b), placeIn(a)));
  const rows = found.slice(0, limit);
  const last = rows.at(-1);
  const more = found.length > limit || pages.some((page) => page.cursor !== undefined);
  return { rows, ...(more && last !== undefined && { cursor: cursorOf(last) }) };
};

/** @throws Problem 404 `unknown-notice`. */
export const noticeOf = async (deps: Deps, county: string, id: string): Promise<Notice> => {
  const notice = await get(deps, noticeRow, keysOf(county).notice(id));
  if (notice === undefined) throw notFound('notice', id);
  return notice;
};

/**
 * Somebody has read a notice. `own` says whether it is his to acknowledge, or throws. Acknowledged already, by himself or
 * by another whose inbox it is, it stays as it is.
 *
 * @throws Problem 404 `unknown-notice`, and as `own` says.
 */
export const acknowledge = (
  deps: Deps,
  actor: Actor,
  once: Once,
  id: string,
  own: (notice: Notice) => void,
): Promise<string> =>
  retrying(async () => {
    const { county, sub } = actor;
    const notice = await noticeOf(deps, county, id);
    own(notice);
    const now = deps.clock.now();
    const by = { actor, now, once: { by: once, result: id } };
    if (notice.acknowledged !== undefined) {
      // Said again under a new key: that key, too, stands for this and for nothing else from now on.
      await commit(deps, { ...by, actions: [], news: [] });
      return id;
    }
    await commit(deps, {
      ...by,
      actions: [replace(noticeRow, { ...notice, acknowledged: { by: sub, at: now } })],
      news: [{ of: noticeRow.keyOf(notice), version: notice.version + 1, name: 'NoticeAcknowledged' }],
    });
    return id;
  });
