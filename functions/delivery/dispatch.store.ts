import { getPolicy, getSite } from '../catalogue/catalogue.store.ts';
import type { Site } from '../catalogue/site.ts';
import { dispatched, lineRow } from '../request/line.ts';
import { type Action, insert, replace } from '../shared/actions.ts';
import type { Actor } from '../shared/actor.ts';
import { plusMinutes } from '../shared/clock.ts';
import { commit } from '../shared/commit.store.ts';
import type { Deps } from '../shared/deps.ts';
import { eventRow } from '../shared/event.ts';
import { type EvidenceBody, evidenceOf } from '../shared/evidence.ts';
import { keysOf } from '../shared/keys.ts';
import type { Once } from '../shared/once.ts';
import { invalid, Problem } from '../shared/problem.ts';
import { retrying } from '../shared/retrying.ts';
import { get, ofType, partition } from '../shared/table.store.ts';
import { issue } from '../stock/balance.ts';
import { usableAt } from '../stock/lot.ts';
import { record } from '../stock/movement.ts';
import { moved, withOver } from '../workflow/timeline.ts';
import { consignmentOf } from './consignment.store.ts';
import {
  type Consignment,
  type ConsignmentLine,
  consignmentRow,
  deadline,
  demand,
  stopNotices,
} from './consignment.ts';
import { dispatchPaperOf, dispatchPaperRow, filed } from './dispatch-paper.ts';
import { linesOf, needsOf } from './lines.store.ts';

/** With whom goods leave; with evidence, where it is entered from a paper or a call. */
export interface Departure {
  readonly carrier: string;
  readonly vehicle: string;
  readonly evidence?: EvidenceBody | undefined;
}

/** What of a consignment says how it left. */
type Left = Partial<Pick<Consignment, 'carrier' | 'vehicle' | 'dispatchedBy' | 'dispatchedAt' | 'dispatchEvidence'>>;

const refuseSpoilt = (lines: readonly ConsignmentLine[], site: Site, now: string): void => {
  const spoilt = lines.filter(({ useBy }) => !usableAt(useBy, plusMinutes(now, site.leadMinutes)));
  if (spoilt.length > 0)
    throw new Problem(
      409,
      'expires-on-the-way',
      'Some of it would expire before it could be used there. Cancel the consignment and pick again.',
      spoilt.map(({ n, useBy }) => ({ path: `lines[${n - 1}]`, message: `Use by ${useBy}.` })),
    );
};

/**
 * The goods leave: off the shelf, on their way. Three actions a line at most, 24 lines: well below a hundred. What left
 * already by a paper's word cannot be kept back for its use-by. By a receipt's word alone, its own paper is due.
 */
const leave = async (
  deps: Deps,
  actor: Actor,
  consignment: Consignment,
  left: Left,
  { once, actions = [] }: { readonly once?: Once; readonly actions?: readonly Action[] },
): Promise<void> => {
  const { county, id, version, tier } = consignment;
  const now = deps.clock.now();
  const lines = await linesOf(deps, county, id);
  const [needs, site, policy] = await Promise.all([
    needsOf(deps, county, lines),
    getSite(deps, county, consignment.toId),
    getPolicy(deps, county),
  ]);
  if (left.dispatchedAt === now) refuseSpoilt(lines, site, now);
  const since = left.dispatchedAt ?? now;
  const isByReceipt = left.dispatchedAt === undefined;
  const dueAt = deadline('dispatched', tier, policy, since, site.leadMinutes);
  await commit(deps, {
    actor,
    now,
    once: once && { by: once, result: id },
    actions: [
      replace(
        consignmentRow,
        moved(
          withOver(consignment, stopNotices(consignment), now),
          { status: 'dispatched', ...left, dueAt, reminders: 0 },
          now,
        ),
      ),
      ...lines.map((line) => issue(line, line.quantity)),
      ...lines.map(({ lotId, itemId, placeId, quantity }) =>
        record({
          ...{ county, id: deps.ids.next('mov'), lotId, itemId, kind: 'dispatched', placeId },
          ...{ effects: { onHand: -quantity, inTransit: quantity }, document: id, at: now, by: actor.sub },
        }),
      ),
      ...needs.map((line) => replace(lineRow, dispatched(line, id))),
      ...(isByReceipt ? [insert(dispatchPaperRow, dispatchPaperOf(consignment, policy, now))] : []),
      ...actions,
    ],
    news: [
      {
        of: consignmentRow.keyOf(consignment),
        version: version + 1,
        name: isByReceipt ? 'DispatchImplied' : 'ConsignmentDispatched',
        data: { carrier: left.carrier, vehicle: left.vehicle, arrivesAt: plusMinutes(since, site.leadMinutes) },
      },
    ],
  });
};

