import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { rowsIn, sheetOf } from '../../functions/api/csv.ts';
import { donorApp } from '../../functions/api/donor.handler.ts';
import { pointApp } from '../../functions/api/point.handler.ts';
import { publicApp } from '../../functions/api/public.handler.ts';
import type { App } from '../../functions/api/route.ts';
import { staffApp } from '../../functions/api/staff.handler.ts';
import { testVerify } from '../support/caller.ts';
import { useTable } from '../support/table.ts';

const deps = useTable();
const apps: [string, App][] = [
  ['staff', staffApp(deps, testVerify)],
  ['point', pointApp(deps, testVerify)],
  ['donor', donorApp(deps)],
  ['public', publicApp({}, deps)],
];

/** Audiences that need no sign-in. */
const OPEN = new Set(['donor', 'public']);

const content = z.record(
  z.string(),
  z.object({ schema: z.record(z.string(), z.unknown()), example: z.unknown().optional() }),
);
const operation = z.object({
  summary: z.string().optional(),
  tags: z.array(z.string()).optional(),
  'x-changes-nothing': z.boolean().optional(),
  parameters: z.array(z.object({ name: z.string(), in: z.string(), required: z.boolean().optional() })).default([]),
  requestBody: z.object({ required: z.boolean(), content }).optional(),
  responses: z.record(z.string(), z.object({ description: z.string(), content: content.optional() })),
});
const document = z.object({
  openapi: z.literal('3.1.0'),
  info: z.object({ title: z.string(), version: z.string() }),
  security: z.array(z.record(z.string(), z.array(z.string()))).optional(),
  components: z.object({
    schemas: z.record(z.string(), z.unknown()).default({}),
    securitySchemes: z.record(z.string(), z.unknown()).default({}),
  }),
  paths: z.record(z.string(), z.partialRecord(z.enum(['get', 'put', 'post']), operation)),
});

const readDocument = async (audience: string, app: App) => {
  const reply = await app.request(`/${audience}/openapi.json`);
  expect(reply.status).toBe(200);
  return document.parse(await reply.json());
};

const refsIn = (value: unknown): string[] =>
  typeof value !== 'object' || value === null
    ? []
    : Object.entries(value).flatMap(([key, inner]) => (key === '$ref' ? [String(inner)] : refsIn(inner)));

const node = z.object({
  $ref: z.string().optional(),
  enum: z.array(z.unknown()).optional(),
  const: z.unknown().optional(),
  required: z.array(z.string()).optional(),
  properties: z.record(z.string(), z.unknown()).default({}),
  items: z.unknown().optional(),
  anyOf: z.array(z.unknown()).optional(),
  oneOf: z.array(z.unknown()).optional(),
});

/** Of a JSON schema what may be chosen and what must be there, place by place. */
const choices = (schema: unknown, defs: Readonly<Record<string, unknown>> = {}, path = 'body'): string[] => {
  const at = node.parse(schema);
  const of = (inner: unknown, name: string) => choices(inner, defs, `${path}.${name}`);
  const known = at.$ref?.split('/').at(-1);
  return [
    ...(known === undefined ? [] : choices(defs[known], defs, path)),
    ...(at.enum ?? (at.const === undefined ? [] : [at.const])).map((value) => `${path} may be ${String(value)}`),
    ...(at.required ?? []).map((name) => `${path}.${name} is required`),
    ...Object.entries(at.properties).flatMap(([name, inner]) => of(inner, name)),
    ...(at.items === undefined ? [] : of(at.items, 'items')),
    ...[...(at.anyOf ?? []), ...(at.oneOf ?? [])].flatMap((inner, i) => of(inner, `option ${i}`)),
  ].toSorted();
};

