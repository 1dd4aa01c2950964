import { getItems, getPolicy, getSite } from '../catalogue/catalogue.store.ts';
import type { Item } from '../catalogue/item.ts';
import { type Policy, type Tier, tierOf } from '../catalogue/policy.ts';
import type { Site } from '../catalogue/site.ts';
import { notify } from '../notices/notice.ts';
import { goods, waybill } from '../notices/words.ts';
import { type Line, lineRow, sent } from '../request/line.ts';
import { type Action, replace, Stale } from '../shared/actions.ts';
import type { Actor } from '../shared/actor.ts';
import { plusMinutes } from '../shared/clock.ts';
import { commit } from '../shared/commit.store.ts';
import type { Deps } from '../shared/deps.ts';
import { keysOf } from '../shared/keys.ts';
import type { Once } from '../shared/once.ts';
import { invalid, Problem, wrongStatus } from '../shared/problem.ts';
import { retrying } from '../shared/retrying.ts';
import { getAll } from '../shared/table.store.ts';
import { lotRow } from '../stock/lot.ts';
import { statusesOf } from '../stock/shelf.store.ts';
import { moved } from '../workflow/timeline.ts';
import { servedNeeds } from './arrival.store.ts';
import { consignmentOf } from './consignment.store.ts';
import { type Consignment, type ConsignmentLine, consignmentLineRow, consignmentRow, deadline } from './consignment.ts';
import { linesOf, needsOf } from './lines.store.ts';
import { openLinesAt } from './planned.store.ts';
import { isDemotion, type RedirectBody, type Reshared, redirectFaults, reshared } from './redirect.ts';

interface Redirection extends Reshared {
  readonly site: Site;
  readonly before: Site;
  readonly tier: Tier;
  readonly policy: Policy;
  readonly items: ReadonlyMap<string, Item>;
  readonly left: readonly Line[];
}

/** Where it goes and what it meets there. @throws Problem 409 `wrong-status`; 422 by field; 403 `wrong-level`. */
const redirection = async (
  deps: Deps,
  actor: Actor,
  { county, toId, tier, status, id }: Consignment,
  lines: readonly ConsignmentLine[],
  body: RedirectBody,
  now: string,
): Promise<Redirection> => {
  if (status !== 'dispatched')
    throw wrongStatus(
      keysOf(county).consignment(id),
      `${id} is ${status}; only what is on its way can be sent elsewhere.`,
    );
  if (body.toId === toId) throw invalid('same-place', 'toId', 'It is going there already.');
  const lotIds = lines.map(({ lotId }) => lotId);
  const [site, before, policy, items, lots, left, needs, statusOf] = await Promise.all([
    getSite(deps, county, body.toId),
    getSite(deps, county, toId),
    getPolicy(deps, county),
    getItems(
      deps,
      county,
      lines.map(({ itemId }) => itemId),
    ),
    getAll(deps, lotRow, lotIds.map(keysOf(county).lot)),
    needsOf(deps, county, lines),
    openLinesAt(deps, county, body.toId),
    statusesOf(deps, county, lotIds),
  ]);
  if (!site.active) throw invalid('inactive-site', 'toId', `${site.nameZh} ${site.nameEn} is closed.`);
  if (site.kind === 'warehouse') throw invalid('a-warehouse', 'toId', 'What goes back to a warehouse is returned.');
  const known = { lots: new Map(lots.map((lot) => [lot.id, lot])), items, statusOf };
  const wrong = redirectFaults(lines, known, site, plusMinutes(now, site.leadMinutes));
  if (wrong.length > 0) throw new Problem(422, 'not-for-this-site', 'Some of it cannot go there.', wrong);
  const shared = reshared(lines, needs);
  const to = shared.needs.map(({ line }) => line.tier).sort()[0] ?? tierOf(site, 'residents', policy);
  if (isDemotion(tier, to) && !actor.roles.includes('headquarters'))
    throw new Problem(403, 'wrong-level', `Goods of tier ${tier} go to tier ${to} only by headquarters' decision.`);
  return { ...shared, site, before, tier: to, policy, items, left };
};

/** What was on its way to the old site is need there again; what the new site lacks of it is on its way. */
const needActions = (lines: readonly ConsignmentLine[], { left, needs, items }: Redirection): Action[] => [
  ...servedNeeds(left, lines, new Map(), items),
  ...needs.map(({ line, quantity }) => replace(lineRow, sent(line, quantity))),
];

/** Both sites hear of it. */
const notices = (
  deps: Deps,
  consignment: Consignment,
  { site, before, items, lines }: Redirection,
  at: string,
): Action[] => {
  const { county, id } = consignment;
  const [paper, sent] = [waybill(consignment), goods(items, lines)];
  const notice = () => ({ county, id: deps.ids.next('not'), about: { kind: 'consignment', id }, at });
  return [
    notify(
      { siteId: before.id },
      {
        ...{ ...notice(), code: 'redirected' },
        zh: `发往${before.nameZh}的物资（${paper.zh}）已改送他处，需求将重新安排：${sent.zh}。`,
        en: `Goods for ${before.nameEn} (${paper.en}) were sent elsewhere; the need is planned again: ${sent.en}.`,
      },
    ),
    notify(
      { siteId: site.id },
      {
        ...{ ...notice(), code: 'on-its-way' },
        zh: `物资（${paper.zh}）改送${site.nameZh}，到达后请清点签收：${sent.zh}。`,
        en: `Goods (${paper.en}) are on their way to ${site.nameEn} now, please count and confirm what arrives: ${sent.en}.`,
      },
    ),
  ];
};

/**
 * A consignment that cannot reach its site goes to another, on the same waybill: what it carried is need again where it
 * was going, and counts to what the new site lacks. 24 lot-lines and as many needs of each site stay below a hundred.
 *
 * @throws Problem 404 `unknown-consignment`, `unknown-site`; 409 `wrong-status`; 403 `wrong-level`; 422 by field.
 */
export const redirectConsignment = (
  deps: Deps,
  actor: Actor,
  once: Once,
  id: string,
  body: RedirectBody,
): Promise<string> =>
  retrying(async () => {
    const { county } = actor;
    const now = deps.clock.now();
    const consignment = await consignmentOf(deps, county, id);
    const lines = await linesOf(deps, county, id);
    const to = await redirection(deps, actor, consignment, lines, body, now);
    if ((await consignmentOf(deps, county, id)).version !== consignment.version) throw new Stale();
    const dueAt = deadline('dispatched', to.tier, to.policy, now, to.site.leadMinutes);
    const change = { status: 'dispatched', toId: body.toId, redirectedFrom: consignment.toId, tier: to.tier } as const;
    await commit(deps, {
      actor,
      now,
      once: { by: once, result: id },
      actions: [
        replace(consignmentRow, moved<Consignment>(consignment, { ...change, dueAt, reminders: 0 }, now)),
        ...to.lines.map((line) => replace(consignmentLineRow, line)),
        ...needActions(lines, to),
        ...notices(deps, consignment, to, now),
      ],
      news: [
        {
          of: consignmentRow.keyOf(consignment),
          version: consignment.version + 1,
          name: 'ConsignmentRedirected',
          reason: body.note ?? body.reason,
          data: { fromId: consignment.toId, toId: body.toId, reason: body.reason },
        },
      ],
    });
    return id;
  });
