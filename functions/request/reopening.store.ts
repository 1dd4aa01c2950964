import { getItems, getPolicy, getSite } from '../catalogue/catalogue.store.ts';
import { notify } from '../notices/notice.ts';
import { goods, type Words } from '../notices/words.ts';
import { type Action, check, insert, remove, replace } from '../shared/actions.ts';
import type { Actor } from '../shared/actor.ts';
import { commit } from '../shared/commit.store.ts';
import type { Deps } from '../shared/deps.ts';
import { keysOf } from '../shared/keys.ts';
import type { Once } from '../shared/once.ts';
import { Problem } from '../shared/problem.ts';
import { retrying } from '../shared/retrying.ts';
import { getAll } from '../shared/table.store.ts';
import { lineRow, openOf, openRow } from './line.ts';
import { type Reopened, type ReopeningBody, reopen } from './reopening.ts';
import { readRequest } from './request.store.ts';
import { type Request, requestRow } from './request.ts';

const nameOf = ({ PK, SK }: { readonly PK: string; readonly SK: string }): string => `${PK} ${SK}`;

/**
 * Pointers to reopened lines, one a line: an item's partition must lead to no line twice. That of served need stays for
 * the look-back, so most are there still, under the need-by that they were opened with; a pointer never changes, and one
 * whose need-by is given anew is taken away. No division takes one away whose need-by lies ahead.
 */
const pointers = async (deps: Deps, lines: Reopened['lines']): Promise<Action[]> => {
  const before = await getAll(
    deps,
    openRow,
    lines.map(({ was }) => openRow.keyOf(openOf(was))),
  );
  const there = new Set(before.map((open) => nameOf(openRow.keyOf(open))));
  return lines.flatMap(({ was, is }): Action[] => {
    const [old, present] = [openRow.keyOf(openOf(was)), openRow.keyOf(openOf(is))];
    if (!there.has(nameOf(old))) return [insert(openRow, openOf(is))];
    if (nameOf(old) === nameOf(present)) return [check(old, 'lineId', is.id)];
    return [remove(old), insert(openRow, openOf(is))];
  });
};

const reopenedNotice = (deps: Deps, { county, id, siteId }: Request, { zh, en }: Words, at: string): Action =>
  notify(
    { siteId },
    {
      ...{ county, id: deps.ids.next('not'), code: 'reopened', about: { kind: 'request', id }, at },
      zh: `以下物资重新列入供应：${zh}。`,
      en: `To be supplied again: ${en}.`,
    },
  );

/**
 * Opens lines of a request again that were served or closed short, and the request with them. At most 65 actions.
 * Returns its id.
 *
 * @throws Problem 404 `unknown-request`; 409 `inactive-site`; and as the rule `reopen` says.
 */
export const reopenRequest = (deps: Deps, actor: Actor, once: Once, id: string, body: ReopeningBody): Promise<string> =>
  retrying(async () => {
    const now = deps.clock.now();
    const { county } = actor;
    const { request, lines } = await readRequest(deps, county, id);
    const [items, policy, site] = await Promise.all([
      getItems(
        deps,
        county,
        lines.map(({ itemId }) => itemId),
      ),
      getPolicy(deps, county),
      getSite(deps, county, request.siteId),
    ]);
    const next = reopen({ request, lines, items, body, actor, policy, now });
    const again = goods(
      items,
      next.lines.map(({ is: { itemId }, quantity }) => ({ itemId, quantity })),
    );
    if (!site.active) throw new Problem(409, 'inactive-site', `${site.nameZh} ${site.nameEn} is closed.`);
    await commit(deps, {
      actor,
      now,
      actions: [
        replace(requestRow, next.request),
        // As at intake: a site that is being closed finds no need there.
        check(keysOf(county).site(site.id), 'active', true),
        ...next.lines.map(({ is }) => replace(lineRow, is)),
        ...(await pointers(deps, next.lines)),
        reopenedNotice(deps, next.request, again, now),
      ],
      news: [
        {
          of: requestRow.keyOf(request),
          version: request.version + 1,
          name: 'RequestReopened',
          reason: body.reason,
          data: {
            lines: next.lines.map(({ is: { n, itemId }, quantity }) => ({ n, itemId, quantity })),
            from: request.status,
            needBy: next.lines[0]?.is.needBy,
            attempt: next.request.attempt,
            policyVersion: policy.version,
          },
        },
      ],
      once: { by: once, result: id },
    });
    return id;
  });