describe.each(apps)('the document of the %s audience', (audience, app) => {
  it('says of every route what it takes, what it answers and how it refuses', async () => {
    const { paths } = await readDocument(audience, app);
    for (const [path, operations] of Object.entries(paths))
      for (const [method, one] of Object.entries(operations)) {
        const what = `${method} ${path}`;
        expect(one.summary, what).toMatch(/\S/);
        expect(one.tags, what).toHaveLength(1);
        const codes = Object.keys(one.responses);
        expect(codes.filter((code) => /^2\d\d$/.test(code)).length, what).toBeGreaterThan(0);
        expect(codes, what).toContain('default');
        expect(Object.keys(one.responses['default']?.content ?? {}), what).toEqual(['application/problem+json']);
        for (const code of codes) {
          const types = Object.keys(one.responses[code]?.content ?? {});
          // A list is to be had as CSV besides, and a file as a page to print.
          const besides = ['text/csv', 'text/html'];
          expect(types.length === 1 ? types : types.filter((type) => !besides.includes(type)), what).toHaveLength(1);
        }
        const inPath = [...path.matchAll(/\{(.+?)\}/g)].map(([, name]) => name);
        const given = (place: string) => one.parameters.filter((one) => one.in === place).map(({ name }) => name);
        expect(given('path').toSorted(), what).toEqual(inPath.toSorted());
        expect(given('header').includes('idempotency-key'), what).toBe(
          method === 'post' && one['x-changes-nothing'] !== true,
        );
        const taken = one.requestBody?.content['application/json']?.schema;
        if (taken !== undefined) expect(taken, what).toHaveProperty('example');
      }
  });

  it('refers to nothing that is not in it, and routes and document are the same', async () => {
    const reply = await app.request(`/${audience}/openapi.json`);
    const json: unknown = await reply.json();
    const { components, paths } = document.parse(json);
    for (const ref of refsIn(json)) expect(Object.keys(components.schemas)).toContain(ref.split('/').at(-1));
    const routed = app.routes
      .filter(({ method, path }) => method !== 'ALL' && !path.endsWith('openapi.json'))
      .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`);
    const documented = Object.entries(paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(documented.toSorted()).toEqual([...new Set(routed)].toSorted());
    for (const path of Object.keys(paths)) expect(path.startsWith(`/${audience}/`) || path === '/health').toBe(true);
  });

  it('shows only examples that it would accept', () => {
    for (const { route } of app.openAPIRegistry.definitions.filter((one) => one.type === 'route')) {
      const media = route.request?.body?.content['application/json'];
      const schema = media !== undefined && 'schema' in media ? media.schema : undefined;
      if (!(schema instanceof z.ZodType)) continue;
      const read = schema.safeParse(schema.meta()?.['example']);
      expect(read.error?.message, `${route.method} ${route.path}`).toBeUndefined();
    }
  });

  it('has Chinese for every heading of a list, before the path that machines read', () => {
    const rows = app.openAPIRegistry.definitions.flatMap((one) => {
      const answered = one.type === 'route' && one.route.method === 'get' ? one.route.responses[200] : undefined;
      const json = answered !== undefined && 'content' in answered ? answered.content?.['application/json'] : undefined;
      return json !== undefined && 'schema' in json ? (rowsIn(json.schema) ?? []) : [];
    });
    expect(rows.length).toBeGreaterThanOrEqual(OPEN.has(audience) ? 0 : 3);
    // What is missing here wants a word in functions/api/headings.ts.
    expect(
      rows.flatMap((row) => sheetOf(row).headings).filter((heading) => !/^\p{Script=Han}\S* \S+$/u.test(heading)),
    ).toEqual([]);
  });

  it('names every choice and every field that is required, and no other', async () => {
    const { paths, components } = await readDocument(audience, app);
    for (const { route } of app.openAPIRegistry.definitions.filter((one) => one.type === 'route')) {
      const method = z.enum(['get', 'put', 'post']).parse(route.method);
      const taken = route.request?.body?.content['application/json'];
      const told = paths[route.path.replaceAll(/:(\w+)/g, '{$1}')]?.[method]?.requestBody?.content['application/json'];
      const schema = taken !== undefined && 'schema' in taken ? taken.schema : undefined;
      if (!(schema instanceof z.ZodType) || told === undefined) continue;
      const meant = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
      expect(choices(told.schema, components.schemas), `${method} ${route.path}`).toEqual(choices(meant, meant.$defs));
    }
  });

  it('asks for a bearer token wherever one is needed', async () => {
    const { security, components } = await readDocument(audience, app);
    expect(security).toEqual(OPEN.has(audience) ? undefined : [{ bearer: [] }]);
    expect(Object.keys(components.securitySchemes)).toEqual(OPEN.has(audience) ? [] : ['bearer']);
  });
});
