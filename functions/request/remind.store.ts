import { getItems, getPolicy, getSites } from '../catalogue/catalogue.store.ts';
import { at, type Policy, type Tier } from '../catalogue/policy.ts';
import { notifyAll } from '../notices/notice.ts';
import { replace } from '../shared/actions.ts';
import { systemActor } from '../shared/actor.ts';
import { plusMinutes } from '../shared/clock.ts';
import { commit } from '../shared/commit.store.ts';
import type { Deps } from '../shared/deps.ts';
import { keysOf } from '../shared/keys.ts';
import { notFound } from '../shared/problem.ts';
import { retrying } from '../shared/retrying.ts';
import { get, ofType, partition } from '../shared/table.store.ts';
import { isOverdue, type Progress, progressOf, reminded } from '../workflow/progress.ts';
import { asking } from '../workflow/timeline.ts';
import { type Line, lineRow, short } from './line.ts';
import { needOverdue } from './notices.ts';
import { closed, type Request, requestRow } from './request.ts';

/** The next reminder is due when goods that leave now would have been received. */
const nextReminder = (policy: Policy, tier: Tier, now: string): string =>
  plusMinutes(now, at(policy.delivery.dispatchMinutes, tier) + policy.delivery.receiveMinutes);

const outstanding = (lines: readonly Line[]) =>
  lines
    .filter(({ status }) => status === 'open')
    .map((line) => ({ n: line.n, itemId: line.itemId, short: short(line), inTransit: line.dispatched }));

/** What a notice of it speaks of by name. */
const namesOf = async (deps: Deps, { county, siteId }: Request, lines: readonly Line[]) => {
  const [items, sites] = await Promise.all([
    getItems(
      deps,
      county,
      lines.map(({ itemId }) => itemId),
    ),
    getSites(deps, county, [siteId]),
  ]);
  return { items, site: sites.get(siteId) };
};

/**
 * Task: the need-by has passed. Says so on the request and to whoever follows it, with what is outstanding, and sets the
 * next deadline. A request of which nothing is outstanding any more is closed, should whoever had to close it have been lost.
 */
export const remind = (deps: Deps, progress: Progress): Promise<Progress> =>
  retrying(async () => {
    const now = deps.clock.now();
    const key = keysOf(progress.county).request(progress.id);
    const [request, rows, policy] = await Promise.all([
      get(deps, requestRow, key),
      partition(deps, key.PK, 'LINE#'),
      getPolicy(deps, progress.county),
    ]);
    if (request === undefined) throw notFound('request', progress.id);
    const on = { ...progress, round: progress.round + 1 };
    if (request.status !== 'approved' || !isOverdue(request, progress, now)) return progressOf(on, request, now);
    const lines = ofType(lineRow, rows);
    const done = closed(request, lines, now);
    const next = done ?? {
      ...reminded(request, progress, nextReminder(policy, request.tier, now), now),
      reminders: request.reminders + 1,
    };
    const tellings =
      done === undefined ? needOverdue({ request: next, lines, ...(await namesOf(deps, request, lines)) }, policy) : [];
    const told = notifyAll(deps.ids, { county: progress.county, at: now }, tellings);
    await commit(deps, {
      actor: systemActor(progress.county),
      now,
      actions: [replace(requestRow, asking(next, told.asking, now)), ...told.actions],
      news: [
        {
          of: key,
          version: request.version + 1,
          ...(done === undefined
            ? { name: 'NeedOverdue', data: { needBy: request.needBy, outstanding: outstanding(lines) } }
            : { name: 'RequestClosed' }),
        },
      ],
    });
    return progressOf(on, next, now);
  });
