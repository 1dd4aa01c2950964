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
  wholeNumber,
} from '../api/route.ts';
import type { Deps } from '../shared/deps.ts';
import { slug, text } from '../shared/quantity.ts';
import { approveStocktake, cancelStocktake, openStocktake, recordCounts } from './stocktake.store.ts';
import { approvalBody, countsBody, stocktakeBody, stocktakeStatus } from './stocktake.ts';
import { settleStocktake } from './stocktake-settle.store.ts';
import { sheetRoute } from './stocktake-sheet.routes.ts';
import { listStocktakes, viewStocktake } from './stocktake-view.store.ts';
import { stocktakeSummary, stocktakeView } from './stocktake-view.ts';

const tags = ['stock'];

const open = createRoute({
  method: 'post',
  path: '/staff/stocktakes',
  tags,
  summary: 'Open a count sheet for what lies at a place, or for some items there',
  middleware: allow('storekeeper'),
  request: {
    headers: idempotencyHeader,
    body: body(stocktakeBody.meta({ example: { placeId: 'county-warehouse', itemIds: ['n95-mask'] } })),
  },
  responses: { 201: answer('The stock-take, blind.', stocktakeView), ...problems },
});

const read = createRoute({
  method: 'get',
  path: '/staff/stocktakes/{id}',
  tags,
  summary: 'Read a page of a stock-take; what the books say only when it is counted, and not who counted',
  middleware: allowStaff,
  request: { params: idParam, query: z.strictObject({ page: wholeNumber(1, 20).default(1).openapi({ default: 1 }) }) },
  responses: { 200: answer('The stock-take.', stocktakeView), ...problems },
});

const list = createRoute({
  method: 'get',
  path: '/staff/stocktakes',
  tags,
  summary: 'Stock-takes, the newest first; of one place, or at one status',
  middleware: allowStaff,
  request: { query: pageQuery.extend({ placeId: slug.optional(), status: stocktakeStatus.optional() }) },
  responses: {
    200: answer(
      'A page of stock-takes; it may hold fewer than asked for and still have a successor.',
      pageOf(stocktakeSummary),
    ),
    ...problems,
  },
});

const count = createRoute({
  method: 'post',
  path: '/staff/stocktakes/{id}/counts',
  tags,
  summary: 'Record what was counted, line by line, and goods that are on no line',
  middleware: allow('storekeeper', 'clerk'),
  request: {
    params: idParam,
    headers: idempotencyHeader,
    body: body(
      countsBody.meta({
        example: {
          lines: [
            { n: 1, quantity: 39, unit: '盒' },
            { itemId: 'n95-mask', lotNo: '20220301', useBy: '2024-03-01', quantity: 2, unit: '盒' },
          ],
        },
      }),
    ),
  },
  responses: { 201: answer('The stock-take, blind, with the lines that are left.', stocktakeView), ...problems },
});

const approve = createRoute({
  method: 'post',
  path: '/staff/stocktakes/{id}/approval',
  tags,
  summary: 'Approve the differences as a second person, or send lines back to be counted again',
  description: 'Each difference becomes an adjustment. Repeated, it finishes what was broken off.',
  middleware: allow('storekeeper', 'approver', 'headquarters'),
  request: {
    params: idParam,
    headers: idempotencyHeader,
    body: body(approvalBody.meta({ example: { recount: [3], note: '第三行请复盘' } })),
  },
  responses: {
    200: answer('The stock-take, and why some lines could not be adjusted yet.', stocktakeView),
    ...problems,
  },
});

const cancel = createRoute({
  method: 'post',
  path: '/staff/stocktakes/{id}/cancel',
  tags,
  summary: 'Call a stock-take off',
  middleware: allow('storekeeper', 'approver', 'headquarters'),
  request: {
    params: idParam,
    headers: idempotencyHeader,
    body: body(z.strictObject({ reason: text(300) }).meta({ example: { reason: '开错仓库' } })),
  },
  responses: { 200: answer('The stock-take.', stocktakeView), ...problems },
});

/** Stock-takes: opened, printed, counted blind, approved by a second person. */
export const stocktakeRoutes = (app: App, deps: Deps): void => {
  app.openapi(open, async (c) => {
    const id = await command(c, deps, (actor, once) => openStocktake(deps, actor, once, c.req.valid('json')));
    return c.json(await viewStocktake(deps, c.get('actor'), id), 201);
  });
  app.openapi(list, async (c) => c.json(await listStocktakes(deps, c.get('actor').county, c.req.valid('query')), 200));
  app.openapi(read, async (c) =>
    c.json(await viewStocktake(deps, c.get('actor'), c.req.valid('param').id, c.req.valid('query').page), 200),
  );
  app.openapi(count, async (c) => {
    const { id } = c.req.valid('param');
    await command(c, deps, (actor, once) => recordCounts(deps, actor, once, id, c.req.valid('json')));
    return c.json(await viewStocktake(deps, c.get('actor'), id), 201);
  });
  app.openapi(approve, async (c) => {
    const { id } = c.req.valid('param');
    await command(c, deps, (actor, once) => approveStocktake(deps, actor, once, id, c.req.valid('json')));
    // Approved: what is left to adjust is adjusted now, by a repeat of this, or by the sweep.
    await settleStocktake(deps, c.get('actor').county, id);
    return c.json(await viewStocktake(deps, c.get('actor'), id), 200);
  });
  app.openapi(cancel, async (c) => {
    const { id } = c.req.valid('param');
    await command(c, deps, (actor, once) => cancelStocktake(deps, actor, once, id, c.req.valid('json').reason));
    return c.json(await viewStocktake(deps, c.get('actor'), id), 200);
  });
  sheetRoute(app, deps);
};
