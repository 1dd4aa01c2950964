import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { z } from 'zod';
import type { Item } from '../catalogue/item.ts';
import { issueSize } from '../catalogue/item.ts';
import { type Policy, tier } from '../catalogue/policy.ts';
import { siteKind } from '../catalogue/site.ts';
import { keysOf } from '../shared/keys.ts';
import { quantity } from '../shared/quantity.ts';
import { defineRow, type RowType } from '../shared/row.ts';
import { designation } from '../stock/lot.ts';
import type { ApportionInput, Apportionment, Need } from './apportion.ts';
import { placeKey } from './standing.ts';

/** Lines, and as many lots, in one row, which may hold 400 KB. */
const PART = 500;

const lotGiven = z.object({
  lotId: z.string(),
  placeId: z.string(),
  quantity,
  useBy: z.string().optional(),
  designation,
  granted: quantity,
});
const lineGiven = z.object({
  lineId: z.string(),
  needBy: z.string(),
  target: quantity,
  floor: quantity,
  room: z.int().optional(),
  granted: quantity,
});
const sums = z.int().min(0);
const claimGiven = z.object({
  siteId: z.string(),
  siteKind,
  tier,
  arrival: z.string(),
  target: sums,
  floor: sums,
  wanted: sums,
  granted: sums,
  reach: sums,
  lines: z.array(lineGiven),
});

/**
 * Why a division gave what it gave: everything it rested on, so that it can be computed again, and what came of it.
 * Kept once per division, in parts; each part repeats what holds for all. All quantities are base units.
 */
export const rationale = z.object({
  county: z.string(),
  itemId: z.string(),
  division: z.int(),
  part: z.int(),
  parts: z.int(),
  /** `now` of the division. */
  at: z.string(),
  unit: z.object({ name: z.string(), size: z.int().min(1) }),
  policy: z.object({
    version: z.int(),
    horizonMinutes: z.int(),
    lookBackMinutes: z.int(),
    /** With `at` and a claim's arrival: the lead time that was reckoned with. */
    handlingMinutes: z.int(),
  }),
  reserve: quantity,
  reserveUntil: z.string(),
  withheld: sums,
  left: sums,
  tiers: z.array(z.object({ tier, available: sums, wanted: sums, granted: sums })),
  lots: z.array(lotGiven),
  claims: z.array(claimGiven),
});
export type Rationale = z.infer<typeof rationale>;

/** What is long in a rationale, and always read whole. */
const long = rationale.pick({ lots: true, claims: true });
const packed = (lists: unknown): string => deflateRawSync(JSON.stringify(lists)).toString('base64');
const unpacked = (text: string): unknown => JSON.parse(inflateRawSync(Buffer.from(text, 'base64')).toString());

/**
 * Every division of an item writes down all who wait for it and all that there is: as a table's own lists, that is most
 * of what a division of hundreds of claims writes. Packed into one text it weighs a seventh.
 */
const stored = defineRow({
  type: 'rationale',
  v: 2,
  schema: rationale.omit({ lots: true, claims: true }).extend({ packed: z.string() }),
  keys: (row) => keysOf(row.county).rationale(row.itemId, row.division, row.part),
  upcasts: { 1: ({ lots, claims, ...rest }) => ({ ...rest, packed: packed({ lots, claims }) }) },
});

export const rationaleRow: RowType<Rationale> = {
  type: stored.type,
  traced: stored.traced,
  parse: (row) => {
    const { packed: text, ...rest } = stored.parse(row);
    return { ...rest, ...long.parse(unpacked(text)) };
  },
  store: ({ lots, claims, ...rest }) => stored.store({ ...rest, packed: packed(long.parse({ lots, claims })) }),
  keyOf: (row) => stored.keyOf({ ...row, packed: '' }),
};
export type LotGiven = z.infer<typeof lotGiven>;
export type ClaimGiven = z.infer<typeof claimGiven>;

