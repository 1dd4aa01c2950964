import { type Claim, earlier } from './claims.ts';
import type { Eligibility } from './eligible.ts';
import { takenAt } from './shares.ts';
import { flowOver, type Levelled, onePool } from './tiers.ts';

/**
 * Rounds the shares of a bottleneck to whole issue units of the same total: everybody gets the whole units of its
 * share, and the units that are left go one each to claims with a fraction, by need-by, then id, as far as they may
 * use the lots. Whoever is passed over could only be helped by taking from a claim before it.
 */
export const rounded = (
  region: Levelled,
  { capacity }: Pick<Eligibility, 'capacity'>,
  unit: number,
  granted: number[],
): void => {
  const fractions: { readonly claim: Claim; readonly group: number }[] = [];
  const whole = region.groups.map(({ claims }, group) => {
    let sum = 0;
    for (const claim of claims) {
      const taken = takenAt(claim, region.level, unit);
      granted[claim.index] = taken.whole;
      sum += taken.whole;
      if (taken.over) fractions.push({ claim, group });
    }
    return sum;
  });
  const over = region.units - whole.reduce((sum, units) => sum + units, 0);
  if (over === 0) return;
  const give = ({ claim }: { readonly claim: Claim }): void => {
    granted[claim.index] = (granted[claim.index] ?? 0) + 1;
  };
  const before = (a: { readonly claim: Claim }, b: { readonly claim: Claim }) => earlier(a.claim.first, b.claim.first);
  if (onePool(region)) {
    for (const chosen of foremost(over, fractions, before)) give(chosen);
    return;
  }
  const { flow, takerOf } = flowOver(region, capacity);
  whole.forEach((units, group) => {
    flow.push(takerOf(group), BigInt(units));
  });
  let left = over;
  for (const candidate of fractions.sort(before)) {
    if (left === 0) return;
    if (flow.push(takerOf(candidate.group), 1n) === 0n) continue;
    give(candidate);
    left -= 1;
  }
};

/** The first `count` of an order, in no order: by selection, in time linear in the number. */
export const foremost = <T>(count: number, from: readonly T[], before: (a: T, b: T) => number): T[] => {
  const items = [...from];
  let [low, high] = [0, items.length - 1];
  while (low < high && count > low && count <= high) {
    const pivot = middle(items[low], items[(low + high) >> 1], items[high], before);
    let [i, j] = [low, high];
    while (i <= j) {
      while (items[i] !== undefined && before(items[i] as T, pivot) < 0) i += 1;
      while (items[j] !== undefined && before(items[j] as T, pivot) > 0) j -= 1;
      if (i > j) break;
      [items[i], items[j]] = [items[j] as T, items[i] as T];
      i += 1;
      j -= 1;
    }
    if (count <= j + 1) high = j;
    else if (count > i) low = i;
    else break;
  }
  return items.slice(0, count);
};

const middle = <T>(a: T | undefined, b: T | undefined, c: T | undefined, before: (a: T, b: T) => number): T => {
  const three = [a, b, c].filter((item) => item !== undefined).sort(before);
  return three[three.length >> 1] as T;
};
