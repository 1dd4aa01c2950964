import { z } from 'zod';
import { baseName, type Item, unitsOf } from '../catalogue/item.ts';
import { estimatedFen } from '../request/estimate.ts';
import { stockStatus } from './balance.ts';
import type { Lot } from './lot.ts';
import {
  adjustmentIdOf,
  difference,
  mayCompare,
  type Stocktake,
  type StocktakeLine,
  stocktakeStatus,
} from './stocktake.ts';

const lineView = z.object({
  n: z.int(),
  itemId: z.string(),
  nameZh: z.string(),
  nameEn: z.string(),
  spec: z.string().optional(),
  /** What the base unit is called on paper. */
  baseName: z.string(),
  units: z.array(z.string()),
  lotId: z.string(),
  lotNo: z.string().optional(),
  useBy: z.string().optional(),
  status: stockStatus,
  /** On no sheet and of no lot that is known. */
  isUnknown: z.boolean(),
  isCounted: z.boolean(),
  /** From here on only for who may compare. In base units; value in fen at the last prices before the emergency. */
  counted: z.int().optional(),
  book: z.int().optional(),
  difference: z.int().optional(),
  valueFen: z.int().optional(),
  countedBy: z.string().optional(),
  countedAt: z.string().optional(),
  adjustmentId: z.string().optional(),
});

/** A stock-take as people read it: blind while it is counted. */
export const stocktakeView = z.object({
  id: z.string(),
  placeId: z.string(),
  status: stocktakeStatus,
  at: z.string(),
  by: z.string(),
  counters: z.array(z.string()),
  /** Numbers of the lines that are yet to be counted. */
  left: z.array(z.int()),
  /** Lines, pages of them, and which of these this is. */
  lineCount: z.int(),
  pageCount: z.int(),
  page: z.int(),
  lines: z.array(lineView),
  /** Over all pages, for who may compare: lines that differ, and what the differences come to. */
  differing: z.int().optional(),
  valueFen: z.int().optional(),
  approvedBy: z.string().optional(),
  approvedAt: z.string().optional(),
  closedAt: z.string().optional(),
  refused: z.array(z.object({ n: z.int(), code: z.string(), detail: z.string() })),
});
export type StocktakeView = z.infer<typeof stocktakeView>;
export type StocktakeLineView = StocktakeView['lines'][number];

/** A stock-take as it stands in a list: nothing of what the books say. */
export const stocktakeSummary = stocktakeView
  .pick({
    id: true,
    placeId: true,
    status: true,
    at: true,
    by: true,
    approvedBy: true,
    approvedAt: true,
    closedAt: true,
  })
  .extend({ lineCount: z.int() });

export const stocktakeSummaryOf = ({ lines, ...row }: Stocktake): z.infer<typeof stocktakeSummary> => {
  const { id, placeId, status, at, by, approvedBy, approvedAt, closedAt } = row;
  return { id, placeId, status, at, by, approvedBy, approvedAt, closedAt, lineCount: lines };
};

interface Facts {
  readonly items: ReadonlyMap<string, Item>;
  readonly lots: ReadonlyMap<string, Lot>;
}

/** Signed: what there is more of counts up, what is missing counts down. */
const valueFenOf = (line: StocktakeLine, items: Facts['items']): number => {
  const [item, quantity] = [items.get(line.itemId), difference(line)];
  if (item === undefined) return 0;
  return Math.sign(quantity) * Number(estimatedFen([{ item, quantity: Math.abs(quantity) }]));
};

const lineViewOf = (
  row: Stocktake,
  line: StocktakeLine,
  { items, lots }: Facts,
  isOpen: boolean,
): StocktakeLineView => {
  const { n, itemId, lotId, status, unknown, count } = line;
  const [item, lot] = [items.get(itemId), lots.get(lotId) ?? unknown];
  const isAdjusted = row.status === 'closed' && difference(line) !== 0;
  return {
    ...{ n, itemId, lotId, status, lotNo: lot?.lotNo, useBy: lot?.useBy },
    ...{ nameZh: item?.nameZh ?? itemId, nameEn: item?.nameEn ?? itemId, spec: item?.spec },
    ...{
      baseName: item === undefined ? '' : baseName(item),
      units: item === undefined ? [] : Object.keys(unitsOf(item)),
    },
    ...{ isUnknown: unknown !== undefined, isCounted: count !== undefined },
    ...(isOpen &&
      count !== undefined && {
        ...{
          counted: count.quantity,
          book: count.book,
          difference: difference(line),
          valueFen: valueFenOf(line, items),
        },
        ...{ countedBy: count.by, countedAt: count.at },
      }),
    ...(isAdjusted && { adjustmentId: adjustmentIdOf(row.id, n) }),
  };
};

/** What this person sees of a stock-take. */
export const stocktakeViewOf = (
  row: Stocktake,
  lines: readonly StocktakeLine[],
  facts: Facts,
  { sub, page, shown }: { readonly sub: string; readonly page: number; readonly shown: readonly StocktakeLine[] },
): StocktakeView => {
  const isOpen = mayCompare(row, sub);
  const { id, placeId, status, at, by, counters, approvedBy, approvedAt, closedAt, refused } = row;
  return {
    ...{ id, placeId, status, at, by, counters, approvedBy, approvedAt, closedAt, refused: isOpen ? refused : [] },
    left: lines.filter(({ count }) => count === undefined).map(({ n }) => n),
    ...{ lineCount: row.lines, pageCount: row.pages, page },
    lines: shown.map((line) => lineViewOf(row, line, facts, isOpen)),
    ...(isOpen && {
      differing: lines.filter((line) => difference(line) !== 0).length,
      valueFen: lines.reduce((sum, line) => sum + valueFenOf(line, facts.items), 0),
    }),
  };
};
