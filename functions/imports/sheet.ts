import { CsvError, type Info, parse } from 'csv-parse/sync';
import { unguarded } from '../shared/csv.ts';
import { invalid } from '../shared/problem.ts';
import type { Column } from './column.ts';
import { errorAt, type Finding, quotedCell } from './finding.ts';

/** Rows of a sheet that are booked as one import. */
export const MAX_ROWS = 5_000;
/** Bytes of one row: twenty times what the longest honest one has. */
const MAX_ROW_BYTES = 32 * 1024;
/** A file is read no further: headings, rows, and as many remarks again. */
const MAX_RECORDS = 2 * MAX_ROWS;

/** A row with something in it: the words of each cell, by the name of its column, where the sheet has the column. */
export interface SheetRow {
  readonly line: number;
  readonly cells: Readonly<Record<string, string>>;
}

export interface Sheet {
  /** The names of the columns it has. */
  readonly has: ReadonlySet<string>;
  readonly rows: readonly SheetRow[];
  readonly findings: readonly Finding[];
}

/** What a file is instead, by its first bytes. */
const OTHERS: readonly { readonly begins: readonly number[]; readonly what: string }[] = [
  { begins: [0x50, 0x4b, 0x03, 0x04], what: '这是 Excel 工作簿或压缩包。This is a workbook or a ZIP archive.' },
  { begins: [0xd0, 0xcf, 0x11, 0xe0], what: '这是旧版 Excel 工作簿。This is an old workbook.' },
  { begins: [0xff, 0xfe], what: '这是 UTF-16 文本。This is text in UTF-16.' },
  { begins: [0xfe, 0xff], what: '这是 UTF-16 文本。This is text in UTF-16.' },
];
const SAVE_AS = '请另存为 CSV 再导入。Save it as CSV.';

const refused = (code: string, message: string) => invalid(code, 'body', message);

const decoded = (bytes: Uint8Array, encoding: string): string | undefined => {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
};

/**
 * The text of a file: UTF-8, which hardly any text in another encoding happens to be, or else GB18030, which spreadsheets
 * in China write; with or without a byte-order mark, lines broken by one sign.
 *
 * @throws Problem 422 for what is no such text.
 */
export const textIn = (bytes: Uint8Array): string => {
  if (bytes.length === 0) throw refused('empty-file', '文件是空的。The file is empty.');
  const other = OTHERS.find(({ begins }) => begins.every((byte, i) => bytes[i] === byte));
  if (other !== undefined) throw refused('not-csv', `${other.what}${SAVE_AS}`);
  const text = decoded(bytes, 'utf-8') ?? decoded(bytes, 'gb18030');
  if (text === undefined)
    throw refused('unknown-encoding', `文字编码既非 UTF-8 也非 GB18030。Neither UTF-8 nor GB18030. ${SAVE_AS}`);
  if (text.includes('\0')) throw refused('not-csv', `文件含有非文字内容。There is more than text in this. ${SAVE_AS}`);
  if (text.includes('\uFFFD'))
    throw refused(
      'lost-characters',
      '有些字在传送中已损坏；请以 application/octet-stream 重新发送原文件。Some characters were lost on the way: send the bytes as application/octet-stream.',
    );
  // The parser counts a line break of two signs within quotes as two lines.
  return text.replace(/^\uFEFF/, '').replaceAll(/\r\n?/g, '\n');
};

/** What spreadsheets write between cells where a comma is the decimal sign, or when they save as text. */
const delimiterOf = (text: string): string => {
  const [head = ''] = text.split('\n', 1);
  return [',', '\t', ';'].find((sign) => head.includes(sign)) ?? ',';
};

const parsed = (text: string): { readonly record: string[]; readonly info: Info }[] => {
  try {
    // What `info` makes of each record, its types do not say.
    return parse(text, {
      ...{ delimiter: delimiterOf(text), info: true, relax_column_count: true, skip_empty_lines: true },
      ...{ max_record_size: MAX_ROW_BYTES, to: MAX_RECORDS },
    }) as unknown as { record: string[]; info: Info }[];
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const at = Number(error['lines']);
    throw error.code === 'CSV_MAX_RECORD_SIZE'
      ? invalid('row-too-long', `line ${at}`, `第 ${at} 行过长。Line ${at} is longer than ${MAX_ROW_BYTES} bytes.`)
      : invalid('bad-quotes', `line ${at}`, `第 ${at} 行引号不配对。The quotes of line ${at} do not match.`);
  }
};

const headingOf = (words: string): string => words.normalize('NFKC').replaceAll(/\s+/g, '').toLowerCase();

