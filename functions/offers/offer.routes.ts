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
import { slug, text } from '../shared/quantity.ts';
import { listOffers, viewOffer, withdrawOffer, writeOffer } from './offer.store.ts';
import { offerBody } from './offer.ts';
import { offerView } from './offer-view.ts';

const tags = ['purchase'];

const writeRoute = createRoute({
  method: 'post',
  path: '/staff/offers',
  tags,
  summary: 'Write down what a supplier offers',
  description:
    'What has to be bought with it, and its delivery, count as part of the price: headquarters is told of one above its ceiling.',
  middleware: allow('buyer'),
  request: {
    headers: idempotencyHeader,
    body: body(
      offerBody.meta({
        example: {
          ...{ itemId: 'n95-mask', supplierId: 'pharmacy-1', priceFen: 22_500, per: { quantity: 1, unit: '盒' } },
          ...{ pack: { quantity: 1, unit: '箱' }, available: { quantity: 10, unit: '箱' }, leadMinutes: 240 },
          ...{ channel: 'designated-shop', deliveryFeeFen: 2_000, validUntil: '2022-05-20T16:00:00Z' },
          document: '样例报价单 2022-017',
        },
      }),
    ),
  },
  responses: { 201: answer('The offer, and how it stands to its ceiling', offerView), ...problems },
});
const listRoute = createRoute({
  method: 'get',
  path: '/staff/offers',
  tags,
  summary: 'What is offered of an item and was not withdrawn, what stands longest first',
  middleware: allowStaff,
  request: { query: pageQuery.extend({ itemId: slug }) },
  responses: { 200: answer('A page of offers', pageOf(offerView)), ...problems },
});
const readRoute = createRoute({
  method: 'get',
  path: '/staff/offers/{id}',
  tags,
  summary: 'An offer',
  middleware: allowStaff,
  request: { params: idParam },
  responses: { 200: answer('The offer', offerView), ...problems },
});
const withdrawRoute = createRoute({
  method: 'post',
  path: '/staff/offers/{id}/withdrawal',
  tags,
  summary: 'Withdraw an offer that does not stand any more',
  middleware: allow('buyer'),
  request: {
    params: idParam,
    headers: idempotencyHeader,
    body: body(z.strictObject({ reason: text(300) }).meta({ example: { reason: '商家来电：已售完' } })),
  },
  responses: { 200: answer('The offer as it now is', offerView), ...problems },
});

/** What suppliers offer. */
export const offerRoutes = (app: App, deps: Deps): void => {
  app.openapi(writeRoute, async (c) => {
    const id = await command(c, deps, (actor, once) => writeOffer(deps, actor, once, c.req.valid('json')));
    return c.json(await viewOffer(deps, c.get('actor').county, id), 201);
  });
  app.openapi(listRoute, async (c) => {
    const { itemId, ...page } = c.req.valid('query');
    return c.json(await listOffers(deps, c.get('actor').county, itemId, page), 200);
  });
  app.openapi(readRoute, async (c) =>
    c.json(await viewOffer(deps, c.get('actor').county, c.req.valid('param').id), 200),
  );
  app.openapi(withdrawRoute, async (c) => {
    const [{ id }, { reason }] = [c.req.valid('param'), c.req.valid('json')];
    await command(c, deps, (actor, once) => withdrawOffer(deps, actor, once, id, reason));
    return c.json(await viewOffer(deps, c.get('actor').county, id), 200);
  });
};
