import type { z } from 'zod';
import { getItems } from '../catalogue/catalogue.store.ts';
import { replace, Stale } from '../shared/actions.ts';
import type { Actor } from '../shared/actor.ts';
import { countyClock } from '../shared/clock.ts';
import { commit } from '../shared/commit.store.ts';
import type { Deps } from '../shared/deps.ts';
import { type EvidenceBody, evidenceOf } from '../shared/evidence.ts';
import type { Once } from '../shared/once.ts';
import { fault, invalid, Problem } from '../shared/problem.ts';
import { retrying } from '../shared/retrying.ts';
import { moved } from '../workflow/timeline.ts';
import { countedIn, servedNeeds, shortfallIn } from './arrival.store.ts';
import { consignmentOf } from './consignment.store.ts';
import { type Consignment, type ConsignmentLine, consignmentRow, senderOf } from './consignment.ts';
import { implyDispatch } from './dispatch.store.ts';
import { linesOf, needsOf } from './lines.store.ts';
import {
  type Count,
  differs,
  extrasThatFit,
  faults,
  foundByLine,
  oddExtras,
  type Report,
  type receiptBody,
  type receiptForBody,
  reported,
  saysTheSame,
} from './receipt.ts';
import { waybillOf } from './waybill.store.ts';

/** Whether this very receipt was booked before. Throws where it can be booked neither now nor any more. */
const booked = (consignment: Consignment, lines: readonly ConsignmentLine[], report: Report): boolean => {
  const { id, status } = consignment;
  const about = { key: consignmentRow.keyOf(consignment) };
  if (status === 'received') {
    if (saysTheSame(lines, report)) return true;
    throw new Problem(
      409,
      'already-received',
      {
        zh: `${id} 已签收，数目与这次不同。以已登记的为准；有误请告诉仓库更正。`,
        en: `${id} was received as something else. What was booked stands until it is corrected: tell the warehouse.`,
      },
      [],
      about,
    );
  }
  if (status !== 'dispatched')
    throw new Problem(
      409,
      'wrong-status',
      status === 'planned' || status === 'picking'
        ? {
            zh: `${id} 还没有发运，不能签收。`,
            en: `${id} is ${status}: it has not left, so it cannot be received.`,
          }
        : {
            zh: `${id} ${status === 'returned' ? '已退回仓库' : '已取消'}，不能签收。`,
            en: `${id} is ${status}: it cannot be received.`,
          },
      [],
      about,
    );
  return false;
};

const refuseFaults = (
  lines: readonly ConsignmentLine[],
  report: Report,
  needLines: number,
  confirmed: boolean,
): void => {
  const wrong = faults(lines, report);
  if (wrong.length > 0)
    throw new Problem(422, 'invalid', { zh: '所报数目与运单不符。', en: 'The count does not fit the waybill.' }, wrong);
  const extras = report.flatMap(({ extra }, at) => (extra > 0 ? [at] : []));
  const fit = extrasThatFit(lines.length, needLines);
  if (extras.length > fit)
    throw new Problem(
      422,
      'too-many-extras',
      {
        zh: `这张运单一次至多报 ${fit} 行多出的货；请先报最多的，其余告诉仓库。`,
        en: `At most ${fit} lines of this waybill can report extra goods at once. Report the largest, and the rest to the warehouse.`,
      },
      extras.slice(fit).map((at) => fault(`lines[${at}].extra`, { zh: '超出可报行数。', en: 'Beyond what fits.' })),
    );
  const odd = confirmed ? [] : oddExtras(lines, report);
  if (odd.length > 0)
    throw new Problem(
      422,
      'odd-quantity',
      {
        zh: '数目异常，请再点一遍；确实如此请确认后再交。',
        en: 'These quantities are odd. Repeat with "confirmed": true if they are meant.',
      },
      odd,
    );
};

/** What arrived, as somebody says it. */
interface Receipt {
  /** Which consignment: by its code for its own site, or by its id. */
  readonly find: () => Promise<Consignment>;
  readonly lines: Count;
  readonly confirmed?: boolean | undefined;
  /** Where it is entered for the site. */
  readonly evidence?: EvidenceBody | undefined;
}

/** The evidence of a receipt. @throws Problem 403 `own-dispatch`; 422 `not-yet`, `wrong-order`. */
export const evidenceFor = (deps: Deps, actor: Actor, consignment: Consignment, given: EvidenceBody, now: string) => {
  const { at, dispatchedAt = at } = consignment;
  if (senderOf(consignment) === actor.sub)
    throw new Problem(403, 'own-dispatch', {
      zh: '发货的人不能登记或更正这批货的签收。',
      en: 'Whoever dispatched goods neither enters nor corrects their receipt.',
    });
  const kept = evidenceOf(given, actor, deps.ids, now);
  if (kept.evidence.occurredAt < dispatchedAt)
    throw invalid(
      'wrong-order',
      'evidence.occurredAt',
      {
        zh: `早于发运时间：北京时间 ${countyClock(dispatchedAt)} 才发运。`,
        en: `It left after that: at ${countyClock(dispatchedAt)}, China time.`,
      },
      dispatchedAt,
    );
  return kept;
};

