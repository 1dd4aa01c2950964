import { getItems, getPolicy, getSite } from '../catalogue/catalogue.store.ts';
import { type Item, issueSize } from '../catalogue/item.ts';
import { type Action, replace, Stale } from '../shared/actions.ts';
import type { Actor } from '../shared/actor.ts';
import { plusMinutes } from '../shared/clock.ts';
import { commit } from '../shared/commit.store.ts';
import type { Deps } from '../shared/deps.ts';
import type { Once } from '../shared/once.ts';
import { Problem, wrongStatus } from '../shared/problem.ts';
import { retrying } from '../shared/retrying.ts';
import { record, type Served } from '../stock/movement.ts';
import { extraLot } from './arrival.store.ts';
import { consignmentOf } from './consignment.store.ts';
import {
  type Consignment,
  type ConsignmentLine,
  consignmentLineRow,
  consignmentRow,
  type Found,
} from './consignment.ts';
import { type CorrectionBody, correctionEffects, correctionFaults, differsFrom, missingNow } from './correction.ts';
import { linesOf, needsOf } from './lines.store.ts';
import { evidenceFor } from './receipt.store.ts';
import { faults, foundByLine, oddExtras, type Report, recountedNeeds, reported, servedMore } from './receipt.ts';
import { fitting, recountOf } from './recount.store.ts';
import { openShortfall, shortfallOf } from './shortfall.store.ts';
import { restated, type Shortfall, shortfallRow } from './shortfall.ts';

/** @throws Problem 422 by field. */
const refuseFaults = (
  lines: readonly ConsignmentLine[],
  report: Report,
  shortfall: Shortfall | undefined,
  confirmed: boolean,
): void => {
  const named = lines.filter(({ n }) => report.some((line) => line.n === n));
  const wrong = [...faults(named, report), ...correctionFaults(lines, report, shortfall)];
  if (wrong.length > 0) throw new Problem(422, 'invalid', 'The receipt cannot be corrected like this.', wrong);
  const odd = confirmed ? [] : oddExtras(lines, report);
  if (odd.length > 0)
    throw new Problem(422, 'odd-quantity', 'Repeat with "confirmed": true if these quantities are meant.', odd);
};

/** A line as it should have been booked: its row, what its lot's account moves by, and what came on top of it. */
const lineActions = (
  deps: Deps,
  actor: Actor,
  consignment: Consignment,
  line: ConsignmentLine,
  is: Found,
  { served, reason, now }: { readonly served: Served; readonly reason: string; readonly now: string },
): Action[] => {
  const was = line.found;
  if (was === undefined) throw new Error(`Line ${line.n} of ${consignment.id} was never counted`);
  const { county, itemId } = line;
  const by = { county, itemId, kind: 'corrected', placeId: consignment.toId, document: consignment.id } as const;
  const more = is.extra - was.extra;
  const effects = correctionEffects(was, is);
  const extraLotId = was.extraLotId ?? (more === 0 ? undefined : deps.ids.next('lot'));
  const top = { id: deps.ids.next('mov'), effects: { found: more, delivered: more }, reason, at: now, by: actor.sub };
  return [
    replace(consignmentLineRow, { ...line, found: { ...is, ...(extraLotId !== undefined && { extraLotId }) } }),
    ...(Object.values(effects).every((amount) => amount === 0)
      ? []
      : [
          record({
            ...{ ...by, id: deps.ids.next('mov'), lotId: line.lotId, effects, served },
            ...{ reason, at: now, by: actor.sub },
          }),
        ]),
    ...(more === 0 || extraLotId === undefined
      ? []
      : was.extraLotId === undefined
        ? extraLot(deps, actor, consignment, line, { lotId: extraLotId, quantity: more, reason }, now)
        : [record({ ...by, ...top, lotId: was.extraLotId })]),
  ];
};

