import { demandOther } from '../approval/level.ts';
import { getItems } from '../catalogue/catalogue.store.ts';
import { notify } from '../notices/notice.ts';
import { goods } from '../notices/words.ts';
import { type Action, MAX_ACTIONS, replace } from '../shared/actions.ts';
import type { Actor } from '../shared/actor.ts';
import { commit } from '../shared/commit.store.ts';
import type { Deps } from '../shared/deps.ts';
import type { Once } from '../shared/once.ts';
import { retrying } from '../shared/retrying.ts';
import { holdDelta } from '../stock/balance.ts';
import { type CloseShortBody, closeShort } from './close-short.ts';
import { lineRow } from './line.ts';
import { readRequest } from './request.store.ts';
import { type Request, requestRow } from './request.ts';

/** The request, its event, the notice and the idempotency marker; the lines are counted by the rule. */
const BESIDE = 4;

const givenUpNotice = async (
  deps: Deps,
  { county, id, siteId }: Request,
  givenUp: ReturnType<typeof closeShort>['givenUp'],
  at: string,
): Promise<Action> => {
  const itemIds = givenUp.map(({ itemId }) => itemId);
  const { zh, en } = goods(await getItems(deps, county, itemIds), givenUp);
  return notify(
    { siteId },
    {
      ...{ county, id: deps.ids.next('not'), code: 'closed-short', about: { kind: 'request', id }, at },
      zh: `尚缺的物资不再供应：${zh}；仍需要的请重新申请。`,
      en: `What is still short will not be supplied: ${en}. Ask again for what is needed.`,
    },
  );
};

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
        // A site that gave up its own need knows.
        ...(ownNeed ? [] : [await givenUpNotice(deps, request, cut.givenUp, now)]),
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
