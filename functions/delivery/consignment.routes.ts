import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import {
  type App,
  type AppEnv,
  allow,
  allowStaff,
  answer,
  body,
  command,
  idempotencyHeader,
  idParam,
  pageOf,
  pageQuery,
  problems,
} from '../api/route.ts';
import type { Deps } from '../shared/deps.ts';
import { evidenceBody } from '../shared/evidence.ts';
import { slug, text } from '../shared/quantity.ts';
import { retryRoute } from '../workflow/retry.routes.ts';
import { openConsignment } from './consignment.store.ts';
import { consignmentStatus } from './consignment.ts';
import { dispatch } from './dispatch.store.ts';
import { paperRoutes } from './paper.routes.ts';
import { cancelConsignment, type Divide, startPicking } from './picking.store.ts';
import { proofRoutes } from './proof.routes.ts';
import { shortfallRoutes } from './shortfall.routes.ts';
import { listConsignments, listPlanned, viewConsignment } from './view.store.ts';
import { type ConsignmentView, consignmentSummary, consignmentView, plannedGoods } from './view.ts';

type ConsignmentDeps = Deps & { readonly divide: Divide };

const tags = ['delivery'];
export const listQuery = pageQuery.extend({ status: z.enum([...consignmentStatus.options, 'failed']).optional() });
export const listPage = pageOf(consignmentSummary);
const storekeeper = allow('storekeeper');

const view = consignmentView.meta({ id: 'Consignment' });
const responses = { 200: answer('The consignment as it now is', view), ...problems };

const openBody = z
  .strictObject({ fromId: slug, toId: slug })
  .meta({ example: { fromId: 'county-warehouse', toId: 'village-01' } });
const dispatchBody = z
  .strictObject({
    carrier: text(60),
    vehicle: text(30),
    /** Where it is entered from a paper or a call. */
    evidence: evidenceBody.optional(),
  })
  .meta({ example: { carrier: '物资保障组运输一队', vehicle: '青D·样例1' } });
const cancelBody = z.strictObject({ reason: text(500) }).meta({ example: { reason: '道路中断，改日配送' } });

const readRoutes = (app: App, deps: Deps): void => {
  app.openapi(
    createRoute({
      method: 'get',
      path: '/staff/planned-goods',
      tags,
      summary: 'Sites with goods planned that nobody picks yet: what a consignment may be opened for ahead of its wave',
      middleware: allowStaff,
      request: { query: pageQuery },
      responses: {
        200: answer('A page: `limit` counts the sites that are looked at', pageOf(plannedGoods)),
        ...problems,
      },
    }),
    async (c) => c.json(await listPlanned(deps, c.get('actor').county, c.req.valid('query')), 200),
  );
  app.openapi(
    createRoute({
      method: 'get',
      path: '/staff/consignments',
      tags,
      summary: 'Consignments under way or at a status, what failed first, then by deadline; or to a site, newest first',
      middleware: allowStaff,
      request: { query: listQuery.extend({ siteId: slug.optional() }) },
      responses: { 200: answer('A page of consignments', listPage), ...problems },
    }),
    async (c) => c.json(await listConsignments(deps, c.get('actor').county, c.req.valid('query')), 200),
  );
  app.openapi(
    createRoute({
      method: 'get',
      path: '/staff/consignments/{id}',
      tags,
      summary: 'Everything about one consignment; of a planned one, what it would carry now',
      middleware: allowStaff,
      request: { params: idParam },
      responses,
    }),
    async (c) => c.json(await viewConsignment(deps, c.get('actor').county, c.req.valid('param').id), 200),
  );
};

/** Runs one command on a consignment, once, and shows what came of it. */
const done = async (deps: Deps, c: Context<AppEnv>, run: Parameters<typeof command>[2]): Promise<ConsignmentView> =>
  viewConsignment(deps, c.get('actor').county, await command(c, deps, run));

const openRoute = (app: App, deps: Deps): void => {
  app.openapi(
    createRoute({
      method: 'post',
      path: '/staff/consignments',
      tags,
      summary: 'Open a consignment ahead of its wave; where one gathers already, that is the answer',
      middleware: storekeeper,
      request: { headers: idempotencyHeader, body: body(openBody) },
      responses: { 200: answer('The consignment that gathers on this route from now on', view), ...problems },
    }),
    async (c) => {
      const route = c.req.valid('json');
      const view = await done(deps, c, async (actor, once) => (await openConsignment(deps, actor, route, once)).id);
      return c.json(view, 200);
    },
  );
};

const commandRoutes = (app: App, deps: ConsignmentDeps): void => {
  app.openapi(
    createRoute({
      method: 'post',
      path: '/staff/consignments/{id}/picking',
      tags,
      summary: 'Start picking what is planned for the site',
      middleware: storekeeper,
      request: { params: idParam, headers: idempotencyHeader },
      responses,
    }),
    async (c) => {
      const { id } = c.req.valid('param');
      return c.json(await done(deps, c, (actor, once) => startPicking(deps, actor, once, id)), 200);
    },
  );
  app.openapi(
    createRoute({
      method: 'post',
      path: '/staff/consignments/{id}/dispatch',
      tags,
      summary: 'Hand the goods to a carrier',
      middleware: storekeeper,
      request: { params: idParam, headers: idempotencyHeader, body: body(dispatchBody) },
      responses,
    }),
    async (c) => {
      const [{ id }, by] = [c.req.valid('param'), c.req.valid('json')];
      return c.json(await done(deps, c, (actor, once) => dispatch(deps, actor, once, id, by)), 200);
    },
  );
  app.openapi(
    createRoute({
      method: 'post',
      path: '/staff/consignments/{id}/cancel',
      tags,
      summary: 'Call off before dispatch; what was picked is planned again',
      middleware: storekeeper,
      request: { params: idParam, headers: idempotencyHeader, body: body(cancelBody) },
      responses,
    }),
    async (c) => {
      const [{ id }, { reason }] = [c.req.valid('param'), c.req.valid('json')];
      return c.json(await done(deps, c, (actor, once) => cancelConsignment(deps, actor, once, id, reason)), 200);
    },
  );
  // A consignment's dispatch paper has its id.
  for (const kind of ['consignment', 'dispatch-paper'] as const)
    retryRoute(app, deps, {
      ...{ kind, tags, by: ['storekeeper', 'approver', 'headquarters'], view },
      read: (county, id) => viewConsignment(deps, county, id),
    });
};

/** What staff do with consignments, from their opening until the last box is accounted for. */
export const consignmentRoutes = (app: App, deps: ConsignmentDeps): void => {
  readRoutes(app, deps);
  openRoute(app, deps);
  commandRoutes(app, deps);
  proofRoutes(app, deps);
  shortfallRoutes(app, deps);
  paperRoutes(app, deps);
};
