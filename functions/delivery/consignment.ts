import { z } from 'zod';
import { at, type Policy, type Tier, tier } from '../catalogue/policy.ts';
import { plusMinutes } from '../shared/clock.ts';
import { evidence } from '../shared/evidence.ts';
import { keysOf } from '../shared/keys.ts';
import { Problem } from '../shared/problem.ts';
import { positive, quantity } from '../shared/quantity.ts';
import { defineRow } from '../shared/row.ts';
import { moved, raised, timeline, worklistKeys } from '../workflow/timeline.ts';

/** Goods in picking that the front line needs: stop, and put them back (停止拣货). Base units. */
export const stopPick = z.object({
  itemId: z.string(),
  quantity: positive,
  /** Tells the storekeepers. */
  noticeId: z.string(),
  /** The front-line lines that lack them, the most urgent first. */
  for: z.array(z.object({ requestId: z.string(), n: z.int(), siteId: z.string(), quantity: positive })),
});
export type StopPick = z.infer<typeof stopPick>;

/** Lot-lines of a consignment: its dispatch and its receipt must each fit one transaction. */
export const MAX_LOT_LINES = 24;

export const consignmentStatus = z.enum(['planned', 'picking', 'dispatched', 'received', 'returned', 'cancelled']);
export type ConsignmentStatus = z.infer<typeof consignmentStatus>;

/** What came back of a consignment that could not be delivered: on shelves whole or broken, or unaccounted for. */
export const cameBack = z.object({
  placeId: z.string(),
  reason: z.string(),
  by: z.string(),
  at: z.string(),
  lines: z.array(z.object({ n: z.int(), good: quantity, damaged: quantity, missing: quantity })),
});

/**
 * Goods that travel together from one place to one site. While planned it gathers: what it will carry is whatever the
 * site is promised when picking starts, across its requests.
 */
export const consignmentRow = defineRow({
  type: 'consignment',
  v: 1,
  traced: true,
  schema: z.object({
    ...timeline,
    status: consignmentStatus,
    fromId: z.string(),
    toId: z.string(),
    /** The highest tier it serves; deadlines follow from it. */
    tier,
    at: z.string(),
    openedBy: z.string(),
    /** Typed or scanned by the point; on the waybill from the start of picking. */
    code: z.string().optional(),
    lines: z.int().default(0),
    /** What is asked back while it is in picking, by item. */
    stopPick: z.array(stopPick).optional(),
    carrier: z.string().optional(),
    vehicle: z.string().optional(),
    pickedBy: z.string().optional(),
    dispatchedBy: z.string().optional(),
    dispatchedAt: z.string().optional(),
    /** The paper or call that says so, where it was entered for somebody. */
    dispatchEvidence: evidence.optional(),
    receivedBy: z.string().optional(),
    receivedAt: z.string().optional(),
    receiptEvidence: evidence.optional(),
    /** What of it is unaccounted for, or was. */
    shortfallId: z.string().optional(),
    /** Where it was going before it was sent elsewhere. */
    redirectedFrom: z.string().optional(),
    cameBack: cameBack.optional(),
  }),
  keys: (row) => {
    const keys = keysOf(row.county);
    return {
      ...keys.consignment(row.id),
      ...worklistKeys('consignment', row),
      GSI2PK: keys.party(row.toId),
      GSI2SK: `CON#${row.id}`,
    };
  },
});
export type Consignment = ReturnType<typeof consignmentRow.parse>;

const discrepancyReason = z.enum([
  'broken',
  'wet',
  'expired',
  'wrong-item',
  'short-packed',
  'lost-on-the-way',
  'sent-back',
  'over-packed',
  'other',
]);

/** What a count can differ in from what was sent, and why it may. */
export const differences = ['damaged', 'missing', 'extra'] as const;
export const reasonsFor = {
  damaged: discrepancyReason.extract(['broken', 'wet', 'expired', 'wrong-item', 'other']),
  /** `sent-back`: refused at the door, and on its way back with the carrier. */
  missing: discrepancyReason.extract(['short-packed', 'lost-on-the-way', 'sent-back', 'wrong-item', 'other']),
  extra: discrepancyReason.extract(['over-packed', 'wrong-item', 'other']),
} as const;

/** What a point found of one lot-line, in base units: good + damaged + missing = sent; extra comes on top. */
export const found = z.object({
  good: quantity,
  damaged: quantity,
  missing: quantity,
  extra: quantity,
  /** The lot that extra goods were booked as. */
  extraLotId: z.string().optional(),
  /** Why, for each kind of difference that there is. */
  reasons: z
    .object({
      damaged: discrepancyReason.optional(),
      missing: discrepancyReason.optional(),
      extra: discrepancyReason.optional(),
    })
    .default({}),
  note: z.string().optional(),
});
export type Found = z.infer<typeof found>;

