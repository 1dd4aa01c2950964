import { z } from 'zod';
import { baseName, type Item } from '../catalogue/item.ts';
import { compare } from '../shared/order.ts';
import { positive, quantity } from '../shared/quantity.ts';
import { poolLacks } from './opening.ts';
import { coming, type Purchase } from './purchase.ts';

/** An item of which less is free than the pool should ever have. In base units. */
export const restockView = z.object({
  item: z.object({
    ...{ id: z.string(), nameZh: z.string(), nameEn: z.string(), baseName: z.string() },
  }),
  poolMinimum: positive,
  /** On the shelves, in date and promised to nobody. */
  free: quantity,
  /** Sought or on its way for the pool. */
  onOrder: quantity,
  /** Neither free nor on order: what a restock buys where it says no quantity. */
  lacking: quantity,
  /** The same in percent of the minimum, rounded up. */
  lackingPercent: z.int().min(0).max(100),
  /** What is being bought for the pool. */
  purchases: z.array(z.string()),
});
export type RestockView = z.infer<typeof restockView>;

/** What there is of an item, and what comes of it, for the pool. */
export interface PoolStands {
  readonly free: number;
  readonly onOrder: number;
  readonly purchases: readonly Pick<Purchase, 'id' | 'status' | 'orders' | 'quantity'>[];
}

/** How an item stands to its minimum; none: so much is free, or it is issued no more. */
export const restockOf = (item: Item, { free, onOrder, purchases }: PoolStands): RestockView | undefined => {
  const { id, nameZh, nameEn, poolMinimum = 0, active } = item;
  if (!active || free >= poolMinimum) return undefined;
  const lacking = poolLacks(item, { free, onOrder });
  return {
    item: { id, nameZh, nameEn, baseName: baseName(item) },
    ...{ poolMinimum, free, onOrder, lacking, lackingPercent: Math.ceil((lacking * 100) / poolMinimum) },
    purchases: purchases.filter((one) => coming(one) > 0).map((one) => one.id),
  };
};

/** Where a row stands in the list, exactly. */
export type RestockPlace = Pick<RestockView, 'lacking' | 'poolMinimum'> & { readonly item: { readonly id: string } };

/** What lacks most of its minimum comes first; then by id. */
export const byLacking = (a: RestockPlace, b: RestockPlace): number => {
  const by = BigInt(b.lacking) * BigInt(a.poolMinimum) - BigInt(a.lacking) * BigInt(b.poolMinimum);
  return by === 0n ? compare(a.item.id, b.item.id) : by < 0n ? -1 : 1;
};