export interface Division {
  readonly division: number;
  readonly at: string;
  readonly item: Item;
  readonly policy: Policy;
  readonly input: ApportionInput;
  readonly answer: Apportionment;
}

const totals = <T>(grants: readonly T[], keyOf: (grant: T) => string, amount: (grant: T) => number) => {
  const sum = new Map<string, number>();
  for (const grant of grants) sum.set(keyOf(grant), (sum.get(keyOf(grant)) ?? 0) + amount(grant));
  return (key: string): number => sum.get(key) ?? 0;
};

/** The rows that explain a division. */
export const rationaleOf = ({ division, at, item, policy, input, answer }: Division): Rationale[] => {
  const ofLot = totals(answer.grants, placeKey, (grant) => grant.quantity);
  const ofLine = totals(
    answer.grants,
    (grant) => grant.lineId,
    (grant) => grant.quantity,
  );
  const needs = Map.groupBy(input.needs, (need) => `${need.tier}#${need.siteId}`);
  const claims = answer.claims.map(({ siteId, tier: of, ...result }): ClaimGiven => {
    const lines = needs.get(`${of}#${siteId}`) ?? [];
    const [first] = lines;
    if (first === undefined) throw new Error(`The claim of ${siteId} has no line`);
    return {
      siteId,
      siteKind: first.siteKind,
      tier: of,
      arrival:
        lines
          .map(({ arrival }) => arrival)
          .sort()
          .at(-1) ?? first.arrival,
      ...result,
      lines: lines.map(({ lineId, needBy, target, floor, room }) => {
        return { lineId, needBy, target, floor, room, granted: ofLine(lineId) };
      }),
    };
  });
  const claimParts = partsOf(claims, (claim) => claim.lines.length);
  const lotParts = partsOf(
    input.lots.map((lot): LotGiven => ({ ...lot, granted: ofLot(placeKey(lot)) })),
    // Some name up to fifty sites.
    (lot) => 1 + (lot.designation.to === 'sites' ? lot.designation.siteIds.length / 3 : 0),
  );
  const parts = Math.max(claimParts.length, lotParts.length, 1);
  const { horizonMinutes, lookBackMinutes, handlingMinutes } = policy.allocation;
  return Array.from({ length: parts }, (_, part) => ({
    county: item.county,
    itemId: item.id,
    division,
    part,
    parts,
    at,
    unit: { name: item.issueUnit, size: issueSize(item) },
    policy: { version: policy.version, horizonMinutes, lookBackMinutes, handlingMinutes },
    reserve: input.reserve,
    reserveUntil: input.reserveUntil,
    withheld: answer.withheld,
    left: answer.left,
    tiers: [...answer.tiers],
    lots: lotParts[part] ?? [],
    claims: claimParts[part] ?? [],
  }));
};

/** In order, as many to a part as weigh no more than a part may; one that weighs more has a part of its own. */
const partsOf = <T>(of: readonly T[], weigh: (one: T) => number): T[][] => {
  const parts: T[][] = [];
  let weight = PART;
  for (const one of of) {
    weight += weigh(one);
    if (weight > PART) {
      parts.push([]);
      weight = weigh(one);
    }
    parts.at(-1)?.push(one);
  }
  return parts;
};

/** What the division rested on: apportioning it again gives the same answer. */
export const inputOf = (parts: readonly Rationale[]): ApportionInput => {
  const [first] = parts;
  if (first === undefined || first.parts !== parts.length)
    throw new Error('A rationale is replayed from all its parts');
  return {
    unit: first.unit.size,
    reserve: first.reserve,
    reserveUntil: first.reserveUntil,
    lots: parts.flatMap(({ lots }) => lots.map(({ granted, ...lot }) => lot)),
    needs: parts.flatMap(({ claims }) =>
      claims.flatMap(({ siteId, siteKind: kind, tier: of, arrival, lines }) =>
        lines.map(({ granted, ...line }): Need => ({ ...line, siteId, siteKind: kind, tier: of, arrival })),
      ),
    ),
  };
};
