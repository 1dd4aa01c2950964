import { getItems } from '../catalogue/catalogue.store.ts';
import { issueSize } from '../catalogue/item.ts';
import { lineIdOf, lineRow, received } from '../request/line.ts';
import { type Action, replace, Stale } from '../shared/actions.ts';
import { type Actor, ownSite } from '../shared/actor.ts';
import { commit } from '../shared/commit.store.ts';
import type { Deps } from '../shared/deps.ts';
import { keysOf } from '../shared/keys.ts';
import type { Once } from '../shared/once.ts';
import { invalid, notFound, Problem } from '../shared/problem.ts';
import { retrying } from '../shared/retrying.ts';
import { get } from '../shared/table.store.ts';
import type { Designation } from '../stock/lot.ts';
import { openLot, record } from '../stock/movement.ts';
import { moved } from '../workflow/timeline.ts';
import { readCode } from './code.ts';
import { consignmentOf } from './consignment.store.ts';
import { type Consignment, type ConsignmentLine, codeRow, consignmentLineRow, consignmentRow } from './consignment.ts';
import { linesOf, needsOf } from './lines.store.ts';
import {
  arrival,
  type Count,
  counted,
  differs,
  extrasThatFit,
  faults,
  foundByLine,
  oddExtras,
  type Report,
  reported,
  saysTheSame,
  why,
} from './receipt.ts';

/**
 * The consignment that a typed or scanned code names, for the site it is going to: a code of another site's is answered
 * as one that does not exist.
 *
 * @throws Problem 422 `mistyped-code`; 404 `unknown-waybill`; 403 `wrong-site` for a caller of no site.
 */
export const waybillOf = async (deps: Deps, actor: Actor, typed: string): Promise<Consignment> => {
  const own = ownSite(actor);
  const code = readCode(typed);
  if (code === undefined)
    throw invalid('mistyped-code', 'code', 'This cannot be the code of a waybill: please look at it again.');
  const keys = keysOf(actor.county);
  const row = await get(deps, codeRow, keys.code(code));
  const consignment = row && (await get(deps, consignmentRow, keys.consignment(row.consignmentId)));
  if (consignment === undefined || consignment.toId !== own) throw notFound('waybill', code);
  return consignment;
};

/** What came on top of what was sent: a lot of its own, found and delivered at once. Two actions. */
const extraLot = (
  deps: Deps,
  actor: Actor,
  { toId, id }: Consignment,
  { itemId }: ConsignmentLine,
  extra: { readonly quantity: number; readonly reason: string | undefined },
  now: string,
): Action[] => {
  const { county, sub: by } = actor;
  const designation: Designation = { to: 'sites', siteIds: [toId] };
  return openLot(
    { county, id: deps.ids.next('lot'), itemId, source: 'found', designation, from: id, at: now },
    {
      ...{ id: deps.ids.next('mov'), kind: 'found', placeId: toId, reason: extra.reason, by },
      effects: { found: extra.quantity, delivered: extra.quantity },
    },
  );
};

/** Whether this very receipt was booked before. Throws where it can be booked neither now nor any more. */
const booked = (consignment: Consignment, lines: readonly ConsignmentLine[], report: Report): boolean => {
  const { id, status } = consignment;
  const about = { key: consignmentRow.keyOf(consignment) };
  if (status === 'received') {
    if (saysTheSame(lines, report)) return true;
    throw new Problem(
      409,
      'already-received',
      `${id} was received as something else. What was booked stands until it is corrected: tell the warehouse.`,
      [],
      about,
    );
  }
  if (status !== 'dispatched')
    throw new Problem(409, 'wrong-status', `${id} is ${status}: it has not left, so it cannot be received.`, [], about);
  return false;
};

