import { z } from 'zod';
import { item } from '../catalogue/item.ts';
import { positive } from '../shared/quantity.ts';
import { type Balance, balance } from './balance.ts';
import { bought, designation, source } from './lot.ts';
import { recallView } from './recall.ts';

const shelf = balance.pick({ placeId: true, status: true, onHand: true, held: true, free: true });

/** A lot as people read it: what it is, where it lies, and whether it is recalled. In base units. */
export const lotView = z.object({
  id: z.string(),
  itemId: z.string(),
  ...{ nameZh: z.string(), nameEn: z.string(), baseUnit: item.shape.baseUnit },
  source,
  lotNo: z.string().optional(),
  madeOn: z.string().optional(),
  useBy: z.string().optional(),
  designation,
  /** The goods received note, or the consignment or stock-take that brought it to light. */
  from: z.string(),
  bought,
  at: z.string(),
  balances: z.array(shelf),
  /** Consignments that have goods of it in picking: cancelled before the lot is recalled. */
  picking: z.array(z.object({ consignmentId: z.string(), quantity: positive })),
  /** The present recall, or the last one. */
  recall: recallView.optional(),
});
export type LotView = z.infer<typeof lotView>;

export const balancesShown = (balances: readonly Balance[]): LotView['balances'] =>
  balances.map(({ placeId, status, onHand, held, free }) => ({ placeId, status, onHand, held, free }));

const site = z.object({ siteId: z.string(), nameZh: z.string(), nameEn: z.string(), quantity: positive });

/** Who has goods of a lot, or will. In base units. */
export const recipients = z.object({
  received: z.array(site),
  underway: z.array(site.extend({ consignmentId: z.string() })),
});
export type Recipients = z.infer<typeof recipients>;
