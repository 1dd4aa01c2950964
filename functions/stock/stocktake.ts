import { z } from 'zod';
import { counted, type Item } from '../catalogue/item.ts';
import { keysOf } from '../shared/keys.ts';
import { compare } from '../shared/order.ts';
import { type FieldError, Problem, wrongStatus } from '../shared/problem.ts';
import { day, instant, quantity, slug, text } from '../shared/quantity.ts';
import { defineRow } from '../shared/row.ts';
import { type Balance, type StockStatus, stockStatus } from './balance.ts';
import { byUseBy, type Lot } from './lot.ts';
import type { Movement } from './movement.ts';

/** More than people count in a night: a larger place is counted by items. */
export const MAX_LINES = 500;
/** Lines in one row; ten such rows are written where a stock-take is opened. */
const PAGE_LINES = 50;
/** Lines of one report: each shelf is checked in its transaction, beside the pages that they are written on. */
const MAX_COUNTED = 50;
/** What was refused at approval is said of so many lines; the rest follows when these are settled. */
export const MAX_REFUSED = 50;

export const stocktakeBody = z.strictObject({
  placeId: slug,
  /** Only these; none named: all that lies there. */
  itemIds: z.array(slug).min(1).max(100).optional(),
});
export type StocktakeBody = z.infer<typeof stocktakeBody>;

const countedLine = z.strictObject({
  /** A line of the sheet. For goods that are on none: the item, and the lot where it is known. */
  n: z.int().min(1).max(MAX_LINES).optional(),
  itemId: slug.optional(),
  lotId: z
    .string()
    .regex(/^[\w-]{1,64}$/, 'a lot id')
    .optional(),
  lotNo: text(60).optional(),
  useBy: day.optional(),
  status: stockStatus.optional(),
  /** What lies there, in this unit; nothing is a count too. */
  quantity,
  unit: text(20),
});

export const countsBody = z.strictObject({
  lines: z.array(countedLine).max(MAX_COUNTED),
  /** When the shelves were counted; now, unless it is entered later. */
  countedAt: instant.optional(),
  /** That was all: the count goes to whoever approves it. */
  complete: z.boolean().default(false),
});
export type CountsBody = z.infer<typeof countsBody>;
type CountedLine = CountsBody['lines'][number];

export const approvalBody = z.strictObject({
  /** Lines to be counted again before anything is approved. */
  recount: z.array(z.int().min(1).max(MAX_LINES)).max(MAX_LINES).default([]),
  note: text(300).optional(),
});
export type ApprovalBody = z.infer<typeof approvalBody>;

/** What somebody counted of a line, and what the books said at that moment; in base units. */
const count = z.object({
  quantity,
  asked: z.object({ quantity, unit: z.string() }),
  book: z.int(),
  at: z.string(),
  by: z.string(),
});

const line = z.object({
  n: z.int(),
  itemId: z.string(),
  /** Of goods whose lot nobody knows: the lot that they will be. */
  lotId: z.string(),
  status: stockStatus,
  /** Goods whose lot nobody knows, and what is printed on them. */
  unknown: z.object({ lotNo: z.string().optional(), useBy: z.string().optional() }).optional(),
  count: count.optional(),
});
export type StocktakeLine = z.infer<typeof line>;

export const stocktakeStatus = z.enum(['counting', 'counted', 'approved', 'closed', 'cancelled']);

/**
 * A stock-take of a place (盘点): what lies there is counted blind, and differences become adjustments once a second
 * person has approved them. What the books say is taken line by line, as of the moment at which the line was counted:
 * what the shelf holds at the commit that records the count, less whatever was booked on it since that moment. So goods
 * that are booked in or out while others are still counting are no difference, before or after their shelf was counted.
 * What is approved is the difference, not the count: it is added to what the shelf holds by then. Goods in picking still
 * lie there and are counted with their shelf, until they are dispatched. What left before the count and is booked after
 * it, from paper, does show as a difference: whoever approves sends that line back once it is booked.
 */
