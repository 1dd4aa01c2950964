/** An exact fraction, for checks that no rounding can blur. */
export interface Fraction {
  readonly num: bigint;
  readonly den: bigint;
}

export const fraction = (num: bigint | number, den: bigint | number = 1): Fraction =>
  BigInt(den) < 0n ? { num: -BigInt(num), den: -BigInt(den) } : { num: BigInt(num), den: BigInt(den) };
export const plus = (a: Fraction, b: Fraction): Fraction => ({
  num: a.num * b.den + b.num * a.den,
  den: a.den * b.den,
});
export const times = (a: Fraction, b: Fraction): Fraction => ({ num: a.num * b.num, den: a.den * b.den });
export const minus = (a: Fraction, b: Fraction): Fraction => plus(a, { num: -b.num, den: b.den });
export const signOf = (a: Fraction): number => (a.num > 0n ? 1 : a.num < 0n ? -1 : 0);
export const against = (a: Fraction, b: Fraction): number => signOf(minus(a, b));
export const least = (...all: readonly Fraction[]): Fraction =>
  all.reduce((best, next) => (against(next, best) < 0 ? next : best));
export const greatest = (...all: readonly Fraction[]): Fraction =>
  all.reduce((best, next) => (against(next, best) > 0 ? next : best));
export const total = (all: readonly Fraction[]): Fraction => all.reduce(plus, fraction(0));
export const floorOf = (a: Fraction): bigint => a.num / a.den - (a.num % a.den < 0n ? 1n : 0n);
export const ceilingOf = (a: Fraction): bigint => -floorOf({ num: -a.num, den: a.den });
export const nearly = ({ num, den }: Fraction): number => Number(num) / Number(den);
