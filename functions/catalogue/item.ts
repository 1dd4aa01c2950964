import { z } from 'zod';
import { keysOf } from '../shared/keys.ts';
import { type FieldError, fault } from '../shared/problem.ts';
import { type AskedQuantity, MAX_QUANTITY, name, positive, quantity, slug, text } from '../shared/quantity.ts';
import { defineRow } from '../shared/row.ts';
import { type SiteKind, siteKind } from './site.ts';

/** What one person uses up in so many days: "one mask box a month" needs no fractions. */
const norm = z.strictObject({ quantity: positive, days: z.int().min(1).max(365) });

/** More than anything is packed in; each is part of the item's row. */
const MAX_UNITS = 20;

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
  units: z
    .record(name(20), positive)
    .refine((units) => Object.keys(units).length <= MAX_UNITS, `An item has at most ${MAX_UNITS} units.`)
    .meta({ maxProperties: MAX_UNITS }),
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
  /** Last price before the emergency: for estimates, and what prices are held against. */
  reference: z.strictObject({ priceFen: quantity, perQuantity: positive }).optional(),
  /** How far above the reference a price may lie, in percent; none: as policy says. */
  marginCapPercent: z.int().min(0).max(1000).optional(),
  /** What the pool should never have less of, in base units (购买储备); none: it is bought when it is asked for. */
  poolMinimum: quantity.optional(),
  active: z.boolean().default(true),
  /** True where the figures are invented to fill a gap. */
  sample: z.boolean().default(false),
});

export type ItemBody = z.infer<typeof itemBody>;

export const item = itemBody.extend({ county: z.string(), id: slug, version: z.int() });
export type Item = z.infer<typeof item>;

export const itemRow = defineRow({
  type: 'item',
  v: 1,
  // What is asked of words and units when they are sent may grow stricter; rows stay readable.
  schema: z.object({
    ...item.shape,
    ...{ nameZh: z.string(), nameEn: z.string(), spec: z.string().optional() },
    ...{ units: z.record(z.string(), positive), issueUnit: z.string() },
  }),
  keys: (row) => ({
    ...keysOf(row.county).item(row.id),
    GSI1PK: keysOf(row.county).queue('items'),
    GSI1SK: row.id,
  }),
});

/** Names for the base units themselves, accepted beside an item's own. */
const BASE_UNIT_NAMES: Record<Item['baseUnit'], Record<string, number>> = {
  piece: { piece: 1, 个: 1 },
  gram: { gram: 1, g: 1, kg: 1000, 公斤: 1000, 千克: 1000, 克: 1, 斤: 500, jin: 500 },
  millilitre: { millilitre: 1, ml: 1, 毫升: 1, litre: 1000, L: 1000, 升: 1000 },
};

/** An item as those see it who may ask for it. */
export const askable = z.object({
  id: z.string(),
  nameZh: z.string(),
  nameEn: z.string(),
  spec: z.string().optional(),
  /** Every unit that may be asked or counted in, with the base units in one. */
  units: z.record(z.string(), positive),
  /** What the base unit is called on paper. */
  baseName: z.string(),
  /** Leaves the warehouse whole: what is asked for is rounded up to it. */
  issueUnit: z.string(),
});
export type Askable = z.infer<typeof askable>;

export const askableOf = (it: Item): Askable => ({
  ...{ id: it.id, nameZh: it.nameZh, nameEn: it.nameEn, spec: it.spec },
  ...{ units: { ...unitsOf(it) }, baseName: baseName(it), issueUnit: it.issueUnit },
});

/** Whether it is meant for such a post (定岗位). */
export const isForPost = ({ posts }: Pick<Item, 'posts'>, kind: SiteKind): boolean =>
  posts.length === 0 || posts.includes(kind);

/** Whether a kind of site may ask for it: still issued, and meant for such a post. */
export const isIssuedTo = (it: Pick<Item, 'active' | 'posts'>, kind: SiteKind): boolean =>
  it.active && isForPost(it, kind);

/** All units the item can be counted in, with base units in each. 1 jin is 500 g (FACTS: units and codes). */
export const unitsOf = (it: Pick<Item, 'baseUnit' | 'units'>): Readonly<Record<string, number>> =>
  // Without a prototype, so that a unit called "constructor" is as unknown as any other.
  Object.assign(Object.create(null), BASE_UNIT_NAMES[it.baseUnit], it.units);

const BASE_NAMES: Record<Item['baseUnit'], string> = { piece: '个', gram: '克', millilitre: '毫升' };

/**
 * What the base unit is called on paper: 只, 套, 片 where the item has such a unit, and never the bare 件, which may be a
 * piece to one reader and a box to another (FACTS: units and codes). What is printed is also understood.
 */
