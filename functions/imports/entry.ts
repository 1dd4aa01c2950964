import { z } from 'zod';
import { itemBody } from '../catalogue/item.ts';
import { siteBody } from '../catalogue/site.ts';
import { giftBody } from '../donation/gift.ts';
import { draft } from '../request/intake.ts';
import { goodsReceivedBody } from '../stock/goods-received.ts';
import type { Column } from './column.ts';
import type { Finding } from './finding.ts';
import type { SheetRow } from './sheet.ts';

export const importKind = z.enum(['stock', 'sites', 'items', 'requests', 'gifts']);
export type ImportKind = z.infer<typeof importKind>;

/** One command of the room that a row belongs to, ready to be done: the version is the one the sheet was held against. */
const job = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('stock'), body: goodsReceivedBody }),
  z.object({ kind: z.literal('sites'), id: z.string(), madeOn: z.int().optional(), body: siteBody }),
  z.object({ kind: z.literal('items'), id: z.string(), madeOn: z.int().optional(), body: itemBody }),
  z.object({ kind: z.literal('requests'), number: z.string(), draft }),
  z.object({ kind: z.literal('gifts'), number: z.string(), body: giftBody }),
]);
export type Job = z.infer<typeof job>;

/** A job and the lines of the sheet that it comes from. */
export const entry = z.object({ n: z.int(), lines: z.array(z.int()).min(1), job });
export type Entry = z.infer<typeof entry>;

/** A sheet as it was judged: what would be booked, and what stands against it. */
export interface Judged {
  readonly entries: readonly Omit<Entry, 'n'>[];
  readonly findings: readonly Finding[];
  /** Rows that are in the books already, just so; there is nothing to be done for them. */
  readonly known: number;
}

/** What of several rows belongs together, in the order of the sheet. */
export const grouped = <T extends { readonly row: SheetRow }>(
  rows: readonly T[],
  keyOf: (row: SheetRow) => string,
): { readonly key: string; readonly rows: readonly T[] }[] =>
  [...Map.groupBy(rows, ({ row }) => keyOf(row))].map(([key, of]) => ({ key, rows: of }));

/** Where rows that belong together do not say the same, though it can only be one. Blank is the same as above. */
export const differing = (rows: readonly SheetRow[], columns: readonly Column[]): Omit<Finding, 'level'>[] => {
  const [first] = rows;
  if (first === undefined) return [];
  return rows.slice(1).flatMap((row) =>
    columns.flatMap(({ name, zh }) => {
      const [was = '', is = ''] = [first.cells[name], row.cells[name]];
      if (is === '' || is === was) return [];
      return [
        {
          ...{ line: row.line, column: name, code: 'differs' },
          zh: `「${zh}」与第 ${first.line} 行同一编号的内容不一致。`,
          en: `${name} differs from line ${first.line}, which has the same number.`,
        },
      ];
    }),
  );
};
