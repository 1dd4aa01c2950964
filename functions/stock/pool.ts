import { z } from 'zod';
import { type Item, issueSize, item } from '../catalogue/item.ts';
import { quantity } from '../shared/quantity.ts';
import { type Balance, balance } from './balance.ts';
import { source } from './lot.ts';
import { movement } from './movement.ts';

const amounts = z.object({
  /** On the shelves for use: held + free. */
  onHand: quantity,
  /** Promised to need lines. */
  held: quantity,
  free: quantity,
});

/** One item of the pool (统一调配): what there is of it, wherever it came from and lies. In base units. */
export const poolItem = z.object({
  itemId: z.string(),
  nameZh: z.string(),
  nameEn: z.string(),
  baseUnit: item.shape.baseUnit,
  issueUnit: z.string(),
  /** Base units in one issue unit. */
  issueSize: z.int(),
  frontLineReserve: quantity,
  ...amounts.shape,
  /** Of what is free: past its last day of use, and so for nobody. */
  expired: quantity,
  /** On the shelves, and not for use. */
  quarantined: quantity,
  condemned: quantity,
  bySource: z.array(z.object({ source, ...amounts.shape })),
  /** The first last day of use among what can still be used. */
  nearestUseBy: z.string().optional(),
});
export type PoolItem = z.infer<typeof poolItem>;

const summed = (balances: readonly Balance[]): z.infer<typeof amounts> => ({
  onHand: balances.reduce((sum, { onHand }) => sum + onHand, 0),
  held: balances.reduce((sum, { held }) => sum + held, 0),
  free: balances.reduce((sum, { free }) => sum + free, 0),
});

/** The item's balances as one line of the pool, as of `today` on the county's calendar. */
export const poolOf = (it: Item, balances: readonly Balance[], today: string): PoolItem => {
  const of = (status: Balance['status']) => balances.filter((balance) => balance.status === status);
  const available = of('available');
  const past = ({ useBy }: Balance) => useBy !== undefined && useBy < today;
  const nearest = available
    .flatMap((balance) => (balance.onHand > 0 && balance.useBy !== undefined && !past(balance) ? balance.useBy : []))
    .toSorted()[0];
  return {
    itemId: it.id,
    nameZh: it.nameZh,
    nameEn: it.nameEn,
    baseUnit: it.baseUnit,
    issueUnit: it.issueUnit,
    issueSize: issueSize(it),
    frontLineReserve: it.frontLineReserve,
    ...summed(available),
    expired: summed(available.filter(past)).free,
    quarantined: summed(of('quarantined')).onHand,
    condemned: summed(of('condemned')).onHand,
    bySource: source.options.flatMap((from) => {
      const lots = available.filter((balance) => balance.source === from);
      return lots.length === 0 ? [] : [{ source: from, ...summed(lots) }];
    }),
    ...(nearest !== undefined && { nearestUseBy: nearest }),
  };
};

/** An item's stock, shelf by shelf. */
export const itemStock = z.object({
  item: poolItem,
  /** First expiring first; what does not expire, last. */
  balances: z.array(
    balance
      .omit({ county: true, itemId: true, division: true, withheld: true })
      .extend({ lotNo: z.string().optional() }),
  ),
  /** Newest first, of the lots that have goods or are among the youngest. */
  recentMovements: z.array(movement.omit({ county: true, itemId: true })),
});
export type ItemStock = z.infer<typeof itemStock>;
