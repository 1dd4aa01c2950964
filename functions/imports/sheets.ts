import { type Cell, csvOf } from '../shared/csv.ts';
import { backColumns, idColumn } from './catalogue-sheet.ts';
import type { Column } from './column.ts';
import type { ImportKind } from './entry.ts';
import { giftColumns } from './gift-sheet.ts';
import { itemSheet } from './item-sheet.ts';
import { requestColumns } from './request-sheet.ts';
import { siteSheet } from './site-sheet.ts';
import { stockColumns } from './stock-sheet.ts';

/** The columns of each kind of sheet, in the order of its template. */
export const columnsOf: Readonly<Record<ImportKind, readonly Column[]>> = {
  stock: stockColumns,
  sites: [idColumn, ...siteSheet.columns, ...backColumns],
  items: [idColumn, ...itemSheet.columns, ...backColumns],
  requests: requestColumns,
  gifts: giftColumns,
};

/** What a template's one line begins with: a remark, which an import passes over. */
const SAMPLE = '#样例 sample: ';

/** An empty sheet of a kind: its headings in both languages, and one sample line. */
export const templateOf = (kind: ImportKind): string => {
  const columns = columnsOf[kind];
  const sample = columns.map(({ sample: words }, i): Cell => (i === 0 ? SAMPLE + words : words));
  return csvOf([columns.map(({ zh, name }) => `${zh} ${name}`), sample]);
};