/** Until version 1 one reason stood for all differences of a line. */
const reasonsApart = (row: Record<string, unknown>): Record<string, unknown> => {
  const old = z.looseObject({ reason: discrepancyReason.optional() }).safeParse(row['found']);
  if (!old.success) return row;
  const { reason, ...rest } = old.data;
  const reasons = Object.fromEntries(
    differences.filter((kind) => Number(rest[kind]) > 0).map((kind) => [kind, reason]),
  );
  return { ...row, found: { ...rest, ...(reason !== undefined && { reasons }) } };
};

/** One lot in a consignment, and the need lines it is for. */
export const consignmentLineRow = defineRow({
  type: 'consignment-line',
  v: 2,
  upcasts: { 1: reasonsApart },
  schema: z.object({
    county: z.string(),
    consignmentId: z.string(),
    n: z.int(),
    version: z.int(),
    itemId: z.string(),
    lotId: z.string(),
    placeId: z.string(),
    useBy: z.string().optional(),
    quantity: positive,
    /** In the order in which good goods are counted to them: tier, need-by, id. */
    shares: z.array(z.object({ requestId: z.string(), n: z.int(), quantity: positive })),
    found: found.optional(),
  }),
  keys: (row) => keysOf(row.county).consignmentLine(row.consignmentId, row.n),
});
export type ConsignmentLine = ReturnType<typeof consignmentLineRow.parse>;

/** The one consignment that still gathers goods from a place for a site. */
export const gatheringRow = defineRow({
  type: 'gathering',
  v: 1,
  schema: z.object({ county: z.string(), fromId: z.string(), toId: z.string(), consignmentId: z.string() }),
  keys: (row) => keysOf(row.county).gathering(row.fromId, row.toId),
});

/** A waybill's short code, unique for ever. */
export const codeRow = defineRow({
  type: 'code',
  v: 1,
  schema: z.object({ county: z.string(), code: z.string(), consignmentId: z.string() }),
  keys: (row) => keysOf(row.county).code(row.code),
});

/** Who let the goods go: whoever dispatched them or, while nobody has entered that, whoever picked them. */
export const senderOf = ({ dispatchedBy, pickedBy }: Consignment): string | undefined => dispatchedBy ?? pickedBy;

const NEXT: Readonly<Record<ConsignmentStatus, readonly ConsignmentStatus[]>> = {
  planned: ['picking', 'cancelled'],
  picking: ['dispatched', 'cancelled'],
  dispatched: ['received', 'returned'],
  received: [],
  returned: [],
  cancelled: [],
};

const mayBecome = (from: ConsignmentStatus, to: ConsignmentStatus): boolean => NEXT[from].includes(to);

/** @throws Problem 409 `wrong-status` when the consignment may not go on to this status. */
export const demand = (
  { county, id, status }: Pick<Consignment, 'county' | 'id' | 'status'>,
  to: ConsignmentStatus,
): void => {
  if (mayBecome(status, to)) return;
  const about = { key: keysOf(county).consignment(id) };
  throw new Problem(409, 'wrong-status', `${id} is ${status}; it cannot become ${to}.`, [], about);
};

/** The notices by which its picking was asked to stop: over, once it has left or was called off. */
export const stopNotices = ({ stopPick: stops = [] }: Pick<Consignment, 'stopPick'>): string[] =>
  stops.map(({ noticeId }) => noticeId);

/** Minutes a consignment may stay at a status before somebody is reminded; 0 where it does not wait. */
const patience = (status: ConsignmentStatus, of: Tier, { delivery }: Policy): number => {
  if (status === 'planned') return at(delivery.pickMinutes, of);
  if (status === 'picking') return at(delivery.dispatchMinutes, of);
  return status === 'dispatched' ? delivery.receiveMinutes : 0;
};

/** The deadline of a status that is entered, or was last reminded of, now. `leadMinutes`: of the road still ahead. */
export const deadline = (status: ConsignmentStatus, of: Tier, policy: Policy, now: string, leadMinutes = 0): string =>
  plusMinutes(now, patience(status, of, policy) + leadMinutes);

/**
 * A planned consignment that now serves a higher tier. Its machine is owed a look at the new deadline, if that is sooner:
 * one that waits is resumed, one that is about to wait was told the later deadline, and another takes over from it.
 */
export const hastened = (consignment: Consignment, tier: Tier, dueAt: string, now: string): Consignment => {
  if (dueAt >= consignment.dueAt) return { ...consignment, tier };
  const { start, wait, resume } = consignment;
  const next = moved(consignment, { status: 'planned', tier, dueAt }, now);
  return (start ?? wait ?? resume) ? next : raised(next, now);
};
