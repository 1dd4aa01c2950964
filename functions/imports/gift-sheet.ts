import { z } from 'zod';
import type { Donor } from '../donation/donor.ts';
import { type GiftBody, giftBody, MAX_GIFT_LINES } from '../donation/gift.ts';
import { contentOf, type GiftNumber } from '../donation/numbered.ts';
import { giftFaults, type Known } from '../donation/registering.ts';
import { MAX_FEN } from '../shared/money.ts';
import { type Column, day, id, listOf, moment, oneOf, partsOf, whole, words, yesNo } from './column.ts';
import { differing, type Judged } from './entry.ts';
import { type Fault, type Finding, lineFault, ruleFinding, schemaFaults, warningAt } from './finding.ts';
import { goodsColumns, goodsIn, type Shelf, twoUnitFindings } from './goods.ts';
import { mended, refusedIn } from './mended.ts';
import { byNumber, numberColumn, numberFindings, numberOf, numberTaken } from './numbers.ts';
import { type Sheet, type SheetRow, valueIn, withAt } from './sheet.ts';
import { meantFor } from './site-sheet.ts';

const headColumns: readonly Column[] = [
  {
    ...{ name: 'donor.kind', zh: '捐赠人类型', needed: true, sample: '企业' },
    ...oneOf({ company: '企业', unit: '单位', person: '个人' }),
  },
  { name: 'donor.name', zh: '捐赠人', ...words(80), sample: '样例公司' },
  { name: 'donor.anonymous', zh: '匿名', ...yesNo, sample: '否' },
  { name: 'donor.contact', zh: '联系人', ...words(60), sample: '' },
  {
    ...{ name: 'donor.phone', zh: '联系电话', read: (cell) => cell, sample: '+86 973 000 0000' },
    takes: { zh: '电话号码：数字、空格和连字符', en: 'a telephone number' },
  },
  { name: 'wish.for', zh: '定向', ...meantFor, sample: '类别:村' },
  {
    ...{ name: 'wish.fallback', zh: '意愿落空时', sample: '县里决定' },
    ...oneOf({ ask: '征求意见', county: '县里决定', return: '退还' }),
  },
  { name: 'wish.related', zh: '与受益人有利害关系', ...yesNo, sample: '否' },
  { name: 'expectedAt', zh: '送达时间', ...moment, sample: '2022-05-14 12:00' },
  { name: 'placeId', zh: '仓库编号', ...id, sample: 'county-warehouse' },
];

const moreColumns: readonly Column[] = [
  { name: 'lotNo', zh: '批号', ...words(60), sample: '20220301' },
  { name: 'madeOn', zh: '生产日期', ...day, sample: '2022-03-01' },
  { name: 'useBy', zh: '有效期至', ...day, sample: '' },
  { name: 'standard', zh: '执行标准', ...words(60), sample: '' },
  { name: 'certificates', zh: '证明文件', ...listOf(words(80)), sample: '样例合格证' },
  { name: 'declaredFen', zh: '申报价值分', ...whole(0, MAX_FEN), sample: '' },
];

/** What donors give: a row a kind of goods; rows of one number are one gift. */
export const giftColumns: readonly Column[] = [
  numberColumn('捐赠编号', '样例捐〔2022〕3号'),
  ...headColumns,
  ...Object.values(goodsColumns),
  ...moreColumns,
];

export interface GiftFacts {
  readonly shelf: Shelf;
  readonly known: Known;
  /** What numbers of the sheet have become already, and who gave that. */
  readonly numbers: ReadonlyMap<string, GiftNumber & { readonly donor: Donor | undefined }>;
}

/** Words of a sheet that may be sites: warehouses, and those that something is meant for. */
export const placesIn = (sheet: Sheet): string[] =>
  sheet.rows.flatMap(({ cells }) => [cells['placeId'] ?? '', ...partsOf(cells['wish.for'] ?? '')]);

const { donor, wish, expectedAt, placeId, goods } = giftBody.shape;
/** A gift of goods as it stands in a sheet; what it is called there does not matter. */
const paper = z.strictObject({ donor, wish, expectedAt, placeId, lines: goods.unwrap() });

interface Read {
  readonly row: SheetRow;
  readonly itemId: string | undefined;
}

/** In the donor's words, where the catalogue has no such thing. */
const inWords = ({ cells }: SheetRow): string => [cells['name'], cells['spec']].filter(Boolean).join(' ');

const candidateOf = (rows: readonly Read[]) => ({
  ...headColumns.reduce<Readonly<Record<string, unknown>>>(
    (all, column) => withAt(all, column.name.split('.'), rows[0] && valueIn(rows[0].row, column)),
    {},
  ),
  lines: rows.map(({ row, itemId }) => ({
    ...(itemId === undefined ? { what: inWords(row) || '—' } : { itemId }),
    ...{ quantity: valueIn(row, goodsColumns.quantity), unit: row.cells['unit'] },
    ...Object.fromEntries(moreColumns.map((column) => [column.name, valueIn(row, column)])),
  })),
});

/** What stands for what cannot be read, while the rest is judged. */
const STAND_INS = { head: { donor: { kind: 'company', anonymous: true }, wish: {} }, line: { quantity: 1, unit: '—' } };

