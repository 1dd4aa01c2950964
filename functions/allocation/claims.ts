import type { Tier } from '../catalogue/policy.ts';
import { MAX_HOLDS } from '../request/line.ts';
import { compare } from '../shared/order.ts';
import type { Need } from './apportion.ts';

/**
 * What sites may claim, each in one tier: all its counting needs there together, so that splitting a need gains nothing.
 * One column a quantity, one place in each a claim: a hundred thousand claims are a few passes over plain numbers.
 *
 * A claim's place is its rank: by tier, then by the need-by and id of its first line that lacks something; those that
 * lack nothing come last in their tier.
 */
export interface Claims {
  readonly count: number;
  /** The claims of each tier: from, to. */
  readonly tiers: ReadonlyMap<Tier, readonly [from: number, to: number]>;
  /** D, base units. */
  readonly target: Float64Array;
  /** F, base units. */
  readonly floor: Float64Array;
  /** W, the whole issue units that its lines lack. */
  readonly want: Float64Array;
  /** The instants at which goods granted now could arrive, the earliest first. */
  readonly arrivals: readonly string[];
  /** Place of its arrival among these: the latest of its needs'. */
  readonly arrival: Uint32Array;
  /** Its needs, by need-by, then id. */
  readonly needs: readonly (readonly Need[])[];
}

/** By need-by, then id: which of two equals comes first. */
export const earlier = (a: Pick<Need, 'needBy' | 'lineId'>, b: Pick<Need, 'needBy' | 'lineId'>): number =>
  compare(a.needBy, b.needBy) || compare(a.lineId, b.lineId);

/** Different lots that a line can still be promised. */
export const roomOf = (need: Need): number => Math.max(0, need.room ?? MAX_HOLDS);

/** Whole issue units that a line lacks; none when it has no room for another lot. */
export const wantOf = (need: Need, unit: number): number =>
  roomOf(need) === 0 ? 0 : Math.max(0, Math.floor((need.target - need.floor) / unit));

const bounded = (sum: number): void => {
  if (!Number.isSafeInteger(sum)) throw new RangeError(`${sum} base units of one item are beyond exact arithmetic`);
};

/** Gathers needs into claims. The item's partition has its needs in this order already: sorting them is one pass. */
export const claimsOf = (needs: readonly Need[], unit: number): Claims => {
  bounded(needs.reduce((sum, { target, floor }) => sum + target + floor, 0));
  const ordered = needs.toSorted((a, b) => a.tier - b.tier || earlier(a, b));
  const byClaim: (readonly Need[])[] = [];
  const tiers = new Map<Tier, readonly [number, number]>();
  for (const [tier, of] of Map.groupBy(ordered, (need) => need.tier)) {
    const bySite = Map.groupBy(of, ({ siteId }) => siteId);
    const lacking = new Set(of.filter((need) => wantOf(need, unit) > 0).map(({ siteId }) => siteId));
    const from = byClaim.length;
    for (const siteId of lacking.union(bySite)) byClaim.push(bySite.get(siteId) ?? []);
    tiers.set(tier, [from, byClaim.length]);
  }
  const arrivals = [...new Set(needs.map(({ arrival }) => arrival))].sort();
  return { tiers, arrivals, needs: byClaim, ...columnsOf(byClaim, new Map(arrivals.map((at, n) => [at, n])), unit) };
};

const columnsOf = (byClaim: readonly (readonly Need[])[], rankOf: ReadonlyMap<string, number>, unit: number) => {
  const count = byClaim.length;
  const [target, floor, want] = [new Float64Array(count), new Float64Array(count), new Float64Array(count)];
  const arrival = new Uint32Array(count);
  byClaim.forEach((needs, c) => {
    let [wanted, due, done, latest] = [0, 0, 0, 0];
    for (const need of needs) {
      due += need.target;
      done += need.floor;
      wanted += wantOf(need, unit);
      latest = Math.max(latest, rankOf.get(need.arrival) ?? 0);
    }
    target[c] = due;
    floor[c] = done;
    want[c] = wanted;
    arrival[c] = latest;
  });
  return { count, target, floor, want, arrival };
};
