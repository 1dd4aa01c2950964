import { createRoute, z } from '@hono/zod-openapi';
import {
  type App,
  allow,
  allowStaff,
  answer,
  body,
  etag,
  ifMatchHeader,
  pageOf,
  pageQuery,
  problems,
  wholeNumber,
} from '../api/route.ts';
import type { Deps } from '../shared/deps.ts';
import { eventView } from '../shared/event.ts';
import { invalid } from '../shared/problem.ts';
import { slug, text } from '../shared/quantity.ts';
import {
  type Change,
  getItem,
  getPolicy,
  getPolicyVersion,
  getSite,
  getSupplier,
  listEvents,
  listItems,
  listPolicyEvents,
  listSites,
  listSuppliers,
  putItem,
  putPolicy,
  putSite,
  putSupplier,
  type StillAt,
} from './catalogue.store.ts';
import { item, itemBody } from './item.ts';
import { DEFAULT_POLICY, policy, policyBody } from './policy.ts';
import { site, siteBody } from './site.ts';
import { supplier, supplierBody } from './supplier.ts';

const params = z.object({ id: slug });
const tags = ['catalogue'];
const mayPut = allow('clerk', 'headquarters');

/** What a GET gave besides the content may come back with it; and why it is changed may be said. */
const asRead = { county: z.string().optional(), version: z.int().min(0).optional(), reason: text(300).optional() };
export const asReadById = { ...asRead, id: z.string().optional() };

interface SentBack {
  readonly county?: string | undefined;
  readonly id?: string | undefined;
  readonly version?: number | undefined;
  readonly reason?: string | undefined;
}

/**
 * The version that a change was made on: as If-Match says, or as the row says that was read and sent back.
 *
 * @throws Problem 422 where what was sent is of another county or another row than it is sent to.
 */
export const changeOf = (
  { county, id, version, reason }: SentBack,
  at: { readonly county: string; readonly id?: string },
  ifMatch: number | undefined,
): Change => {
  if (county !== undefined && county !== at.county)
    throw invalid('other-county', 'county', `This is sent to county ${at.county}.`);
  if (id !== undefined && id !== at.id) throw invalid('other-row', 'id', `This is sent to ${at.id}.`);
  if (version !== undefined && ifMatch !== undefined && version !== ifMatch)
    throw invalid('other-version', 'version', `If-Match says ${ifMatch}.`);
  return { madeOn: ifMatch ?? version, reason };
};

const listOf = <T extends z.ZodType>(row: T) => z.object({ rows: z.array(row), cursor: z.string().optional() });

const listRoute = <T extends z.ZodType>(names: string, row: T) =>
  createRoute({
    method: 'get',
    path: `/staff/${names}`,
    tags,
    summary: `List the ${names}`,
    middleware: allowStaff,
    request: { query: pageQuery },
    responses: {
      200: answer(`The ${names} by id, page by page.`, pageOf(row)),
      ...problems,
    },
  });

const readRoute = <T extends z.ZodType>(name: string, row: T) =>
  createRoute({
    method: 'get',
    path: `/staff/${name}s/{id}`,
    tags,
    summary: `Read one ${name}`,
    middleware: allowStaff,
    request: { params },
    responses: { 200: answer(`The ${name}; its version is the ETag.`, row), ...problems },
  });

const putRoute = <B extends z.ZodType, T extends z.ZodType>(name: string, schema: B, row: T) =>
  createRoute({
    method: 'put',
    path: `/staff/${name}s/{id}`,
    tags,
    summary: `Add or change one ${name}`,
    description:
      'A change names, in If-Match or as `version`, the version it was made on. The same content again changes nothing; what GET gave may be sent back as it is.',
    middleware: mayPut,
    request: { params, headers: ifMatchHeader, body: body(schema) },
    responses: {
      200: answer(`The ${name} as it is now.`, row),
      201: answer(`The ${name} as added.`, row),
      ...problems,
    },
  });

const events = {
  200: answer('What was changed, by whom, when and why; the newest first.', listOf(eventView)),
  ...problems,
};

const eventsRoute = (name: 'item' | 'site' | 'supplier' | 'fund') =>
  createRoute({
    method: 'get',
    path: `/staff/${name}s/{id}/events`,
    tags,
    summary: `What happened to one ${name}`,
    middleware: allowStaff,
    request: { params, query: pageQuery },
    responses: events,
  });

const eventRoutes = (app: App, deps: Deps): void => {
  for (const what of ['item', 'site', 'supplier', 'fund'] as const)
    app.openapi(eventsRoute(what), async (c) => {
      const of = { what, id: c.req.valid('param').id };
      return c.json(await listEvents(deps, c.get('actor').county, of, c.req.valid('query')), 200);
    });
  app.openapi(
    createRoute({
      method: 'get',
      path: '/staff/policy/events',
      tags,
      summary: 'What happened to the policy',
      middleware: allowStaff,
      request: { query: pageQuery },
      responses: events,
    }),
    async (c) => c.json(await listPolicyEvents(deps, c.get('actor').county, c.req.valid('query')), 200),
  );
};

const itemExample = {
  nameZh: '医用防护口罩',
  nameEn: 'N95 medical mask',
  category: '2',
  spec: 'GB 19083-2010',
  baseUnit: 'piece',
  units: { 盒: 50, 箱: 1000 },
  issueUnit: '盒',
  shelfLifeDays: 1095,
  frontLineReserve: 5000,
  norms: { tier1: { quantity: 4, days: 1 } },
};

