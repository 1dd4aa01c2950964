import { getItems, getPolicy } from '../catalogue/catalogue.store.ts';
import { at, tierOf } from '../catalogue/policy.ts';
import { siteRow } from '../catalogue/site.ts';
import { type Action, check, insert, MAX_ACTIONS, replace } from '../shared/actions.ts';
import type { Actor } from '../shared/actor.ts';
import { plusMinutes } from '../shared/clock.ts';
import { commit } from '../shared/commit.store.ts';
import type { Deps } from '../shared/deps.ts';
import { keysOf } from '../shared/keys.ts';
import type { Once } from '../shared/once.ts';
import { notFound, Problem } from '../shared/problem.ts';
import { retrying } from '../shared/retrying.ts';
import { get, ofType, partition } from '../shared/table.store.ts';
import { holdDelta } from '../stock/balance.ts';
import { begun } from '../workflow/timeline.ts';
import { cancel } from './cancel.ts';
import { contentOf, type External, externalRow } from './external.ts';
import { type Draft, intake } from './intake.ts';
import { type Line, lineRow } from './line.ts';
import { newLine } from './new-line.ts';
import { recentNeedOf } from './recent.store.ts';
import { type Request, requestRow } from './request.ts';
import { usualAsks } from './usual.store.ts';

/** The request and its lines, read strongly. @throws Problem 404 `unknown-request`. */
export const readRequest = async (
  deps: Deps,
  county: string,
  id: string,
): Promise<{ request: Request; lines: Line[] }> => {
  const key = keysOf(county).request(id);
  const [request, lines] = await Promise.all([get(deps, requestRow, key), partition(deps, key.PK, 'LINE#')]);
  if (request === undefined) throw notFound('request', id);
  return { request, lines: ofType(lineRow, lines) };
};

/**
 * Takes in what a site asks for: the request with its lines, yet to be assessed. Returns its id. `number`: what it is
 * called in the papers of whoever asked, in the form that papers are compared in.
 *
 * @throws Problem 422 as `intake` says; 409 `number-taken` when the number is another request's.
 */
export const submitRequest = (deps: Deps, actor: Actor, once: Once, draft: Draft, number?: string): Promise<string> =>
  retrying(async () => {
    const now = deps.clock.now();
    const { county } = actor;
    const keys = keysOf(county);
    const itemIds = [...new Set(draft.lines.map(({ itemId }) => itemId))];
    const { siteId, recipients, needBy } = draft;
    const [site, items, policy, recent] = await Promise.all([
      get(deps, siteRow, keys.site(siteId)),
      getItems(deps, county, itemIds),
      getPolicy(deps, county),
      recentNeedOf(deps, { county, siteId, recipients, needBy, now }, itemIds),
    ]);
    const asks = site && (await usualAsks(deps, site, tierOf(site, recipients, policy), itemIds));
    const earlier = recent.quantities;
    const taken = intake({ draft, site, items, asks: asks ?? [], earlier, policy, now });
    const id = deps.ids.next('req');
    const request: Request = {
      county,
      id,
      version: 1,
      status: 'submitted',
      ...begun(now, plusMinutes(now, at(policy.approval.decideMinutes.supplyGroup, taken.tier))),
      siteId: taken.site.id,
      siteKind: taken.site.kind,
      recipients: draft.recipients,
      tier: taken.tier,
      needBy: taken.needBy,
      coverDays: taken.coverDays,
      reason: draft.reason,
      lines: taken.lines.length,
      estimatedFen: taken.estimatedFen,
      odd: [...taken.odd],
      askedBy: actor.sub,
      at: now,
      referral: [],
      reminders: 0,
    };
    await commit(deps, {
      actor,
      now,
      actions: [
        insert(requestRow, request),
        // A site that is being closed finds no need there, so need must find it open still.
        check(keys.site(siteId), 'active', true),
        ...taken.lines.map((line, i) => insert(lineRow, newLine(request, i + 1, line))),
        ...(number === undefined ? [] : [numbered({ county, number, requestId: id, content: contentOf(draft) })]),
      ],
      news: [
        {
          of: keys.request(id),
          version: 1,
          name: 'RequestSubmitted',
          reason: draft.reason,
          data: { confirmed: taken.odd.length > 0, ...(number !== undefined && { number }) },
        },
      ],
      once: { by: once, result: id },
    });
    return id;
  });

const numbered = (external: External): Action =>
  insert(
    externalRow,
    external,
    (was) => new Problem(409, 'number-taken', `${external.number} is ${String(was?.['requestId'])} already.`),
  );

/**
 * Nobody needs it any more. Not once picking has started.
 *
 * @throws Problem 404 `unknown-request`; 409 `wrong-status` or `in-picking`.
 */
export const cancelRequest = (
  deps: Deps,
  actor: Actor,
  once: Once,
  id: string,
  { reason }: { readonly reason: string },
): Promise<string> =>
  retrying(async () => {
    const now = deps.clock.now();
    const { request, lines } = await readRequest(deps, actor.county, id);
    // One transaction holds the request, its lines, the event and the marker; the rest is for balances.
    const cancellation = cancel(request, lines, now, MAX_ACTIONS - 1 - lines.length - 2);
    await commit(deps, {
      actor,
      now,
      actions: [
        replace(requestRow, cancellation.request),
        ...cancellation.lines.map((line) => replace(lineRow, line)),
        ...cancellation.givenBack.map(({ quantity, ...place }) => holdDelta(place, -quantity)),
      ],
      news: [{ of: requestRow.keyOf(request), version: request.version + 1, name: 'RequestCancelled', reason }],
      once: { by: once, result: id },
    });
    return id;
  });