export const baseName = ({ baseUnit, units }: Pick<Item, 'baseUnit' | 'units'>): string =>
  Object.entries(units).find(([, size]) => size === 1)?.[0] ?? BASE_NAMES[baseUnit];

/** Base units in one issue unit. */
export const issueSize = (it: Pick<Item, 'baseUnit' | 'units' | 'issueUnit'>): number => {
  const size = unitsOf(it)[it.issueUnit];
  if (size === undefined) throw new Error(`The issue unit ${it.issueUnit} has no conversion`);
  return size;
};

/**
 * What of an item decides who gets it, how much is the norm and what is approved at once, by field: headquarters' to set.
 * The issue unit is among it, because the norm is rounded up to a whole one.
 */
export const itemRuled = (it: Item): Readonly<Record<string, unknown>> => ({
  category: it.category,
  issueUnit: it.issueUnit,
  [`units.${it.issueUnit}`]: issueSize(it),
  fresh: it.fresh,
  frontLineReserve: it.frontLineReserve,
  norms: it.norms,
  posts: it.posts,
  reference: it.reference,
  marginCapPercent: it.marginCapPercent,
});

/**
 * What a person counted, in base units; or what is wrong with it, under `path`. A unit without a conversion is refused
 * with the reason, never guessed (FACTS: published sheets fail on units).
 */
export const counted = (
  it: Pick<Item, 'nameZh' | 'baseUnit' | 'units'>,
  asked: AskedQuantity,
  path: string,
): number | FieldError => {
  const units = unitsOf(it);
  const size = units[asked.unit];
  const field = (name: string) => (path === '' ? name : `${path}.${name}`);
  if (size === undefined)
    return fault(field('unit'), {
      zh: `${it.nameZh}没有“${asked.unit}”的换算；可用的单位：${Object.keys(units).join('、')}。`,
      en: `${it.nameZh} has no conversion for ${asked.unit}; it is counted in ${Object.keys(units).join(', ')}.`,
    });
  const amount = asked.quantity * size;
  if (amount > MAX_QUANTITY)
    return fault(field('quantity'), {
      zh: `${asked.quantity} ${asked.unit}合基本单位 ${amount}，超过上限 ${MAX_QUANTITY}。`,
      en: `${asked.quantity} ${asked.unit} are ${amount} base units, over the bound of ${MAX_QUANTITY}.`,
    });
  return amount;
};

/**
 * What no schema of one field can see: units that contradict each other, a reserve that cannot be kept, a base unit
 * that changes under goods already counted in it.
 */
export const itemFaults = (body: ItemBody, before?: Item): FieldError[] => {
  const units = unitsOf(body);
  const issue = units[body.issueUnit];
  const base = Object.entries(BASE_UNIT_NAMES[body.baseUnit]);
  return [
    ...(before !== undefined && before.baseUnit !== body.baseUnit
      ? [
          fault('baseUnit', {
            zh: `库存以“${BASE_NAMES[before.baseUnit]}”计，基本单位不能改；另一基本单位请另建物资。`,
            en: `Stock is counted in ${before.baseUnit}; another base unit is another item.`,
          }),
        ]
      : []),
    ...Object.entries(body.units).flatMap(([name, size]) => {
      const known = base.find(([unit]) => unit.toLowerCase() === name.toLowerCase());
      return known === undefined || known[1] === size
        ? []
        : [
            fault(`units.${name}`, {
              zh: `1 ${known[0]}总是 ${known[1]} ${BASE_NAMES[body.baseUnit]}。`,
              en: `${known[0]} is always ${known[1]} ${body.baseUnit}.`,
            }),
          ];
    }),
    ...(issue === undefined
      ? [
          fault('issueUnit', {
            zh: `发放单位“${body.issueUnit}”没有换算，请写进单位换算。`,
            en: `${body.issueUnit} has no conversion; name it in units.`,
          }),
        ]
      : body.frontLineReserve % issue === 0
        ? []
        : [
            fault('frontLineReserve', {
              zh: `一线储备须为整${body.issueUnit}，每${body.issueUnit} ${issue}。`,
              en: `The reserve is kept in whole ${body.issueUnit}, ${issue} each.`,
            }),
          ]),
    ...(body.fresh && body.frontLineReserve > 0
      ? [fault('frontLineReserve', { zh: '生鲜不留储备。', en: 'Fresh goods are never kept back.' })]
      : []),
    ...body.posts.flatMap((post, i) =>
      body.posts.indexOf(post) === i
        ? []
        : [fault(`posts[${i}]`, { zh: `岗位“${post}”写了两次。`, en: `${post} is named twice.` })],
    ),
  ];
};
