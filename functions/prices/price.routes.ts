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
import { listInspections, recordInspection, viewInspection } from './inspection.store.ts';
import { inspectionBody, inspectionView } from './inspection.ts';
import { ceiling } from './price.ts';
import { listPrices } from './price-history.store.ts';
import { pastPriceView } from './price-history.ts';

const tags = ['purchase'];

const pricesRoute = createRoute({
  method: 'get',
  path: '/staff/prices/{itemId}',
  tags,
  summary: 'What an item cost over time, whoever said so, and what it may cost now',
  description: 'Offers, orders, inspections of shops and changes of the reference, the newest first.',
  middleware: allowStaff,
  request: { params: z.object({ itemId: slug }), query: pageQuery },
  responses: {
    200: answer(
      'A page of prices, and the ceiling with how it is made up; none: the item has no reference.',
      pageOf(pastPriceView).extend({ ceiling: ceiling.optional() }),
    ),
    ...problems,
  },
});
const recordRoute = createRoute({
  method: 'post',
  path: '/staff/price-inspections',
  tags,
  summary: 'Record the price tags of a designated shop',
  description:
    'An item with a reference price is held against its ceiling, other goods against the median of what shops asked in the week before. Headquarters is told of what lies above.',
  middleware: allow('clerk', 'buyer'),
  request: {
    headers: idempotencyHeader,
    body: body(
      inspectionBody.meta({
        example: {
          ...{ supplierId: 'vegetables-1', inspectedAt: '2022-05-12T01:00:00Z' },
          lines: [
            { kind: 'vegetables', name: '白菜', priceFen: 250, per: { quantity: 1, unit: '斤' } },
            { kind: 'eggs', name: '鸡蛋', priceFen: 650, per: { quantity: 1, unit: '斤' } },
          ],
        },
      }),
    ),
  },
  responses: { 201: answer('The inspection, and how each price was found', inspectionView), ...problems },
});
const listRoute = createRoute({
  method: 'get',
  path: '/staff/price-inspections',
  tags,
  summary: 'Inspections of price tags, what was entered last first',
  middleware: allowStaff,
  request: { query: pageQuery },
  responses: { 200: answer('A page of inspections', pageOf(inspectionView)), ...problems },
});
const readRoute = createRoute({
  method: 'get',
  path: '/staff/price-inspections/{id}',
  tags,
  summary: 'An inspection of price tags',
  middleware: allowStaff,
  request: { params: idParam },
  responses: { 200: answer('The inspection', inspectionView), ...problems },
});

/** Prices: what they were, what they may be, and what is on the tags of the designated shops. */
export const priceRoutes = (app: App, deps: Deps): void => {
  app.openapi(pricesRoute, async (c) =>
    c.json(await listPrices(deps, c.get('actor').county, c.req.valid('param').itemId, c.req.valid('query')), 200),
  );
  app.openapi(recordRoute, async (c) => {
    const id = await command(c, deps, (actor, once) => recordInspection(deps, actor, once, c.req.valid('json')));
    return c.json(await viewInspection(deps, c.get('actor').county, id), 201);
  });
  app.openapi(listRoute, async (c) =>
    c.json(await listInspections(deps, c.get('actor').county, c.req.valid('query')), 200),
  );
  app.openapi(readRoute, async (c) =>
    c.json(await viewInspection(deps, c.get('actor').county, c.req.valid('param').id), 200),
  );
};
