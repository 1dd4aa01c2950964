import type { Tier } from '../catalogue/policy.ts';
import type { SiteKind } from '../catalogue/site.ts';
import type { Designation } from '../stock/lot.ts';

/** A lot as apportionment may use it. Quantities are base units. */
export interface LotSupply {
  readonly lotId: string;
  readonly placeId: string;
  /** Free now, and what planned holds would give back: everything not in picking. */
  readonly quantity: number;
  /** Last day of use, `YYYY-MM-DD`: it must lie after the estimated arrival. */
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
  /** When goods apportioned now would reach the site. */
  readonly arrival: string;
}

export interface ApportionInput {
  /** Base units in one issue unit: lots count in whole ones. */
  readonly unit: number;
  /** Front-line reserve, base units; none is kept of fresh goods. */
  readonly reserve: number;
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

/** What one claim (site and tier) got, and why. Quantities are issue units. */
export interface ClaimResult {
  readonly siteId: string;
  readonly tier: Tier;
  readonly target: number;
  readonly floor: number;
  readonly granted: number;
  /** Most it could have been given, alone in the pool: less than its want means that lots expire or are designated. */
  readonly reach: number;
}

/** What one tier got of what was left for it. Quantities are issue units. */
export interface TierResult {
  readonly tier: Tier;
  /** Usable stock when this tier's turn came, after the tiers before it and the reserve. */
  readonly available: number;
  readonly wanted: number;
  readonly granted: number;
}

export interface Apportionment {
  readonly grants: readonly Grant[];
  readonly claims: readonly ClaimResult[];
  readonly tiers: readonly TierResult[];
  /** Withheld for the front line, issue units. */
  readonly withheld: number;
  /** Left over once all was granted, issue units, the reserve not counted. */
  readonly left: number;
}
