import { createRoute, z } from '@hono/zod-openapi';
import { type App, allow, answer, body, command, idempotencyHeader, problems } from '../api/route.ts';
import { ownSite } from '../shared/actor.ts';
import type { Deps } from '../shared/deps.ts';
import { listPage, listQuery } from './consignment.routes.ts';
import { receiveAtSite } from './receipt.store.ts';
import { receiptBody } from './receipt.ts';
import { listConsignments, viewWaybill } from './view.store.ts';
import { waybillView } from './view.ts';

const tags = ['delivery'];
const point = allow('point');
/** As typed: spaces, hyphens and letters that look like digits are understood. */
const params = z.object({ code: z.string().max(40).openapi({ example: '7K2M-Q9XT' }) });
const example = {
  lines: [
    {
      n: 1,
      good: 380,
      damaged: 15,
      missing: 5,
      reasons: { damaged: 'wet', missing: 'short-packed' },
      note: '纸箱受潮',
    },
    { n: 2, good: 12, unit: '袋' },
  ],
};
const view = waybillView.meta({ id: 'Waybill' });

/** What a point or a front-line unit does with the goods on their way to its own site. */
export const pointDeliveryRoutes = (app: App, deps: Deps): void => {
  app.openapi(
    createRoute({
      method: 'get',
      path: '/point/consignments',
      tags,
      summary: 'Consignments to one’s own site, newest first',
      middleware: point,
      request: { query: listQuery },
      responses: { 200: answer('A page of consignments', listPage), ...problems },
    }),
    async (c) => {
      const actor = c.get('actor');
      const query = { ...c.req.valid('query'), siteId: ownSite(actor) };
      return c.json(await listConsignments(deps, actor.county, query), 200);
    },
  );
  app.openapi(
    createRoute({
      method: 'get',
      path: '/point/waybills/{code}',
      tags,
      summary: 'A waybill to one’s own site: what was sent',
      middleware: point,
      request: { params },
      responses: { 200: answer('The waybill', view), ...problems },
    }),
    async (c) => c.json(await viewWaybill(deps, c.get('actor'), c.req.valid('param').code), 200),
  );
  app.openapi(
    createRoute({
      method: 'post',
      path: '/point/waybills/{code}/receipt',
      tags,
      summary: 'Confirm what arrived, line by line',
      description:
        'Every line: good + damaged + missing is what was sent; extra comes on top, and is asked back where it is more than was sent. In base units, or in the unit named. Once only.',
      middleware: point,
      request: { params, headers: idempotencyHeader, body: body(receiptBody.meta({ example })) },
      responses: { 200: answer('The waybill as received', view), ...problems },
    }),
    async (c) => {
      const [{ code }, given] = [c.req.valid('param'), c.req.valid('json')];
      await command(c, deps, (actor, once) => receiveAtSite(deps, actor, once, code, given));
      return c.json(await viewWaybill(deps, c.get('actor'), code), 200);
    },
  );
};
