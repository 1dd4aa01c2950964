/** Chance that can be repeated: the same seed rolls the same. */
export interface Dice {
  /** A real number from `low` up to, not including, `high`. */
  between(low: number, high: number): number;
  /** A whole number, both ends included. */
  whole(low: number, high: number): number;
  chance(probability: number): boolean;
  pick<T>(from: readonly T[]): T;
  /** So many of them, in their own order, no one twice. */
  some<T>(from: readonly T[], number: number): T[];
}

/** Mulberry32: 32 bits of state are plenty for a rehearsal, and it needs no package. */
const mulberry32 = (seed: number) => () => {
  seed = (seed + 0x6d2b79f5) | 0;
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
};

/** `of` names whose dice they are, so that one person's rolls do not depend on how often another has rolled. */
export const diceOf = (seed: number, of = ''): Dice => {
  const roll = mulberry32(
    [...of].reduce((hash, letter) => Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 16_777_619), seed),
  );
  const between = (low: number, high: number) => low + roll() * (high - low);
  const whole = (low: number, high: number) => Math.floor(between(low, high + 1));
  return {
    between,
    whole,
    chance: (probability) => roll() < probability,
    pick: (from) => {
      const found = from[whole(0, from.length - 1)];
      if (found === undefined) throw new Error('Nothing to pick from');
      return found;
    },
    some: (from, number) => {
      const order = from.map((one, i) => ({ one, i, at: roll() }));
      return order
        .toSorted((a, b) => a.at - b.at)
        .slice(0, number)
        .toSorted((a, b) => a.i - b.i)
        .map(({ one }) => one);
    },
  };
};