const asGift = ({ lines, ...of }: z.output<typeof paper>): GiftBody => giftBody.parse({ ...of, goods: lines });

interface Given {
  readonly body?: GiftBody;
  readonly findings: readonly Finding[];
  readonly isKnown?: true;
}

const OF = { columns: giftColumns, most: MAX_GIFT_LINES, zh: '一笔捐赠', en: 'A gift' };

/** Whether a donor may be this one: of one that was forgotten, nobody can say. */
const mayBe = (known: Donor | undefined, { kind, name }: GiftBody['donor']): boolean =>
  known === undefined || known.erasedAt !== undefined || (known.kind === kind && known.name === name);

const judgeGift = (number: string, all: readonly Read[], { known, numbers }: GiftFacts): Given => {
  const rows = all.slice(0, MAX_GIFT_LINES);
  const rowAt = (i: number): SheetRow => rows[i]?.row ?? { line: 1, cells: {} };
  const say = (faults: readonly Fault[]): Finding[] =>
    faults
      .map(({ path, ...of }) => lineFault({ ...of, path: path.replace(/^goods\[/, 'lines[') }))
      .map(({ i, fault }) => ruleFinding(rowAt(i), fault, giftColumns));
  const differ = differing(
    all.map(({ row }) => row),
    headColumns,
  ).map((of): Finding => ({ ...of, level: 'error' }));
  const candidate = candidateOf(rows);
  const read = paper.safeParse(candidate);
  const before = read.success ? numbers.get(number) : undefined;
  const isSame =
    read.success && before?.content === contentOf(asGift(read.data)) && mayBe(before.donor, read.data.donor);
  if (isSame && all.length === rows.length) return { findings: differ, isKnown: true };
  const stands = [
    ...numberFindings(number, all, OF),
    ...differ,
    ...(before === undefined ? [] : [numberTaken(rowAt(0).line, number, before.donationId)]),
    ...(read.success ? [] : say(schemaFaults(read.error))),
  ];
  const given = read.success ? read.data : paper.safeParse(mended(candidate, refusedIn(read.error), STAND_INS)).data;
  if (given === undefined) return { findings: stands };
  const told = new Set(stands.map(({ line, column }) => `${line} ${column}`));
  const ruled = say(giftFaults(asGift(given), known)).filter(({ line, column }) => !told.has(`${line} ${column}`));
  const findings = [...stands, ...ruled];
  return { ...(findings.length === 0 && read.success && { body: asGift(read.data) }), findings };
};

/** Goods that the catalogue does not have are given all the same: a person says what they are. */
const forAPerson = ({ line, column }: Finding, row: SheetRow): Finding =>
  warningAt(line, column, {
    code: 'for-a-person',
    zh: `物资目录里没有“${inWords(row)}”，导入后由人工核对；请确认。`,
    en: `“${inWords(row)}” is not in the catalogue: a person looks at it. Confirm if it is meant.`,
  });
const IN_WORDS: ReadonlySet<string> = new Set(['unknown-item', 'other-spec', 'which-spec']);

const readRow = (row: SheetRow, shelf: Shelf) => {
  const { item, findings } = goodsIn(row, shelf);
  const isInWords = item === undefined && (row.cells['itemId'] ?? '') === '' && (row.cells['name'] ?? '') !== '';
  return {
    ...{ row, item, itemId: item?.id },
    findings: findings.map((one) => (isInWords && IN_WORDS.has(one.code) ? forAPerson(one, row) : one)),
  };
};

/** Holds a sheet of gifts against the catalogue and the numbers that are taken; the green channel screens them later. */
export const judgeGifts = (sheet: Sheet, facts: GiftFacts): Judged => {
  const read = sheet.rows.map((row) => readRow(row, facts.shelf));
  const goodsFound = read.flatMap(({ findings }) => findings);
  const wrong = new Set(
    goodsFound.filter(({ level }) => level === 'error').map(({ line, column }) => `${line} ${column}`),
  );
  const wrongLines = new Set(goodsFound.filter(({ level }) => level === 'error').map(({ line }) => line));
  const gifts = byNumber(read).map(({ number, rows }) => ({ number, rows, ...judgeGift(number, rows, facts) }));
  const known = new Set(gifts.flatMap(({ rows, isKnown }) => (isKnown ? rows.map(({ row }) => row.line) : [])));
  const fresh = read.filter(({ row }) => !known.has(row.line));
  return {
    entries: gifts.flatMap(({ number, rows, body }) =>
      body === undefined || rows.some(({ row }) => wrongLines.has(row.line))
        ? []
        : [{ lines: rows.map(({ row }) => row.line), job: { kind: 'gifts', number, body } }],
    ),
    findings: [
      ...goodsFound.filter(({ line }) => !known.has(line)),
      ...gifts.flatMap(({ findings }) => findings).filter(({ line, column }) => !wrong.has(`${line} ${column}`)),
      ...[...Map.groupBy(fresh, ({ row }) => numberOf(row)).values()].flatMap(twoUnitFindings),
    ],
    known: known.size,
  };
};
