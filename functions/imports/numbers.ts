import { paperNumber } from '../stock/goods-received.ts';
import { type Column, words } from './column.ts';
import { grouped } from './entry.ts';
import { errorAt, type Finding, ruleFinding } from './finding.ts';
import type { Sheet, SheetRow } from './sheet.ts';

/** Longest number, as it is compared. */
const MAX_NUMBER = 60;

/** The number that rows which belong together have in common, in the papers of whoever wrote them. */
export const numberColumn = (zh: string, sample: string): Column => ({
  ...{ name: 'number', zh, needed: true, sample },
  ...words(MAX_NUMBER),
});

const isNumber = (number: string): boolean => number !== '' && number.length <= MAX_NUMBER;
export const numberOf = ({ cells }: SheetRow): string => paperNumber(cells['number'] ?? '');

/** The numbers of a sheet that may be keys; one that is too long is found by itself. */
export const numbersIn = (sheet: Sheet): string[] => [...new Set(sheet.rows.map(numberOf))].filter(isNumber);

interface Of {
  readonly row: SheetRow;
}

/** Rows by their number. Those that have none have none in common: each is named. */
export const byNumber = <T extends Of>(
  rows: readonly T[],
): { readonly number: string; readonly rows: readonly T[] }[] =>
  grouped(rows, numberOf).flatMap(({ key, rows: of }) =>
    isNumber(key) ? [{ number: key, rows: of }] : of.map((one) => ({ number: key, rows: [one] })),
  );

/** What is wrong with a number, and with how many rows have it; `what` has that number, and at most so many lines. */
export const numberFindings = (
  number: string,
  rows: readonly Of[],
  { columns, most, zh, en }: { readonly columns: readonly Column[]; readonly most: number; zh: string; en: string },
): Finding[] => {
  const [{ row } = { row: { line: 1, cells: {} } }] = rows;
  if (!isNumber(number)) return [ruleFinding(row, { path: 'number' }, columns)];
  if (rows.length <= most) return [];
  return [
    errorAt(row.line, 'number', {
      code: 'too-many-lines',
      zh: `${zh}至多 ${most} 种物资，“${number}”有 ${rows.length} 行；请分成几份。`,
      en: `${en} has at most ${most} lines, and ${number} has ${rows.length}: divide it into several.`,
    }),
  ];
};

/** The number is something else's already. */
export const numberTaken = (line: number, number: string, by: string): Finding =>
  errorAt(line, 'number', {
    code: 'number-taken',
    zh: `“${number}”已登记为 ${by}，内容与这里不同；请换编号，或先取消原来的。`,
    en: `${number} is ${by} already, with other content. Use another number.`,
  });
