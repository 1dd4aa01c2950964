import { lineRow } from '../request/line.ts';
import { closed, requestRow } from '../request/request.ts';
import { replace } from '../shared/actions.ts';
import { systemActor } from '../shared/actor.ts';
import { commit } from '../shared/commit.store.ts';
import type { Deps } from '../shared/deps.ts';
import { keysOf } from '../shared/keys.ts';
import { retrying } from '../shared/retrying.ts';
import { get, ofType, partition } from '../shared/table.store.ts';
import { type Progress, progressOf } from '../workflow/progress.ts';
import { consignmentOf } from './consignment.store.ts';
import { linesOf } from './lines.store.ts';

/** Closes a request when none of its lines is open any more. Closed already, or not to be closed: nothing is written. */
const closeServed = (deps: Deps, county: string, requestId: string, consignmentId: string): Promise<void> =>
  retrying(async () => {
    const now = deps.clock.now();
    const key = keysOf(county).request(requestId);
    const [request, rows] = await Promise.all([get(deps, requestRow, key), partition(deps, key.PK, 'LINE#')]);
    const next = request && closed(request, ofType(lineRow, rows), now);
    if (next === undefined) return;
    await commit(deps, {
      actor: systemActor(county),
      now,
      actions: [replace(requestRow, next)],
      news: [{ of: key, version: next.version + 1, name: 'RequestClosed', data: { consignmentId } }],
    });
  });

/**
 * Task, after a receipt: closes every request that the consignment served and that waits for nothing more, each in a
 * transaction of its own. Repeatable.
 */
export const settle = async (deps: Deps, progress: Progress): Promise<Progress> => {
  const { county, id } = progress;
  const consignment = await consignmentOf(deps, county, id);
  if (consignment.status === 'received' && consignment.attempt === progress.attempt) {
    const lines = await linesOf(deps, county, id);
    const requests = new Set(lines.flatMap(({ shares }) => shares.map(({ requestId }) => requestId)));
    for (const requestId of requests) await closeServed(deps, county, requestId, id);
  }
  return progressOf(progress, consignment, deps.clock.now());
};
