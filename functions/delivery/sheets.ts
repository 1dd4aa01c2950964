import type { LineView } from './view.ts';

/** Widths of a paper's columns, in millimetres of the 186 that an A4 sheet has between its margins. */
export interface Columns {
  readonly name: number;
  /** Each to be filled in by hand. */
  readonly blanks: number;
}

export const WIDTHS = { n: 10, lot: 26, useBy: 25, quantity: 34, blank: 13, all: 186 } as const;

/** What is left for the name of the goods beside so many columns to be filled in by hand. */
export const columnsFor = (blanks: number): Columns => ({
  blanks,
  name: WIDTHS.all - WIDTHS.n - WIDTHS.lot - WIDTHS.useBy - WIDTHS.quantity - blanks * WIDTHS.blank,
});

/** Of a sheet, what heading, transport and signatures leave for rows; a little is kept for what wraps unforeseen. */
const ROOM_MM = 165;
const ROW_PADDING_MM = 2.3;
const LINE_MM = 5.4;
const SMALL_LINE_MM = 4.6;
const CELL_PADDING_MM = 3.3;
/** A Chinese character at 10.5 pt; letters and digits take a little more than half. */
const CHARACTER_MM = 3.7;
const LETTER_MM = 2.2;

const widthOf = (text: string): number =>
  [...text].reduce((sum, character) => sum + (/^[\u0020-\u024f]$/.test(character) ? LETTER_MM : CHARACTER_MM), 0);

const linesOf = (text: string | undefined, columnMm: number): number =>
  text === undefined || text === '' ? 0 : Math.ceil(widthOf(text) / (columnMm - CELL_PADDING_MM));

const heightOf = ({ item, lotNo, quantity }: LineView, { name }: Columns): number => {
  const cells = [
    linesOf(item.nameZh, name) * LINE_MM + linesOf(item.spec, name) * SMALL_LINE_MM,
    linesOf(lotNo ?? '—', WIDTHS.lot) * LINE_MM + SMALL_LINE_MM,
    linesOf(`${quantity} ${item.issueUnit}（${quantity} ${item.baseName}）`, WIDTHS.quantity) * LINE_MM,
  ];
  return ROW_PADDING_MM + Math.max(...cells);
};

/**
 * The lines of a paper, sheet by sheet: as many as its rows leave room for, so that each sheet can carry its own heading
 * and number. A browser would break the table wherever it likes, and the second sheet would say of nothing what it is.
 */
export const sheetsOf = (lines: readonly LineView[], columns: Columns): LineView[][] => {
  const sheets: LineView[][] = [[]];
  let left = ROOM_MM;
  for (const line of lines) {
    const height = heightOf(line, columns);
    if (height > left && sheets.at(-1)?.length !== 0) {
      sheets.push([]);
      left = ROOM_MM;
    }
    sheets.at(-1)?.push(line);
    left -= height;
  }
  return sheets;
};
