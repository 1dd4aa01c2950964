import type { Deps } from '../shared/deps.ts';
import { keysOf } from '../shared/keys.ts';
import type { RowType } from '../shared/row.ts';
import { indexPage, ofType, type Page, queuesPage } from '../shared/table.store.ts';
import type { Timeline } from './timeline.ts';

/** Rows with a timeline, page by page: at one status, those whose execution gave up, or all that the list holds. */
export interface WorklistQuery<Status extends string = string> {
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly status?: Status | 'failed' | undefined;
}

const isIn = ({ status, failure }: Timeline, asked: string | undefined): boolean =>
  asked === undefined || (asked === 'failed' ? failure !== undefined : status === asked);

/**
 * A page of the county's rows of one kind: what failed before all else, then by status, what is due first coming first.
 * Asked for no status, it holds those of `statuses`, in that order, and what failed at any. A page may hold fewer than
 * `limit` and still have a successor.
 *
 * @throws Problem 400 `bad-cursor` when the cursor is of another list.
 */
export const listByQueue = async <T extends Timeline>(
  deps: Deps,
  type: RowType<T>,
  county: string,
  { limit, cursor, status }: WorklistQuery<T['status']>,
  statuses: readonly string[],
): Promise<Page<T>> => {
  const asked = status === undefined ? statuses : status === 'failed' ? [] : [status];
  // A row stands in one queue: of a duty that is due, or of its status.
  const queues = ['failed', 'start', 'resume', ...asked];
  const isListed = (row: T): boolean =>
    status === undefined ? row.failure !== undefined || statuses.includes(row.status) : isIn(row, status);

  const { rows, cursor: next } = await queuesPage(deps, {
    ...{ limit, cursor, names: queues },
    at: (name) => keysOf(county).queue(`${type.type}.${name}`),
  });
  return { rows: ofType(type, rows).filter(isListed), cursor: next };
};

/** A page of the rows of one kind that belong to a site or another party, newest first; `prefix` is their sort key's. */
export const listByParty = async <T extends Timeline>(
  deps: Deps,
  type: RowType<T>,
  county: string,
  { partyId, prefix }: { readonly partyId: string; readonly prefix: string },
  { limit, cursor, status }: WorklistQuery<T['status']>,
): Promise<Page<T>> => {
  const at = keysOf(county).party(partyId);
  const page = await indexPage(deps, { index: 'GSI2', at, beginsWith: prefix, limit, cursor, newestFirst: true });
  return { rows: ofType(type, page.rows).filter((row) => isIn(row, status)), cursor: page.cursor };
};
