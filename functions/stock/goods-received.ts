import { z } from 'zod';
import { counted, type Item } from '../catalogue/item.ts';
import { keepsStock, type Site } from '../catalogue/site.ts';
import { plusDays, plusMonths } from '../shared/clock.ts';
import { keysOf } from '../shared/keys.ts';
import { compare } from '../shared/order.ts';
import { type FieldError, fault } from '../shared/problem.ts';
import { askedQuantity, day, positive, slug, text } from '../shared/quantity.ts';
import { defineRow } from '../shared/row.ts';
import { designation, designationBody, type Source } from './lot.ts';
import type { Bucket, Movement } from './movement.ts';

/** Each line is a lot, a balance and a movement; with its papers a note of 24 stays well below a transaction's 100. */
export const MAX_NOTE_LINES = 24;

/** Characters of a paper's number as it is compared: a single ligature may stand for a sentence, and a key has a bound. */
const MAX_NUMBER = 120;

/** Goods of one maker's lot, as they were counted. */
const goods = {
  ...askedQuantity.shape,
  /** The maker's lot number, as printed. */
  lotNo: text(60).optional(),
  madeOn: day.optional(),
  /** Last day of use. Where only the day of making is known, the item's shelf life says the rest. */
  useBy: day.optional(),
  status: z.enum(['available', 'quarantined']).default('available'),
};
/** What came of an item that is known already, because it was ordered or promised: it is for everybody. */
export const lotCounted = z.strictObject(goods);
const noteLine = z.strictObject({ itemId: slug, ...goods, designation: designationBody.default({ to: 'all' }) });

/** The number of a paper, as whoever enters it reads it. */
export const paperText = text(60).refine(
  (document) => paperNumber(document).length <= MAX_NUMBER,
  '写全后太长。 Written out, this is too long.',
);

/** Goods that came into a warehouse on one paper. */
export const goodsReceivedBody = z.strictObject({
  source: z.enum(['existing', 'allocated']),
  placeId: slug,
  /** The number of the paper they came with: booked once, whoever enters it. */
  document: paperText,
  lines: z.array(noteLine).min(1).max(MAX_NOTE_LINES),
});
export type GoodsReceivedBody = z.infer<typeof goodsReceivedBody>;

const bookedLine = z.object({
  itemId: z.string(),
  asked: askedQuantity,
  /** In base units. */
  quantity: positive,
  lotNo: z.string().optional(),
  madeOn: z.string().optional(),
  useBy: z.string().optional(),
  designation,
  status: z.enum(['available', 'quarantined']),
});
export type BookedLine = z.infer<typeof bookedLine>;

/** What was bought came from a supplier on the order of a purchase, and is paid for by a fund. */
const boughtBy = z.object({ purchaseId: z.string(), order: z.int(), supplierId: z.string(), fundId: z.string() });

/** A goods received note (入库单): what was accepted, and which lots it became. Never changed. */
export const goodsReceived = z.object({
  county: z.string(),
  id: z.string(),
  version: z.int(),
  source: z.enum(['existing', 'allocated', 'procured', 'donated']),
  placeId: z.string(),
  document: z.string(),
  lines: z.array(bookedLine.extend({ lotId: z.string() })),
  /** Of what was bought. */
  bought: boughtBy.optional(),
  /** Of what was given: the gift. */
  giftId: z.string().optional(),
  at: z.string(),
  by: z.string(),
});
export type GoodsReceived = z.infer<typeof goodsReceived>;

export const goodsReceivedRow = defineRow({
  type: 'goods-received',
  v: 1,
  schema: goodsReceived,
  keys: (row) => ({
    ...keysOf(row.county).goodsReceived(row.id),
    GSI1PK: keysOf(row.county).queue('notes'),
    GSI1SK: row.id,
  }),
});

/** Says that a paper has been booked. It never expires: the same paper may turn up again months later. */
export const paperRow = defineRow({
  type: 'paper',
  v: 1,
  schema: z.object({
    county: z.string(),
    placeId: z.string(),
    source: z.string(),
    /** In the form in which two people who type the same number write the same. */
    number: z.string(),
    /** The note it was booked as; where nothing on it could be accepted, the row that says so. */
    noteId: z.string(),
  }),
  keys: (row) => keysOf(row.county).paper(row.placeId, row.source, row.number),
});

