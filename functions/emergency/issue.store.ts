import { getItems, getPolicy, getSites } from '../catalogue/catalogue.store.ts';
import { type Item, issueSize } from '../catalogue/item.ts';
import { type Policy, type Tier, tierOf } from '../catalogue/policy.ts';
import type { Site } from '../catalogue/site.ts';
import { notifyAll, type Telling } from '../notices/notice.ts';
import { goods } from '../notices/words.ts';
import { estimatedFen } from '../request/estimate.ts';
import { lineRow, openOf, openRow } from '../request/line.ts';
import { overNorm } from '../request/odd.ts';
import { requestRow } from '../request/request.ts';
import { insert, replace, Stale } from '../shared/actions.ts';
import type { Actor } from '../shared/actor.ts';
import { countyClock, plusMinutes } from '../shared/clock.ts';
import { commit } from '../shared/commit.store.ts';
import type { Deps } from '../shared/deps.ts';
import { mapEach } from '../shared/each.ts';
import { keysOf } from '../shared/keys.ts';
import type { Once } from '../shared/once.ts';
import { named } from '../shared/party.ts';
import { invalid, Problem } from '../shared/problem.ts';
import { retrying } from '../shared/retrying.ts';
import { getAll } from '../shared/table.store.ts';
import { availableAt, balanceRow, takenOff } from '../stock/balance.ts';
import { lotRow } from '../stock/lot.ts';
import { record, servedAt } from '../stock/movement.ts';
import { balancesOf } from '../stock/pool.store.ts';
import { notRecalled } from '../stock/recall.ts';
import { asking, begun } from '../workflow/timeline.ts';
import {
  type EmergencyIssue,
  emergencyIssueRow,
  type IssueBody,
  type IssueLine,
  issued,
  type Labelled,
  withLots,
} from './issue.ts';
import { overriding } from './overriding.store.ts';
import { requestServed } from './served.ts';

const costOf = (lines: readonly IssueLine[], items: ReadonlyMap<string, Item>): number =>
  Number(
    estimatedFen(
      lines.flatMap(({ itemId, quantity }) => {
        const item = items.get(itemId);
        return item === undefined ? [] : [{ item, quantity }];
      }),
    ),
  );

/** What lies for use where it is taken from, of the items whose lots are told by their label. */
const labelledAt = async (deps: Deps, county: string, { fromId, lines }: IssueBody): Promise<Labelled[]> => {
  const itemIds = [...new Set(lines.flatMap(({ itemId, lotNo }) => (lotNo === undefined ? [] : [itemId])))];
  const shelves = (await mapEach(itemIds, (itemId) => balancesOf(deps, county, itemId)))
    .flat()
    .filter(({ placeId, status, onHand }) => placeId === fromId && status === 'available' && onHand > 0);
  const lotKeys = shelves.map(({ lotId }) => keysOf(county).lot(lotId));
  const lots = new Map((await getAll(deps, lotRow, lotKeys)).map((lot) => [lot.id, lot]));
  return shelves.map(({ itemId, lotId, onHand }) => ({ itemId, lotId, lotNo: lots.get(lotId)?.lotNo, onHand }));
};

/** What an issue rests on. @throws Problem 422 with everything that fits nothing. */
const read = async (deps: Deps, county: string, given: IssueBody, { at, now }: { at: string; now: string }) => {
  const keys = keysOf(county);
  const { body, errors: unknown } = withLots(given, await labelledAt(deps, county, given));
  if (unknown.length > 0) throw new Problem(422, 'invalid', 'This cannot be issued like this.', unknown);
  const { siteId, fromId } = body;
  const [sites, items, lots, balances, policy] = await Promise.all([
    getSites(deps, county, [siteId, fromId]),
    getItems(
      deps,
      county,
      body.lines.map(({ itemId }) => itemId),
    ),
    getAll(
      deps,
      lotRow,
      body.lines.map(({ lotId }) => keys.lot(lotId)),
    ),
    getAll(
      deps,
      balanceRow,
      body.lines.map(({ itemId, lotId }) => availableAt({ county, itemId, lotId, placeId: fromId })),
    ),
    getPolicy(deps, county),
  ]);
  const site = sites.get(siteId);
  const { lines, errors } = issued(body, {
    ...{ site, from: sites.get(fromId), items, at, now },
    lots: new Map(lots.map((lot) => [lot.id, lot])),
    balances: new Map(balances.map((balance) => [balance.lotId, balance])),
  });
  if (errors.length > 0 || site === undefined)
    throw new Problem(422, 'invalid', 'This cannot be issued like this.', errors);
  return { site, items, lines, policy };
};

/** More than the norm of those it is for is a slipped finger more often than need (FACTS: 5000 instead of 500). */
const refuseOdd = (
  lines: readonly IssueLine[],
  items: ReadonlyMap<string, Item>,
  { site, tier, recipients, policy }: { site: Site; tier: Tier; recipients: IssueBody['recipients']; policy: Policy },
): void => {
  const asking = { siteId: site.id, siteKind: site.kind, tier, people: site.people[recipients] };
  const odd = lines.flatMap(({ itemId, quantity }, i) => {
    const item = items.get(itemId);
    const line = item && { n: i + 1, item, quantity, earlier: 0 };
    return (line && overNorm(line, { ...asking, coverDays: policy.approval.coverDays })) ?? [];
  });
  if (odd.length > 0)
    throw new Problem(
      422,
      'odd-quantity',
      'These quantities are odd. Repeat with "confirmed": true if they are meant.',
      odd.map(({ n, zh, en }) => ({ path: `lines[${n - 1}].quantity`, message: `${zh} ${en}` })),
    );
};

