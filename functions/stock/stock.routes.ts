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
import { adjustStock, listAdjustments, viewAdjustment } from './adjustment.store.ts';
import { adjustment, adjustmentBody } from './adjustment.ts';
import { listGoodsReceived, receiveStock, viewGoodsReceived } from './goods-received.store.ts';
import { goodsReceived, goodsReceivedBody } from './goods-received.ts';
import { lotRoutes } from './lot.routes.ts';
import { listItemMovements, listLotMovements } from './movement.store.ts';
import { movementView } from './movement.ts';
import { listPool, viewStock } from './pool.store.ts';
import { itemStock, poolItem } from './pool.ts';
import { reconcile, reconcileItem } from './reconciliation.store.ts';
import { itemAccount } from './reconciliation.ts';
import { stocktakeRoutes } from './stocktake.routes.ts';

const tags = ['stock'];

const receive = createRoute({
  method: 'post',
  path: '/staff/stock-receipts',
  tags,
  summary: 'Book goods into a warehouse',
  description: 'Each line becomes a lot. The same paper of the same place and source is booked once, for ever.',
  middleware: allow('storekeeper'),
  request: {
    headers: idempotencyHeader,
    body: body(
      goodsReceivedBody.meta({
        example: {
          source: 'allocated',
          placeId: 'county-warehouse',
          document: '青应急调〔2022〕15号',
          lines: [
            { itemId: 'n95-mask', quantity: 8, unit: '箱', lotNo: '20220301', madeOn: '2022-03-01' },
            {
              itemId: 'n95-mask',
              quantity: 40,
              unit: '盒',
              useBy: '2024-06-30',
              designation: { to: 'sites', siteIds: ['county-hospital'] },
            },
          ],
        },
      }),
    ),
  },
  responses: { 201: answer('The goods received note, with the lots it made.', goodsReceived), ...problems },
});

const readReceipt = createRoute({
  method: 'get',
  path: '/staff/stock-receipts/{id}',
  tags,
  summary: 'Read a goods received note',
  middleware: allowStaff,
  request: { params: idParam },
  responses: { 200: answer('The note.', goodsReceived), ...problems },
});

const adjust = createRoute({
  method: 'post',
  path: '/staff/adjustments',
  tags,
  summary: 'Make the books say what lies on the shelf',
  description:
    'Planned goods that are not there are taken back in the same step, weakest claim first; goods in picking are not.',
  middleware: allow('storekeeper'),
  request: {
    headers: idempotencyHeader,
    body: body(
      adjustmentBody.meta({
        example: {
          itemId: 'n95-mask',
          lotId: 'lot_01G2W3X4Y5Z6A7B8C9D0E1F2G3',
          placeId: 'county-warehouse',
          change: -2,
          unit: '盒',
          reason: 'damaged',
          note: '受潮',
        },
      }),
    ),
  },
  responses: { 201: answer('The adjustment, and what it took back from whom.', adjustment), ...problems },
});

const listed = <T extends z.ZodType>(description: string, row: T) => ({
  200: answer(description, z.object({ rows: z.array(row), cursor: z.string().optional() })),
  ...problems,
});

const readReceipts = createRoute({
  method: 'get',
  path: '/staff/stock-receipts',
  tags,
  summary: 'Goods received notes, the newest first',
  middleware: allowStaff,
  request: { query: pageQuery },
  responses: listed('A page of notes.', goodsReceived),
});

const readAdjustments = createRoute({
  method: 'get',
  path: '/staff/adjustments',
  tags,
  summary: 'Adjustments, the newest first',
  middleware: allowStaff,
  request: { query: pageQuery.extend({ itemId: slug.optional() }) },
  responses: listed('A page of adjustments; it may hold fewer than asked for and still have a successor.', adjustment),
});

const readItemMovements = createRoute({
  method: 'get',
  path: '/staff/stock/{itemId}/movements',
  tags,
  summary: 'Everything that happened to an item, lot by lot',
  middleware: allowStaff,
  request: { params: z.object({ itemId: slug }), query: pageQuery },
  responses: listed('A page of movements, the oldest lot first, each lot in its order.', movementView),
});

