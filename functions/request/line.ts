import assert from 'node:assert/strict';
import { z } from 'zod';
import { tier } from '../catalogue/policy.ts';
import { siteKind } from '../catalogue/site.ts';
import { keysOf } from '../shared/keys.ts';
import { MAX_QUANTITY, positive, quantity, wholeWithin } from '../shared/quantity.ts';
import { defineRow } from '../shared/row.ts';

/** A line's holds are one attribute of one row: this bounds it. */
export const MAX_HOLDS = 20;

/** Purchases that may seek or bring what one line lacks, or one item for the pool, at the same time. */
export const MAX_PURCHASES = 20;

export const lineStatus = z.enum(['submitted', 'open', 'closed', 'cancelled', 'refused']);

/** A person's word for what no rule would have done: whose, when and why. */
export const word = z.object({ by: z.string(), at: z.string(), reason: z.string() });
export type Word = z.infer<typeof word>;

/** What is short was left to wait, until then. */
export const waiting = word.extend({ until: z.string() });

/** Goods of a lot promised to a line. In a consignment once picking has started: then only cancelling it gives them back. */
export const hold = z.object({
  lotId: z.string(),
  placeId: z.string(),
  quantity: positive,
  consignmentId: z.string().optional(),
  /** Promised by a person: no division takes it back. */
  byHand: word.optional(),
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
 * approved = planned + promised by hand + picking (all three in `holds`) + dispatched + received + what is still short.
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
    /**
     * What a person gave up of it, no longer part of what is approved. What was under way then still comes, and is the
     * last that does: what of it arrives damaged or not at all is given up too.
     */
    closedShort: word.extend({ quantity }).optional(),
    /** What was opened to buy what it lacks, the newest last; what has ended is forgotten with the next. */
    purchases: z.array(z.string()).max(MAX_PURCHASES).optional(),
    /** Appeals to those above for what was short of it. */
    appeals: z.array(z.string()).max(MAX_PURCHASES).optional(),
    /** That what it lacks was left to wait, by whom, why and until when: the last decision on it, where it was that. */
    waits: waiting.optional(),
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
    /** As on the line when it was opened first. */
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

type Holding = Pick<Line, 'holds'>;

/** In no consignment yet: what picking will find, whoever promised it. */
export const promised = ({ holds }: Holding): readonly Hold[] =>
  holds.filter(({ consignmentId }) => consignmentId === undefined);
/** Promised by an apportionment, and still free to be taken back for need that comes first. */
export const planned = (line: Holding): readonly Hold[] => promised(line).filter(({ byHand }) => byHand === undefined);
/** Promised by a person, and not picked yet. */
export const handmade = (line: Holding): readonly Hold[] => promised(line).filter(({ byHand }) => byHand !== undefined);
export const picking = ({ holds }: Holding): readonly Hold[] =>
  holds.filter(({ consignmentId }) => consignmentId !== undefined);
export const promisedQuantity = (line: Holding): number => sum(promised(line));
export const plannedQuantity = (line: Holding): number => sum(planned(line));
export const handmadeQuantity = (line: Holding): number => sum(handmade(line));
export const pickingQuantity = (line: Holding): number => sum(picking(line));

/** Picked, on the way or received: past everybody's taking back but by calling the consignment off. */
export const underway = (line: Line): number => pickingQuantity(line) + line.dispatched + line.received;

/** Past an apportionment's taking back: under way, or promised by a person. Its floor F. */
export const committed = (line: Line): number => underway(line) + handmadeQuantity(line);

/** Approved and not yet promised, on the way or received. */
export const short = (line: Line): number => line.approved - plannedQuantity(line) - committed(line);

/** Somebody has decided that what it lacks waits, and that time has not come. */
export const isLeftToWait = ({ waits }: Pick<Line, 'waits'>, now: string): boolean =>
  waits !== undefined && waits.until > now;

/** Another decision on what it lacks has taken the place of an earlier one to let it wait. */
export const waitedEnough = ({ waits: _, ...line }: Line): Line => line;

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

/** What a line's id names. */
export const lineAt = (id: string): { readonly requestId: string; readonly n: number } => {
  const [requestId = id, n] = id.split('.');
  return { requestId, n: Number(n) };
};

/** The wave that a line still waits for; none: it has come. */
export const waveOf = ({ countsFrom }: Pick<Line, 'countsFrom'>, now: string): string | undefined =>
  countsFrom !== undefined && countsFrom > now ? countsFrom : undefined;

/** The planned goods as an apportionment wants them; what is in picking or was promised by a person stays. */
export const replanned = (line: Line, holds: readonly Hold[], division: number): Line =>
  sound({ ...line, holds: [...picking(line), ...handmade(line), ...holds], rationale: division, division });

/** A person promises it goods. */
export const heldByHand = (line: Line, hold: Required<Omit<Hold, 'consignmentId'>>): Line =>
  sound({ ...line, holds: [...line.holds, hold] });

/** What it is promised from these lots at a place goes into a consignment. */
export const picked = (line: Line, consignmentId: string, placeId: string, lots: ReadonlySet<string>): Line =>
  sound({
    ...line,
    holds: line.holds.map((h) =>
      h.consignmentId === undefined && h.placeId === placeId && lots.has(h.lotId) ? { ...h, consignmentId } : h,
    ),
  });

/**
 * A consignment is called off before it left: what it took is promised again as it was before, by a person or planned,
 * one hold with what was promised in the same way since.
 */
export const putBack = (line: Line, consignmentId: string): Line => {
  const elsewhere = picking(line).filter((h) => h.consignmentId !== consignmentId);
  const back = new Map<string, Hold>();
  for (const { consignmentId: _, ...h } of line.holds.filter((one) => !elsewhere.includes(one))) {
    const key = JSON.stringify([h.lotId, h.placeId, h.byHand?.by, h.byHand?.at, h.byHand?.reason]);
    back.set(key, { ...h, quantity: h.quantity + (back.get(key)?.quantity ?? 0) });
  }
  return sound({ ...line, holds: [...elsewhere, ...back.values()] });
};

/**
 * So much of a lot at a place that nobody has picked is given back, or all there is where that is less: what is planned
 * first, what a person promised last.
 */
export const givenBack = (line: Line, { lotId, placeId }: Pick<Hold, 'lotId' | 'placeId'>, amount: number): Line => {
  let left = amount;
  const fewer = [...planned(line), ...handmade(line)].flatMap((hold) => {
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
 * is given up instead: no bound at intake could prevent it, since every short receipt adds to what is received. Of a
 * line that a person closed short nothing is need again: whatever does not come is given up with the rest.
 */
export const received = (line: Line, sent: number, good: number, unit: number): Line => {
  assert(good <= sent && sent <= line.dispatched, `Line ${line.id} cannot receive ${good} of ${sent}`);
  const counted = { ...line, dispatched: line.dispatched - sent, received: line.received + good };
  return done(
    line.closedShort === undefined ? neededAgain(counted, unit) : givenUp(counted, line.closedShort, sent - good),
  );
};

const neededAgain = (line: Line, unit: number): Line => {
  const lacking = short(line);
  const rest = line.approved - lacking;
  return { ...line, approved: rest + wholeWithin(MAX_QUANTITY - rest, unit, lacking) };
};

/** So much less is approved, by somebody's word. */
export const givenUp = (line: Line, by: Word, amount: number): Line => ({
  ...line,
  approved: line.approved - amount,
  closedShort: { ...by, quantity: (line.closedShort?.quantity ?? 0) + amount },
});

/** Closed, where all that is approved has been received. */
const done = (line: Line): Line =>
  sound({ ...line, status: line.received === line.approved && line.status === 'open' ? 'closed' : line.status });

/**
 * A person gives up what is not under way, promised or not: it closes at once, or when what is under way has arrived.
 * Should that be called off before it leaves, it is promised again, and still to be sent: that much was not given up.
 */
export const cutShort = (line: Line, by: Word): Line => {
  const stays = underway(line);
  return done(givenUp({ ...line, holds: [...picking(line)] }, by, line.approved - stays));
};

/** What is approved and was neither given up nor lost for good: what a closed line lacks was. */
export const stillApproved = (line: Line): number =>
  line.status === 'closed' ? line.approved - short(line) : line.approved;

/** So much more is approved of a line that had been closed, or was to be once what is under way has arrived. */
export const reopened = (
  line: Line,
  amount: number,
  { needBy, countsFrom }: Pick<Line, 'needBy' | 'countsFrom'>,
): Line => {
  const { closedShort, ...rest } = line;
  return sound({ ...rest, status: 'open', approved: stillApproved(line) + amount, needBy, countsFrom, rationale: 0 });
};

/** Nobody needs it any more; what it was promised goes back. Not once picking has started. */
export const cancelled = (line: Line): Line => {
  assert(underway(line) === 0, `Line ${line.id} is past cancelling`);
  return { ...line, status: 'cancelled', holds: [] };
};
