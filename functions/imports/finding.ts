import { z } from 'zod';
import { type FieldError, pathOf } from '../shared/problem.ts';
import { reason } from '../shared/reason.ts';
import type { Column } from './column.ts';
import type { SheetRow } from './sheet.ts';

/** One thing about a sheet that a person must mend, or confirm: where, and why, in both languages of the desk. */
export const finding = z
  .object({
    /** As a spreadsheet counts its rows: the headings are line 1. */
    line: z.int(),
    /** The name of the column; empty where the row as a whole is meant. */
    column: z.string(),
    level: z.enum(['error', 'warning']),
    ...reason.shape,
  })
  .meta({ id: 'Finding' });
export type Finding = z.infer<typeof finding>;

type Words = Pick<Finding, 'code' | 'zh' | 'en'>;

export const errorAt = (line: number, column: string, words: Words): Finding => ({
  ...{ line, column, level: 'error' },
  ...words,
});

export const warningAt = (line: number, column: string, words: Words): Finding => ({
  ...{ line, column, level: 'warning' },
  ...words,
});

/** A cell as it is quoted back: of a hostile one, the beginning. */
export const quotedCell = (cell: string): string => (cell.length > 30 ? `${cell.slice(0, 30)}…` : cell);

/** The column that a path of a rule's answer is about: its own, the one it lies in, or the first that lies in it. */
const columnAt = (path: string, columns: readonly Column[]): Column | undefined =>
  columns.find(({ name }) => name === path) ??
  columns.find(({ name }) => path.startsWith(`${name}.`) || path.startsWith(`${name}[`)) ??
  columns.find(({ name }) => name.startsWith(`${path}.`));

/** What is wrong at a path. A rule says it in its own words, where these say more than the column's. */
export type Fault = Pick<FieldError, 'path'> & Partial<Pick<FieldError, 'message' | 'zh'>>;

/** What a rule says of a row, in its own words or in those of its column. */
export const ruleFinding = (row: SheetRow, { path, message, zh: why }: Fault, columns: readonly Column[]): Finding => {
  const column = columnAt(path, columns);
  if (column === undefined)
    return errorAt(row.line, '', { code: 'bad-row', zh: `这一行不合规定：${why ?? `${path}。`}`, en: message ?? path });
  const { name, zh, takes } = column;
  const cell = row.cells[name] ?? '';
  if (cell === '')
    return errorAt(row.line, name, {
      code: 'blank-cell',
      zh: `「${zh}」没有填写；${why ?? `应填${takes.zh}。`}`,
      en: message ?? `${name} is blank; it takes ${takes.en}.`,
    });
  return errorAt(row.line, name, {
    code: 'bad-cell',
    zh: `「${zh}」不合规定，现为“${quotedCell(cell)}”；${why ?? `应填${takes.zh}。`}`,
    en: message ?? `${name} is “${quotedCell(cell)}”; it takes ${takes.en}.`,
  });
};

/** What a schema refuses, by path, in the column's words: a schema's own speak of types. */
export const schemaFaults = (error: z.ZodError): { readonly path: string }[] =>
  error.issues.map(({ path }) => ({ path: pathOf(path) }));

/** A fault within `lines[i]` and which of the lines it is; of the whole, the first. */
export const lineFault = <F extends { readonly path: string }>(fault: F): { readonly i: number; readonly fault: F } => {
  const [, i, path] = /^lines\[(\d+)\](?:\.(.+))?$/.exec(fault.path) ?? [];
  return i === undefined ? { i: 0, fault } : { i: Number(i), fault: { ...fault, path: path ?? '' } };
};

/** Reasons a row is given in full, and rows that are: beyond, one a row, so that every bad row is named and the answer fits. */
const FULL_ROWS = 1_000;
const REASONS_A_ROW = 5;

/** What is answered of all findings: by line, errors before warnings, every bad row among them. */
export const told = (findings: readonly Finding[]): Finding[] => {
  const rank = ({ level }: Finding) => (level === 'error' ? 0 : 1);
  const rows = Map.groupBy(
    findings.toSorted((a, b) => a.line - b.line || rank(a) - rank(b)),
    ({ line }) => line,
  );
  return [...rows.values()].flatMap((of, n) => of.slice(0, n < FULL_ROWS ? REASONS_A_ROW : 1));
};

/** A finding as problems say it: `line 7, 数量 quantity`. */
export const fieldErrorOf = ({ line, column, zh, en }: Finding, columns: readonly Column[]): FieldError => {
  const heading = columns.find(({ name }) => name === column)?.zh;
  return { path: `line ${line}${column === '' ? '' : `, ${heading ?? ''} ${column}`}`, message: `${zh} ${en}` };
};
