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
import type { Deps } from '../shared/deps.ts';
import { slug } from '../shared/quantity.ts';
import { retryRoute } from '../workflow/retry.routes.ts';
import { acceptanceRoutes } from './acceptance.routes.ts';
import { cancelPurchase } from './cancel.store.ts';
import { cancelBody } from './cancel.ts';
import { decisionBody } from './decide.ts';
import { decide } from './deciding.store.ts';
import { openRestock } from './opening.store.ts';
import { restockBody } from './opening.ts';
import { orderRoutes } from './order.routes.ts';
import { purchaseStatus } from './purchase.ts';
import { listPurchases, viewPurchase } from './register.store.ts';
import { listRestock } from './restock.store.ts';
import { restockView } from './restock.ts';
import { chooseOffers } from './sourcing.store.ts';
import { choiceBody } from './sourcing.ts';
import { purchaseSummary, purchaseView } from './view.ts';

const tags = ['purchase'];
const view = purchaseView.meta({ id: 'Purchase' });
const responses = { 200: answer('The purchase as it now is', view), ...problems };

const openRoute = createRoute({
  method: 'post',
  path: '/staff/purchases',
  tags,
  summary: 'Have the pool restocked; by default with what it lacks of the item’s minimum',
  middleware: allow('clerk', 'storekeeper', 'approver', 'headquarters'),
  request: {
    headers: idempotencyHeader,
    body: body(
      restockBody.meta({ example: { itemId: 'n95-mask', placeId: 'county-warehouse', reason: '低于储备下限' } }),
    ),
  },
  responses: { 201: answer('The purchase, for which offers are to be chosen', view), ...problems },
});
const listRoute = createRoute({
  method: 'get',
  path: '/staff/purchases',
  tags,
  summary: 'Purchases by status, what is due first coming first; or of an item, the newest first',
  middleware: allowStaff,
  request: {
    query: pageQuery.extend({
      status: z.enum([...purchaseStatus.options, 'failed']).optional(),
      itemId: slug.optional(),
    }),
  },
  responses: { 200: answer('A page of purchases', pageOf(purchaseSummary)), ...problems },
});
const restockRoute = createRoute({
  method: 'get',
  path: '/staff/restock',
  tags,
  summary: 'Items of which less is free than the pool should have, what lacks most of its minimum first',
  description: 'What is lacking is neither free nor on order; `POST /staff/purchases` buys it.',
  middleware: allowStaff,
  request: { query: pageQuery },
  responses: { 200: answer('A page of items', pageOf(restockView)), ...problems },
});
const readRoute = createRoute({
  method: 'get',
  path: '/staff/purchases/{id}',
  tags,
  summary: 'Everything about a purchase: its choice, decision, orders and what happened to it',
  middleware: allowStaff,
  request: { params: idParam },
  responses,
});
const choiceRoute = createRoute({
  method: 'post',
  path: '/staff/purchases/{id}/choice',
  tags,
  summary: 'Choose among the item’s offers: in time first, then the least cost landed',
  description: 'The rule chooses, and says why; a buyer may leave offers out, with a reason. Not by whoever asked.',
  middleware: allow('buyer', 'headquarters'),
  request: {
    params: idParam,
    headers: idempotencyHeader,
    body: body(choiceBody.meta({ example: { fundId: 'epidemic-special', note: '三家询价' } })),
  },
  responses,
});
const decisionRoute = createRoute({
  method: 'post',
  path: '/staff/purchases/{id}/decision',
  tags,
  summary: 'Approve what was chosen, which orders it; refuse it, or send it back to the buyer',
  middleware: allow('approver', 'headquarters'),
  request: {
    params: idParam,
    headers: idempotencyHeader,
    body: body(decisionBody.meta({ example: { outcome: 'approved' } })),
  },
  responses,
});
const cancelRoute = createRoute({
  method: 'post',
  path: '/staff/purchases/{id}/cancel',
  tags,
  summary: 'Call a purchase off, unless suppliers have confirmed orders of it',
  middleware: allow('clerk', 'storekeeper', 'approver', 'buyer', 'headquarters'),
  request: {
    params: idParam,
    headers: idempotencyHeader,
    body: body(cancelBody.meta({ example: { reason: '邻县调剂已到' } })),
  },
  responses,
});
/** What is bought: for need that the pool cannot meet, and for the pool itself. */
export const purchaseRoutes = (app: App, deps: Deps): void => {
  app.openapi(openRoute, async (c) => {
    const id = await command(c, deps, (actor, once) => openRestock(deps, actor, once, c.req.valid('json')));
    return c.json(await viewPurchase(deps, c.get('actor').county, id), 201);
  });
  app.openapi(listRoute, async (c) =>
    c.json(await listPurchases(deps, c.get('actor').county, c.req.valid('query')), 200),
  );
  app.openapi(restockRoute, async (c) =>
    c.json(await listRestock(deps, c.get('actor').county, c.req.valid('query')), 200),
  );
  app.openapi(readRoute, async (c) =>
    c.json(await viewPurchase(deps, c.get('actor').county, c.req.valid('param').id), 200),
  );
  app.openapi(choiceRoute, async (c) => {
    const [{ id }, given] = [c.req.valid('param'), c.req.valid('json')];
    await command(c, deps, (actor, once) => chooseOffers(deps, actor, once, id, given));
    return c.json(await viewPurchase(deps, c.get('actor').county, id), 200);
  });
  app.openapi(decisionRoute, async (c) => {
    const [{ id }, given] = [c.req.valid('param'), c.req.valid('json')];
    await command(c, deps, (actor, once) => decide(deps, actor, once, id, given));
    return c.json(await viewPurchase(deps, c.get('actor').county, id), 200);
  });
  app.openapi(cancelRoute, async (c) => {
    const [{ id }, why] = [c.req.valid('param'), c.req.valid('json')];
    await command(c, deps, (actor, once) => cancelPurchase(deps, actor, once, id, why));
    return c.json(await viewPurchase(deps, c.get('actor').county, id), 200);
  });
  retryRoute(app, deps, {
    ...{ kind: 'purchase', tags, by: ['buyer', 'approver', 'headquarters'], view },
    read: (county, id) => viewPurchase(deps, county, id),
  });
  orderRoutes(app, deps, view);
  acceptanceRoutes(app, deps, view);
};
