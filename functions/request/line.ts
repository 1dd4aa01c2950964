import assert from 'node:assert/strict';
import { z } from 'zod';
import { tier } from '../catalogue/policy.ts';
import { siteKind } from '../catalogue/site.ts';
import { keysOf } from '../shared/keys.ts';
import { MAX_QUANTITY, positive, quantity, wholeWithin } from '../shared/quantity.ts';
import { defineRow } from '../shared/row.ts';

/** A line's holds are one attribute of one row: this bounds it. */
export const MAX_HOLDS = 20;

export const lineStatus = z.enum(['submitted', 'open', 'closed', 'cancelled', 'refused']);

/** Goods of a lot promised to a line. In a consignment once picking has started: then only cancelling it gives them back. */
export const hold = z.object({
  lotId: z.string(),
  placeId: z.string(),
  quantity: positive,
  consignmentId: z.string().optional(),
});
export type Hold = z.infer<typeof hold>;

/** Yet to be decided or served, or with goods that have yet to go somewhere: a cancelled line may hold some for a while. */
const isLive = (line: {
  readonly status: z.infer<typeof lineStatus>;
  readonly holds: readonly Hold[];
  readonly dispatched: number;
}): boolean => line.status === 'submitted' || line.status === 'open' || line.holds.length > 0 || line.dispatched > 0;

/**
 * One item that a request asks for. All quantities are base units.
 * approved = planned + picking (both in `holds`) + dispatched + received + what is still short.
 */
export const lineRow = defineRow({
  type: 'line',
  v: 1,
  schema: z.object({
    county: z.string(),
    /** `<requestId>.<nn>`, sortable by age, then by line. */
    id: z.string(),
    requestId: z.string(),
    n: z.int(),
    version: z.int(),
    status: lineStatus,
    itemId: z.string(),
    siteId: z.string(),
    siteKind,
    tier,
    needBy: z.string(),
    asked: z.object({ quantity: positive, unit: z.string() }),
    /** Asked, in base units, rounded up to whole issue units. */
    quantity: positive,
    approved: quantity,
    holds: z.array(hold).max(MAX_HOLDS),
    /** The wave it is first weighed with; none, as an earlier release wrote it: it counts. */
    countsFrom: z.string().optional(),
    /** On the way. */
    dispatched: quantity,
    /** Received in good order. Damaged and missing goods are need again. */
    received: quantity,
    /** The apportionment that last looked at this line and explains it; 0: none yet. */
    rationale: z.int().default(0),
    /** The apportionment that last wrote this row, so that an allocator is not woken by its own hand. */
    division: z.int().default(0),
  }),
  keys: (row) => ({
    ...keysOf(row.county).requestLine(row.requestId, row.n),
    // Among its site's lines only while it waits for something or has goods: what is over is nobody's to read again.
    ...(isLive(row) && { GSI2PK: keysOf(row.county).party(row.siteId), GSI2SK: `LINE#${row.id}` }),
  }),
});
export type Line = ReturnType<typeof lineRow.parse>;

/**
 * Says strongly that an approved line counts for an item, so that apportionment reads one partition. Immutable while it
 * exists; taken away by the apportionment that finds that the line no longer counts.
 */
export const openRow = defineRow({
  type: 'open',
  v: 1,
  schema: z.object({
    county: z.string(),
    itemId: z.string(),
    lineId: z.string(),
    requestId: z.string(),
    n: z.int(),
    siteId: z.string(),
    siteKind,
    tier,
    needBy: z.string(),
    /** As on the line. */
    countsFrom: z.string().optional(),
    /** As approved: what an odd quantity is compared with. */
    quantity: positive,
  }),
  keys: (row) => keysOf(row.county).open(row.itemId, row.tier, row.needBy, row.lineId),
});
export type Open = ReturnType<typeof openRow.parse>;

export const openOf = (line: Line): Open => ({
  county: line.county,
  itemId: line.itemId,
  lineId: line.id,
  requestId: line.requestId,
  n: line.n,
  siteId: line.siteId,
  siteKind: line.siteKind,
  tier: line.tier,
  needBy: line.needBy,
  countsFrom: line.countsFrom,
  quantity: line.approved,
});

const sum = (holds: readonly Hold[]): number => holds.reduce((total, { quantity: q }) => total + q, 0);

/** Promised, and still free to be taken back for need that comes first. */
export const planned = (line: Pick<Line, 'holds'>): readonly Hold[] =>
  line.holds.filter(({ consignmentId }) => consignmentId === undefined);
export const picking = (line: Pick<Line, 'holds'>): readonly Hold[] =>
  line.holds.filter(({ consignmentId }) => consignmentId !== undefined);
export const plannedQuantity = (line: Pick<Line, 'holds'>): number => sum(planned(line));
export const pickingQuantity = (line: Pick<Line, 'holds'>): number => sum(picking(line));

/** Past taking back: picked, on the way or received. The floor F of apportionment. */
export const committed = (line: Line): number => pickingQuantity(line) + line.dispatched + line.received;

