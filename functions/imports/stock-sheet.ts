import { counted, type Item } from '../catalogue/item.ts';
import type { Site } from '../catalogue/site.ts';
import { countyDay } from '../shared/clock.ts';
import {
  booked,
  type GoodsReceived,
  type GoodsReceivedBody,
  goodsReceivedBody,
  MAX_NOTE_LINES,
  paperNumber,
} from '../stock/goods-received.ts';
import { type Column, day, id, oneOf, words } from './column.ts';
import { grouped, type Judged } from './entry.ts';
import { errorAt, type Fault, type Finding, lineFault, ruleFinding, schemaFaults } from './finding.ts';
import { goodsColumns, goodsIn, type Shelf, twoUnitFindings } from './goods.ts';
import { mended, refusedIn } from './mended.ts';
import { type Sheet, type SheetRow, valueIn } from './sheet.ts';
import { meantFor } from './site-sheet.ts';

/** Goods that came into a warehouse: a row a line of a paper. */
export const stockColumns: readonly Column[] = [
  { name: 'document', zh: '单据号', needed: true, ...words(60), sample: '青应急调〔2022〕15号' },
  { name: 'source', zh: '来源', needed: true, ...oneOf({ existing: '现有', allocated: '下拨' }), sample: '下拨' },
  { name: 'placeId', zh: '仓库编号', needed: true, ...id, sample: 'county-warehouse' },
  ...Object.values(goodsColumns),
  { name: 'lotNo', zh: '批号', ...words(60), sample: '20220301' },
  { name: 'madeOn', zh: '生产日期', ...day, sample: '2022-03-01' },
  { name: 'useBy', zh: '有效期至', ...day, sample: '' },
  { name: 'designation', zh: '定向', ...meantFor, sample: '' },
  { name: 'status', zh: '库存状态', ...oneOf({ available: '可用', quarantined: '待检' }), sample: '可用' },
];
const LINE_COLUMNS = stockColumns.filter(
  ({ name }) => !['document', 'source', 'placeId', 'name', 'spec'].includes(name),
);
const NOTE_COLUMNS = stockColumns.filter(({ name }) => ['document', 'source', 'placeId'].includes(name));

type Body = GoodsReceivedBody;
const paperHead = goodsReceivedBody.omit({ lines: true });
type Line = Body['lines'][number];

/** Where a paper is in the books: what it is unique by. */
export interface Paper {
  readonly placeId: string;
  readonly source: string;
  readonly number: string;
}
export const paperKey = ({ placeId, source, number }: Paper): string => `${placeId} ${source} ${number}`;
export const paperOf = ({ placeId, source, document }: Omit<Body, 'lines'>): Paper => ({
  placeId,
  source,
  number: paperNumber(document),
});

export interface StockFacts {
  readonly now: string;
  readonly shelf: Shelf;
  readonly sites: ReadonlyMap<string, Site>;
  /** The notes that papers of the sheet are booked as, by the paper's key. */
  readonly notes: ReadonlyMap<string, GoodsReceived>;
}

/** A paper of the sheet, as far as its rows say what is on it: at most 24 lines, the rest on a second sheet of the paper. */
interface Draft {
  readonly rows: readonly { readonly row: SheetRow; readonly item: Item | undefined }[];
  readonly candidate: Readonly<Record<string, unknown>> & {
    readonly lines: readonly Readonly<Record<string, unknown>>[];
  };
}

/** What stands for what cannot be read, while the rest is judged. */
const STAND_INS = {
  head: { document: '—', source: 'existing', placeId: 'unknown' },
  line: { quantity: 1, unit: '—' },
} as const;

/** What a line must say for it to be known again. */
const COUNTED = ['itemId', 'quantity', 'unit'];

/** Judged by each other: where one cannot be read, the other is not judged either. */
const DATES = ['madeOn', 'useBy'];

const draftsOf = (sheet: Sheet, itemOf: (row: SheetRow) => Item | undefined): Draft[] => {
  const rows = sheet.rows.map((row) => ({ row, item: itemOf(row) }));
  const value = (row: SheetRow) =>
    Object.fromEntries(NOTE_COLUMNS.map((column) => [column.name, valueIn(row, column)]));
  const papers = grouped(rows, (row) => {
    const { document, source, placeId } = value(row);
    return `${String(placeId)} ${String(source)} ${paperNumber(String(document ?? ''))}`;
  });
  // Rows of no readable paper have none in common: each is named.
  const isRead = ({ row }: (typeof rows)[number]) => paperHead.safeParse(value(row)).success;
  const apart = papers.flatMap(({ rows: all }) => (all.every(isRead) ? [all] : all.map((one) => [one])));
  return apart.flatMap((all) =>
    Array.from({ length: Math.ceil(all.length / MAX_NOTE_LINES) }, (_, n): Draft => {
      const page = all.slice(n * MAX_NOTE_LINES, (n + 1) * MAX_NOTE_LINES);
      const note = all[0] === undefined ? {} : value(all[0].row);
      return {
        rows: page,
        candidate: {
          ...note,
          ...(n > 0 && { document: `${String(note['document'] ?? '')} (${n + 1})` }),
          lines: page.map(({ row, item }) => ({
            ...Object.fromEntries(LINE_COLUMNS.map((column) => [column.name, valueIn(row, column)])),
            // A row whose goods are not known is found by itself; here it stands for any.
            itemId: item?.id ?? 'unknown',
          })),
        },
      };
    }),
  );
};

/** The papers that a sheet speaks of, as far as they can be read: where to look for what is booked already. */
export const papersIn = (sheet: Sheet, shelf: Shelf): Paper[] =>
  draftsOf(sheet, (row) => goodsIn(row, shelf).item).flatMap(({ candidate: { lines: _, ...head } }) => {
    const { data } = paperHead.safeParse(head);
    return data === undefined ? [] : [paperOf(data)];
  });