/** Its receipt was entered before anybody had entered that it left. */
const isImplied = ({ status, dispatchedAt }: Consignment): boolean =>
  dispatchedAt === undefined && (status === 'dispatched' || status === 'received' || status === 'returned');

/** What of a receipt may not be done by whoever dispatched: so who did it does not enter the dispatch afterwards. */
const OF_THE_RECEIPT: ReadonlySet<string> = new Set([
  ...['ConsignmentReceived', 'ReceiptCorrected', 'ShortfallReduced', 'ShortfallResolved'],
]);

const hadAHandIn = async (deps: Deps, { sub }: Actor, { county, id, shortfallId }: Consignment): Promise<boolean> => {
  const keys = keysOf(county);
  const of = [keys.consignment(id), ...(shortfallId === undefined ? [] : [keys.shortfall(shortfallId)])];
  const rows = await Promise.all(of.map(({ PK }) => partition(deps, PK, 'EVENT#')));
  return ofType(eventRow, rows.flat()).some(({ by, name }) => by === sub && OF_THE_RECEIPT.has(name));
};

/**
 * Hands the goods to a carrier, or enters from a paper or a call that this was done. A paper may come after the receipt
 * that it belongs before: then it only says with whom and when.
 *
 * @throws Problem 404 `unknown-consignment`; 409 `wrong-status`, `expires-on-the-way`; 422 `not-yet`, `wrong-order`; 403
 * `own-receipt`.
 */
export const dispatch = (
  deps: Deps,
  actor: Actor,
  once: Once,
  id: string,
  { carrier, vehicle, evidence: given }: Departure,
): Promise<string> =>
  retrying(async () => {
    const consignment = await consignmentOf(deps, actor.county, id);
    const now = deps.clock.now();
    const kept = given && evidenceOf(given, actor, deps.ids, now);
    const left = {
      ...{ carrier, vehicle, dispatchedBy: actor.sub, dispatchedAt: kept?.evidence.occurredAt ?? now },
      ...(kept && { dispatchEvidence: kept.evidence }),
    };
    const actions = kept?.actions ?? [];
    if (left.dispatchedAt < consignment.at)
      throw invalid('wrong-order', 'evidence.occurredAt', `It was opened at ${consignment.at}, after that.`);
    if (kept === undefined || !isImplied(consignment)) {
      demand(consignment, 'dispatched');
      await leave(deps, actor, consignment, left, { once, actions });
      return id;
    }
    if (await hadAHandIn(deps, actor, consignment))
      throw new Problem(
        403,
        'own-receipt',
        'Whoever entered, corrected or resolved the receipt does not enter the dispatch.',
      );
    if (consignment.receivedAt !== undefined && left.dispatchedAt > consignment.receivedAt)
      throw invalid('wrong-order', 'evidence.occurredAt', `It was received at ${consignment.receivedAt}, before that.`);
    const paper = await get(deps, dispatchPaperRow, keysOf(actor.county).dispatchPaper(id));
    await commit(deps, {
      actor,
      now,
      once: { by: once, result: id },
      actions: [
        replace(consignmentRow, { ...consignment, ...left }),
        ...(paper?.status === 'due' ? [replace(dispatchPaperRow, filed(paper, now))] : []),
        ...actions,
      ],
      news: [
        {
          of: consignmentRow.keyOf(consignment),
          version: consignment.version + 1,
          name: 'DispatchFiled',
          data: { carrier, vehicle, dispatchedAt: left.dispatchedAt },
        },
      ],
    });
    return id;
  });

/**
 * A receipt says that goods in picking have left, though nobody has entered it yet: in a stack of papers the order is
 * anybody's. With whom they left is filed when its paper turns up.
 */
export const implyDispatch = (deps: Deps, actor: Actor, id: string): Promise<void> =>
  retrying(async () => {
    const consignment = await consignmentOf(deps, actor.county, id);
    if (consignment.status === 'picking') await leave(deps, actor, consignment, {}, {});
  });
