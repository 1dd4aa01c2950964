import type { Tier } from '../catalogue/policy.ts';
import type { SiteKind } from '../catalogue/site.ts';
import type { Designation } from '../stock/lot.ts';
import { type Claims, claimsOf } from './claims.ts';
import { type Eligibility, eligibilityOf } from './eligible.ts';
import { linesOf } from './lines.ts';
import { matched, type Pieces } from './lots.ts';
import { rounded } from './rounding.ts';
import { served } from './tiers.ts';

/** A lot at a place, as apportionment may use it. Quantities are base units. */
export interface LotSupply {
  readonly lotId: string;
  readonly placeId: string;
  /** Free now, and what planned holds would give back: everything not in picking. */
  readonly quantity: number;
  /** Last day of use, `YYYY-MM-DD`, a day in China. The whole day counts. */
  readonly useBy?: string | undefined;
  readonly designation: Designation;
}

/** An approved need line that counts. Quantities are base units. */
export interface Need {
  readonly lineId: string;
  readonly siteId: string;
  readonly siteKind: SiteKind;
  readonly tier: Tier;
  readonly needBy: string;
  /** Approved. */
  readonly target: number;
  /** In picking, on the way or received: past taking back. */
  readonly floor: number;
  /** When goods apportioned now would reach the site; the latest of a claim's needs counts. */
  readonly arrival: string;
  /** Different lots the line has place for beside what is in picking; `MAX_HOLDS` when it does not say. */
  readonly room?: number | undefined;
}

export interface ApportionInput {
  /** Base units in one issue unit: lots count in whole ones. */
  readonly unit: number;
  /** Front-line reserve, base units; 0 for fresh goods. */
  readonly reserve: number;
  /** Only goods open to all that can still be used at this instant count towards the reserve. */
  readonly reserveUntil: string;
  readonly lots: readonly LotSupply[];
  readonly needs: readonly Need[];
}

/** Goods of a lot for a line. Base units, whole issue units. */
export interface Grant {
  readonly lineId: string;
  readonly lotId: string;
  readonly placeId: string;
  readonly quantity: number;
}

/** What one claim (site and tier) got, and why. Quantities are base units; what is granted is whole issue units. */
interface ClaimResult {
  readonly siteId: string;
  readonly tier: Tier;
  readonly target: number;
  readonly floor: number;
  /** Whole issue units that its lines lack. */
  readonly wanted: number;
  readonly granted: number;
  /** Most it could have been given, alone in the pool: less than `wanted` means that lots expire or are designated. */
  readonly reach: number;
}

/** What one tier got of what was left for it. Quantities are base units. */
interface TierResult {
  readonly tier: Tier;
  /** Most that its sites could have been given when its turn came, after the tiers before it and the reserve. */
  readonly available: number;
  readonly wanted: number;
  readonly granted: number;
}

export interface Apportionment {
  /** By tier, need-by and line; within a line by use-by. */
  readonly grants: readonly Grant[];
  /** By tier, then by the need-by and id of the first line that lacks something. */
  readonly claims: readonly ClaimResult[];
  /** The tiers that have claims, in order. */
  readonly tiers: readonly TierResult[];
  /** Withheld for the front line, base units. */
  readonly withheld: number;
  /** Whole issue units left over once all was granted, in base units, the reserve not counted. */
  readonly left: number;
}

/**
 * Apportions one item's stock among the sites that need it: the front line first, fairly within a tier, first-expiring
 * first. `docs/allocation.md` states the objective. Pure: the order of lots and needs does not matter.
 *
 * Exact, for any designations and use-by days together: totals of tiers, shares, rounding and the choice of lots. No
 * comparison rests on a rounded number. The one exception is a line's bound on holds: a line that would need more lots
 * than it has room for is given larger lots of the same kind where some are free, and what still does not fit stays in
 * the pool until part of the line has been dispatched.
 *
 * @throws RangeError when all targets or all lots together exceed 2^53 base units.
 */
export const apportion = (input: ApportionInput): Apportionment => {
  const claims = claimsOf(input.needs, input.unit);
  const eligibility = eligibilityOf(input, claims);
  const { tiers, withheld, pieces } = sharedOut(claims, eligibility, input);
  const grants = linesOf(claims, pieces, eligibility.lots, input.unit);
  return summary(input, claims, eligibility, grants, tiers, withheld);
};

/** The whole problem in columns: who gets how much, and of which lots. Linear in claims that may all use the same lots. */
export const sharedOut = (
  claims: Claims,
  eligibility: Eligibility,
  input: Pick<ApportionInput, 'unit' | 'reserve'>,
): ReturnType<typeof served> & { readonly pieces: Pieces } => {
  const { tiers, withheld } = served(claims, eligibility, input);
  const granted = new Float64Array(claims.count);
  for (const { satisfied, regions } of tiers) {
    for (const { members } of satisfied) for (const c of members) granted[c] = claims.want[c] ?? 0;
    for (const region of regions) rounded(region, claims, eligibility, input.unit, granted);
  }
  return { tiers, withheld, pieces: matched(claims, granted, eligibility, withheld) };
};

const summary = (
  { unit }: ApportionInput,
  claims: Claims,
  { lots, capacity, groups, groupOf }: Eligibility,
  grants: readonly Grant[],
  tiers: ReturnType<typeof served>['tiers'],
  withheld: number,
): Apportionment => {
  const byLine = new Map<string, number>();
  for (const { lineId, quantity } of grants) byLine.set(lineId, (byLine.get(lineId) ?? 0) + quantity);
  const reach = groups.map((mayUse) => mayUse.reduce((sum, k) => sum + (capacity[k] ?? 0), 0));
  const results = claims.needs.flatMap((needs, c): ClaimResult[] => {
    const [head] = needs;
    const want = claims.want[c] ?? 0;
    if (head === undefined) return [];
    return [
      {
        siteId: head.siteId,
        tier: head.tier,
        target: claims.target[c] ?? 0,
        floor: claims.floor[c] ?? 0,
        wanted: want * unit,
        granted: needs.reduce((sum, { lineId }) => sum + (byLine.get(lineId) ?? 0), 0),
        reach: Math.min(want, reach[groupOf[c] ?? 0] ?? 0) * unit,
      },
    ];
  });
  const total = (of: Tier, what: 'wanted' | 'granted') =>
    results.reduce((sum, result) => (result.tier === of ? sum + result[what] : sum), 0);
  const all = lots.reduce((sum, { units }) => sum + units, 0) * unit;
  const given = results.reduce((sum, result) => sum + result.granted, 0);
  return {
    grants,
    claims: results,
    tiers: tiers.map(({ tier, available }) => ({
      tier,
      available: available * unit,
      wanted: total(tier, 'wanted'),
      granted: total(tier, 'granted'),
    })),
    withheld: withheld * unit,
    left: all - given - withheld * unit,
  };
};
