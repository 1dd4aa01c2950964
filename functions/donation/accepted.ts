import type { Item } from '../catalogue/item.ts';
import type { Policy } from '../catalogue/policy.ts';
import { countyDay } from '../shared/clock.ts';
import { byUseBy, type Lot } from '../stock/lot.ts';
import type { Donation, DonationLine } from './donation.ts';
import { keepsLongEnough, lastDay } from './shelf-life.ts';

/** What the lots of a gift are held against. */
export interface Judging {
  readonly items: ReadonlyMap<string, Item>;
  readonly policy: Policy['donation'];
}

/**
 * Whether a lot is taken in for use: its line was accepted, and on the day it came it kept long enough, or as long as what
 * somebody accepted nevertheless.
 */
const isAccepted = (
  line: DonationLine,
  lot: Pick<Lot, 'itemId' | 'madeOn' | 'useBy' | 'at'>,
  { items, policy }: Judging,
): boolean => {
  const item = items.get(lot.itemId);
  if (line.screening?.outcome !== 'accept' || item === undefined) return false;
  return keepsLongEnough(item, lot, policy, countyDay(lot.at)) || byUseBy(lot, { useBy: lastDay(line, item) }) >= 0;
};

/** The ids of those lots of a gift that are taken in for use. Any other may be given back. */
export const acceptedLots = ({ lines }: Pick<Donation, 'lines'>, lots: readonly Lot[], by: Judging): Set<string> => {
  const lineOf = new Map(
    lines.flatMap((line) => line.counted.flatMap((part) => part.lots.map(({ lotId }) => [lotId, line] as const))),
  );
  return new Set(
    lots.flatMap((lot) => {
      const line = lineOf.get(lot.id);
      return line !== undefined && isAccepted(line, lot, by) ? [lot.id] : [];
    }),
  );
};
