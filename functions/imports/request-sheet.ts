import type { Policy } from '../catalogue/policy.ts';
import type { Site } from '../catalogue/site.ts';
import { contentOf, type External } from '../request/external.ts';
import { type Draft, draft, type Intake, intake } from '../request/intake.ts';
import { MAX_LINES } from '../request/request.ts';
import { Problem } from '../shared/problem.ts';
import { paperNumber } from '../stock/goods-received.ts';
import { type Column, id, moment, oneOf, whole, words } from './column.ts';
import { differing, grouped, type Judged } from './entry.ts';
import { errorAt, type Finding, lineFault, ruleFinding, schemaFaults, warningAt } from './finding.ts';
import { goodsColumns, goodsIn, type Shelf, twoUnitFindings } from './goods.ts';
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

/** Longest number, as it is compared. */
const MAX_NUMBER = 60;

/** What sites ask for: a row a line; rows of one number are one request. */
export const requestColumns: readonly Column[] = [
  { name: 'number', zh: '申请编号', needed: true, ...words(MAX_NUMBER), sample: '卡点申〔2022〕3号' },
  ...askColumns,
  ...Object.values(goodsColumns),
];

export interface RequestFacts {
  readonly now: string;
  readonly shelf: Shelf;
  readonly sites: ReadonlyMap<string, Site>;
  readonly policy: Policy;
  /** What numbers of the sheet have become already. */
  readonly externals: ReadonlyMap<string, External>;
}

const numberOf = ({ cells }: SheetRow): string => paperNumber(cells['number'] ?? '');

export const numbersIn = (sheet: Sheet): string[] => [...new Set(sheet.rows.map(numberOf))];

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

/** What intake says: the request that this would become, or what is wrong with it. */
const takenIn = (asked: Draft, facts: RequestFacts): Intake | Problem => {
  const { shelf, policy, now } = facts;
  const site = facts.sites.get(asked.siteId);
  try {
    // What the site asked for before is the store's to know: it is held against that when it is booked.
    return intake({ draft: asked, site, items: shelf.byId, asks: [], earlier: new Map(), policy, now });
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
};

interface Ask {
  readonly draft?: Draft;
  readonly findings: readonly Finding[];
  readonly isKnown?: true;
}

const judgeAsk = (number: string, rows: Rows, facts: RequestFacts, isFound: (finding: Finding) => boolean): Ask => {
  const [first] = rows;
  const rowAt = (i: number): SheetRow => rows[i]?.row ?? first?.row ?? { line: 1, cells: {} };
  const wrong = (column: string, code: string, zh: string, en: string): Ask => ({
    findings: [errorAt(rowAt(0).line, column, { code, zh, en })],
  });
  const say = (faults: readonly { readonly path: string; readonly message?: string }[]): Finding[] =>
    faults
      .map(lineFault)
      .map(({ i, fault }) => ruleFinding(rowAt(i), fault, requestColumns))
      .filter((finding) => !isFound(finding));
  if (number === '' || number.length > MAX_NUMBER)
    return { findings: [ruleFinding(rowAt(0), { path: 'number' }, requestColumns)] };
  if (rows.length > MAX_LINES)
    return wrong(
      'number',
      'too-many-lines',
      `一份申请至多 ${MAX_LINES} 种物资，“${number}”有 ${rows.length} 行；请分成几份。`,
      `A request has at most ${MAX_LINES} lines, and ${number} has ${rows.length}: divide it into several.`,
    );
  const differ = differing(
    rows.map(({ row }) => row),
    askColumns,
  ).map((of): Finding => ({ ...of, level: 'error' }));
  const { data: asked, error } = draft.safeParse(candidateOf(rows));
  if (asked === undefined) return { findings: [...differ, ...say(schemaFaults(error))] };
  const before = facts.externals.get(number);
  if (before !== undefined && before.content === contentOf(asked)) return { findings: differ, isKnown: true };
  if (before !== undefined)
    return wrong(
      'number',
      'number-taken',
      `“${number}”已登记为 ${before.requestId}，内容与这里不同；请换编号，或先取消原申请。`,
      `${number} is ${before.requestId} already, with other content. Use another number.`,
    );
  const taken = takenIn({ ...asked, confirmed: true }, facts);
  if (taken instanceof Problem) return { findings: [...differ, ...say(taken.errors)] };
  const odd = taken.odd.map(({ n, code, zh, en }) => warningAt(rowAt(n - 1).line, 'quantity', { code, zh, en }));
  return { draft: asked, findings: [...differ, ...odd] };
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
  const asks = grouped(rows, numberOf).map(({ key, rows: of }) => ({
    number: key,
    of,
    ...judgeAsk(key, of, facts, isFound),
  }));
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