export type Paper = ReturnType<typeof paperRow.parse>;

/** Sources of which nobody says who issued the paper. */
const UNSIGNED = ['existing', 'allocated'] as const;
/** Stands for whoever issued a paper of this number. */
const SIGNED = 'issued';

/** The papers that a note is booked once by. */
interface Papers {
  readonly own: Paper;
  /** What the same paper may have been booked as by another door: there must be none of them. */
  readonly others: readonly Paper[];
  /** That a known issuer's paper of this number is booked, for those that do not say whose theirs is. */
  readonly mark?: Paper;
}

/**
 * Two suppliers may well have a delivery note of the same number, so a known issuer's paper is told apart from another
 * known issuer's. Where one of two does not say who issued it, as with stock booked in and goods from above, papers of
 * the same number at the same place are one paper.
 */
export const papersOf = (
  of: Pick<GoodsReceived, 'county' | 'placeId' | 'document' | 'source' | 'bought' | 'giftId'>,
  noteId: string,
): Papers => {
  const { county, placeId, document } = of;
  const issuer = of.bought?.supplierId ?? of.giftId;
  const by = (source: string): Paper => ({ county, placeId, source, number: paperNumber(document), noteId });
  if (issuer !== undefined) return { own: by(`${of.source}.${issuer}`), others: UNSIGNED.map(by), mark: by(SIGNED) };
  const others = [...UNSIGNED, SIGNED].filter((source) => source !== of.source);
  return { own: by(of.source), others: others.map(by) };
};

/** Without blanks, and without what nobody sees, such as a zero-width space that came along from a message. */
const inkOf = (document: string): string => document.normalize('NFKC').replace(/[\s\p{Cf}]+/gu, '');

/** `ｇｋ－００１ ` and `GK-001` are one paper, and so are `银付1号` and `银付 1号`. */
export const paperNumber = (document: string): string => inkOf(inkOf(document).toUpperCase()).normalize('NFKC');

/**
 * What booking goods in is called. What was in the county before anybody counted opens the books; what comes from
 * above, is bought or given, is received into them.
 */
const KINDS = {
  existing: 'opening',
  allocated: 'received',
  procured: 'received',
  donated: 'received',
} as const satisfies Partial<Record<Source, Movement['kind'] & Bucket>>;
export const kindOf = (source: GoodsReceived['source']): 'opening' | 'received' => KINDS[source];

interface Dates {
  readonly madeOn?: string | undefined;
  readonly useBy?: string | undefined;
}

/**
 * Last day of use: as printed, or from the day of making and the shelf life; none for goods that do not expire. Shelf
 * life is a ceiling, from the day of making, or from today where that is not known (FACTS: perishables).
 */
const useByOf = ({ madeOn, useBy }: Dates, { shelfLifeDays }: Item): string | undefined =>
  useBy ?? (madeOn === undefined || shelfLifeDays === undefined ? undefined : plusDays(madeOn, shelfLifeDays));

/**
 * The last day that may be printed on goods of this shelf life. Labels count in months and years of the calendar, of
 * which the catalogue's days are a round number (two years are 730 days, half a year 180): whichever is later. Never more
 * than half a month beyond the days.
 */
export const keepsUntil = (madeOn: string, shelfLifeDays: number): string => {
  const months = Math.min(Math.floor(shelfLifeDays / 30), Math.round(shelfLifeDays / DAYS_A_MONTH));
  const [byDays, byMonths] = [plusDays(madeOn, shelfLifeDays), plusMonths(madeOn, months)];
  return compare(byDays, byMonths) > 0 ? byDays : byMonths;
};
const DAYS_A_MONTH = 365.25 / 12;