/** Approved and not yet promised, on the way or received. */
export const short = (line: Line): number => line.approved - plannedQuantity(line) - committed(line);

/** What must hold of a line at every commit. */
export const sound = (line: Line): Line => {
  assert(short(line) >= 0, `Line ${line.id} has more than was approved`);
  assert(line.approved <= MAX_QUANTITY, `Line ${line.id} is approved for more than ${MAX_QUANTITY}`);
  assert(line.holds.length <= MAX_HOLDS, `Line ${line.id} has more than ${MAX_HOLDS} holds`);
  return line;
};

/** The line as approved, in a tier, counting from its wave. */
export const opened = (
  line: Line,
  approved: number,
  { tier: at, countsFrom }: Pick<Line, 'tier' | 'countsFrom'>,
): Line =>
  sound(
    approved === 0
      ? { ...line, status: 'refused', approved, tier: at }
      : { ...line, status: 'open', approved, tier: at, countsFrom },
  );

/** A line's id. Padded, so that a request's lines sort as they were asked. */
export const lineIdOf = ({ requestId, n }: Pick<Line, 'requestId' | 'n'>): string =>
  `${requestId}.${String(n).padStart(2, '0')}`;

/** The wave that a line still waits for; none: it has come. */
export const waveOf = ({ countsFrom }: Pick<Line, 'countsFrom'>, now: string): string | undefined =>
  countsFrom !== undefined && countsFrom > now ? countsFrom : undefined;

/** The planned goods as an apportionment wants them; what is in picking stays. */
export const replanned = (line: Line, holds: readonly Hold[], division: number): Line =>
  sound({ ...line, holds: [...picking(line), ...holds], rationale: division, division });

/** Its planned holds on these lots at a place go into a consignment. */
export const picked = (line: Line, consignmentId: string, placeId: string, lots: ReadonlySet<string>): Line =>
  sound({
    ...line,
    holds: line.holds.map((h) =>
      h.consignmentId === undefined && h.placeId === placeId && lots.has(h.lotId) ? { ...h, consignmentId } : h,
    ),
  });

/** A consignment is called off before it left: what it took is planned again, one hold with what was planned since. */
export const putBack = (line: Line, consignmentId: string): Line => {
  const elsewhere = picking(line).filter((h) => h.consignmentId !== consignmentId);
  const back = new Map<string, Hold>();
  for (const { lotId, placeId, quantity: q } of line.holds.filter((h) => !elsewhere.includes(h))) {
    const key = `${lotId} ${placeId}`;
    back.set(key, { lotId, placeId, quantity: q + (back.get(key)?.quantity ?? 0) });
  }
  return sound({ ...line, holds: [...elsewhere, ...back.values()] });
};

/** So much of its planned goods of a lot at a place is given back, or all of them where there is less. */
export const givenBack = (line: Line, { lotId, placeId }: Pick<Hold, 'lotId' | 'placeId'>, amount: number): Line => {
  let left = amount;
  const fewer = planned(line).flatMap((hold) => {
    const taken = hold.lotId === lotId && hold.placeId === placeId ? Math.min(hold.quantity, left) : 0;
    left -= taken;
    return hold.quantity === taken ? [] : [{ ...hold, quantity: hold.quantity - taken }];
  });
  return sound({ ...line, holds: [...picking(line), ...fewer] });
};

/** A consignment's goods leave the warehouse. */
export const dispatched = (line: Line, consignmentId: string): Line => {
  const leaving = line.holds.filter((h) => h.consignmentId === consignmentId);
  return sound({
    ...line,
    holds: line.holds.filter((h) => h.consignmentId !== consignmentId),
    dispatched: line.dispatched + sum(leaving),
  });
};

/** Goods that are on their way already now go to this line. */
export const sent = (line: Line, amount: number): Line => sound({ ...line, dispatched: line.dispatched + amount });

/**
 * A point has confirmed: what is good counts, the rest of what was sent is need again, with the same need-by and id. It
 * is need in whole issue units of `unit` base units, like any other: part of one never leaves the warehouse, so that a
 * line that lacks less would stay open for ever. Where a whole one more would pass the bound of all quantities, the part
 * is given up instead: no bound at intake could prevent it, since every short receipt adds to what is received.
 */
export const received = (line: Line, sent: number, good: number, unit: number): Line => {
  assert(good <= sent && sent <= line.dispatched, `Line ${line.id} cannot receive ${good} of ${sent}`);
  const counted = { ...line, dispatched: line.dispatched - sent, received: line.received + good };
  const lacking = short(counted);
  const rest = counted.approved - lacking;
  const next = { ...counted, approved: rest + wholeWithin(MAX_QUANTITY - rest, unit, lacking) };
  return sound({ ...next, status: next.received === next.approved && line.status === 'open' ? 'closed' : line.status });
};

/** Nobody needs it any more; planned goods go back. Not once picking has started. */
export const cancelled = (line: Line): Line => {
  assert(committed(line) === 0, `Line ${line.id} is past cancelling`);
  return { ...line, status: 'cancelled', holds: [] };
};
