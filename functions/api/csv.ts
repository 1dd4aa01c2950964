import { z } from '@hono/zod-openapi';
import type { MiddlewareHandler } from 'hono';
import { accepts } from 'hono/accepts';
import { type Cell, CSV_TYPE, csvOf } from '../shared/csv.ts';
import { headingOf } from './headings.ts';
import type { AppEnv } from './route.ts';

/** One place in a row that holds something to be shown; `element`: a list of rows within the row. */
interface Leaf {
  readonly path: readonly string[];
  readonly element?: z.ZodType;
}

/** What is left of a schema without what only says whether there is something. */
const bare = (schema: z.ZodType): z.ZodType => {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodReadonly)
    return bare(schema.unwrap() as z.ZodType);
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) return bare(schema.unwrap() as z.ZodType);
  if (schema instanceof z.ZodPipe) return bare(schema.out as z.ZodType);
  return schema;
};

/** Every place of a row, in the order of its schema. What is one of several shapes has the places of all of them. */
const leavesOf = (schema: z.ZodType, path: readonly string[] = []): Leaf[] => {
  const of = bare(schema);
  if (of instanceof z.ZodObject)
    return Object.entries(of.shape).flatMap(([name, inner]) => leavesOf(inner as z.ZodType, [...path, name]));
  if (of instanceof z.ZodUnion) {
    const all = of.options.flatMap((option) => leavesOf(option as z.ZodType, path));
    return [...new Map(all.map((leaf) => [leaf.path.join('.'), leaf])).values()];
  }
  if (of instanceof z.ZodArray) {
    const element = bare(of.element as z.ZodType);
    return [element instanceof z.ZodObject ? { path, element } : { path }];
  }
  return [{ path }];
};

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const valueAt = (row: unknown, path: readonly string[]): unknown =>
  path.reduce((value, name) => (isObject(value) ? value[name] : undefined), row);

const isPlain = (value: unknown): boolean => typeof value !== 'object' || value === null;

/** Some plain values are listed, named ones by their names; what has more parts than that is JSON. */
const cellOf = (value: unknown): Cell => {
  if (value === null || value === undefined) return undefined;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (Array.isArray(value) && value.every(isPlain)) return value.join('; ');
  if (isObject(value) && Object.values(value).every(isPlain))
    return Object.entries(value)
      .map(([name, of]) => `${name}=${String(of)}`)
      .join('; ');
  return JSON.stringify(value);
};

interface Sheet {
  /** What each column is called, and where it is in the JSON of a row: `点位名称 site.nameZh`. The same whatever the rows hold. */
  readonly headings: readonly string[];
  readonly linesOf: (row: unknown) => Cell[][];
}

/** A list as a sheet. A row that has one list of rows within it, such as the lines of a note, is a line for each of them. */
export const sheetOf = (schema: z.ZodType): Sheet => {
  const leaves = leavesOf(schema);
  const lists = leaves.filter(({ element }) => element !== undefined);
  const spread = lists.length === 1 ? lists[0] : undefined;
  const columns = leaves.flatMap((leaf): { of: 'row' | 'element'; path: readonly string[]; heading: string }[] => {
    const heading = leaf.path.join('.');
    if (leaf !== spread || leaf.element === undefined) return [{ of: 'row', path: leaf.path, heading }];
    return leavesOf(leaf.element).map(({ path }) => ({ of: 'element', path, heading: `${heading}.${path.join('.')}` }));
  });
  return {
    headings: columns.map(({ heading }) => headingOf(heading)),
    linesOf: (row) => {
      const inner = spread && valueAt(row, spread.path);
      const elements: unknown[] = Array.isArray(inner) && inner.length > 0 ? inner : [undefined];
      return elements.map((element) =>
        columns.map(({ of, path }) => cellOf(valueAt(of === 'row' ? row : element, path))),
      );
    },
  };
};

/** The schema of the rows, where this is the schema of a page of a list. */
export const rowsIn = (schema: unknown): z.ZodType | undefined => {
  const rows: unknown = schema instanceof z.ZodObject ? schema.shape['rows'] : undefined;
  return rows instanceof z.ZodArray ? (rows.element as z.ZodType) : undefined;
};

/** What the document says of a list besides its JSON. */
export const CSV_CONTENT = {
  schema: z.string().openapi({
    description:
      'The same page for whoever asks with `Accept: text/csv`: each heading is Chinese and, after a blank, the path of the JSON, as imports take it; UTF-8 with a byte-order mark, cells that a spreadsheet would run begin with an apostrophe. `Link: <…>; rel="next"` leads to the next page, which has its own headings; `limit` is the bound of one.',
  }),
} as const;

const page = z.object({ rows: z.array(z.unknown()), cursor: z.string().optional() });

/** Answers a page of a list as CSV where that is what was asked for: the one place where lists are exported. */
export const exported = (row: z.ZodType): MiddlewareHandler<AppEnv> => {
  let sheet: Sheet | undefined;
  return async (c, next) => {
    await next();
    const supports = ['application/json', 'text/csv'];
    const type = accepts(c, { header: 'Accept', supports, default: 'application/json' });
    c.header('vary', 'Accept');
    if (type !== 'text/csv' || c.res.status !== 200) return;
    sheet ??= sheetOf(row);
    const { rows, cursor } = page.parse(await c.res.json());
    const url = new URL(c.req.url);
    if (cursor !== undefined) url.searchParams.set('cursor', cursor);
    c.res = undefined;
    c.res = new Response(csvOf([sheet.headings, ...rows.flatMap(sheet.linesOf)]), {
      headers: {
        'content-type': CSV_TYPE,
        'content-disposition': `attachment; filename="${url.pathname.split('/').slice(2).join('-')}.csv"`,
        vary: 'Accept',
        ...(cursor !== undefined && { link: `<${url.pathname}${url.search}>; rel="next"` }),
      },
    });
  };
};
