import { seeded } from '../local/faults/faults.ts';

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

/** `of` names whose dice they are, so that one person's rolls do not depend on how often another has rolled. */
export const diceOf = (seed: number, of = ''): Dice => {
  const roll = seeded(
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
