import { z } from 'zod';
import { keysOf } from '../shared/keys.ts';
import { quantity } from '../shared/quantity.ts';
import { defineRow } from '../shared/row.ts';
import { price } from './price.ts';

/** What a price was of, and who said it when (价格档案): never changed. */
const pastPrice = z.object({
  county: z.string(),
  /** An item; or goods that no item is kept of, with dots in their name, so that no item's id can be one. */
  itemId: z.string(),
  when: z.string(),
  from: z.object({
    kind: z.enum(['offer', 'order', 'inspection', 'reference']),
    /** Of the offer, the purchase's order, the inspection's line; of a reference: the version of the item that set it. */
    id: z.string(),
  }),
  ...price.shape,
  /** With fees and bundles, for so much: what the ceiling is held against. */
  landed: z.object({ quantity, totalFen: z.int() }).optional(),
  supplierId: z.string().optional(),
});
export type PastPrice = z.infer<typeof pastPrice>;

export const priceRow = defineRow({
  type: 'price',
  v: 1,
  schema: pastPrice,
  keys: (row) => keysOf(row.county).price(row.itemId, row.when, `${row.from.kind}#${row.from.id}`),
});

export const pastPriceView = pastPrice.omit({ county: true }).meta({ id: 'PastPrice' });
