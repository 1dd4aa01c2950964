import { contentOf, type External } from '../request/external.ts';
import { type Draft, draft } from '../request/intake.ts';
import { MAX_LINES } from '../request/request.ts';
import { plusMinutes } from '../shared/clock.ts';
import { type Column, id, moment, oneOf, whole, words } from './column.ts';
import { differing, type Judged } from './entry.ts';
import { type Fault, type Finding, lineFault, ruleFinding, schemaFaults, warningAt } from './finding.ts';
import { goodsColumns, goodsIn, twoUnitFindings } from './goods.ts';
import { mended, refusedIn } from './mended.ts';
import { byNumber, numberColumn, numberFindings, numberOf, numberTaken } from './numbers.ts';
import { type AskFacts, judgedAsk } from './request-faults.ts';
import { type Sheet, type SheetRow, valueIn } from './sheet.ts';

const askColumns: readonly Column[] = [
  { name: 'siteId', zh: '点位编号', needed: true, ...id, sample: 'checkpoint-1' },
  {
    ...{ name: 'recipients', zh: '保障对象', needed: true, sample: '值守人员' },
    ...oneOf({ post: '值守人员', vulnerable: '特殊群体', residents: '居民' }),
  },
  { name: 'needBy', zh: '需求时限', needed: true, ...moment, sample: '2022-05-13 18:00' },
  { name: 'reason', zh: '事由', needed: true, ...words(500), sample: '值守补充' },
  { name: 'coverDays', zh: '保障天数', ...whole(1, 30), sample: '3' },
];

/** What sites ask for: a row a line; rows of one number are one request. */
export const requestColumns: readonly Column[] = [
  numberColumn('申请编号', '卡点申〔2022〕3号'),
  ...askColumns,
  ...Object.values(goodsColumns),
];

export interface RequestFacts extends AskFacts {
  /** What numbers of the sheet have become already. */
  readonly externals: ReadonlyMap<string, External>;
}

type Rows = readonly { readonly row: SheetRow; readonly itemId: string | undefined }[];

const candidateOf = (rows: Rows) => ({
  ...Object.fromEntries(askColumns.map((column) => [column.name, rows[0] && valueIn(rows[0].row, column)])),
  lines: rows.map(({ row, itemId }) => ({
    // A row whose goods are not known is found by itself; here it stands for any.
    itemId: itemId ?? 'unknown',
    quantity: valueIn(row, goodsColumns.quantity),
    unit: row.cells['unit'],
  })),
});

/** What stands for what cannot be read, while the rest is judged. */
const standIns = (now: string) => ({
  head: { siteId: 'unknown', recipients: 'residents', needBy: plusMinutes(now, 60), reason: '—' },
  line: { quantity: 1, unit: '—' },
});

interface Ask {
  readonly draft?: Draft;
  readonly findings: readonly Finding[];
  readonly isKnown?: true;
}

const OF = { columns: requestColumns, most: MAX_LINES, zh: '一份申请', en: 'A request' };

const judgeAsk = (number: string, all: Rows, facts: RequestFacts, isFound: (finding: Finding) => boolean): Ask => {
  const rows = all.slice(0, MAX_LINES);
  const rowAt = (i: number): SheetRow => rows[i]?.row ?? rows[0]?.row ?? { line: 1, cells: {} };
  const say = (faults: readonly Fault[]): Finding[] =>
    faults
      .map(lineFault)
      .map(({ i, fault }) => ruleFinding(rowAt(i), fault, requestColumns))
      .filter((finding) => !isFound(finding));
  const differ = differing(
    all.map(({ row }) => row),
    askColumns,
  ).map((of): Finding => ({ ...of, level: 'error' }));
  const candidate = candidateOf(rows);
  const read = draft.safeParse(candidate);
  const before = read.success ? facts.externals.get(number) : undefined;
  if (read.success && before?.content === contentOf(read.data) && all.length === rows.length)
    return { findings: differ, isKnown: true };
  const stands = [
    ...numberFindings(number, all, OF),
    ...differ,
    ...(before === undefined ? [] : [numberTaken(rowAt(0).line, before.number, before.requestId)]),
    ...(read.success ? [] : say(schemaFaults(read.error))),
  ];
  const asked = read.success
    ? read.data
    : draft.safeParse(mended(candidate, refusedIn(read.error), standIns(facts.now))).data;
  if (asked === undefined) return { findings: stands };
  const { faults, odd } = judgedAsk(asked, facts);
  const told = new Set(stands.map(({ line, column }) => `${line} ${column}`));
  const findings = [
    ...stands,
    ...[
      ...say(faults),
      ...odd.map(({ n, code, zh, en }) => warningAt(rowAt(n - 1).line, 'quantity', { code, zh, en })),
    ].filter(({ line, column }) => !told.has(`${line} ${column}`)),
  ];
  const isGood = findings.every(({ level }) => level === 'warning');
  return { ...(isGood && read.success && { draft: read.data }), findings };
};

/** Holds a sheet of requests against the catalogue, the policy and the numbers that are taken. */
export const judgeRequests = (sheet: Sheet, facts: RequestFacts): Judged => {
  const read = sheet.rows.map((row) => ({ row, goods: goodsIn(row, facts.shelf) }));
  const goodsFindings = read.flatMap(({ goods }) => goods.findings);
  const found = new Set(
    goodsFindings.filter(({ level }) => level === 'error').map(({ line, column }) => `${line} ${column}`),
  );
  const nameless = new Set(read.filter(({ goods }) => goods.item === undefined).map(({ row }) => row.line));
  const isFound = ({ line, column }: Finding): boolean =>
    found.has(`${line} ${column}`) || (column === 'itemId' && nameless.has(line));
  const rows = read.map(({ row, goods }) => ({ row, itemId: goods.item?.id }));
  const asks = byNumber(rows).map(({ number, rows: of }) => ({ number, of, ...judgeAsk(number, of, facts, isFound) }));
  const known = new Set(asks.flatMap(({ of, isKnown }) => (isKnown ? of.map(({ row }) => row.line) : [])));
  const fresh = read.filter(({ row }) => !known.has(row.line)).map(({ row, goods }) => ({ row, item: goods.item }));
  return {
    entries: asks.flatMap(({ number, of, draft: asked }) =>
      asked === undefined
        ? []
        : [{ lines: of.map(({ row }) => row.line), job: { kind: 'requests', number, draft: asked } }],
    ),
    findings: [
      ...goodsFindings.filter(({ line }) => !known.has(line)),
      ...asks.flatMap(({ findings }) => findings),
      // One site may count in boxes and another in pieces: within one request only.
      ...[...Map.groupBy(fresh, ({ row }) => numberOf(row)).values()].flatMap(twoUnitFindings),
    ],
    known: known.size,
  };
};
