import type { Claims } from './claims.ts';
import type { Eligibility } from './eligible.ts';
import { lift } from './shares.ts';
import { flowOver, type Levelled, onePool } from './tiers.ts';

/**
 * Rounds the shares of a bottleneck to whole issue units of the same total: everybody gets the whole units of its
 * share, and the units that are left go one each to claims with a fraction, by rank, as far as they may use the lots.
 * Whoever is passed over could only be helped by taking from a claim before it.
 */
export const rounded = (
  region: Levelled,
  claims: Claims,
  { capacity }: Pick<Eligibility, 'capacity'>,
  unit: number,
  granted: Float64Array,
): void => {
  const taken = region.groups.map(({ members }) => lift(claims, members, region.level, unit, granted));
  let left = region.units - taken.reduce((sum, { units }) => sum + units, 0);
  if (left === 0) return;
  const give = (claim: number): void => {
    granted[claim] = (granted[claim] ?? 0) + 1;
    left -= 1;
  };
  const ranked = inRank(taken.map(({ over }) => over));
  if (onePool(region)) {
    ranked.subarray(0, left).forEach(give);
    return;
  }
  const groupOf = new Map(taken.flatMap(({ over }, group) => over.map((claim) => [claim, group] as const)));
  const { flow, takerOf } = flowOver(region, capacity);
  taken.forEach(({ units }, group) => {
    flow.push(takerOf(group), BigInt(units));
  });
  for (const claim of ranked) {
    if (left === 0) return;
    if (flow.push(takerOf(groupOf.get(claim) ?? 0), 1n) === 1n) give(claim);
  }
};

/** Each list is in rank already. */
const inRank = (lists: readonly (readonly number[])[]): Int32Array => {
  const [only] = lists;
  return lists.length === 1 && only !== undefined ? Int32Array.from(only) : Int32Array.from(lists.flat()).sort();
};