/** What is wrong with the dates of a line, by its field. */
const dateFaults = (line: Dates, item: Item, today: string): FieldError[] => {
  const { madeOn, useBy } = line;
  const last = useByOf(line, item);
  const { shelfLifeDays } = item;
  const ceiling = shelfLifeDays === undefined ? undefined : keepsUntil(madeOn ?? today, shelfLifeDays);
  return [
    ...(madeOn !== undefined && madeOn > today
      ? [
          fault('madeOn', {
            zh: `生产日期 ${madeOn} 还没有到：今天是 ${today}。`,
            en: `Nothing is made on ${madeOn} yet: today is ${today}.`,
          }),
        ]
      : []),
    ...(madeOn !== undefined && useBy !== undefined && useBy < madeOn
      ? [
          fault('useBy', {
            zh: `有效期至 ${useBy}，早于生产日期 ${madeOn}。`,
            en: `It cannot expire on ${useBy}, before it was made on ${madeOn}.`,
          }),
        ]
      : []),
    ...(last !== undefined && last < today
      ? [
          fault(useBy === undefined ? 'madeOn' : 'useBy', {
            zh: `已于 ${last} 过期；今天是 ${today}。`,
            en: `It expired on ${last}; today is ${today}.`,
          }),
        ]
      : []),
    ...(ceiling !== undefined && useBy !== undefined && useBy > ceiling
      ? [
          fault('useBy', {
            zh: `${madeOn ?? today} 的${item.nameZh}最多保存到 ${ceiling}。`,
            en: `${item.nameZh} of ${madeOn ?? today} keeps until ${ceiling} at best.`,
          }),
        ]
      : []),
    ...(last === undefined && (item.fresh || item.shelfLifeDays !== undefined)
      ? [
          fault('useBy', {
            zh: `${item.nameZh}有保质期：请填有效期或生产日期。`,
            en: `${item.nameZh} expires: give its use-by, or when it was made.`,
          }),
        ]
      : []),
  ];
};

/** What a note is judged by. */
export interface GoodsReceivedFacts {
  /** The day on the county's calendar. */
  readonly today: string;
  readonly place: Site | undefined;
  readonly items: ReadonlyMap<string, Item>;
  /** Those of the named sites that exist. */
  readonly sites: ReadonlyMap<string, Site>;
}

const lineBooked = (
  { quantity, unit, ...line }: GoodsReceivedBody['lines'][number],
  source: GoodsReceived['source'],
  { today, items, sites }: GoodsReceivedFacts,
): BookedLine | FieldError[] => {
  const item = items.get(line.itemId);
  if (item === undefined)
    return [fault('itemId', { zh: `物资目录里没有编号“${line.itemId}”。`, en: `There is no item ${line.itemId}.` })];
  const amount = counted(item, { quantity, unit }, '');
  const errors = [
    // What was ordered while it was in use is at the door, whatever has been said of it since.
    ...(item.active || source === 'procured'
      ? []
      : [fault('itemId', { zh: `${item.nameZh}已停用。`, en: `${item.nameZh} is no longer in use.` })]),
    ...(typeof amount === 'number' ? [] : [amount]),
    ...dateFaults(line, item, today),
    ...(line.designation.to === 'sites' ? line.designation.siteIds : []).flatMap((id, i) =>
      sites.has(id)
        ? []
        : [fault(`designation.siteIds[${i}]`, { zh: `没有编号为“${id}”的点位。`, en: `There is no site ${id}.` })],
    ),
  ];
  if (errors.length > 0 || typeof amount !== 'number') return errors;
  return { ...line, asked: { quantity, unit }, quantity: amount, useBy: useByOf(line, item) };
};

/** Goods to be booked in, whatever they came from. */
export type Coming = Omit<GoodsReceivedBody, 'source'> & Pick<GoodsReceived, 'source'>;

/** The note's lines in base units and with their use-by; or everything that is wrong with it. */
export const booked = (body: Coming, facts: GoodsReceivedFacts): { lines: BookedLine[]; errors: FieldError[] } => {
  const { place } = facts;
  const lines = body.lines.map((line) => lineBooked(line, body.source, facts));
  return {
    lines: lines.flatMap((line) => (Array.isArray(line) ? [] : [line])),
    errors: [
      ...(place === undefined
        ? [
            fault('placeId', {
              zh: `没有编号为“${body.placeId}”的仓库。`,
              en: `There is no site ${body.placeId}.`,
            }),
          ]
        : keepsStock(place)
          ? []
          : [
              fault('placeId', {
                zh: `${place.nameZh}不是在用的仓库，入库须填仓库。`,
                en: `${place.nameZh} is not a warehouse in use: stock is booked into one.`,
              }),
            ]),
      ...lines.flatMap((line, i) =>
        Array.isArray(line) ? line.map((of) => ({ ...of, path: `lines[${i}].${of.path}` })) : [],
      ),
    ],
  };
};
