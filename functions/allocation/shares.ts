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

/** Where a claim starts to rise (its share before anything is granted) and where it is full. */
const starts = (claim: Rising): Level => ({ num: claim.floor, den: claim.target });
const ends = (claim: Rising, unit: number): Level => ({ num: claim.floor + claim.want * unit, den: claim.target });
const below = (a: Level, b: Level): boolean => against(a.num, a.den, b.num, b.den) < 0;

/** Sums over claims by where they stand at a level: full, or still rising. */
interface Stand {
  full: number;
  target: number;
  floor: number;
}

const stand = (claim: Rising, level: Level, unit: number, sums: Stand): void => {
  if (!below(starts(claim), level)) return;
  if (below(level, ends(claim, unit))) {
    sums.target += claim.target;
    sums.floor += claim.floor;
  } else sums.full += claim.want * unit;
};

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
  const inside = (level: Level) => !(lower && !below(lower, level)) && !(upper && !below(level, upper));
  const breakpoint = (claim: Rising | undefined): Level | undefined =>
    claim && [starts(claim), ends(claim, unit)].find(inside);
  for (;;) {
    const candidates = [open[0], open[open.length >> 1], open.at(-1)].flatMap((claim) => breakpoint(claim) ?? []);
    const pivot = candidates.sort((a, b) => (below(a, b) ? -1 : 1))[candidates.length >> 1];
    if (pivot === undefined) break;
    const sums = { ...sure };
    for (const claim of open) stand(claim, pivot, unit, sums);
    if (against(pivot.num, pivot.den, due - sums.full + sums.floor, sums.target) < 0) lower = pivot;
    else upper = pivot;
    const still: Rising[] = [];
    for (const claim of open) {
      if (inside(starts(claim)) || inside(ends(claim, unit))) still.push(claim);
      else if (upper && !below(starts(claim), upper)) continue;
      else if (lower && !below(lower, ends(claim, unit))) sure.full += claim.want * unit;
      else {
        sure.target += claim.target;
        sure.floor += claim.floor;
      }
    }
    open = still;
  }
  const [num, den] = [due - sure.full + sure.floor, sure.target];
  const common = divisor(num, den);
  return { num: num / common, den: den / common };
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
