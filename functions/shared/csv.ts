/** What a cell may hold. Nothing, and what is not there, is an empty cell. */
export type Cell = string | number | boolean | null | undefined;

/** Without it Excel takes UTF-8 for the code page of its machine, and Chinese for noise. */
const BYTE_ORDER_MARK = '\uFEFF';

/** What a spreadsheet would run instead of showing it, full-width signs included; and such a cell with its guard on. */
const FORMULA = /^'*[=+\-@\t\r＝＋－＠]/;

/** Puts an apostrophe before what would be run as a formula. Numbers are written as they are: they run nothing. */
const guarded = (words: string): string => (FORMULA.test(words) ? `'${words}` : words);

/** The words of a cell without the guard that was put on when they were written. */
export const unguarded = (words: string): string =>
  words.startsWith("'") && FORMULA.test(words) ? words.slice(1) : words;

const quoted = (words: string): string => (/[",\r\n]/.test(words) ? `"${words.replaceAll('"', '""')}"` : words);

const written = (cell: Cell): string =>
  typeof cell === 'string' ? quoted(guarded(cell)) : cell === null || cell === undefined ? '' : String(cell);

/** A sheet as CSV (RFC 4180) that Excel opens rightly: UTF-8 with a byte-order mark, and no cell that runs. */
export const csvOf = (lines: readonly (readonly Cell[])[]): string =>
  BYTE_ORDER_MARK + lines.map((cells) => `${cells.map(written).join(',')}\r\n`).join('');

export const CSV_TYPE = 'text/csv; charset=utf-8';