const readLotMovements = createRoute({
  method: 'get',
  path: '/staff/lots/{lotId}/movements',
  tags,
  summary: 'Everything that happened to a lot',
  middleware: allowStaff,
  request: { params: z.object({ lotId: z.string().regex(/^[\w-]{1,64}$/) }), query: pageQuery },
  responses: listed('A page of movements, in their order.', movementView),
});

const readAdjustment = createRoute({
  method: 'get',
  path: '/staff/adjustments/{id}',
  tags,
  summary: 'Read an adjustment',
  middleware: allowStaff,
  request: { params: idParam },
  responses: { 200: answer('The adjustment.', adjustment), ...problems },
});

const listStock = createRoute({
  method: 'get',
  path: '/staff/stock',
  tags,
  summary: 'The pool by item and by source',
  middleware: allowStaff,
  request: { query: pageQuery },
  responses: {
    200: answer('The items by id, page by page.', pageOf(poolItem)),
    ...problems,
  },
});

const readStock = createRoute({
  method: 'get',
  path: '/staff/stock/{itemId}',
  tags,
  summary: 'One item, lot by lot and place by place',
  middleware: allowStaff,
  request: { params: z.object({ itemId: slug }) },
  responses: { 200: answer('Balances, and what happened lately.', itemStock), ...problems },
});

const readReconciliation = createRoute({
  method: 'get',
  path: '/staff/reconciliation',
  tags,
  summary: 'Add up every lot from its movements and hold it against the other books',
  middleware: allowStaff,
  request: { query: pageQuery.extend({ itemId: slug.optional() }) },
  responses: {
    200: answer(
      'The accounts of the items of this page, and whether all of them balance.',
      pageOf(itemAccount).extend({ balanced: z.boolean() }),
    ),
    ...problems,
  },
});

/** What an auditor follows goods by. */
const auditRoutes = (app: App, deps: Deps): void => {
  app.openapi(readReceipts, async (c) =>
    c.json(await listGoodsReceived(deps, c.get('actor').county, c.req.valid('query')), 200),
  );
  app.openapi(readAdjustments, async (c) =>
    c.json(await listAdjustments(deps, c.get('actor').county, c.req.valid('query')), 200),
  );
  app.openapi(readItemMovements, async (c) => {
    const { itemId } = c.req.valid('param');
    return c.json(await listItemMovements(deps, c.get('actor').county, itemId, c.req.valid('query')), 200);
  });
  app.openapi(readLotMovements, async (c) => {
    const { lotId } = c.req.valid('param');
    return c.json(await listLotMovements(deps, c.get('actor').county, lotId, c.req.valid('query')), 200);
  });
};

/** Receipts, adjustments, the pool and its reconciliation. */
export const stockRoutes = (app: App, deps: Deps): void => {
  auditRoutes(app, deps);
  lotRoutes(app, deps);
  stocktakeRoutes(app, deps);
  app.openapi(receive, async (c) => {
    const id = await command(c, deps, (actor, once) => receiveStock(deps, actor, once, c.req.valid('json')));
    return c.json(await viewGoodsReceived(deps, c.get('actor').county, id), 201);
  });
  app.openapi(readReceipt, async (c) =>
    c.json(await viewGoodsReceived(deps, c.get('actor').county, c.req.valid('param').id), 200),
  );
  app.openapi(adjust, async (c) => {
    const id = await command(c, deps, (actor, once) => adjustStock(deps, actor, once, c.req.valid('json')));
    return c.json(await viewAdjustment(deps, c.get('actor').county, id), 201);
  });
  app.openapi(readAdjustment, async (c) =>
    c.json(await viewAdjustment(deps, c.get('actor').county, c.req.valid('param').id), 200),
  );
  app.openapi(listStock, async (c) => c.json(await listPool(deps, c.get('actor').county, c.req.valid('query')), 200));
  app.openapi(readStock, async (c) =>
    c.json(await viewStock(deps, c.get('actor').county, c.req.valid('param').itemId), 200),
  );
  app.openapi(readReconciliation, async (c) => {
    const { county } = c.get('actor');
    const { itemId, ...page } = c.req.valid('query');
    return c.json(
      await (itemId === undefined ? reconcile(deps, county, page) : reconcileItem(deps, county, itemId)),
      200,
    );
  });
};
