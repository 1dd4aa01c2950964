import type { Claims } from './claims.ts';
import { chosen, range } from './columns.ts';

/** A share that claims are lifted to, as an exact fraction. */
export interface Level {
  readonly num: number;
  readonly den: number;
}

type Rising = Pick<Claims, 'target' | 'floor' | 'want'>;

const exact = (product: number): boolean => Math.abs(product) <= Number.MAX_SAFE_INTEGER;

/** Sign of a/b − c/d for whole numbers, b and d not negative. Never decided by a rounded product. */
const against = (a: number, b: number, c: number, d: number): number => {
  const [left, right] = [a * d, c * b];
  if (exact(left) && exact(right)) return left - right;
  const [l, r] = [BigInt(a) * BigInt(d), BigInt(c) * BigInt(b)];
  return l < r ? -1 : l > r ? 1 : 0;
};

const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));

/** Base units of claims by where they stand at a level: full, or still rising. */
interface Stand {
  full: number;
  target: number;
  floor: number;
}

/** How a claim stands at a level. It starts to rise at floor / target, and is full once it has all it wants. */
const BEFORE = 0;
const AT_START = 1;
const RISING = 2;
const AT_FULL = 3;
const FULL = 4;

/** Notes how each of the first `count` open claims stands at a level, and adds it up. */
const stand = (
  { target, floor, want }: Rising,
  open: Int32Array,
  count: number,
  { num, den }: Level,
  unit: number,
  stands: Uint8Array,
): Stand => {
  const sums: Stand = { full: 0, target: 0, floor: 0 };
  for (let i = 0; i < count; i += 1) {
    const c = open[i] ?? 0;
    const [due, done, most] = [target[c] ?? 0, floor[c] ?? 0, (want[c] ?? 0) * unit];
    const [lift, start, end] = [num * due, done * den, (done + most) * den];
    let [toStart, toEnd] = [lift - start, lift - end];
    if (!(exact(lift) && exact(end))) {
      toStart = against(num, den, done, due);
      toEnd = against(num, den, done + most, due);
    }
    if (toEnd >= 0) {
      stands[i] = toEnd === 0 ? AT_FULL : FULL;
      sums.full += most;
    } else if (toStart > 0) {
      stands[i] = RISING;
      sums.target += due;
      sums.floor += done;
    } else stands[i] = toStart === 0 ? AT_START : BEFORE;
  }
  return sums;
};

/** What is known of an open claim: that it has started to rise, that it is not full. Both: no longer open. */
const STARTED = 1;
const NOT_FULL = 2;

/** Of more claims than this, as many tell where to look first. */
const SAMPLES = 1_024;

/**
 * The level at which claims take exactly so many issue units when each is lifted from its floor towards it, and none
 * beyond what it wants: water filling. Linear in the number of claims: each pivot settles those on its other side, and
 * the first two, on either side of what a sample says, settle nearly all.
 */
export const levelOf = (claims: Rising, members: Int32Array, units: number, unit: number): Level => {
  if (units === 0) return { num: 0, den: 1 };
  const due = units * unit;
  const open = chosen(members, (c) => (claims.want[c] ?? 0) > 0);
  const [known, stands] = [new Uint8Array(open.length), new Uint8Array(open.length)];
  const sure: Stand = { full: 0, target: 0, floor: 0 };
  const guesses = open.length < 4 * SAMPLES ? [] : around(claims, open, due, unit);
  for (let count = open.length; count > 0; ) {
    const pivot = guesses.pop() ?? middleOf(claims, open, known, count, unit);
    const sums = stand(claims, open, count, pivot, unit, stands);
    const taken = { full: sure.full + sums.full, floor: sure.floor + sums.floor, target: sure.target + sums.target };
    const isAbove = against(pivot.num, pivot.den, due - taken.full + taken.floor, taken.target) < 0;
    let kept = 0;
    for (let i = 0; i < count; i += 1) {
      const [c, at] = [open[i] ?? 0, stands[i] ?? BEFORE];
      let knows = known[i] ?? 0;
      if (isAbove) {
        if (at >= AT_FULL) {
          sure.full += (claims.want[c] ?? 0) * unit;
          continue;
        }
        if (at >= AT_START) knows |= STARTED;
      } else {
        if (at <= AT_START) continue;
        if (at <= AT_FULL) knows |= NOT_FULL;
      }
      if (knows === (STARTED | NOT_FULL)) {
        sure.target += claims.target[c] ?? 0;
        sure.floor += claims.floor[c] ?? 0;
        continue;
      }
      open[kept] = c;
      known[kept] = knows;
      kept += 1;
    }
    count = kept;
  }
  const [num, den] = [due - sure.full + sure.floor, sure.target];
  const common = divisor(num, den);
  return { num: num / common, den: den / common };
};

