import { createRoute, z } from '@hono/zod-openapi';
import { accepts } from 'hono/accepts';
import { PRINTED } from '../api/printed.ts';
import {
  type App,
  allow,
  answer,
  body,
  command,
  idParam,
  problems,
  secretKeyHeader,
  storedSecretly,
} from '../api/route.ts';
import type { Deps } from '../shared/deps.ts';
import { text } from '../shared/quantity.ts';
import { donorOf, recodeGift } from './care.store.ts';
import { calledOf } from './donor.ts';
import { registeredGift } from './donor-view.ts';
import { donorView } from './follow.store.ts';
import { GIFT_EXAMPLE, giftBody } from './gift.ts';
import { slip } from './paper.routes.ts';
import { receiveWalkIn } from './receive.store.ts';
import { codeOfGift, giftOf, registerGift } from './register.store.ts';
import { printedCode } from './tracking.ts';
import { walkInBody } from './walk-in.ts';

const tags = ['donation'];
const DESK = ['clerk', 'storekeeper', 'approver', 'headquarters'] as const;
const withSlip = {
  ...{ description: 'The gift, and the code that follows it; as `text/html`, a slip to be printed for the donor.' },
  content: { 'application/json': { schema: registeredGift }, 'text/html': { schema: z.string() } },
};

const walkInRoute = createRoute({
  method: 'post',
  path: '/staff/donations/walk-in',
  tags,
  summary: 'Take in a gift that is brought to the desk: counted and set apart, and screened after that',
  middleware: allow('storekeeper', 'clerk'),
  request: {
    headers: secretKeyHeader,
    body: body(
      walkInBody.meta({
        example: {
          donor: { kind: 'person', anonymous: true },
          lines: [
            {
              itemId: 'surgical-mask',
              lots: [{ quantity: 4, unit: '盒', madeOn: '2022-03-01' }],
              certificates: ['样例合格证'],
            },
          ],
        },
      }),
    ),
  },
  responses: { 201: withSlip, ...problems },
});
const registerRoute = createRoute({
  method: 'post',
  path: '/staff/donations',
  tags,
  summary: 'Register a gift for a donor who calls or writes',
  middleware: allow(...DESK),
  request: { headers: secretKeyHeader, body: body(giftBody.meta({ example: GIFT_EXAMPLE })) },
  responses: { 201: withSlip, ...problems },
});
const recodeRoute = createRoute({
  method: 'post',
  path: '/staff/donations/{id}/tracking-code',
  tags,
  summary: 'Give a donor who lost the code another one: the old one follows nothing any more',
  middleware: allow('clerk', 'approver', 'headquarters'),
  request: {
    params: idParam,
    headers: secretKeyHeader,
    body: body(
      z
        .strictObject({ reason: text(200) })
        .meta({ description: 'How it was made sure who the donor is.', example: { reason: '已核对登记电话' } }),
    ),
  },
  responses: { 200: answer('The new code', registeredGift), ...problems },
});

/** Gifts that come to the desk, by hand, by telephone or by post; and codes that were lost. */
export const deskRoutes = (app: App, deps: Deps): void => {
  const told = async (county: string, id: string, key: string) => {
    const [code, row] = await Promise.all([codeOfGift(deps, county, id, key), giftOf(deps, county, id)]);
    const [gift, donor] = await Promise.all([donorView(deps, row), donorOf(deps, row)]);
    return {
      json: { trackingCode: printedCode(code), gift },
      page: () => slip(printedCode(code), gift, calledOf(donor)),
    };
  };
  const wantsPage = (c: Parameters<typeof accepts>[0]): boolean =>
    accepts(c, { header: 'Accept', supports: ['application/json', 'text/html'], default: 'application/json' }) ===
    'text/html';
  app.openapi(walkInRoute, async (c) => {
    const [{ county }, key] = [c.get('actor'), c.req.valid('header')['idempotency-key']];
    const id = await command(
      c,
      deps,
      (actor, once) => receiveWalkIn(deps, actor, once, c.req.valid('json'), key),
      storedSecretly,
    );
    const { json, page } = await told(county, id, key);
    return wantsPage(c) ? c.html(page(), 201, PRINTED) : c.json(json, 201);
  });
  app.openapi(registerRoute, async (c) => {
    const [{ county }, key] = [c.get('actor'), c.req.valid('header')['idempotency-key']];
    const id = await command(
      c,
      deps,
      (actor, once) => registerGift(deps, actor, once, c.req.valid('json'), { channel: 'donor', key }),
      storedSecretly,
    );
    const { json, page } = await told(county, id, key);
    return wantsPage(c) ? c.html(page(), 201, PRINTED) : c.json(json, 201);
  });
  app.openapi(recodeRoute, async (c) => {
    const [{ county }, { id }, key] = [c.get('actor'), c.req.valid('param'), c.req.valid('header')['idempotency-key']];
    await command(
      c,
      deps,
      (actor, once) => recodeGift(deps, actor, once, id, { ...c.req.valid('json'), key }),
      storedSecretly,
    );
    return c.json((await told(county, id, key)).json, 200);
  });
};
