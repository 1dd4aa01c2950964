import { demandOther } from '../approval/level.ts';
import { MAX_ACTIONS, replace } from '../shared/actions.ts';
import type { Actor } from '../shared/actor.ts';
import { commit } from '../shared/commit.store.ts';
import type { Deps } from '../shared/deps.ts';
import type { Once } from '../shared/once.ts';
import { retrying } from '../shared/retrying.ts';
import { holdDelta } from '../stock/balance.ts';
import { type CloseShortBody, closeShort } from './close-short.ts';
import { lineRow } from './line.ts';
import { readRequest } from './request.store.ts';
import { requestRow } from './request.ts';

/** The request, its event and the idempotency marker; the lines are counted by the rule. */
const BESIDE = 3;

/**
 * A person gives up what a request still lacks, whole or line by line: somebody else than who asked, or, of its own need
 * (`ownNeed`), the site, whoever wrote it down. Returns the request's id.
 *
 * @throws Problem 404 `unknown-request`; 403 `own-request`; 409 and 422 as `closeShort` says.
 */
export const closeRequestShort = (
  deps: Deps,
  actor: Actor,
  once: Once,
  id: string,
  body: CloseShortBody,
  ownNeed = false,
): Promise<string> =>
  retrying(async () => {
    const now = deps.clock.now();
    const { request, lines } = await readRequest(deps, actor.county, id);
    if (!ownNeed) demandOther(request, actor);
    const word = { by: actor.sub, at: now, reason: body.reason };
    const cut = closeShort(request, lines, body, word, MAX_ACTIONS - BESIDE);
    await commit(deps, {
      actor,
      now,
      actions: [
        replace(requestRow, cut.request),
        ...cut.lines.map((line) => replace(lineRow, line)),
        ...cut.givenBack.map(({ quantity, ...place }) => holdDelta(place, -quantity)),
      ],
      news: [
        {
          of: requestRow.keyOf(request),
          version: request.version + 1,
          name: 'NeedClosedShort',
          reason: body.reason,
          data: { lines: cut.givenUp, closed: cut.request.status === 'closed' },
        },
      ],
      once: { by: once, result: id },
    });
    return id;
  });