/** Where a claim that is still open starts to rise or, if that is known, is full. */
const openEnd = ({ target, floor, want }: Rising, c: number, knows: number, unit: number): Level => ({
  num: (floor[c] ?? 0) + ((knows & STARTED) === 0 ? 0 : (want[c] ?? 0) * unit),
  den: target[c] ?? 1,
});

/** The middle of three places: one of them, so that every pivot settles something. */
const middleOf = (claims: Rising, open: Int32Array, known: Uint8Array, count: number, unit: number): Level => {
  const three = [0, count >> 1, count - 1]
    .map((i) => openEnd(claims, open[i] ?? 0, known[i] ?? 0, unit))
    .sort((a, b) => against(a.num, a.den, b.num, b.den));
  return three[1] ?? { num: 0, den: 1 };
};

/** Pivots likely to lie close below and above the level: around that of a sample which shares its part of what is due. */
const around = (claims: Rising, open: Int32Array, due: number, unit: number): Level[] => {
  const step = Math.floor(open.length / SAMPLES);
  const some = range(0, Math.ceil(open.length / step)).map((i) => open[i * step] ?? 0);
  const { num, den } = levelOf(claims, some, Math.floor((due * some.length) / open.length / unit), unit);
  // The sample may be full with less than its part.
  if (den === 0) return [];
  const [parts, close] = [10_000, 0.03];
  return [
    { num: Math.floor((num / den) * (1 - close) * parts), den: parts },
    { num: Math.ceil((num / den) * (1 + close) * parts), den: parts },
  ];
};

/** What claims take at a level: whole issue units in all, and which of them would have a fraction of one on top. */
export interface Taken {
  readonly units: number;
  readonly over: readonly number[];
}

/** Grants each of these claims the whole issue units that it takes at a level. */
export const lift = (
  { target, floor, want }: Rising,
  members: Int32Array,
  { num, den }: Level,
  unit: number,
  granted: Float64Array,
): Taken => {
  const over: number[] = [];
  const step = den * unit;
  let units = 0;
  for (const c of members) {
    const [gross, net, most] = [num * (target[c] ?? 0), den * (floor[c] ?? 0), want[c] ?? 0];
    let whole: number;
    let rest: number;
    if (exact(gross) && exact(net) && exact(step)) {
      const rise = Math.max(0, gross - net);
      rest = rise % step;
      whole = (rise - rest) / step;
    } else [whole, rest] = risen(num, den, target[c] ?? 0, floor[c] ?? 0, unit);
    if (whole >= most) whole = most;
    else if (rest > 0) over.push(c);
    granted[c] = whole;
    units += whole;
  }
  return { units, over };
};

/** The same where products are beyond what a number holds. */
const risen = (num: number, den: number, target: number, floor: number, unit: number): [number, number] => {
  const rise = BigInt(num) * BigInt(target) - BigInt(floor) * BigInt(den);
  const step = BigInt(den) * BigInt(unit);
  return rise <= 0n ? [0, 0] : [Number(rise / step), rise % step > 0n ? 1 : 0];
};

/** What claims take together at a level, exactly: in parts of a base unit, `level.den` of them to each. */
export const takenTogether = (claims: Rising, members: Int32Array, level: Level, unit: number): bigint => {
  const { full, target, floor } = stand(claims, members, members.length, level, unit, new Uint8Array(members.length));
  return BigInt(level.num) * BigInt(target) + (BigInt(full) - BigInt(floor)) * BigInt(level.den);
};