const refuseFaults = (
  lines: readonly ConsignmentLine[],
  report: Report,
  needLines: number,
  confirmed: boolean,
): void => {
  const wrong = faults(lines, report);
  if (wrong.length > 0) throw new Problem(422, 'invalid', 'The count does not fit the waybill.', wrong);
  const extras = report.flatMap(({ extra }, at) => (extra > 0 ? [at] : []));
  const fit = extrasThatFit(lines.length, needLines);
  if (extras.length > fit)
    throw new Problem(
      422,
      'too-many-extras',
      `At most ${fit} lines of this waybill can report extra goods at once. Report the largest, and the rest to the warehouse.`,
      extras.slice(fit).map((at) => ({ path: `lines[${at}].extra`, message: 'Beyond what fits.' })),
    );
  const odd = confirmed ? [] : oddExtras(lines, report);
  if (odd.length > 0)
    throw new Problem(
      422,
      'odd-quantity',
      'These quantities are odd. Repeat with "confirmed": true if they are meant.',
      odd,
    );
};

/**
 * A point confirms what it got, line by line: good goods count to the need they were for, missing and damaged ones are
 * need again at once, missing ones stay unaccounted, extra ones open a lot of source *found*. A consignment is received
 * once: the same report again is answered like the first, for ever.
 *
 * @throws Problem 422 `mistyped-code`, `unknown-unit`, `invalid`, `too-many-extras`, `odd-quantity` until it comes
 * `confirmed`; 404 `unknown-waybill`; 409 `wrong-status`, `already-received`.
 */
export const receive = (
  deps: Deps,
  actor: Actor,
  once: Once,
  typed: string,
  count: Count,
  confirmed = false,
): Promise<string> =>
  retrying(async () => {
    const consignment = await waybillOf(deps, actor, typed);
    const { county, id, toId, version } = consignment;
    const lines = await linesOf(deps, county, id);
    const itemIds = lines.map(({ itemId }) => itemId);
    const items = await getItems(deps, county, itemIds);
    const { report, errors } = reported(lines, count, items);
    if (errors.length > 0) throw new Problem(422, 'unknown-unit', 'Some of it is not counted in this unit.', errors);
    const by = { actor, now: deps.clock.now(), once: { by: once, result: id } };
    if (booked(consignment, lines, report)) {
      // Said again under a new key: that key, too, stands for this and for nothing else from now on.
      await commit(deps, { ...by, actions: [], news: [] });
      return id;
    }
    const needs = await needsOf(deps, county, lines);
    // A twin may have booked this receipt between our reads: then the needs are past what the waybill says.
    if ((await consignmentOf(deps, county, id)).version !== version) throw new Stale();
    refuseFaults(lines, report, needs.length, confirmed);

    const units = new Map([...items].map(([itemId, item]) => [itemId, issueSize(item)]));
    const { now } = by;
    const told = foundByLine(report);
    const byNeed = new Map(counted(lines, told).map((one) => [lineIdOf(one), one]));
    const change = { status: 'received', receivedBy: actor.sub, receivedAt: now, dueAt: now, reminders: 0 } as const;
    await commit(deps, {
      ...by,
      actions: [
        replace(consignmentRow, moved(consignment, change, now)),
        ...lines.flatMap((line): Action[] => {
          const found = told.get(line.n);
          if (found === undefined) throw new Error(`Line ${line.n} of ${id} was not counted`);
          const { lotId, itemId, quantity } = line;
          return [
            replace(consignmentLineRow, { ...line, found }),
            record({
              ...{ county, id: deps.ids.next('mov'), lotId, itemId, kind: 'delivered', placeId: toId },
              ...{ effects: arrival(quantity, found), document: id, reason: why(found), at: now, by: actor.sub },
            }),
            ...(found.extra === 0
              ? []
              : extraLot(deps, actor, consignment, line, { quantity: found.extra, reason: found.reasons.extra }, now)),
          ];
        }),
        ...needs.map((need) => {
          const of = byNeed.get(need.id);
          if (of === undefined) throw new Error(`${need.id} has no share in ${id}`);
          const unit = units.get(need.itemId);
          if (unit === undefined) throw new Error(`${need.itemId} is in no catalogue`);
          return replace(lineRow, received(need, of.sent, of.good, unit));
        }),
      ],
      news: [
        {
          of: consignmentRow.keyOf(consignment),
          version: version + 1,
          name: 'ConsignmentReceived',
          data: {
            differences: report
              .filter(differs)
              .map(({ n, damaged, missing, extra }) => ({ n, damaged, missing, extra })),
          },
        },
      ],
    });
    return id;
  });
