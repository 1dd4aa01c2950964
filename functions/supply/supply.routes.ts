import { createRoute } from '@hono/zod-openapi';
import {
  type App,
  allow,
  answer,
  body,
  command,
  idempotencyHeader,
  idParam,
  problems,
  wholeNumber,
} from '../api/route.ts';
import { MAX_LINES } from '../request/request.ts';
import type { Deps } from '../shared/deps.ts';
import { retryRoute } from '../workflow/retry.routes.ts';
import { readGap } from './gap.store.ts';
import { gapView, gapViewOf } from './gap.ts';
import { decideSupply, type Supplying, suppliedAs } from './supply.store.ts';
import { supplyBody, supplyView } from './supply.ts';

const DECIDING = ['clerk', 'storekeeper', 'approver', 'headquarters'] as const;

const supplyRoute = createRoute({
  method: 'post',
  path: '/staff/requests/{id}/lines/{n}/supply',
  tags: ['purchase'],
  summary: 'Decide what becomes of what the pool cannot meet of a line: buy, ask above, wait, or give up',
  middleware: allow(...DECIDING),
  request: {
    params: idParam.extend({ n: wholeNumber(1, MAX_LINES) }),
    headers: idempotencyHeader,
    body: body(
      supplyBody.meta({
        example: { decision: 'buy', placeId: 'county-warehouse', reason: '库存不足，一线急需' },
      }),
    ),
  },
  responses: { 200: answer('What was opened for it, and what is still short', supplyView), ...problems },
});

/** What is done about a shortfall of the pool. */
export const supplyRoutes = (app: App, deps: Deps & Supplying): void => {
  retryRoute(app, deps, {
    ...{ kind: 'gap', tags: ['purchase'], by: DECIDING, view: gapView.meta({ id: 'Gap' }) },
    read: async (county, id) => gapViewOf(await readGap(deps, county, id), deps.clock.now()),
  });
  app.openapi(supplyRoute, async (c) => {
    const [at, given] = [c.req.valid('param'), c.req.valid('json')];
    const made = await command(c, deps, (actor, once) => decideSupply(deps, actor, once, at, given));
    return c.json(await suppliedAs(deps, c.get('actor').county, at, made), 200);
  });
};
