import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import {
  type App,
  type AppEnv,
  allow,
  allowStaff,
  answer,
  command,
  idempotencyHeader,
  idParam,
  pageOf,
  pageQuery,
  problems,
} from '../api/route.ts';
import type { Role } from '../shared/actor.ts';
import { CSV_TYPE } from '../shared/csv.ts';
import type { Deps } from '../shared/deps.ts';
import { Problem } from '../shared/problem.ts';
import { retryRoute } from '../workflow/retry.routes.ts';
import { type ImportKind, importKind } from './entry.ts';
import { importFile, judgeFile, listFailures, listImports, viewImport } from './import.store.ts';
import { failureView, importReport, importSummary, importView } from './import.ts';
import { columnsOf, templateOf } from './sheets.ts';

const tags = ['imports'];

/** Whoever may do one of a kind may do many: the same roles as for the single command. */
const MAY_IMPORT: Readonly<Record<ImportKind, readonly Role[]>> = {
  stock: ['storekeeper'],
  sites: ['clerk', 'headquarters'],
  items: ['clerk', 'headquarters'],
  requests: ['clerk'],
  gifts: ['clerk'],
};

const FILE_TYPES = ['text/csv', 'application/octet-stream'] as const;

const file = z
  .string()
  .openapi({ format: 'binary', description: 'CSV in UTF-8 or GB18030, with headings in the first line' });
const saidYes = z.enum(['true', 'false']).default('false');
const importQuery = z.strictObject({
  dryRun: saidYes.openapi({ description: 'Only judge the file; nothing is booked.' }),
  confirmed: saidYes.openapi({ description: 'Yes, what is odd is meant.' }),
});

const view = importView.meta({ id: 'Import' });

/** @throws Problem 415 where the file is sent as something else. */
const bytesOf = async (c: Context<AppEnv>): Promise<Uint8Array> => {
  const type = c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (!FILE_TYPES.some((known) => known === type))
    throw new Problem(415, 'not-csv', `Send the file as ${FILE_TYPES.join(' or ')}.`);
  return new Uint8Array(await c.req.arrayBuffer());
};

const importRoute = (app: App, deps: Deps, kind: ImportKind): void => {
  const headings = columnsOf[kind].map(({ zh, name, needed }) => `${zh} \`${name}\`${needed ? ' (needed)' : ''}`);
  app.openapi(
    createRoute({
      method: 'post',
      path: `/staff/imports/${kind}`,
      tags,
      summary: `Import a sheet of ${kind}`,
      description: `All rows are judged first: one that is wrong, or odd and not confirmed, and none is booked. Then they are booked in the background, each once; the same file again adds nothing. At most 5,000 rows. Columns, by either heading: ${headings.join(', ')}. Send as application/octet-stream what is not UTF-8: a gateway may mend text.`,
      middleware: allow(...MAY_IMPORT[kind]),
      request: {
        headers: idempotencyHeader,
        query: importQuery,
        body: {
          required: true,
          content: { 'text/csv': { schema: file }, 'application/octet-stream': { schema: file } },
        },
      },
      responses: {
        200: answer('With `dryRun`: what is wrong or odd, by line and column.', importReport),
        201: answer('The import, yet to be booked; of a file that came before, the one it is.', view),
        ...problems,
      },
    }),
    async (c) => {
      const bytes = await bytesOf(c);
      const { dryRun, confirmed } = c.req.valid('query');
      if (dryRun === 'true') return c.json(await judgeFile(deps, c.get('actor'), { kind, bytes }), 200);
      const upload = { kind, bytes, confirmed: confirmed === 'true' };
      const id = await command(c, deps, (actor, once) => importFile(deps, actor, once, upload));
      return c.json(await viewImport(deps, c.get('actor').county, id), 201);
    },
  );
  app.openapi(
    createRoute({
      method: 'get',
      path: `/staff/imports/${kind}/template`,
      tags,
      summary: `An empty sheet of ${kind}, with headings and a sample line that an import passes over`,
      middleware: allowStaff,
      responses: { 200: { description: 'The sheet.', content: { 'text/csv': { schema: z.string() } } }, ...problems },
    }),
    (c) =>
      c.body(templateOf(kind), 200, {
        'content-type': CSV_TYPE,
        'content-disposition': `attachment; filename="${kind}.csv"`,
      }),
  );
};

/** Sheets of stock, sites, items, requests and gifts: imported whole or not at all, and followed until every row is booked. */
export const importRoutes = (app: App, deps: Deps): void => {
  for (const kind of importKind.options) importRoute(app, deps, kind);
  app.openapi(
    createRoute({
      method: 'get',
      path: '/staff/imports',
      tags,
      summary: 'Imports, the newest first',
      middleware: allowStaff,
      request: { query: pageQuery },
      responses: { 200: answer('A page of imports.', pageOf(importSummary)), ...problems },
    }),
    async (c) => c.json(await listImports(deps, c.get('actor').county, c.req.valid('query')), 200),
  );
  app.openapi(
    createRoute({
      method: 'get',
      path: '/staff/imports/{id}',
      tags,
      summary: 'How far an import has come, and what could not be booked',
      middleware: allowStaff,
      request: { params: idParam },
      responses: { 200: answer('The import as it now is.', view), ...problems },
    }),
    async (c) => c.json(await viewImport(deps, c.get('actor').county, c.req.valid('param').id), 200),
  );
  app.openapi(
    createRoute({
      method: 'get',
      path: '/staff/imports/{id}/failures',
      tags,
      summary: 'What could not be booked of an import, because the world had changed since it was judged',
      middleware: allowStaff,
      request: { params: idParam, query: pageQuery },
      responses: { 200: answer('A page, in the order of the sheet.', pageOf(failureView)), ...problems },
    }),
    async (c) => {
      const { id } = c.req.valid('param');
      return c.json(await listFailures(deps, c.get('actor').county, id, c.req.valid('query')), 200);
    },
  );
  retryRoute(app, deps, {
    ...{ kind: 'import', tags, by: ['clerk', 'storekeeper', 'headquarters'], view },
    read: (county, id) => viewImport(deps, county, id),
  });
};