/** What is unaccounted for after the correction: the actions, events and id of a shortfall that changes. */
const shortfallAfter = async (
  deps: Deps,
  consignment: Consignment,
  lines: readonly ConsignmentLine[],
  told: ReadonlyMap<number, Found>,
  {
    shortfall,
    items,
    now,
  }: {
    readonly shortfall: Shortfall | undefined;
    readonly items: ReadonlyMap<string, Item>;
    readonly now: string;
  },
) => {
  const missing = missingNow(lines, told, shortfall);
  if (!differsFrom(shortfall, missing)) return undefined;
  const { county, toId } = consignment;
  const [policy, site] = await Promise.all([getPolicy(deps, county), getSite(deps, county, toId)]);
  if (shortfall === undefined) return openShortfall(deps, consignment, missing, { policy, site, items, now });
  const next = restated(shortfall, missing, plusMinutes(now, policy.delivery.resolveMinutes), now);
  return {
    id: shortfall.id,
    actions: [replace(shortfallRow, next)],
    news: [{ of: shortfallRow.keyOf(shortfall), version: shortfall.version + 1, name: 'ShortfallRestated' }],
  };
};

/**
 * Corrects lines of a receipt that was booked wrongly, closed or not: what was booked stays in the movements and events,
 * and is moved to what is true. Need that was thought served opens again, and what was not needed after all goes back to
 * the pool.
 *
 * @throws Problem 404 `unknown-consignment`; 409 `wrong-status`; 403 `own-dispatch`; 422 by field.
 */
export const correctReceipt = (
  deps: Deps,
  actor: Actor,
  once: Once,
  id: string,
  body: CorrectionBody,
): Promise<string> =>
  retrying(async () => {
    const { county } = actor;
    const { reason } = body;
    const now = deps.clock.now();
    const consignment = await consignmentOf(deps, county, id);
    const { status, version, shortfallId } = consignment;
    if (status !== 'received')
      throw wrongStatus(consignmentRow.keyOf(consignment), `${id} is ${status}: there is no receipt to be corrected.`);
    const kept = evidenceFor(deps, actor, consignment, body.evidence, now);
    const lines = await linesOf(deps, county, id);
    const [items, shortfall] = await Promise.all([
      getItems(
        deps,
        county,
        lines.map(({ itemId }) => itemId),
      ),
      shortfallId === undefined ? undefined : shortfallOf(deps, county, shortfallId),
    ]);
    if ((await consignmentOf(deps, county, id)).version !== version) throw new Stale();
    const { report, errors } = reported(lines, body.lines, items);
    if (errors.length > 0) throw new Problem(422, 'unknown-unit', 'Some of it is not counted in this unit.', errors);
    refuseFaults(lines, report, shortfall, body.confirmed === true);

    const corrected = foundByLine(report);
    const booked = new Map(lines.flatMap(({ n, found }) => (found === undefined ? [] : [[n, found] as const])));
    const told = new Map([...booked, ...corrected]);
    const foundLater = (n: number): number => shortfall?.lines.find((line) => line.n === n)?.found ?? 0;
    const goodIn = (of: ReadonlyMap<number, Found>) => (n: number) => (of.get(n)?.good ?? 0) + foundLater(n);
    const unitOf = (itemId: string): number => {
      const item = items.get(itemId);
      if (item === undefined) throw new Error(`${itemId} is in no catalogue`);
      return issueSize(item);
    };
    const deltas = recountedNeeds(lines, goodIn(booked), goodIn(told));
    const [recount, missing, needs] = await Promise.all([
      recountOf(deps, county, deltas, { unitOf, reason, now }),
      shortfallAfter(deps, consignment, lines, told, { shortfall, items, now }),
      needsOf(deps, county, lines),
    ]);
    const header = { ...consignment, ...(missing && { shortfallId: missing.id }) };
    await commit(deps, {
      actor,
      now,
      once: { by: once, result: id },
      actions: fitting(
        [
          replace(consignmentRow, header),
          ...lines.flatMap((line) => {
            const is = corrected.get(line.n);
            if (is === undefined) return [];
            const served = servedMore(line, goodIn(booked)(line.n), goodIn(told)(line.n), needs);
            return lineActions(deps, actor, consignment, line, is, { served, reason, now });
          }),
          ...recount.actions,
          ...kept.actions,
          ...(missing?.actions ?? []),
        ],
        'lines',
        report.length,
      ),
      news: [
        {
          of: consignmentRow.keyOf(consignment),
          version: version + 1,
          name: 'ReceiptCorrected',
          reason,
          data: {
            evidence: kept.evidence,
            was: [...corrected.keys()].map((n) => ({ n, ...booked.get(n) })),
            is: [...corrected].map(([n, found]) => ({ n, ...found })),
          },
        },
        ...recount.news,
        ...(missing?.news ?? []),
      ],
    });
    return id;
  });