/** A column by its Chinese heading, its English one, or both as templates write them. */
const columnsBy = (columns: readonly Column[]): ReadonlyMap<string, Column> =>
  new Map(
    columns.flatMap((column) =>
      [column.zh, column.name, `${column.zh}${column.name}`].map((words) => [headingOf(words), column] as const),
    ),
  );

/** Which column stands where; `undefined` where there is none. */
const headed = (
  headings: readonly string[],
  columns: readonly Column[],
): { readonly places: (Column | undefined)[]; readonly findings: Finding[] } => {
  const known = columnsBy(columns);
  const places = headings.map((words) => known.get(headingOf(words)));
  if (places.every((column) => column === undefined))
    throw refused(
      'no-headings',
      `第一行不是本表的列名；可先下载模板。The first line has none of the headings: ${columns.map(({ zh, name }) => `${zh} ${name}`).join(', ')}.`,
    );
  const findings = headings.flatMap((words, i): Finding[] => {
    const column = places[i];
    const shown = quotedCell(words.trim());
    if (column === undefined)
      return shown === ''
        ? []
        : [
            errorAt(1, '', {
              code: 'unknown-column',
              zh: `没有名为“${shown}”的列。`,
              en: `There is no column “${shown}”.`,
            }),
          ];
    if (places.indexOf(column) === i) return [];
    return [
      errorAt(1, column.name, {
        code: 'repeated-column',
        zh: `「${column.zh}」列出现两次。`,
        en: `${column.name} is there twice.`,
      }),
    ];
  });
  const missing = columns.filter((column) => column.needed && !places.includes(column));
  return {
    places,
    findings: [
      ...findings,
      ...missing.map(({ name, zh }) =>
        errorAt(1, name, { code: 'missing-column', zh: `缺少「${zh}」列。`, en: `The column ${name} is missing.` }),
      ),
    ],
  };
};

/** A row is named by the line that it begins on. */
const breaksIn = (record: readonly string[]): number =>
  record.reduce((sum, cell) => sum + (cell.split('\n').length - 1), 0);

/** A row that begins so is a remark: the sample line of a template, or whatever somebody noted beneath. */
const REMARK = /^\s*[#＃]/;

/**
 * Reads a file as rows of these columns. Blank rows and remarks are passed over; whatever else would be lost is found.
 *
 * @throws Problem 422 for a file that is no sheet of them, or has more than 5,000 rows.
 */
export const readSheet = (bytes: Uint8Array, columns: readonly Column[]): Sheet => {
  const [head, ...records] = parsed(textIn(bytes));
  const { places, findings } = headed(head?.record ?? [], columns);
  const rows: SheetRow[] = [];
  const stray: Finding[] = [];
  for (const { record, info } of records) {
    const at = info.lines - breaksIn(record);
    const cells = record.map((cell) => unguarded(cell).trim());
    if (cells.every((cell) => cell === '') || REMARK.test(cells[0] ?? '')) continue;
    rows.push({
      line: at,
      cells: Object.fromEntries(
        places.flatMap((column, i) => (column === undefined ? [] : [[column.name, cells[i] ?? '']])),
      ),
    });
    const beyond = cells.find((cell, i) => cell !== '' && places[i] === undefined && !head?.record[i]?.trim());
    if (beyond !== undefined)
      stray.push(
        errorAt(at, '', {
          code: 'stray-cell',
          zh: `“${quotedCell(beyond)}”不在任何列名之下，前面可能多了一个逗号。`,
          en: `“${quotedCell(beyond)}” stands beneath no heading; a comma before it may be one too many.`,
        }),
      );
  }
  if (rows.length > MAX_ROWS || records.length >= MAX_RECORDS - 1)
    throw refused(
      'too-many-rows',
      `每次至多导入 ${MAX_ROWS} 行，请拆分文件。At most ${MAX_ROWS} rows at once: split the file.`,
    );
  if (rows.length === 0) throw refused('empty-file', '表中没有一行数据。There is not one row of data.');
  return { has: new Set(places.flatMap((column) => column?.name ?? [])), rows, findings: [...findings, ...stray] };
};

/** What the cell of a column means; nothing where it is blank. */
export const valueIn = (row: SheetRow, { name, read }: Column): unknown => {
  const cell = row.cells[name] ?? '';
  return cell === '' ? undefined : read(cell);
};

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The content with one place of it set; a place that nothing is left in is taken away. */
export const withAt = (
  content: Readonly<Record<string, unknown>>,
  [name = '', ...rest]: readonly string[],
  value: unknown,
) => {
  const { [name]: was, ...others } = content;
  const inner: unknown = rest.length === 0 ? value : withAt(isObject(was) ? was : {}, rest, value);
  const nothing = inner === undefined || (rest.length > 0 && isObject(inner) && Object.keys(inner).length === 0);
  return nothing ? others : { ...others, [name]: inner };
};
