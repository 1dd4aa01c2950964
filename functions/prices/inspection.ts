import { z } from 'zod';
import { counted, type Item } from '../catalogue/item.ts';
import type { Supplier } from '../catalogue/supplier.ts';
import type { Telling } from '../notices/notice.ts';
import { keysOf } from '../shared/keys.ts';
import { type FieldError, fault } from '../shared/problem.ts';
import { askedQuantity, instant, quantity, slug, text } from '../shared/quantity.ts';
import { reason } from '../shared/reason.ts';
import { defineRow } from '../shared/row.ts';
import { type Priced, price } from './price.ts';
import type { PastPrice } from './price-history.ts';

/** Each is one row of the price history in the transaction. */
const MAX_LINES = 20;

/** What designated shops sell and the county watches, whether or not an item is kept of it (FACTS: price supervision). */
const goodsKind = z.enum(['vegetables', 'meat', 'eggs', 'milk', 'grain']);

/** Price tags of a designated shop, as somebody saw them there (保供点价格检查). */
export const inspectionBody = z.strictObject({
  supplierId: slug,
  inspectedAt: instant,
  lines: z
    .array(
      z.strictObject({
        /** An item of the county's; or else what kind of goods, and which. */
        itemId: slug.optional(),
        kind: goodsKind.optional(),
        name: text(30).optional(),
        priceFen: quantity,
        per: askedQuantity,
      }),
    )
    .min(1)
    .max(MAX_LINES),
  note: text(300).optional(),
});
export type InspectionBody = z.infer<typeof inspectionBody>;

const finding = z.object({ as: z.enum(['within', 'above', 'unknown']), ...reason.shape });

const inspection = z.object({
  county: z.string(),
  id: z.string(),
  version: z.int(),
  supplierId: z.string(),
  inspectedAt: z.string(),
  lines: z.array(
    z.object({
      n: z.int(),
      /** Under what it stands in the price history: an item, or goods without one. */
      subject: z.string(),
      nameZh: z.string(),
      baseUnit: z.enum(['piece', 'gram', 'millilitre']),
      ...price.shape,
      /** How it stood to what it might be when it was seen. */
      found: finding,
    }),
  ),
  note: z.string().optional(),
  at: z.string(),
  by: z.string(),
});
export type Inspection = z.infer<typeof inspection>;

export const inspectionRow = defineRow({
  type: 'price-inspection',
  v: 1,
  schema: inspection,
  keys: (row) => ({
    ...keysOf(row.county).inspection(row.id),
    GSI1PK: keysOf(row.county).queue('price-inspections'),
    GSI1SK: row.id,
  }),
});

export const inspectionView = inspection
  .omit({ county: true })
  .extend({ supplier: z.object({ nameZh: z.string(), nameEn: z.string() }).optional() })
  .meta({ id: 'PriceInspection' });
export type InspectionView = z.infer<typeof inspectionView>;

export const inspectionViewOf = (
  { county: _, ...row }: Inspection,
  supplier: Supplier | undefined,
): InspectionView => ({
  ...row,
  ...(supplier && { supplier: { nameZh: supplier.nameZh, nameEn: supplier.nameEn } }),
});

/** One tag: what it is of, and its price in base units. */
export interface Tag {
  readonly subject: string;
  readonly of: Priced;
  /** None: goods that no item is kept of. */
  readonly item: Item | undefined;
  readonly priceFen: number;
  readonly perQuantity: number;
}

type Line = InspectionBody['lines'][number];

const BASE_UNITS = ['gram', 'piece', 'millilitre'] as const;

/** Goods without an item are told apart by what they are counted in too: an egg and a jin of eggs have two prices. */
const goodsTag = ({ kind, name = '', priceFen, per }: Line, path: string): Tag | FieldError => {
  for (const baseUnit of BASE_UNITS) {
    const of: Priced = { nameZh: name, nameEn: name, baseUnit, units: {} };
    const perQuantity = counted(of, per, `${path}.per`);
    if (typeof perQuantity === 'number')
      return { subject: `goods.${kind}.${baseUnit}.${name}`, of, item: undefined, priceFen, perQuantity };
    if (perQuantity.path.endsWith('quantity')) return perQuantity;
  }
  return fault(`${path}.per.unit`, {
    zh: `请按重量、体积或个数填写：不认识单位“${per.unit}”。`,
    en: `Say it by weight, volume or piece: ${per.unit} is not known here.`,
  });
};

