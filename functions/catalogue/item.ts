import { z } from 'zod';
import { keysOf } from '../shared/keys.ts';
import { positive, quantity, slug, text } from '../shared/quantity.ts';
import { defineRow } from '../shared/row.ts';
import { siteKind } from './site.ts';

/** What one person uses up in so many days: "one mask box a month" needs no fractions. */
const norm = z.strictObject({ quantity: positive, days: z.int().min(1).max(365) });

/** What may be said of an item: kept by staff, one row an item. */
export const itemBody = z.strictObject({
  nameZh: text(60),
  nameEn: text(80),
  /** GB/T 38565-2020: first digit 1 living supplies, 2 emergency equipment, 3 engineering materials. */
  category: z.string().regex(/^[123]\d{0,6}$/),
  /** Standard or size, such as `GB 19083-2010`. */
  spec: text(120).optional(),
  baseUnit: z.enum(['piece', 'gram', 'millilitre']),
  /** Base units in one of each named unit: `{ "箱": 500, "盒": 50 }`. A unit that is not here is refused. */
  units: z.record(text(20), positive),
  /** The named unit that leaves the warehouse whole; apportionment counts in it. */
  issueUnit: text(20),
  /** Perishable: never kept back as a reserve, use-by from the harvest or pack date. */
  fresh: z.boolean().default(false),
  shelfLifeDays: z.int().min(1).max(3650).optional(),
  /** Kept back for the front line after tier 1 is served, in base units. */
  frontLineReserve: quantity.default(0),
  /** Ration per person, by tier: the norm that an ask is measured against (定用量). */
  norms: z.strictObject({ tier1: norm.optional(), tier2: norm.optional(), tier3: norm.optional() }).default({}),
  /** Kinds of posts it may be issued to (定岗位); none named: to all. */
  posts: z.array(siteKind).default([]),
  /** Last price before the emergency, for estimates. */
  reference: z.strictObject({ priceFen: quantity, perQuantity: positive }).optional(),
  active: z.boolean().default(true),
  /** True where the figures are invented to fill a gap. */
  sample: z.boolean().default(false),
});

export const item = itemBody.extend({ county: z.string(), id: slug, version: z.int() });
export type Item = z.infer<typeof item>;

export const itemRow = defineRow({
  type: 'item',
  v: 1,
  schema: z.object(item.shape),
  keys: (row) => ({
    ...keysOf(row.county).item(row.id),
    GSI1PK: keysOf(row.county).queue('items'),
    GSI1SK: row.id,
  }),
});

/** Names for the base units themselves, accepted beside an item's own. */
const BASE_UNIT_NAMES: Record<Item['baseUnit'], Record<string, number>> = {
  piece: { piece: 1 },
  gram: { gram: 1, g: 1, kg: 1000, 公斤: 1000, 千克: 1000, 克: 1, 斤: 500, jin: 500 },
  millilitre: { millilitre: 1, ml: 1, 毫升: 1, litre: 1000, L: 1000, 升: 1000 },
};

/** All units the item can be counted in, with base units in each. 1 jin is 500 g (FACTS: units and codes). */
export const unitsOf = (it: Pick<Item, 'baseUnit' | 'units'>): Readonly<Record<string, number>> => ({
  ...BASE_UNIT_NAMES[it.baseUnit],
  ...it.units,
});

/** Base units in one issue unit. */
export const issueSize = (it: Pick<Item, 'baseUnit' | 'units' | 'issueUnit'>): number => {
  const size = unitsOf(it)[it.issueUnit];
  if (size === undefined) throw new Error(`The issue unit ${it.issueUnit} has no conversion`);
  return size;
};
