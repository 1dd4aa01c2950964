import { isDeepStrictEqual } from 'node:util';
import type { z } from 'zod';
import type { Actor } from '../shared/actor.ts';
import type { FieldError } from '../shared/problem.ts';
import { slug } from '../shared/quantity.ts';
import { type Column, id, whole, words } from './column.ts';
import type { Job, Judged } from './entry.ts';
import { errorAt, type Finding, ruleFinding, schemaFaults } from './finding.ts';
import { type Sheet, type SheetRow, valueIn, withAt } from './sheet.ts';

/** What every row of the catalogue has: what GET gives comes back with it, so that an exported list can be imported. */
export const idColumn: Column = { name: 'id', zh: '编号', needed: true, ...id, sample: 'sample-1' };
export const backColumns: readonly Column[] = [
  { name: 'county', zh: '县代码', ...words(6), sample: '' },
  { name: 'version', zh: '版本', ...whole(1, 999_999_999), sample: '' },
];

interface Stored {
  readonly id: string;
  readonly version: number;
  readonly county: string;
}

/** What is peculiar to the sheets of one kind of row. */
export interface CatalogueKind<T extends Stored, B> {
  readonly columns: readonly Column[];
  readonly schema: z.ZodType<B>;
  readonly faults: (body: B, before: T | undefined) => readonly FieldError[];
  /** What of a change only headquarters may make; of a new row, all. */
  readonly headquartersOnly: (actor: Actor, next: T, before: T | undefined) => readonly FieldError[];
  /** What stands for what cannot be read, by column, while the rest is judged. */
  readonly standIns: Readonly<Record<string, unknown>>;
  /** Columns that are judged by each other: where one cannot be read, none of them is. */
  readonly together: readonly string[];
  readonly odd: (row: SheetRow, body: B) => readonly Finding[];
  readonly job: (id: string, madeOn: number | undefined, body: B) => Job;
}

/** What the row is to be: columns that the sheet has not are left as they are. */
const contentOf = (row: SheetRow, sheet: Sheet, columns: readonly Column[], before: Stored | undefined) => {
  const { id: _id, version: _version, county: _county, ...was } = before ?? { id: '', version: 0, county: '' };
  return columns
    .filter(({ name }) => sheet.has.has(name))
    .reduce<Readonly<Record<string, unknown>>>(
      (all, column) => withAt(all, column.name.split('.'), valueIn(row, column)),
      was,
    );
};

/** What a row says besides its content: which row it is, and of which county and version. */
const headFindings = (
  { line, cells }: SheetRow,
  actor: Actor,
  before: Stored | undefined,
  twice: number | undefined,
): readonly Finding[] => {
  const { id: of = '', county = '', version = '' } = cells;
  return [
    ...(twice === undefined ? [] : [repeated(line, of, twice)]),
    ...(county !== '' && county !== actor.county ? [otherCounty(line, actor)] : []),
    ...(version !== '' && version !== String(before?.version ?? '') ? [otherVersion(line, before)] : []),
  ];
};

/**
 * The body without what its schema refuses, so that the rules judge the rest in the same round; none where too little is
 * left. It is never booked.
 */
const mendedBody = <B>(
  { schema, standIns }: Pick<CatalogueKind<never, B>, 'schema' | 'standIns'>,
  content: Readonly<Record<string, unknown>>,
  error: z.ZodError,
): B | undefined => {
  const paths = error.issues.map(({ path }) => path.map(String));
  const partly = paths.reduce((all, path) => withAt(all, path, standIns[path.join('.')]), content);
  const { data } = schema.safeParse(partly);
  if (data !== undefined) return data;
  const wholly = paths.reduce((all, [name = '']) => withAt(all, [name], standIns[name]), content);
  return schema.safeParse(wholly).data;
};

/** Holds a sheet of sites or items against the rows that are there. */
export const judgeCatalogue = <T extends Stored, B extends object>(
  kind: CatalogueKind<T, B>,
  sheet: Sheet,
  actor: Actor,
  rows: ReadonlyMap<string, T>,
): Judged => {
  const first = new Map<string, number>();
  const judged = sheet.rows.map((row) => {
    const { line, cells } = row;
    const { id: of = '' } = cells;
    const all = [idColumn, ...kind.columns, ...backColumns];
    const isNamed = slug.safeParse(of).success;
    const [twice, before] = [isNamed ? first.get(of) : undefined, rows.get(of)];
    if (isNamed && twice === undefined) first.set(of, line);
    const content = contentOf(row, sheet, kind.columns, before);
    const read = kind.schema.safeParse(content);
    const stands = [
      ...(isNamed ? [] : [ruleFinding(row, { path: 'id' }, all)]),
      ...headFindings(row, actor, before, twice),
      ...(read.success ? [] : schemaFaults(read.error).map((fault) => ruleFinding(row, fault, all)))
        // Blank is what a row leaves as it is; which row it is, nobody can say.
        .filter(({ code }) => isNamed || code !== 'blank-cell'),
    ];
    const body = read.success ? read.data : mendedBody(kind, content, read.error);
    if (body === undefined) return { findings: stands };
    const next = { ...body, county: actor.county, id: of, version: before?.version ?? 0 } as unknown as T;
    if (stands.length === 0 && before !== undefined && isDeepStrictEqual(next, before))
      return { findings: [], isKnown: true };
    const told = new Set(
      stands.flatMap(({ column }) => (kind.together.includes(column) ? [column, ...kind.together] : [column])),
    );
    const rules = [...kind.faults(body, before), ...kind.headquartersOnly(actor, next, before)]
      .map((fault) => ruleFinding(row, fault, all))
      .concat(kind.odd(row, body))
      .filter(({ column }) => !told.has(column));
    const job = stands.length === 0 ? kind.job(of, before?.version, body) : undefined;
    return { line, job, findings: [...stands, ...rules] };
  });
  return {
    entries: judged.flatMap(({ line, job }) =>
      line === undefined || job === undefined ? [] : [{ lines: [line], job }],
    ),
    findings: judged.flatMap(({ findings }): readonly Finding[] => findings),
    known: judged.filter(({ isKnown }) => isKnown).length,
  };
};

const repeated = (line: number, of: string, twice: number): Finding =>
  errorAt(line, 'id', {
    code: 'repeated-row',
    zh: `编号“${of}”在第 ${twice} 行已出现。`,
    en: `${of} is on line ${twice} already.`,
  });

const otherCounty = (line: number, { county }: Actor): Finding =>
  errorAt(line, 'county', {
    code: 'other-county',
    zh: `这一行是别县的；本次导入到 ${county}。`,
    en: `This row is of another county; it is sent to ${county}.`,
  });

const otherVersion = (line: number, before: Stored | undefined): Finding =>
  errorAt(line, 'version', {
    code: 'other-version',
    zh: `导出之后这一行已被别人改过，现为版本 ${before?.version ?? 0}；请重新导出再改。`,
    en: `Somebody has changed this since it was exported: it is at version ${before?.version ?? 0}. Export it again.`,
  });