/** The count in base units, with what it is a count of. @throws Problem 422 `unknown-unit`. */
const countFor = async (deps: Deps, { county, id }: Consignment, count: Count) => {
  const lines = await linesOf(deps, county, id);
  const items = await getItems(
    deps,
    county,
    lines.map(({ itemId }) => itemId),
  );
  const { report, errors } = reported(lines, count, items);
  if (errors.length > 0)
    throw new Problem(
      422,
      'unknown-unit',
      { zh: '有的物资不能用这个单位计数。', en: 'Some of it is not counted in this unit.' },
      errors,
    );
  return { lines, items, report };
};

/**
 * Somebody confirms what arrived, line by line: good goods count to the need they were for, missing and damaged ones are
 * need again at once, missing ones are unaccounted for until somebody resolves them, extra ones open a lot of source
 * *found*. A consignment is received once: the same report again is answered like the first, for ever.
 *
 * @throws Problem 422 `mistyped-code`, `unknown-unit`, `invalid`, `too-many-extras`, `odd-quantity` until it comes
 * `confirmed`, `not-yet`, `wrong-order`; 404 `unknown-waybill`; 409 `wrong-status`, `already-received`; 403
 * `own-dispatch`.
 */
const receive = (deps: Deps, actor: Actor, once: Once, receipt: Receipt): Promise<string> =>
  retrying(async () => {
    const consignment = await receipt.find();
    const { county, id, version } = consignment;
    const { lines, items, report } = await countFor(deps, consignment, receipt.lines);
    const now = deps.clock.now();
    const by = { actor, now, once: { by: once, result: id } };
    if (booked(consignment, lines, report)) {
      // Said again under a new key: that key, too, stands for this and for nothing else from now on.
      await commit(deps, { ...by, actions: [], news: [] });
      return id;
    }
    const kept = receipt.evidence && evidenceFor(deps, actor, consignment, receipt.evidence, now);
    const needs = await needsOf(deps, county, lines);
    // A twin may have booked this receipt between our reads: then the needs are past what the waybill says.
    if ((await consignmentOf(deps, county, id)).version !== version) throw new Stale();
    refuseFaults(lines, report, needs.length, receipt.confirmed === true);

    const told = foundByLine(report);
    const shortfall = await shortfallIn(deps, consignment, lines, told, items, now);
    const receivedAt = kept?.evidence.occurredAt ?? now;
    const change = {
      ...({ status: 'received', receivedBy: actor.sub, receivedAt, dueAt: now, reminders: 0 } as const),
      ...(kept && { receiptEvidence: kept.evidence }),
      ...(shortfall && { shortfallId: shortfall.id }),
    };
    const differences = report
      .filter(differs)
      .map(({ n, damaged, missing, extra }) => ({ n, damaged, missing, extra }));
    await commit(deps, {
      ...by,
      actions: [
        replace(consignmentRow, moved(consignment, change, now)),
        ...countedIn(deps, actor, consignment, lines, { told, needs, now }),
        ...servedNeeds(needs, lines, told, items),
        ...(kept?.actions ?? []),
        ...(shortfall?.actions ?? []),
      ],
      news: [
        {
          of: consignmentRow.keyOf(consignment),
          version: version + 1,
          name: 'ConsignmentReceived',
          data: { differences },
        },
        ...(shortfall?.news ?? []),
      ],
    });
    return id;
  });

/** The site itself confirms what it got, by the code on the waybill. @throws as `receive` and `waybillOf`. */
export const receiveAtSite = (
  deps: Deps,
  actor: Actor,
  once: Once,
  typed: string,
  { lines, confirmed }: z.infer<typeof receiptBody>,
): Promise<string> => receive(deps, actor, once, { find: () => waybillOf(deps, actor, typed), lines, confirmed });

/**
 * Staff enter what a site says it got, from its signed paper or its call. Goods that nobody has dispatched here yet have
 * left by the paper's word: papers of an outage come in any order.
 *
 * @throws as `receive`; Problem 404 `unknown-consignment`.
 */
export const receiveFor = async (
  deps: Deps,
  actor: Actor,
  once: Once,
  id: string,
  { lines, confirmed, evidence }: z.infer<typeof receiptForBody>,
): Promise<string> => {
  const consignment = await consignmentOf(deps, actor.county, id);
  if (consignment.status === 'picking') {
    // A receipt that will be refused says nothing of goods that left. Two steps then, each whole: if the second is lost,
    // they are on their way.
    const { lines: sent, report } = await countFor(deps, consignment, lines);
    evidenceFor(deps, actor, consignment, evidence, deps.clock.now());
    refuseFaults(sent, report, (await needsOf(deps, actor.county, sent)).length, confirmed === true);
    await implyDispatch(deps, actor, id);
  }
  return receive(deps, actor, once, {
    find: () => consignmentOf(deps, actor.county, id),
    ...{ lines, confirmed, evidence },
  });
};
