import { createRoute, z } from '@hono/zod-openapi';
import {
  type App,
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
import { type Actor, ownSite } from '../shared/actor.ts';
import type { Deps } from '../shared/deps.ts';
import { Problem } from '../shared/problem.ts';
import { slug, text } from '../shared/quantity.ts';
import { retryRoute } from '../workflow/retry.routes.ts';
import { closeRequestShort } from './close-short.store.ts';
import { closeShortBody } from './close-short.ts';
import { draft } from './intake.ts';
import { laterRoutes } from './later.routes.ts';
import { listRequests, viewRequest, type Why } from './register.store.ts';
import { cancelRequest, submitRequest } from './request.store.ts';
import { requestStatus } from './request.ts';
import { requestSummary, requestView } from './view.ts';

export type RequestDeps = Deps & { readonly why: Why };

const tags = ['request'];
const cancelBody = z.strictObject({ reason: text(500) }).meta({ example: { reason: '已从邻近点位调剂' } });
const example = {
  recipients: 'post',
  needBy: '2022-05-13T10:00:00Z',
  reason: '一线值守防护用品补充',
  lines: [{ itemId: 'surgical-mask', quantity: 8, unit: '盒' }],
};
const listQuery = pageQuery.extend({ status: z.enum([...requestStatus.options, 'failed']).optional() });

const view = requestView.meta({ id: 'Request' });
const responses = {
  200: answer('The request as it now is', view),
  ...problems,
};
const created = {
  201: answer('The request, yet to be assessed', view),
  ...problems,
};
const listed = {
  200: answer('A page of requests', pageOf(requestSummary)),
  ...problems,
};

/** What staff do with procurement requests: take in, follow, cancel, and let one go on whose workflow gave up. */
export const requestRoutes = (app: App, deps: RequestDeps): void => {
  app.openapi(
    createRoute({
      method: 'post',
      path: '/staff/requests',
      tags,
      summary: 'Ask for items for a site',
      middleware: allow('clerk'),
      request: {
        headers: idempotencyHeader,
        body: body(draft.meta({ example: { siteId: 'checkpoint-1', ...example } })),
      },
      responses: created,
    }),
    async (c) => {
      const id = await command(c, deps, (actor, once) => submitRequest(deps, actor, once, c.req.valid('json')));
      return c.json(await viewRequest(deps, c.get('actor').county, id), 201);
    },
  );
  app.openapi(
    createRoute({
      method: 'get',
      path: '/staff/requests',
      tags,
      summary: 'Requests by status, what failed first, then by deadline; or of a site, newest first',
      middleware: allowStaff,
      request: { query: listQuery.extend({ siteId: slug.optional() }) },
      responses: listed,
    }),
    async (c) => c.json(await listRequests(deps, c.get('actor').county, c.req.valid('query')), 200),
  );
  app.openapi(
    createRoute({
      method: 'get',
      path: '/staff/requests/{id}',
      tags,
      summary: 'Everything about one request: lines, holds, why, events, what happens next',
      middleware: allowStaff,
      request: { params: idParam },
      responses,
    }),
    async (c) => c.json(await viewRequest(deps, c.get('actor').county, c.req.valid('param').id), 200),
  );
  app.openapi(
    createRoute({
      method: 'post',
      path: '/staff/requests/{id}/cancel',
      tags,
      summary: 'Cancel until picking; planned goods go back',
      middleware: allow('clerk'),
      request: { params: idParam, headers: idempotencyHeader, body: body(cancelBody) },
      responses,
    }),
    async (c) => {
      const [{ id }, why] = [c.req.valid('param'), c.req.valid('json')];
      await command(c, deps, (actor, once) => cancelRequest(deps, actor, once, id, why));
      return c.json(await viewRequest(deps, c.get('actor').county, id), 200);
    },
  );
  retryRoute(app, deps, {
    ...{ kind: 'request', tags, by: ['approver', 'headquarters'], view },
    read: (county, id) => viewRequest(deps, county, id),
  });
  laterRoutes(app, deps, view);
};

/** @throws Problem 403 `wrong-site` where it is another's. */
const demandOwn = (actor: Actor, siteId: string): void => {
  const own = ownSite(actor);
  if (own !== siteId)
    throw new Problem(403, 'wrong-site', {
      zh: `您的账号只能办理 ${own} 的事。`,
      en: `This sign-in is for ${own} only.`,
    });
};

/** What a point or a front-line unit does with the requests of its own site. */
export const pointRequestRoutes = (app: App, deps: RequestDeps): void => {
  const viewOwn = async (actor: Actor, id: string) => {
    const found = await viewRequest(deps, actor.county, id);
    demandOwn(actor, found.site.id);
    return found;
  };
  app.openapi(
    createRoute({
      method: 'post',
      path: '/point/requests',
      tags,
      summary: 'Ask for items for one’s own site',
      middleware: allow('point'),
      request: {
        headers: idempotencyHeader,
        body: body(
          draft.extend({ siteId: draft.shape.siteId.optional().describe('One’s own, if given') }).meta({ example }),
        ),
      },
      responses: created,
    }),
    async (c) => {
      const [caller, asked] = [c.get('actor'), c.req.valid('json')];
      const siteId = asked.siteId ?? ownSite(caller);
      demandOwn(caller, siteId);
      const id = await command(c, deps, (actor, once) => submitRequest(deps, actor, once, { ...asked, siteId }));
      return c.json(await viewRequest(deps, caller.county, id), 201);
    },
  );
  app.openapi(
    createRoute({
      method: 'get',
      path: '/point/requests',
      tags,
      summary: 'Requests of one’s own site, newest first',
      middleware: allow('point'),
      request: { query: listQuery },
      responses: listed,
    }),
    async (c) => {
      const actor = c.get('actor');
      return c.json(await listRequests(deps, actor.county, { ...c.req.valid('query'), siteId: ownSite(actor) }), 200);
    },
  );
  app.openapi(
    createRoute({
      method: 'get',
      path: '/point/requests/{id}',
      tags,
      summary: 'Everything about a request of one’s own site',
      middleware: allow('point'),
      request: { params: idParam },
      responses,
    }),
    async (c) => c.json(await viewOwn(c.get('actor'), c.req.valid('param').id), 200),
  );
  app.openapi(
    createRoute({
      method: 'post',
      path: '/point/requests/{id}/cancel',
      tags,
      summary: 'Cancel a request of one’s own site until picking',
      middleware: allow('point'),
      request: { params: idParam, headers: idempotencyHeader, body: body(cancelBody) },
      responses,
    }),
    async (c) => {
      const [{ id }, why] = [c.req.valid('param'), c.req.valid('json')];
      await viewOwn(c.get('actor'), id);
      await command(c, deps, (actor, once) => cancelRequest(deps, actor, once, id, why));
      return c.json(await viewOwn(c.get('actor'), id), 200);
    },
  );
  app.openapi(
    createRoute({
      method: 'post',
      path: '/point/requests/{id}/close-short',
      tags,
      summary: 'Withdraw what one’s own site still lacks; what is under way still comes',
      middleware: allow('point'),
      request: {
        params: idParam,
        headers: idempotencyHeader,
        body: body(closeShortBody.meta({ example: { reason: '存量已够用' } })),
      },
      responses,
    }),
    async (c) => {
      const [{ id }, what] = [c.req.valid('param'), c.req.valid('json')];
      await viewOwn(c.get('actor'), id);
      await command(c, deps, (actor, once) => closeRequestShort(deps, actor, once, id, what, true));
      return c.json(await viewOwn(c.get('actor'), id), 200);
    },
  );
};
