import type { Tier } from '../catalogue/policy.ts';
import type { SiteKind } from '../catalogue/site.ts';
import { MAX_HOLDS } from '../request/line.ts';
import type { Need } from './apportion.ts';

/** What a site may claim in one tier: all its counting needs together, so that splitting a need gains nothing. */
export interface Claim {
  /** Its place among all claims. */
  readonly index: number;
  readonly siteId: string;
  readonly siteKind: SiteKind;
  readonly tier: Tier;
  readonly arrival: string;
  /** By need-by, then id. */
  readonly lines: readonly Need[];
  /** D, base units. */
  readonly target: number;
  /** F, base units. */
  readonly floor: number;
  /** Whole issue units that its lines lack. */
  readonly want: number;
  /** The first line that lacks something: its need-by and id rank the claim where shares do not. */
  readonly first: Pick<Need, 'needBy' | 'lineId'>;
}

export const compare = <T extends string | number>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0);

/** By need-by, then id: which of two equals comes first. */
export const earlier = (a: Pick<Need, 'needBy' | 'lineId'>, b: Pick<Need, 'needBy' | 'lineId'>): number =>
  compare(a.needBy, b.needBy) || compare(a.lineId, b.lineId);

/** Different lots that a line can still be promised. */
export const roomOf = (need: Need): number => Math.max(0, need.room ?? MAX_HOLDS);

/** Whole issue units that a line lacks; none when it has no room for another lot. */
export const wantOf = (need: Need, unit: number): number =>
  roomOf(need) === 0 ? 0 : Math.max(0, Math.floor((need.target - need.floor) / unit));

const bounded = (sum: number): number => {
  if (!Number.isSafeInteger(sum)) throw new RangeError(`${sum} base units of one item are beyond exact arithmetic`);
  return sum;
};

/** Gathers needs into claims, by tier and site. */
export const claimsOf = (needs: readonly Need[], unit: number): Claim[] => {
  const bySite = new Map<string, Need[]>();
  for (const need of needs) {
    const key = `${need.tier}#${need.siteId}`;
    const lines = bySite.get(key);
    if (lines === undefined) bySite.set(key, [need]);
    else lines.push(need);
  }
  bounded(needs.reduce((sum, { target, floor }) => sum + target + floor, 0));
  return [...bySite.values()]
    .sort(([a], [b]) => (a && b ? a.tier - b.tier || compare(a.siteId, b.siteId) : 0))
    .map((lines, index) => claimOf(lines.length === 1 ? lines : lines.sort(earlier), unit, index));
};

const claimOf = (lines: readonly Need[], unit: number, index: number): Claim => {
  const [head] = lines;
  if (head === undefined) throw new RangeError('A claim has at least one line');
  let [arrival, target, floor, want] = [head.arrival, 0, 0, 0];
  let first: Need | undefined;
  for (const line of lines) {
    const lacks = wantOf(line, unit);
    if (lacks > 0) first ??= line;
    if (line.arrival > arrival) arrival = line.arrival;
    target += line.target;
    floor += line.floor;
    want += lacks;
  }
  const { siteId, siteKind, tier } = head;
  return { index, siteId, siteKind, tier, arrival, lines, target, floor, want, first: first ?? head };
};