export const stocktakeRow = defineRow({
  type: 'stocktake',
  v: 1,
  schema: z.object({
    county: z.string(),
    id: z.string(),
    version: z.int(),
    placeId: z.string(),
    itemIds: z.array(z.string()).optional(),
    status: stocktakeStatus,
    lines: z.int(),
    pages: z.int(),
    /** Whoever counted: none of them approves. */
    counters: z.array(z.string()),
    at: z.string(),
    by: z.string(),
    approvedAt: z.string().optional(),
    approvedBy: z.string().optional(),
    closedAt: z.string().optional(),
    /** Why some differences could not be adjusted yet. */
    refused: z.array(z.object({ n: z.int(), code: z.string(), detail: z.string() })).default([]),
    /** Tells the approvers that it is counted. */
    noticeId: z.string().optional(),
    /** Approved differences are yet to be adjusted; since when. */
    owed: z.string().optional(),
  }),
  keys: (row) => ({
    ...keysOf(row.county).stocktake(row.id),
    ...(row.owed !== undefined && {
      GSI1PK: keysOf(row.county).queue('stocktakes.owed'),
      GSI1SK: `${row.owed}#${row.id}`,
    }),
    GSI2PK: keysOf(row.county).queue('stocktakes'),
    GSI2SK: row.id,
  }),
});
export type Stocktake = ReturnType<typeof stocktakeRow.parse>;

/** Some lines of a stock-take: few rows are read and written, and people at different shelves do not meet. */
export const stocktakePageRow = defineRow({
  type: 'stocktake-page',
  v: 1,
  schema: z.object({
    county: z.string(),
    stocktakeId: z.string(),
    page: z.int(),
    version: z.int(),
    lines: z.array(line).max(PAGE_LINES),
  }),
  keys: (row) => keysOf(row.county).stocktakePage(row.stocktakeId, row.page),
});
export type StocktakePage = ReturnType<typeof stocktakePageRow.parse>;

/** The one stock-take that is open at a place. */
export const stocktakeOfRow = defineRow({
  type: 'stocktake-of',
  v: 1,
  schema: z.object({ county: z.string(), placeId: z.string(), stocktakeId: z.string() }),
  keys: (row) => keysOf(row.county).stocktakeOf(row.placeId),
});

/** On which page a line stands. */
export const pageOfLine = (n: number): number => Math.floor((n - 1) / PAGE_LINES) + 1;

/** The lines of a sheet as its shelves are walked: by item, then by what expires first. */
export const sheetLines = (balances: readonly Balance[], items: ReadonlyMap<string, Item>): StocktakeLine[] => {
  const nameOf = ({ itemId }: Balance) => items.get(itemId)?.nameZh ?? itemId;
  return balances
    .toSorted(
      (a, b) =>
        nameOf(a).localeCompare(nameOf(b), 'zh-CN') ||
        compare(a.itemId, b.itemId) ||
        byUseBy(a, b) ||
        compare(a.lotId, b.lotId) ||
        compare(a.status, b.status),
    )
    .map(({ itemId, lotId, status }, i) => ({ n: i + 1, itemId, lotId, status }));
};

/** Lines onto their pages, in their order. */
export const paged = (lines: readonly StocktakeLine[]): StocktakeLine[][] => [
  ...Map.groupBy(lines, ({ n }) => pageOfLine(n)).values(),
];

/** What the books said of a shelf at an instant: what it holds now, less what was booked on it since. */
export const bookAt = (
  onHand: number,
  movements: readonly Movement[],
  { placeId, status }: { readonly placeId: string; readonly status: StockStatus },
  at: string,
): number =>
  movements.reduce(
    (left, move) => (move.placeId === placeId && move.at > at ? left - (move.shelves?.[status] ?? 0) : left),
    onHand,
  );

/** Counted less booked; nothing, where it was not counted. */
export const difference = ({ count: of }: Pick<StocktakeLine, 'count'>): number =>
  of === undefined ? 0 : of.quantity - of.book;

/** The adjustment of a line: always the same, so that it is made once. */
export const adjustmentIdOf = (stocktakeId: string, n: number): string => `adj_${stocktakeId}-${n}`;

/** What a report of counts is judged by. */
export interface CountFacts {
  readonly lines: ReadonlyMap<number, StocktakeLine>;
  readonly items: ReadonlyMap<string, Item>;
  readonly lots: ReadonlyMap<string, Lot>;
}

