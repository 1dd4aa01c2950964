import { z } from 'zod';
import { type Action, insert } from '../shared/actions.ts';
import type { Role } from '../shared/actor.ts';
import type { Ids } from '../shared/ids.ts';
import { keysOf } from '../shared/keys.ts';
import { reason } from '../shared/reason.ts';
import { defineRow } from '../shared/row.ts';

/** Whom a notice is for: a site, or everybody of the county in a role. */
export type Recipient = { readonly siteId: string } | { readonly role: Exclude<Role, 'point' | 'system'> };

/** The inbox of a recipient. A role's has a dot in its name, so that no site's id can be one. */
export const inboxOf = (to: Recipient): string => ('siteId' in to ? to.siteId : `staff.${to.role}`);

/** What a notice is about, by the kind of its id: where the reader goes on. */
export const about = z.object({ kind: z.string(), id: z.string() });

/** One try at the webhook: its HTTP status, or why there was none. */
export const attempt = z.object({ at: z.string(), outcome: z.string() });

/** Where a notice stands among those of its inbox: by its time, whatever its id is made of. */
export const placeIn = ({ at, id }: { readonly at: string; readonly id: string }): string => `${at}#${id}`;

/**
 * A notice (通知) in somebody's inbox: a shortfall, a silence, a deadline. It is written in the transaction that brings
 * it about, and is also sent to the webhook, where there is one.
 */
export const noticeRow = defineRow({
  type: 'notice',
  v: 1,
  schema: z.object({
    county: z.string(),
    id: z.string(),
    version: z.int(),
    inbox: z.string(),
    ...reason.shape,
    about,
    /** By when somebody has to act on it; none: it is for information. */
    dueAt: z.string().optional(),
    at: z.string(),
    acknowledged: z.object({ by: z.string(), at: z.string() }).optional(),
    /** Yet to be sent to the webhook: when to try next, and what became of each attempt. */
    posting: z.object({ nextAt: z.string(), attempts: z.array(attempt) }).optional(),
    /** What became of it at the webhook in the end. */
    posted: z.object({ as: z.enum(['delivered', 'given-up']), attempts: z.array(attempt) }).optional(),
  }),
  keys: (row) => {
    const keys = keysOf(row.county);
    return {
      ...keys.notice(row.id),
      ...(row.posting && { GSI1PK: keys.queue('notices.unsent'), GSI1SK: `${row.posting.nextAt}#${row.id}` }),
      GSI2PK: keys.party(row.inbox),
      GSI2SK: `NOTICE#${row.acknowledged === undefined ? 'open' : 'done'}#${placeIn(row)}`,
    };
  },
});
export type Notice = ReturnType<typeof noticeRow.parse>;

/** What somebody is to be told, and who. Whoever commits it adds when. */
export type Telling = Pick<Notice, 'code' | 'zh' | 'en' | 'about' | 'dueAt'> & { readonly to: Recipient };

/**
 * The actions that put these into their inboxes, one each, and the ids of those that ask for something: the row that they
 * are about keeps them (`asking`), so that they are over with what they ask for.
 */
export const notifyAll = (
  ids: Ids,
  { county, at }: Pick<Notice, 'county' | 'at'>,
  tellings: readonly Telling[],
): { readonly actions: readonly Action[]; readonly asking: readonly string[] } => {
  const told = tellings.map(({ to, ...notice }) => ({ to, notice: { ...notice, county, at, id: ids.next('not') } }));
  return {
    actions: told.map(({ to, notice }) => notify(to, notice)),
    asking: told.flatMap(({ notice: { id, dueAt } }) => (dueAt === undefined ? [] : [id])),
  };
};

/**
 * The action that puts a notice into an inbox: part of the transaction of the command that brings it about. Where several
 * commands may bring about the same notice, a fixed id makes it one.
 */
export const notify = (
  to: Recipient,
  { at, ...notice }: Pick<Notice, 'county' | 'id' | 'code' | 'zh' | 'en' | 'about' | 'dueAt' | 'at'>,
): Action =>
  insert(noticeRow, { ...notice, at, version: 1, inbox: inboxOf(to), posting: { nextAt: at, attempts: [] } });
