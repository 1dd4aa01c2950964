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
import { acceptGoods } from './acceptance.store.ts';
import { enterInvoice, enterPayment, resolveInvoice } from './bill.store.ts';
import { invoiceBody, paymentBody, resolutionBody } from './bill.ts';
import { filePaper } from './papers.store.ts';
import { papersBody } from './papers.ts';
import { acceptanceBody } from './part.ts';
import { viewPurchase } from './register.store.ts';
import type { purchaseView } from './view.ts';

type View = z.ZodType<z.infer<typeof purchaseView>>;

const tags = ['purchase'];
const params = idParam.extend({ n: wholeNumber(1, MAX_ORDERS) });
const responsesOf = (view: View) => ({ 200: answer('The purchase as it now is', view), ...problems });

const acceptRoute = (view: View) =>
  createRoute({
    method: 'post',
    path: '/staff/purchases/{id}/orders/{n}/goods-received',
    tags,
    summary: 'Accept what came of an order: good, damaged and wrong told apart',
    description:
      'What is good becomes lots of the pool and is spent from the fund at once; what came over is kept and not paid for; what is under is waited for, unless this is the last of it. Not by whoever asked or bought.',
    middleware: allow('storekeeper', 'headquarters'),
    request: {
      params,
      headers: idempotencyHeader,
      body: body(
        acceptanceBody.meta({
          example: {
            document: '样例送货单 2022-031',
            lots: [{ quantity: 98, unit: '盒', lotNo: '20220401', useBy: '2024-03-31' }],
            damaged: { quantity: 2, unit: '盒' },
            note: '两盒进水，退回',
          },
        }),
      ),
    },
    responses: responsesOf(view),
  });
const invoiceRoute = (view: View) =>
  createRoute({
    method: 'post',
    path: '/staff/purchases/{id}/orders/{n}/invoice',
    tags,
    summary: 'Enter the supplier’s bill, which is held unless it matches the order and what was accepted',
    middleware: allow('finance', 'headquarters'),
    request: {
      params,
      headers: idempotencyHeader,
      body: body(
        invoiceBody.meta({ example: { number: '样例发票 00017', amountFen: 441_000, issuedOn: '2022-05-13' } }),
      ),
    },
    responses: responsesOf(view),
  });
const resolutionRoute = (view: View) =>
  createRoute({
    method: 'post',
    path: '/staff/purchases/{id}/orders/{n}/invoice/resolution',
    tags,
    summary: 'Settle a bill that is held: by another in its place, or by paying what was accepted',
    middleware: allow('headquarters'),
    request: {
      params,
      headers: idempotencyHeader,
      body: body(resolutionBody.meta({ example: { outcome: 'pay-accepted', reason: '供应商同意按实收结算' } })),
    },
    responses: responsesOf(view),
  });
const paymentRoute = (view: View) =>
  createRoute({
    method: 'post',
    path: '/staff/purchases/{id}/orders/{n}/payment',
    tags,
    summary: 'Enter that an order was paid: exactly what is to be paid for it',
    middleware: allow('finance', 'headquarters'),
    request: {
      params,
      headers: idempotencyHeader,
      body: body(
        paymentBody.meta({ example: { document: '样例银付 2022-009', amountFen: 441_000, paidOn: '2022-05-16' } }),
      ),
    },
    responses: responsesOf(view),
  });
const paperRoute = (view: View) =>
  createRoute({
    method: 'post',
    path: '/staff/purchases/{id}/papers',
    tags,
    summary: 'File a signed paper of a purchase',
    middleware: allow('clerk', 'buyer', 'finance', 'headquarters'),
    request: {
      params: idParam,
      headers: idempotencyHeader,
      body: body(papersBody.meta({ example: { kind: 'signed-need', reference: '样例需求单 2022-012' } })),
    },
    responses: responsesOf(view),
  });

/** From the door to the closed file: what came is accepted, billed, paid and filed. */
export const acceptanceRoutes = (app: App, deps: Deps, view: View): void => {
  app.openapi(acceptRoute(view), async (c) => {
    const [at, given] = [c.req.valid('param'), c.req.valid('json')];
    await command(c, deps, (actor, once) => acceptGoods(deps, actor, once, at, given));
    return c.json(await viewPurchase(deps, c.get('actor').county, at.id), 200);
  });
  app.openapi(invoiceRoute(view), async (c) => {
    const [at, given] = [c.req.valid('param'), c.req.valid('json')];
    await command(c, deps, (actor, once) => enterInvoice(deps, actor, once, at, given));
    return c.json(await viewPurchase(deps, c.get('actor').county, at.id), 200);
  });
  app.openapi(resolutionRoute(view), async (c) => {
    const [at, given] = [c.req.valid('param'), c.req.valid('json')];
    await command(c, deps, (actor, once) => resolveInvoice(deps, actor, once, at, given));
    return c.json(await viewPurchase(deps, c.get('actor').county, at.id), 200);
  });
  app.openapi(paymentRoute(view), async (c) => {
    const [at, given] = [c.req.valid('param'), c.req.valid('json')];
    await command(c, deps, (actor, once) => enterPayment(deps, actor, once, at, given));
    return c.json(await viewPurchase(deps, c.get('actor').county, at.id), 200);
  });
  app.openapi(paperRoute(view), async (c) => {
    const [{ id }, given] = [c.req.valid('param'), c.req.valid('json')];
    await command(c, deps, (actor, once) => filePaper(deps, actor, once, id, given));
    return c.json(await viewPurchase(deps, c.get('actor').county, id), 200);
  });
};