const siteExample = {
  nameZh: '甲村',
  nameEn: 'Village A',
  kind: 'village',
  township: '乙乡',
  people: { post: 6, vulnerable: 80, residents: 900 },
  households: 200,
  vulnerableHouseholds: 25,
  leadMinutes: 90,
};

const supplierExample = {
  nameZh: '丙超市',
  nameEn: 'Supermarket C',
  kind: 'supermarket',
  designated: true,
  township: '县城',
};

const itemRoutes = (app: App, deps: Deps): void => {
  app.openapi(listRoute('items', item), async (c) =>
    c.json(await listItems(deps, c.get('actor').county, c.req.valid('query')), 200),
  );
  app.openapi(readRoute('item', item), async (c) => {
    const row = await getItem(deps, c.get('actor').county, c.req.valid('param').id);
    return c.json(row, 200, etag(row));
  });
  app.openapi(putRoute('item', itemBody.extend(asReadById).meta({ example: itemExample }), item), async (c) => {
    const [actor, { id }] = [c.get('actor'), c.req.valid('param')];
    const { county, id: named, version, reason, ...content } = c.req.valid('json');
    const at = { county: actor.county, id };
    const change = changeOf({ county, id: named, version, reason }, at, c.req.valid('header')['if-match']);
    const put = await putItem(deps, actor, id, content, change);
    return c.json(put.row, put.created ? 201 : 200, etag(put.row));
  });
};

const siteRoutes = (app: App, deps: Deps, stillAt: StillAt): void => {
  app.openapi(listRoute('sites', site), async (c) =>
    c.json(await listSites(deps, c.get('actor').county, c.req.valid('query')), 200),
  );
  app.openapi(readRoute('site', site), async (c) => {
    const row = await getSite(deps, c.get('actor').county, c.req.valid('param').id);
    return c.json(row, 200, etag(row));
  });
  app.openapi(putRoute('site', siteBody.extend(asReadById).meta({ example: siteExample }), site), async (c) => {
    const [actor, { id }] = [c.get('actor'), c.req.valid('param')];
    const { county, id: named, version, reason, ...content } = c.req.valid('json');
    const at = { county: actor.county, id };
    const change = changeOf({ county, id: named, version, reason }, at, c.req.valid('header')['if-match']);
    const put = await putSite({ ...deps, stillAt }, actor, id, content, change);
    return c.json(put.row, put.created ? 201 : 200, etag(put.row));
  });
};

const supplierRoutes = (app: App, deps: Deps): void => {
  app.openapi(listRoute('suppliers', supplier), async (c) =>
    c.json(await listSuppliers(deps, c.get('actor').county, c.req.valid('query')), 200),
  );
  app.openapi(readRoute('supplier', supplier), async (c) => {
    const row = await getSupplier(deps, c.get('actor').county, c.req.valid('param').id);
    return c.json(row, 200, etag(row));
  });
  app.openapi(
    putRoute('supplier', supplierBody.extend(asReadById).meta({ example: supplierExample }), supplier),
    async (c) => {
      const [actor, { id }] = [c.get('actor'), c.req.valid('param')];
      const { county, id: named, version, reason, ...content } = c.req.valid('json');
      const at = { county: actor.county, id };
      const change = changeOf({ county, id: named, version, reason }, at, c.req.valid('header')['if-match']);
      const put = await putSupplier(deps, actor, id, content, change);
      return c.json(put.row, put.created ? 201 : 200, etag(put.row));
    },
  );
};

const readPolicy = createRoute({
  method: 'get',
  path: '/staff/policy',
  tags,
  summary: 'Read the policy in force, or as it was',
  middleware: allowStaff,
  request: {
    query: z.strictObject({
      version: wholeNumber(0, 999_999_999)
        .optional()
        .openapi({ description: 'As a decision was stamped with it; 0 are the defaults.' }),
    }),
  },
  responses: { 200: answer('The policy; its version is the ETag.', policy), ...problems },
});

const changePolicy = createRoute({
  method: 'put',
  path: '/staff/policy',
  tags,
  summary: 'Change the policy',
  description:
    'A change names, in If-Match or as `version`, the version it was made on, and may say why. Every version stays readable.',
  middleware: allow('headquarters'),
  request: { headers: ifMatchHeader, body: body(policyBody.extend(asRead).meta({ example: DEFAULT_POLICY })) },
  responses: {
    200: answer('The policy as it is now.', policy),
    201: answer("The county's own policy, in place of the defaults.", policy),
    ...problems,
  },
});

const policyRoutes = (app: App, deps: Deps): void => {
  app.openapi(readPolicy, async (c) => {
    const { county } = c.get('actor');
    const { version } = c.req.valid('query');
    const row = await (version === undefined ? getPolicy(deps, county) : getPolicyVersion(deps, county, version));
    return c.json(row, 200, etag(row));
  });
  app.openapi(changePolicy, async (c) => {
    const actor = c.get('actor');
    const { county, version, reason, ...content } = c.req.valid('json');
    const change = changeOf({ county, version, reason }, actor, c.req.valid('header')['if-match']);
    const put = await putPolicy(deps, actor, content, change);
    return c.json(put.row, put.created ? 201 : 200, etag(put.row));
  });
};

/** Items, sites, suppliers and the policy. What is still at a site that is to be closed, others know. */
export const catalogueRoutes = (app: App, deps: Deps, stillAt: StillAt): void => {
  itemRoutes(app, deps);
  siteRoutes(app, deps, stillAt);
  supplierRoutes(app, deps);
  policyRoutes(app, deps);
  eventRoutes(app, deps);
};
