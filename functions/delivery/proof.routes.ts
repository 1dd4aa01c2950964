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
  problems,
} from '../api/route.ts';
import type { Role } from '../shared/actor.ts';
import type { Deps } from '../shared/deps.ts';
import { correctReceipt } from './correction.store.ts';
import { correctionBody } from './correction.ts';
import { receiveFor } from './receipt.store.ts';
import { receiptForBody } from './receipt.ts';
import { redirectConsignment } from './redirect.store.ts';
import { redirectBody } from './redirect.ts';
import { returnConsignment } from './return.store.ts';
import { returnBody } from './return.ts';
import { viewConsignment } from './view.store.ts';
import { consignmentView } from './view.ts';
import { waybillBy } from './waybill.store.ts';

const tags = ['delivery'];
const view = consignmentView.meta({ id: 'Consignment' });
const responses = { 200: answer('The consignment as it now is', view), ...problems };
const evidence = {
  medium: 'paper',
  reference: '调运单 7K2M-Q9XT 第二联',
  signatory: '样例签收人',
  occurredAt: '2022-05-13T09:30:00+08:00',
} as const;

const ofConsignment = <S extends z.ZodType>(
  name: string,
  roles: readonly Role[],
  { summary, description }: { readonly summary: string; readonly description?: string },
  schema: S,
) =>
  createRoute({
    method: 'post',
    path: `/staff/consignments/{id}/${name}`,
    tags,
    summary,
    ...(description !== undefined && { description }),
    middleware: allow(...roles),
    request: { params: idParam, headers: idempotencyHeader, body: body(schema) },
    responses,
  });

const receiptRoute = ofConsignment(
  'receipt',
  ['clerk', 'storekeeper'],
  {
    summary: 'Enter what arrived from a signed waybill or a call',
    description:
      'Not by whoever dispatched it. Papers may be entered in any order: goods still in picking have left by this paper’s word.',
  },
  receiptForBody.meta({ example: { evidence, lines: [{ n: 1, good: 8, unit: '盒' }] } }),
);
const correctionRoute = ofConsignment(
  'receipt-correction',
  ['clerk', 'storekeeper'],
  { summary: 'Correct lines of a receipt that was booked wrongly, closed or not' },
  correctionBody.meta({
    example: { reason: '误将 8 盒记为 3 盒', evidence, lines: [{ n: 1, good: 8, unit: '盒' }] },
  }),
);
const returnRoute = ofConsignment(
  'return',
  ['storekeeper'],
  { summary: 'Book back what could not be delivered' },
  returnBody.meta({ example: { reason: 'road-blocked', lines: [{ n: 1, good: 8, unit: '盒' }] } }),
);
const redirectRoute = ofConsignment(
  'redirect',
  ['storekeeper', 'headquarters'],
  {
    summary: 'Send what is on its way to another site',
    description: 'To a lower tier only by headquarters. What it carried is need again where it was going.',
  },
  redirectBody.meta({ example: { toId: 'village-02', reason: 'road-blocked', note: '道路塌方，改送邻村' } }),
);
const waybillRoute = createRoute({
  method: 'get',
  path: '/staff/waybills/{code}',
  tags,
  summary: 'A consignment by the code on its waybill',
  middleware: allowStaff,
  request: { params: z.object({ code: z.string().max(40).openapi({ example: '7K2M-Q9XT' }) }) },
  responses,
});

/** What staff book of goods that have left: entered for a site, corrected, come back, sent elsewhere. */
export const proofRoutes = (app: App, deps: Deps): void => {
  app.openapi(waybillRoute, async (c) => {
    const { county } = c.get('actor');
    const { id } = await waybillBy(deps, county, c.req.valid('param').code);
    return c.json(await viewConsignment(deps, county, id), 200);
  });
  app.openapi(receiptRoute, async (c) => {
    const [{ id }, given] = [c.req.valid('param'), c.req.valid('json')];
    const done = await command(c, deps, (actor, once) => receiveFor(deps, actor, once, id, given));
    return c.json(await viewConsignment(deps, c.get('actor').county, done), 200);
  });
  app.openapi(correctionRoute, async (c) => {
    const [{ id }, given] = [c.req.valid('param'), c.req.valid('json')];
    const done = await command(c, deps, (actor, once) => correctReceipt(deps, actor, once, id, given));
    return c.json(await viewConsignment(deps, c.get('actor').county, done), 200);
  });
  app.openapi(returnRoute, async (c) => {
    const [{ id }, given] = [c.req.valid('param'), c.req.valid('json')];
    const done = await command(c, deps, (actor, once) => returnConsignment(deps, actor, once, id, given));
    return c.json(await viewConsignment(deps, c.get('actor').county, done), 200);
  });
  app.openapi(redirectRoute, async (c) => {
    const [{ id }, given] = [c.req.valid('param'), c.req.valid('json')];
    const done = await command(c, deps, (actor, once) => redirectConsignment(deps, actor, once, id, given));
    return c.json(await viewConsignment(deps, c.get('actor').county, done), 200);
  });
};
