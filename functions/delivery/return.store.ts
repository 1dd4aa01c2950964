import { getItems, getPolicy, getSite } from '../catalogue/catalogue.store.ts';
import type { Item } from '../catalogue/item.ts';
import { keepsStock } from '../catalogue/site.ts';
import { notify } from '../notices/notice.ts';
import { goods, waybill } from '../notices/words.ts';
import { type Action, replace, Stale } from '../shared/actions.ts';
import type { Actor } from '../shared/actor.ts';
import { commit } from '../shared/commit.store.ts';
import type { Deps } from '../shared/deps.ts';
import type { Once } from '../shared/once.ts';
import { invalid, Problem } from '../shared/problem.ts';
import { retrying } from '../shared/retrying.ts';
import { record } from '../stock/movement.ts';
import { putOnShelves, statusesOf } from '../stock/shelf.store.ts';
import { moved } from '../workflow/timeline.ts';
import { servedNeeds } from './arrival.store.ts';
import { consignmentOf } from './consignment.store.ts';
import { type Consignment, type ConsignmentLine, consignmentRow, demand } from './consignment.ts';
import { linesOf, needsOf } from './lines.store.ts';
import { faults, foundByLine, missingOf, type Report, reported } from './receipt.ts';
import { brokenBack, brokenThatFit, type ReturnBody, wholeBack } from './return.ts';
import { openShortfall } from './shortfall.store.ts';

/** What was counted on its return, in base units. @throws Problem 422 by field. */
const countedBack = (
  lines: readonly ConsignmentLine[],
  body: ReturnBody,
  items: ReadonlyMap<string, Item>,
  needLines: number,
): Report => {
  const { report, errors } = reported(
    lines,
    body.lines.map((line) => ({ ...line, extra: 0 })),
    items,
  );
  const wrong = errors.length > 0 ? errors : faults(lines, report);
  if (wrong.length > 0) throw new Problem(422, 'invalid', 'The count does not fit the waybill.', wrong);
  const broken = report.flatMap(({ damaged }, at) => (damaged > 0 ? [at] : []));
  const fit = brokenThatFit(lines.length, needLines);
  if (broken.length > fit)
    throw new Problem(
      422,
      'too-many-broken',
      `At most ${fit} lines can come back part broken at once. Count the others as good, and condemn what is broken on the shelf.`,
      broken.slice(fit).map((at) => ({ path: `lines[${at}].damaged`, message: 'Beyond what fits.' })),
    );
  return report;
};

/** Movements and shelves of what came back. */
const backOnShelves = async (
  deps: Deps,
  { county, id }: Consignment,
  lines: readonly ConsignmentLine[],
  told: ReturnType<typeof foundByLine>,
  { placeId, reason, by, now }: { placeId: string; reason: string; by: string; now: string },
): Promise<Action[]> => {
  const statusOf = await statusesOf(
    deps,
    county,
    lines.map(({ lotId }) => lotId),
  );
  const parts = lines.flatMap(({ n, itemId, lotId }) => {
    const back = told.get(n);
    if (back === undefined) throw new Error(`Line ${n} of ${id} was not counted`);
    const goods = { county, itemId, lotId, placeId };
    return [
      ...(back.good + back.missing > 0
        ? [{ goods, effects: wholeBack(back), quantity: back.good, status: statusOf(lotId) }]
        : []),
      ...(back.damaged > 0
        ? [{ goods, effects: brokenBack(back), quantity: back.damaged, status: 'condemned' as const }]
        : []),
    ];
  });
  return [
    ...parts.map(({ goods: { itemId, lotId }, effects, quantity, status }) =>
      record({
        ...{ county, id: deps.ids.next('mov'), lotId, itemId, kind: 'returned', placeId },
        ...{ effects, shelves: { [status]: quantity }, document: id, reason, at: now, by },
      }),
    ),
    ...(await putOnShelves(
      deps,
      parts
        .filter(({ quantity }) => quantity > 0)
        .map(({ goods, quantity, status }) => ({ ...goods, quantity, status })),
    )),
  ];
};

/**
 * A consignment that could not be delivered is back: what is whole goes onto the shelf, what is broken beside it, what is
 * missing is unaccounted for, and all that was sent is need again, with the same need-by.
 *
 * @throws Problem 404 `unknown-consignment`; 409 `wrong-status`; 422 by field.
 */
export const returnConsignment = (
  deps: Deps,
  actor: Actor,
  once: Once,
  id: string,
  body: ReturnBody,
): Promise<string> =>
  retrying(async () => {
    const { county, sub: by } = actor;
    const now = deps.clock.now();
    const consignment = await consignmentOf(deps, county, id);
    demand(consignment, 'returned');
    const { fromId, toId, version } = consignment;
    const placeId = body.placeId ?? fromId;
    const lines = await linesOf(deps, county, id);
    const [items, needs, place, site, policy] = await Promise.all([
      getItems(
        deps,
        county,
        lines.map(({ itemId }) => itemId),
      ),
      needsOf(deps, county, lines),
      getSite(deps, county, placeId),
      getSite(deps, county, toId),
      getPolicy(deps, county),
    ]);
    if ((await consignmentOf(deps, county, id)).version !== version) throw new Stale();
    if (!keepsStock(place)) throw invalid('no-stock-kept', 'placeId', `${place.nameZh} is not a warehouse in use.`);
    const report = countedBack(lines, body, items, needs.length);
    const told = foundByLine(report);
    const missing = missingOf(lines, told);
    const shortfall =
      missing.length > 0 ? openShortfall(deps, consignment, missing, { policy, site, items, now }) : undefined;
    const [paper, sent] = [waybill(consignment), goods(items, lines)];
    const cameBack = {
      ...{ placeId, reason: body.reason, by, at: now },
      lines: report.map(({ n, good, damaged, missing: gone }) => ({ n, good, damaged, missing: gone })),
    };
    await commit(deps, {
      actor,
      now,
      once: { by: once, result: id },
      actions: [
        replace(
          consignmentRow,
          moved<Consignment>(
            { ...consignment, cameBack, ...(shortfall && { shortfallId: shortfall.id }) },
            { status: 'returned', dueAt: now, reminders: 0 },
            now,
          ),
        ),
        ...(await backOnShelves(deps, consignment, lines, told, { placeId, reason: body.reason, by, now })),
        ...servedNeeds(needs, lines, new Map(), items),
        notify(
          { siteId: toId },
          {
            ...{ county, id: deps.ids.next('not'), about: { kind: 'consignment', id }, at: now, code: 'returned' },
            zh: `发往${site.nameZh}的物资（${paper.zh}）未能送达，已退回仓库，需求将重新安排：${sent.zh}。`,
            en: `Goods for ${site.nameEn} (${paper.en}) could not be delivered and are back in the warehouse; the need is planned again: ${sent.en}.`,
          },
        ),
        ...(shortfall?.actions ?? []),
      ],
      news: [
        {
          of: consignmentRow.keyOf(consignment),
          version: version + 1,
          name: 'ConsignmentReturned',
          reason: body.note ?? body.reason,
          data: { placeId, reason: body.reason, lines: cameBack.lines },
        },
        ...(shortfall?.news ?? []),
      ],
    });
    return id;
  });
