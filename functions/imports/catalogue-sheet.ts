import { isDeepStrictEqual } from 'node:util';
import type { z } from 'zod';
import type { Actor } from '../shared/actor.ts';
import type { FieldError } from '../shared/problem.ts';
import { slug } from '../shared/quantity.ts';
import { type Column, id, whole, words } from './column.ts';
import type { Job, Judged } from './entry.ts';
import { errorAt, type Finding, ruleFinding, schemaFaults } from './finding.ts';
import { type Sheet, type SheetRow, valueIn } from './sheet.ts';

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
  readonly odd: (row: SheetRow, body: B) => readonly Finding[];
  readonly job: (id: string, madeOn: number | undefined, body: B) => Job;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The content with one place of it set; a place that nothing is left in is taken away. */
const withAt = (
  content: Readonly<Record<string, unknown>>,
  [name = '', ...rest]: readonly string[],
  value: unknown,
) => {
  const { [name]: was, ...others } = content;
  const inner: unknown = rest.length === 0 ? value : withAt(isObject(was) ? was : {}, rest, value);
  const nothing = inner === undefined || (rest.length > 0 && isObject(inner) && Object.keys(inner).length === 0);
  return nothing ? others : { ...others, [name]: inner };
};

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
    const { id: of = '', county = '', version = '' } = cells;
    const all = [idColumn, ...kind.columns, ...backColumns];
    if (!slug.safeParse(of).success) return { findings: [ruleFinding(row, { path: 'id' }, all)] };
    const twice = first.get(of);
    if (twice !== undefined)
      return {
        findings: [
          errorAt(line, 'id', {
            code: 'repeated-row',
            zh: `编号“${of}”在第 ${twice} 行已出现。`,
            en: `${of} is on line ${twice} already.`,
          }),
        ],
      };
    first.set(of, line);
    const before = rows.get(of);
    if (county !== '' && county !== actor.county) return { findings: [otherCounty(line, actor)] };
    if (version !== '' && version !== String(before?.version ?? '')) return { findings: [otherVersion(line, before)] };
    const read = kind.schema.safeParse(contentOf(row, sheet, kind.columns, before));
    if (!read.success) return { findings: schemaFaults(read.error).map((fault) => ruleFinding(row, fault, all)) };
    const body = read.data;
    const next = { ...body, county: actor.county, id: of, version: before?.version ?? 0 } as unknown as T;
    if (before !== undefined && isDeepStrictEqual(next, before)) return { findings: [], isKnown: true };
    const faults = [...kind.faults(body, before), ...kind.headquartersOnly(actor, next, before)];
    const job = kind.job(of, before?.version, body);
    return { line, job, findings: [...faults.map((fault) => ruleFinding(row, fault, all)), ...kind.odd(row, body)] };
  });
  return {
    entries: judged.flatMap(({ line, job }) =>
      line === undefined || job === undefined ? [] : [{ lines: [line], job }],
    ),
    findings: judged.flatMap(({ findings }): readonly Finding[] => findings),
    known: judged.filter(({ isKnown }) => isKnown).length,
  };
};

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
