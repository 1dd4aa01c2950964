import { countyClock } from '../shared/clock.ts';
import type { Deps } from '../shared/deps.ts';
import { eventRow } from '../shared/event.ts';
import type { Key } from '../shared/keys.ts';
import type { About, Changed } from '../shared/problem.ts';
import { newest, ofType } from '../shared/table.store.ts';

/** Enough to see who was quicker; the whole story is read with the row. */
const MOST = 5;

/** Events stand beside the row that carries an aggregate and its lines; in other partitions they are of something else. */
const hasEvents = ({ SK }: Key): boolean => SK === 'META' || SK.startsWith('LINE#');

/**
 * What happened to a row, the newest first: since the version that the caller knew, or the last few things where he
 * named none.
 */
export const changesTo = async (deps: Deps, { key, since = 0 }: About): Promise<Changed[]> => {
  if (!hasEvents(key)) return [];
  const events = ofType(eventRow, await newest(deps, key.PK, 'EVENT#', MOST));
  return events
    .filter(({ version }) => version > since)
    .map(({ name, by, at, reason }) => ({
      name,
      by,
      at,
      localTime: countyClock(at),
      ...(reason !== undefined && { reason }),
    }));
};