/** A line as it was counted: which it is, and how much is there in base units. */
export interface Told {
  readonly line: Omit<StocktakeLine, 'count'>;
  readonly quantity: number;
  readonly asked: { readonly quantity: number; readonly unit: string };
}

/** Which line is meant; where it is on none, the new one, numbered `next`. */
const lineOf = (
  told: CountedLine,
  { lines, items, lots }: CountFacts,
  next: number,
  newLot: () => string,
): Told['line'] | FieldError => {
  const { n, itemId, lotId, lotNo, useBy } = told;
  if (n !== undefined) {
    const extra = (['itemId', 'lotId', 'lotNo', 'useBy', 'status'] as const).find((field) => told[field] !== undefined);
    if (extra !== undefined) return { path: extra, message: 'The sheet says this of its line.' };
    return lines.get(n) ?? { path: 'n', message: `There is no line ${n}.` };
  }
  if (itemId === undefined) return { path: 'n', message: 'Say the line of the sheet, or the item that is on none.' };
  if (!items.has(itemId)) return { path: 'itemId', message: `There is no item ${itemId}.` };
  if (lotId === undefined) {
    if (told.quantity === 0) return { path: 'quantity', message: 'Nothing of goods that nobody knew of is no find.' };
    if (told.status !== undefined && told.status !== 'quarantined')
      return { path: 'status', message: 'Goods of which nobody knows where they came from are looked at first.' };
    return { n: next, itemId, lotId: newLot(), status: 'quarantined', unknown: { lotNo, useBy } };
  }
  if (lots.get(lotId)?.itemId !== itemId) return { path: 'lotId', message: `There is no lot ${lotId} of this item.` };
  const { status = 'available' } = told;
  const same = [...lines.values()].find((one) => one.lotId === lotId && one.status === status);
  return same === undefined
    ? { n: next, itemId, lotId, status }
    : { path: 'n', message: `This is line ${same.n} of the sheet.` };
};

/** The lines as they were counted, or everything that is wrong with the report, by field. */
export const toldOf = (
  body: Pick<CountsBody, 'lines'>,
  facts: CountFacts,
  newLot: () => string,
): { readonly told: Told[]; readonly errors: FieldError[] } => {
  const lines = new Map(facts.lines);
  const told: Told[] = [];
  const errors: FieldError[] = [];
  for (const [i, one] of body.lines.entries()) {
    const fault = ({ path, message }: FieldError) => errors.push({ path: `lines[${i}].${path}`, message });
    const found = lineOf(one, { ...facts, lines }, lines.size + 1, newLot);
    if ('path' in found) {
      fault(found);
      continue;
    }
    const item = facts.items.get(found.itemId);
    const amount = item === undefined ? 0 : counted(item, { quantity: one.quantity, unit: one.unit }, '');
    if (typeof amount !== 'number') fault(amount);
    else if (found.n > MAX_LINES) fault({ path: 'itemId', message: `A stock-take has at most ${MAX_LINES} lines.` });
    else if (told.some(({ line: { n } }) => n === found.n))
      fault({ path: 'n', message: 'This line is counted twice.' });
    else {
      lines.set(found.n, found);
      told.push({ line: found, quantity: amount, asked: { quantity: one.quantity, unit: one.unit } });
    }
  }
  return { told, errors };
};

/** @throws Problem 409 `wrong-status` when the stock-take is not at one of these. */
export const demandStatus = (row: Stocktake, ...wanted: readonly Stocktake['status'][]): void => {
  if (!wanted.includes(row.status))
    throw wrongStatus(stocktakeRow.keyOf(row), `${row.id} is ${row.status}, not ${wanted.join(' or ')}.`);
};

/** @throws Problem 403 `same-person` for whoever counted. */
export const demandOther = ({ counters }: Stocktake, sub: string): void => {
  if (counters.includes(sub))
    throw new Problem(
      403,
      'same-person',
      'Whoever counted does not approve: a second person looks at the differences.',
    );
};

/** While it is counted nobody sees what the books say of it, and who counted only when it is over. */
export const mayCompare = ({ status, counters }: Stocktake, sub: string): boolean =>
  status === 'closed' || status === 'cancelled' || (status !== 'counting' && !counters.includes(sub));
