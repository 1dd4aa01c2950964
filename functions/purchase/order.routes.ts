import { createRoute, type z } from '@hono/zod-openapi';
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
import { MAX_ORDERS } from '../offers/offer.ts';
import type { Deps } from '../shared/deps.ts';
import { confirmOrder, declineOrder } from './answer.store.ts';
import { confirmationBody, declineBody } from './answer.ts';
import { viewPurchase } from './register.store.ts';
import type { purchaseView } from './view.ts';

const tags = ['purchase'];
const middleware = allow('buyer', 'headquarters');
const params = idParam.extend({ n: wholeNumber(1, MAX_ORDERS) });

/** What a buyer hears from suppliers about their orders. */
export const orderRoutes = (app: App, deps: Deps, view: z.ZodType<z.infer<typeof purchaseView>>): void => {
  const responses = { 200: answer('The purchase as it now is', view), ...problems };
  app.openapi(
    createRoute({
      method: 'post',
      path: '/staff/purchases/{id}/orders/{n}/confirmation',
      tags,
      summary: 'Enter that a supplier has confirmed an order, and when he delivers',
      middleware,
      request: {
        params,
        headers: idempotencyHeader,
        body: body(confirmationBody.meta({ example: { reference: '样例确认单 2022-017' } })),
      },
      responses,
    }),
    async (c) => {
      const [at, given] = [c.req.valid('param'), c.req.valid('json')];
      await command(c, deps, (actor, once) => confirmOrder(deps, actor, once, at, given));
      return c.json(await viewPurchase(deps, c.get('actor').county, at.id), 200);
    },
  );
  app.openapi(
    createRoute({
      method: 'post',
      path: '/staff/purchases/{id}/orders/{n}/decline',
      tags,
      summary: 'Enter that a supplier declines an order; the next offer is ordered at once',
      middleware,
      request: {
        params,
        headers: idempotencyHeader,
        body: body(declineBody.meta({ example: { reason: '库存已售完' } })),
      },
      responses,
    }),
    async (c) => {
      const [at, given] = [c.req.valid('param'), c.req.valid('json')];
      await command(c, deps, (actor, once) => declineOrder(deps, actor, once, at, given));
      return c.json(await viewPurchase(deps, c.get('actor').county, at.id), 200);
    },
  );
};
