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
import { kinds } from '../workflow/kinds.ts';
import { retryRoute } from '../workflow/retry.routes.ts';
import { listByQueue } from '../workflow/worklist.store.ts';
import { resolveShortfall, shortfallOf } from './shortfall.store.ts';
import { resolutionBody, shortfallRow, shortfallStatus, shortfallView, shortfallViewOf } from './shortfall.ts';

const tags = ['delivery'];
const view = shortfallView.meta({ id: 'Shortfall' });
const responses = { 200: answer('The shortfall as it now is', view), ...problems };

const listRoute = createRoute({
  method: 'get',
  path: '/staff/shortfalls',
  tags,
  summary: 'What is unaccounted for, the most pressing first; or what has been resolved',
  middleware: allowStaff,
  request: { query: pageQuery.extend({ status: z.enum([...shortfallStatus.options, 'failed']).optional() }) },
  responses: { 200: answer('A page of shortfalls', pageOf(view)), ...problems },
});
const readRoute = createRoute({
  method: 'get',
  path: '/staff/shortfalls/{id}',
  tags,
  summary: 'What of a consignment is unaccounted for, and what became of the rest',
  middleware: allowStaff,
  request: { params: idParam },
  responses,
});
const resolveRoute = createRoute({
  method: 'post',
  path: '/staff/shortfalls/{id}/resolution',
  tags,
  summary: 'Say of unaccounted goods that they are lost, found where they were sent, or returned',
  middleware: allow('storekeeper', 'approver', 'headquarters'),
  request: {
    params: idParam,
    headers: idempotencyHeader,
    body: body(
      resolutionBody.meta({
        example: {
          outcomes: [
            { n: 1, outcome: 'returned', quantity: 2, unit: '盒', condition: 'good' },
            { n: 1, outcome: 'lost', quantity: 1, unit: '盒' },
          ],
          reference: '损失报告 2022-014',
          note: '车上找回两盒，一盒遗失',
        },
      }),
    ),
  },
  responses,
});
/** What staff do about goods that did not arrive. */
export const shortfallRoutes = (app: App, deps: Deps): void => {
  app.openapi(listRoute, async (c) => {
    const query = c.req.valid('query');
    const { county } = c.get('actor');
    const { rows, cursor } = await listByQueue(deps, shortfallRow, county, query, kinds.shortfall.waiting);
    return c.json({ rows: rows.map((row) => shortfallViewOf(row, deps.clock.now())), cursor }, 200);
  });
  app.openapi(readRoute, async (c) => {
    const row = await shortfallOf(deps, c.get('actor').county, c.req.valid('param').id);
    return c.json(shortfallViewOf(row, deps.clock.now()), 200);
  });
  app.openapi(resolveRoute, async (c) => {
    const [{ id }, given] = [c.req.valid('param'), c.req.valid('json')];
    const done = await command(c, deps, (actor, once) => resolveShortfall(deps, actor, once, id, given));
    return c.json(shortfallViewOf(await shortfallOf(deps, c.get('actor').county, done), deps.clock.now()), 200);
  });
  retryRoute(app, deps, {
    ...{ kind: 'shortfall', tags, by: ['storekeeper', 'approver', 'headquarters'], view },
    read: async (county, id) => shortfallViewOf(await shortfallOf(deps, county, id), deps.clock.now()),
  });
};