const tagOf = (line: Line, i: number, items: ReadonlyMap<string, Item>): Tag | FieldError => {
  const path = `lines[${i}]`;
  const { itemId, kind, name, priceFen, per } = line;
  if (itemId === undefined)
    return kind === undefined || name === undefined
      ? fault(path, {
          zh: '请填写物资编号，或填写品类和品名。',
          en: 'Say which item it is, or else what kind of goods and which.',
        })
      : goodsTag(line, path);
  if (kind !== undefined || name !== undefined)
    return fault(`${path}.itemId`, {
      zh: '物资编号与品类、品名只填其一。',
      en: 'Either an item, or a kind of goods and their name.',
    });
  const item = items.get(itemId);
  if (item === undefined)
    return fault(`${path}.itemId`, { zh: `物资目录里没有编号“${itemId}”。`, en: `There is no item ${itemId}.` });
  const perQuantity = counted(item, per, `${path}.per`);
  return typeof perQuantity === 'number' ? { subject: itemId, of: item, item, priceFen, perQuantity } : perQuantity;
};

/** The tags in base units, or everything that is wrong with what was written down. */
export const tagsOf = (
  body: InspectionBody,
  { items, supplier, now }: { items: ReadonlyMap<string, Item>; supplier: Supplier | undefined; now: string },
): { readonly tags: readonly Tag[]; readonly errors: readonly FieldError[] } => {
  const found = body.lines.map((line, i) => tagOf(line, i, items));
  const subjects = found.map((one) => ('subject' in one ? one.subject : undefined));
  return {
    tags: found.filter((one) => 'subject' in one),
    errors: [
      ...(supplier?.designated === true
        ? []
        : [
            fault('supplierId', {
              zh: `没有编号为“${body.supplierId}”的定点商户。`,
              en: `There is no designated shop ${body.supplierId}.`,
            }),
          ]),
      ...(new Date(body.inspectedAt).toISOString() > now
        ? [
            fault('inspectedAt', {
              zh: '检查时间不能晚于现在。',
              en: 'Nothing can be recorded before it has happened.',
            }),
          ]
        : []),
      ...found.filter((one) => 'message' in one),
      ...subjects.flatMap((subject, i) =>
        subject === undefined || subjects.indexOf(subject) === i
          ? []
          : [fault(`lines[${i}]`, { zh: '同一商品填了两次。', en: 'This is named twice.' })],
      ),
    ],
  };
};

/** What each shop asked last: of a shop that is looked at every day, one price counts. @param earlier the newest first. */
export const latestOf = (earlier: readonly PastPrice[]): PastPrice[] => {
  const seen = new Set<string | undefined>();
  return earlier.filter(({ from, supplierId }) => {
    const isFirst = from.kind === 'inspection' && !seen.has(supplierId);
    if (isFirst) seen.add(supplierId);
    return isFirst;
  });
};

/** A notice is read at a glance: the rest is where it leads. */
const MOST = 5;

/** Headquarters hears of the tags that are above what they may be: once an inspection. */
export const inspectionAlert = ({ id, lines }: Inspection, { nameZh, nameEn }: Supplier): Telling[] => {
  const above = lines.filter(({ found }) => found.as === 'above').map(({ found }) => found);
  const first = above.slice(0, MOST);
  return above.length === 0
    ? []
    : [
        {
          ...{ to: { role: 'headquarters' }, code: 'price-alert', about: { kind: 'price-inspection', id } },
          zh: `${nameZh}有 ${above.length} 项标价过高。${first.map(({ zh }) => zh).join('')}`,
          en: `${above.length} prices at ${nameEn} are too high. ${first.map(({ en }) => en).join(' ')}`,
        },
      ];
};
