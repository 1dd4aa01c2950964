import { z } from 'zod';
import { keysOf } from '../shared/keys.ts';
import { slug, text } from '../shared/quantity.ts';
import { defineRow } from '../shared/row.ts';

/** A shop designated to keep the county supplied (保供点), or another source of goods. */
export const supplierBody = z.strictObject({
  nameZh: text(60),
  nameEn: text(80),
  kind: z.enum(['supermarket', 'vegetables', 'grain-and-oil', 'butcher', 'pharmacy', 'other']),
  designated: z.boolean().default(false),
  township: text(60),
  active: z.boolean().default(true),
  sample: z.boolean().default(false),
});

export type SupplierBody = z.infer<typeof supplierBody>;

export const supplier = supplierBody.extend({ county: z.string(), id: slug, version: z.int() });
export type Supplier = z.infer<typeof supplier>;

export const supplierRow = defineRow({
  type: 'supplier',
  v: 1,
  // What is asked of words when they are sent may grow stricter; rows stay readable.
  schema: z.object({ ...supplier.shape, nameZh: z.string(), nameEn: z.string(), township: z.string() }),
  keys: (row) => ({
    ...keysOf(row.county).supplier(row.id),
    GSI1PK: keysOf(row.county).queue('suppliers'),
    GSI1SK: row.id,
  }),
});