/** Sites that a sheet names: warehouses, and those that goods are meant for. */
export const sitesIn = (sheet: Sheet): string[] =>
  sheet.rows
    .flatMap(({ cells }) => [cells['placeId'] ?? '', ...(cells['designation'] ?? '').split(/[;；、]/)])
    .map((part) => part.trim());

/** What a line is known by when the same paper turns up again. */
const identity = (quantity: number, { itemId, lotNo = '', madeOn = '' }: Pick<Line, 'itemId' | 'lotNo' | 'madeOn'>) =>
  JSON.stringify([itemId, quantity, lotNo, madeOn]);

/** Lines of a paper that are not on the note it was booked as, or not as often; none: the paper is in the books. */
export const unbooked = (body: Body, note: GoodsReceived, items: ReadonlyMap<string, Item>): number[] => {
  const left = note.lines.map((line) => identity(line.quantity, line));
  return body.lines.flatMap((line, i) => {
    const item = items.get(line.itemId);
    const base = item && counted(item, line, '');
    const at = typeof base === 'number' ? left.indexOf(identity(base, line)) : -1;
    if (at < 0) return [i];
    left.splice(at, 1);
    return [];
  });
};

const judgeDraft = (
  { rows, candidate }: Draft,
  { now, shelf, sites, notes }: StockFacts,
  isFound: (row: SheetRow, column: string) => boolean,
): { readonly body: Body | undefined; readonly findings: Finding[]; readonly isKnown: boolean } => {
  const rowAt = (i: number): SheetRow => rows[i]?.row ?? rows[0]?.row ?? { line: 1, cells: {} };
  const say = (faults: readonly Fault[]): Finding[] =>
    faults
      .map(lineFault)
      .map(({ i, fault }) => ruleFinding(rowAt(i), fault, stockColumns))
      .filter(({ line, column }) => !rows.some(({ row }) => row.line === line && isFound(row, column)));
  const read = goodsReceivedBody.safeParse(candidate);
  const shape = read.success ? [] : say(schemaFaults(read.error));
  const refused = read.success ? undefined : refusedIn(read.error);
  const body = read.data ?? goodsReceivedBody.safeParse(refused && mended(candidate, refused, STAND_INS)).data;
  if (body === undefined) return { body, findings: shape, isKnown: false };
  const note = refused === undefined || refused.head.size === 0 ? notes.get(paperKey(paperOf(body))) : undefined;
  if (note !== undefined) {
    // A line that cannot be counted cannot be compared either: it is neither on the note nor missing there.
    const isCounted = (i: number) => !refused?.lines.has(i) && !COUNTED.some((column) => isFound(rowAt(i), column));
    const more = unbooked(body, note, shelf.byId)
      .filter(isCounted)
      .map((i) => rowAt(i).line);
    const isWhole = more.length === 0 && rows.every((_, i) => isCounted(i));
    const findings = more.map((line) =>
      errorAt(line, 'document', {
        code: 'paper-booked',
        zh: `“${body.document}”已作为 ${note.id} 入账，其中没有这一行；一份单据只入账一次，差额请另开单据或做盘点调整。`,
        en: `“${body.document}” is booked already, as ${note.id}, without this line. A paper is booked once: use another paper, or adjust.`,
      }),
    );
    return { body: read.data, findings: [...shape, ...findings], isKnown: read.success && isWhole };
  }
  const facts = { today: countyDay(now), place: sites.get(body.placeId), items: shelf.byId, sites };
  const told = new Set(shape.flatMap((of) => besides(of).map((column) => `${of.line} ${column}`)));
  const rules = say(booked(body, facts).errors).filter(({ line, column }) => !told.has(`${line} ${column}`));
  return { body: read.data, findings: [...shape, ...rules], isKnown: false };
};

/** The columns that a finding leaves nothing to be said of. */
const besides = ({ column }: Finding): readonly string[] => (DATES.includes(column) ? DATES : [column]);

/** Holds a sheet of goods against the catalogue and the books. */
export const judgeStock = (sheet: Sheet, facts: StockFacts): Judged => {
  const goods = new Map(sheet.rows.map((row) => [row.line, goodsIn(row, facts.shelf)]));
  const findings = [...goods.values()].flatMap((of) => of.findings);
  const found = new Set(
    findings.filter(({ level }) => level === 'error').map(({ line, column }) => `${line} ${column}`),
  );
  const unknown = (line: number) => goods.get(line)?.item === undefined;
  const isFound = ({ line }: SheetRow, column: string): boolean =>
    found.has(`${line} ${column}`) || (column === 'itemId' && unknown(line));
  const drafts = draftsOf(sheet, ({ line }) => goods.get(line)?.item);
  const judged = drafts.map((draft) => ({ draft, ...judgeDraft(draft, facts, isFound) }));
  const isNew = new Set(judged.flatMap(({ draft, isKnown }) => (isKnown ? [] : draft.rows.map(({ row }) => row.line))));
  const rows = drafts.flatMap((draft) => draft.rows).filter(({ row }) => isNew.has(row.line));
  return {
    entries: judged.flatMap(({ draft, body, isKnown }) =>
      body === undefined || isKnown
        ? []
        : [{ lines: draft.rows.map(({ row }) => row.line), job: { kind: 'stock', body } }],
    ),
    findings: [
      // What is in the books already needs neither mending nor confirming.
      ...findings.filter(({ line }) => isNew.has(line)),
      ...judged.flatMap((of) => of.findings),
      ...twoUnitFindings(rows),
    ],
    known: sheet.rows.length - isNew.size,
  };
};
