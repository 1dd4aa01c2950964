/** A part of something, in fen. */
interface Part {
  readonly amountFen: number;
}

/**
 * What each of the goods owes to one credit, where an entry draws on several credits and pays for several things: both are
 * laid side by side in their order, first in, first out, so that every fen of a credit is for exactly one thing and the
 * parts add up on both sides.
 *
 * @param credits what the entry draws on, in its order. @param things what it paid for; together they come to the same.
 * @returns for each thing how much of the credit `n` it took.
 */
export const drawnOf = <T extends Part>(
  n: number,
  credits: readonly (Part & { readonly n: number })[],
  things: readonly T[],
): { readonly of: T; readonly amountFen: number }[] => {
  let start = 0;
  const shares: { of: T; amountFen: number }[] = [];
  for (const credit of credits) {
    const end = start + credit.amountFen;
    if (credit.n === n) {
      let at = 0;
      for (const of of things) {
        const overlap = Math.min(end, at + of.amountFen) - Math.max(start, at);
        if (overlap > 0) shares.push({ of, amountFen: overlap });
        at += of.amountFen;
      }
    }
    start = end;
  }
  return shares;
};
