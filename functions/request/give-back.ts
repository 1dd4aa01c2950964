import type { Place } from '../stock/balance.ts';
import { type Hold, type Line, promised } from './line.ts';

/** Goods that go back to the shelf, one entry a balance. */
export type GivenBack = readonly (Place & { readonly quantity: number })[];

/** Shelves that take goods back in one transaction: as many balances as its budget says. */
export const shelvesWithin = (budget: number) => {
  const back = new Map<string, Place & { quantity: number }>();
  const give = ({ county, itemId }: Line, { lotId, placeId, quantity }: Hold): boolean => {
    const key = `${itemId} ${lotId} ${placeId}`;
    const already = back.get(key);
    if (already === undefined && back.size === budget) return false;
    back.set(key, { county, itemId, lotId, placeId, quantity: (already?.quantity ?? 0) + quantity });
    return true;
  };
  return {
    /**
     * Takes back all that a line is promised and nobody picks yet. Returns what did not fit, as planned goods, whoever
     * promised them: the next apportionment gives them back, and no promise of a person's outlives its line.
     */
    take: (line: Line): Hold[] =>
      promised(line)
        .filter((hold) => !give(line, hold))
        .map(({ byHand: _, ...hold }) => hold),
    givenBack: (): GivenBack => [...back.values()],
  };
};
