import type { Claim } from './claims.ts';

/** A share that claims are lifted to, as an exact fraction. */
export interface Level {
  readonly num: number;
  readonly den: number;
}

type Rising = Pick<Claim, 'target' | 'floor' | 'want'>;

const exact = (product: number): boolean => Math.abs(product) <= Number.MAX_SAFE_INTEGER;

/** Sign of a/b − c/d for whole numbers, b and d not negative. Never decided by a rounded product. */
const against = (a: number, b: number, c: number, d: number): number => {
  const [left, right] = [a * d, c * b];
  if (exact(left) && exact(right)) return left - right;
  const [l, r] = [BigInt(a) * BigInt(d), BigInt(c) * BigInt(b)];
  return l < r ? -1 : l > r ? 1 : 0;
};

const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));

/** Sums over claims by where they stand at a level: full, or still rising. */
interface Stand {
  full: number;
  target: number;
  floor: number;
}

const stand = (claim: Rising, { num, den }: Level, unit: number, sums: Stand): void => {
  if (against(claim.floor, claim.target, num, den) >= 0) return;
  if (against(fullAt(claim, unit), claim.target, num, den) > 0) {
    sums.target += claim.target;
    sums.floor += claim.floor;
  } else sums.full += claim.want * unit;
};

/** What a claim has once it has all it wants. Its share rises from `floor` to this, over `target`. */
const fullAt = (claim: Rising, unit: number): number => claim.floor + claim.want * unit;

/**
 * The level at which claims take exactly so many issue units when each is lifted from its floor towards it, and none
 * beyond what it wants: water filling. Linear in the number of claims: each step halves those whose place is open.
 */
export const levelOf = (claims: readonly Rising[], units: number, unit: number): Level => {
  if (units === 0) return { num: 0, den: 1 };
  const due = units * unit;
  const sure: Stand = { full: 0, target: 0, floor: 0 };
  let open = claims.filter(({ want }) => want > 0);
  let lower: Level | undefined;
  let upper: Level | undefined;
  const above = (num: number, den: number) => lower === undefined || against(num, den, lower.num, lower.den) > 0;
  const below = (num: number, den: number) => upper === undefined || against(num, den, upper.num, upper.den) < 0;
  /** Whether it starts to rise, or is full, strictly between what the level is known to be above and below. */
  const startsInside = ({ floor, target }: Rising) => above(floor, target) && below(floor, target);
  const endsInside = (claim: Rising) => {
    const full = fullAt(claim, unit);
    return above(full, claim.target) && below(full, claim.target);
  };
  while (open.length > 0) {
    const pivot = middleOf(
      [open[0], open[open.length >> 1], open.at(-1)].flatMap((claim) =>
        claim ? { num: startsInside(claim) ? claim.floor : fullAt(claim, unit), den: claim.target } : [],
      ),
    );
    const sums = { ...sure };
    for (const claim of open) stand(claim, pivot, unit, sums);
    if (against(pivot.num, pivot.den, due - sums.full + sums.floor, sums.target) < 0) lower = pivot;
    else upper = pivot;
    open = open.filter((claim) => {
      if (startsInside(claim) || endsInside(claim)) return true;
      if (!below(claim.floor, claim.target)) return false;
      if (!above(fullAt(claim, unit), claim.target)) sure.full += claim.want * unit;
      else {
        sure.target += claim.target;
        sure.floor += claim.floor;
      }
      return false;
    });
  }
  const [num, den] = [due - sure.full + sure.floor, sure.target];
  const common = divisor(num, den);
  return { num: num / common, den: den / common };
};

const middleOf = (levels: readonly Level[]): Level => {
  const sorted = levels.toSorted((a, b) => against(a.num, a.den, b.num, b.den));
  return sorted[sorted.length >> 1] ?? { num: 0, den: 1 };
};

/** What a claim takes at a level: whole issue units, and whether a fraction of one comes on top. */
export const takenAt = (claim: Rising, { num, den }: Level, unit: number): { whole: number; over: boolean } => {
  const [gross, net, step] = [num * claim.target, claim.floor * den, den * unit];
  if (exact(gross) && exact(net) && exact(step)) {
    const rise = gross - net;
    if (rise <= 0) return { whole: 0, over: false };
    const rest = rise % step;
    const whole = (rise - rest) / step;
    return whole >= claim.want ? { whole: claim.want, over: false } : { whole, over: rest > 0 };
  }
  const rise = BigInt(num) * BigInt(claim.target) - BigInt(claim.floor) * BigInt(den);
  const size = BigInt(den) * BigInt(unit);
  if (rise <= 0n) return { whole: 0, over: false };
  return rise / size >= BigInt(claim.want)
    ? { whole: claim.want, over: false }
    : { whole: Number(rise / size), over: rise % size > 0n };
};

/** What claims take together at a level, exactly: in parts of a base unit, `level.den` of them to each. */
export const takenTogether = (claims: readonly Rising[], level: Level, unit: number): bigint => {
  const sums: Stand = { full: 0, target: 0, floor: 0 };
  for (const claim of claims) if (claim.want > 0) stand(claim, level, unit, sums);
  return BigInt(level.num) * BigInt(sums.target) + (BigInt(sums.full) - BigInt(sums.floor)) * BigInt(level.den);
};