/** Headquarters reviews it; the site knows what counts as received. */
const tellings = (
  { id, lines, dueAt }: EmergencyIssue,
  site: Site,
  items: ReadonlyMap<string, Item>,
): readonly Telling[] => {
  const { zh, en } = goods(items, lines);
  const notice = { code: 'emergency-issue', about: { kind: 'emergency-issue', id } };
  return [
    {
      ...{ ...notice, to: { role: 'headquarters' }, dueAt },
      zh: `${site.nameZh}紧急出库：${zh}。请在 ${countyClock(dueAt)} 前补办手续并复核。`,
      en: `Issued to ${site.nameEn} in an emergency: ${en}. Review the papers by ${countyClock(dueAt)}, China time.`,
    },
    {
      ...{ ...notice, to: { siteId: site.id } },
      zh: `已为${site.nameZh}紧急出库：${zh}，计为已签收。`,
      en: `Issued to ${site.nameEn} in an emergency, and counted as received: ${en}.`,
    },
  ];
};

/**
 * Books goods out as they leave on somebody's word, opens a request that counts as served, and sets the papers a
 * deadline. Goods planned for a lower tier are taken back for it; a designation, goods in picking and the promises of the
 * same or a higher tier are not touched. Returns the issue's id.
 *
 * @throws Problem 422 by field, `not-yet`; 409 `promised`, `too-many-holders`.
 */
export const issueInEmergency = (deps: Deps, actor: Actor, once: Once, body: IssueBody): Promise<string> =>
  retrying(async () => {
    const { county, sub: by } = actor;
    const now = deps.clock.now();
    const at = body.occurredAt === undefined ? now : new Date(body.occurredAt).toISOString();
    if (at > now) throw invalid('not-yet', 'occurredAt', 'Nothing can be recorded before it has happened.');
    const { site, items, lines, policy } = await read(deps, county, body, { at, now });
    const tier = tierOf(site, body.recipients, policy);
    if (body.confirmed !== true) refuseOdd(lines, items, { site, tier, recipients: body.recipients, policy });
    const unitOf = (itemId: string): number => {
      const item = items.get(itemId);
      if (item === undefined) throw new Stale();
      return issueSize(item);
    };
    const overridden = await overriding(deps, tier, lines, unitOf);
    const [id, requestId] = [deps.ids.next('iss'), deps.ids.next('req')];
    const about = { requestId, body, site, tier, at, now };
    const { request, lines: needs } = requestServed(actor, about, lines, {
      policyVersion: policy.version,
      estimatedFen: costOf(lines, items),
    });
    const people = { authorisedById: deps.ids.next('pty'), takenById: deps.ids.next('pty') };
    const row: EmergencyIssue = {
      ...{ county, id, version: 1, status: 'papers-due', requestId, siteId: site.id, fromId: body.fromId, tier },
      ...{ ...begun(now, plusMinutes(now, policy.delivery.papersMinutes)), reminders: 0, ...people },
      ...{ reason: body.reason, issuedBy: by, occurredAt: at, at: now },
      lines: lines.map(({ itemId, quantity, balance: { lotId } }, i) => ({ n: i + 1, itemId, lotId, quantity })),
      overridden: overridden.flatMap(({ releases }) =>
        releases.map(({ lineId, siteId, tier: of, quantity }) => ({ lineId, siteId, tier: of, quantity })),
      ),
    };
    const told = notifyAll(deps.ids, { county, at: now }, tellings(row, site, items));
    await commit(deps, {
      actor,
      now,
      once: { by: once, result: id },
      actions: [
        insert(emergencyIssueRow, asking(row, told.asking, now)),
        ...needs.flatMap((line) => [insert(lineRow, line), insert(openRow, openOf(line))]),
        insert(requestRow, request),
        ...lines.map(({ balance, quantity }, i) => takenOff(balance, quantity, overridden[i]?.quantity ?? 0)),
        ...lines.map(({ balance: { lotId } }) => notRecalled(county, lotId)),
        ...lines.map(({ itemId, quantity, balance: { lotId, placeId } }) =>
          record({
            ...{ county, id: deps.ids.next('mov'), lotId, itemId, kind: 'issued', placeId, toId: site.id },
            ...{ effects: { onHand: -quantity, delivered: quantity }, served: servedAt(tier, quantity) },
            ...{ document: id, reason: body.reason, at: now, by },
          }),
        ),
        ...[...new Set(overridden.flatMap((one) => one.lines))].map((line) => replace(lineRow, line)),
        named({ county, id: row.authorisedById, name: body.authorisedBy, at: now }),
        named({ county, id: row.takenById, name: body.takenBy, at: now }),
        ...told.actions,
      ],
      news: [
        {
          of: emergencyIssueRow.keyOf(row),
          version: 1,
          name: 'IssuedInEmergency',
          reason: body.reason,
          data: { requestId, overridden: row.overridden },
        },
        { of: requestRow.keyOf(request), version: 1, name: 'ServedInEmergency', data: { issueId: id } },
      ],
    });
    return id;
  });
