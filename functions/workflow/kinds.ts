import { type ConsignmentStatus, consignmentRow, consignmentStatus } from '../delivery/consignment.ts';
import { type DispatchPaper, dispatchPaperRow, dispatchPaperStatus } from '../delivery/dispatch-paper.ts';
import { type Shortfall, shortfallRow, shortfallStatus } from '../delivery/shortfall.ts';
import { type PlanStatus, planRow, planStatus } from '../distribution/plan.ts';
import { type DonationStatus, donationRow, donationStatus } from '../donation/donation.ts';
import { type EmergencyIssue, emergencyIssueRow, issueStatus } from '../emergency/issue.ts';
import { type ImportStatus, importRow, importStatus } from '../imports/import.ts';
import { type PurchaseStatus, purchaseRow, purchaseStatus } from '../purchase/purchase.ts';
import { type RequestStatus, requestRow, requestStatus } from '../request/request.ts';
import { type Key, keysOf } from '../shared/keys.ts';
import type { RowType } from '../shared/row.ts';
import { type AppealStatus, appealRow, appealStatus } from '../supply/appeal.ts';
import { type Gap, gapRow, gapStatus } from '../supply/gap.ts';
import type { Timeline } from './timeline.ts';

/** A kind of row with a workflow, by what all of them have: their timeline. Whatever else a row holds is kept. */
interface KindOfRow<Status extends string = string> {
  readonly row: RowType<Timeline>;
  readonly keyOf: (county: string, id: string) => Key;
  readonly statuses: readonly Status[];
  /** Statuses in which a machine waits for somebody, with a deadline. */
  readonly waiting: readonly Status[];
  /** Statuses in which a machine works by itself, and moves the deadline on with every step. */
  readonly working?: readonly Status[];
  /** Statuses that leave nothing to be done: an execution that fails there loses nothing. */
  readonly ended: readonly Status[];
}

const registered = {
  request: {
    row: requestRow,
    keyOf: (county, id) => keysOf(county).request(id),
    statuses: requestStatus.options,
    waiting: ['submitted', 'approved'],
    ended: ['refused', 'cancelled', 'closed'],
  } satisfies KindOfRow<RequestStatus>,
  consignment: {
    row: consignmentRow,
    keyOf: (county, id) => keysOf(county).consignment(id),
    statuses: consignmentStatus.options,
    waiting: ['planned', 'picking', 'dispatched'],
    // Not `received`: the needs it served are yet to be closed, and that may fail.
    ended: ['returned', 'cancelled'],
  } satisfies KindOfRow<ConsignmentStatus>,
  shortfall: {
    row: shortfallRow,
    keyOf: (county, id) => keysOf(county).shortfall(id),
    statuses: shortfallStatus.options,
    waiting: ['open'],
    ended: ['resolved'],
  } satisfies KindOfRow<Shortfall['status']>,
  'dispatch-paper': {
    row: dispatchPaperRow,
    keyOf: (county, id) => keysOf(county).dispatchPaper(id),
    statuses: dispatchPaperStatus.options,
    waiting: ['due'],
    ended: ['filed'],
  } satisfies KindOfRow<DispatchPaper['status']>,
  'emergency-issue': {
    row: emergencyIssueRow,
    keyOf: (county, id) => keysOf(county).emergencyIssue(id),
    statuses: issueStatus.options,
    waiting: ['papers-due'],
    ended: ['filed'],
  } satisfies KindOfRow<EmergencyIssue['status']>,
  gap: {
    row: gapRow,
    keyOf: (county, id) => keysOf(county).gap(id),
    statuses: gapStatus.options,
    waiting: ['open'],
    ended: ['settled'],
  } satisfies KindOfRow<Gap['status']>,
  appeal: {
    row: appealRow,
    keyOf: (county, id) => keysOf(county).appeal(id),
    statuses: appealStatus.options,
    waiting: ['asked', 'promised'],
    ended: ['closed', 'refused'],
  } satisfies KindOfRow<AppealStatus>,
  purchase: {
    row: purchaseRow,
    keyOf: (county, id) => keysOf(county).purchase(id),
    statuses: purchaseStatus.options,
    waiting: ['sourcing', 'submitted', 'ordered', 'delivered'],
    ended: ['closed', 'refused', 'cancelled'],
  } satisfies KindOfRow<PurchaseStatus>,
  donation: {
    row: donationRow,
    keyOf: (county, id) => keysOf(county).donation(id),
    statuses: donationStatus.options,
    waiting: ['review', 'expected', 'received', 'asking', 'returning'],
    ended: ['closed', 'declined', 'lapsed', 'withdrawn'],
  } satisfies KindOfRow<DonationStatus>,
  'distribution-plan': {
    row: planRow,
    keyOf: (county, id) => keysOf(county).distributionPlan(id),
    statuses: planStatus.options,
    waiting: ['submitted'],
    working: ['approved'],
    ended: ['opened', 'refused', 'cancelled'],
  } satisfies KindOfRow<PlanStatus>,
  import: {
    row: importRow,
    keyOf: (county, id) => keysOf(county).import(id),
    statuses: importStatus.options,
    waiting: [],
    working: ['booking'],
    ended: ['booked'],
  } satisfies KindOfRow<ImportStatus>,
};

export type Kind = keyof typeof registered;

/**
 * Every kind of row with a workflow, under the type of its row: the one place where a kind is registered. Who is woken
 * for which rows, what the sweep looks for and which machines there are follow from here.
 */
export const kinds: Readonly<Record<Kind, KindOfRow>> = registered;
export const KINDS = Object.keys(registered) as readonly Kind[];

/** Which row: what duties are looked up by. */
export interface Of {
  readonly kind: Kind;
  readonly county: string;
  readonly id: string;
}

export const keyOf = ({ kind, county, id }: Of): Key => kinds[kind].keyOf(county, id);

/** What a function's environment calls the machine of this kind. */
export const machineVariable = (kind: Kind): string => `MACHINE_${kind.toUpperCase().replaceAll('-', '_')}`;
