import { createRoute, z } from '@hono/zod-openapi';
import {
  type App,
  allow,
  allowStaff,
  answer,
  body,
  command,
  etag,
  idempotencyHeader,
  ifMatchHeader,
  pageOf,
  pageQuery,
  problems,
} from '../api/route.ts';
import { asReadById, changeOf } from '../catalogue/catalogue.routes.ts';
import type { Deps } from '../shared/deps.ts';
import { slug } from '../shared/quantity.ts';
import { creditFund, listCredits, listEntries, listFunds, putFund, viewCredit, viewFund } from './fund.store.ts';
import { credit, creditBody, fundBody, fundEntry, fundFigures, fundView } from './fund.ts';
import { reconcileFunds } from './reconciliation.store.ts';
import { fundAccount } from './reconciliation.ts';

const params = z.object({ id: slug });
const tags = ['funds'];

const listed = createRoute({
  method: 'get',
  path: '/staff/funds',
  tags,
  summary: 'List the funds, each with its figures',
  middleware: allowStaff,
  request: { query: pageQuery },
  responses: { 200: answer('The funds by id, page by page.', pageOf(fundView)), ...problems },
});

const read = createRoute({
  method: 'get',
  path: '/staff/funds/{id}',
  tags,
  summary: 'Read one fund: what it may buy, and what of it is set aside, spent and available',
  middleware: allowStaff,
  request: { params },
  responses: { 200: answer('The fund; its version is the ETag.', fundView), ...problems },
});

const put = createRoute({
  method: 'put',
  path: '/staff/funds/{id}',
  tags,
  summary: 'Add or change one fund',
  description:
    'A change names, in If-Match or as `version`, the version it was made on. What GET gave may be sent back as it is: the figures are counted, and not changed by this. Of a fund that keeps a gift apart, only the names and `active` change: `kind`, `mayBuy` and `serves` are its donor’s wish.',
  middleware: allow('headquarters'),
  request: {
    params,
    headers: ifMatchHeader,
    body: body(
      fundBody
        .extend({
          ...asReadById,
          ...{ credits: z.int().optional(), figures: fundFigures.optional(), giftId: z.string().optional() },
        })
        .meta({ example: { nameZh: '疫情防控专项资金', nameEn: 'Epidemic special fund', kind: 'special' } }),
    ),
  },
  responses: {
    200: answer('The fund as it is now.', fundView),
    201: answer('The fund as added, with nothing in it.', fundView),
    ...problems,
  },
});

const topUp = createRoute({
  method: 'post',
  path: '/staff/funds/{id}/credits',
  tags,
  summary: 'Money has come into a fund',
  description:
    'By the number of its document, which is credited once, for ever, whichever fund takes it in. A fund that keeps a gift apart takes in no other money.',
  middleware: allow('finance', 'headquarters'),
  request: {
    params,
    headers: idempotencyHeader,
    body: body(creditBody.meta({ example: { amountFen: 30_000_000, document: '泽组发〔2022〕31号' } })),
  },
  responses: { 201: answer('The credit.', credit), ...problems },
});

const readCredits = createRoute({
  method: 'get',
  path: '/staff/funds/{id}/credits',
  tags,
  summary: 'Which money came into a fund, the newest first',
  middleware: allowStaff,
  request: { params, query: pageQuery },
  responses: { 200: answer('A page of credits.', pageOf(credit)), ...problems },
});

const readEntries = createRoute({
  method: 'get',
  path: '/staff/funds/{id}/entries',
  tags,
  summary: 'What happened to the money of a fund, the newest first',
  description: 'What was spent names its purchase and order, the lots it paid for, and the credits it was drawn from.',
  middleware: allowStaff,
  request: { params, query: pageQuery },
  responses: { 200: answer('A page of entries.', pageOf(fundEntry)), ...problems },
});

const reconciliation = createRoute({
  method: 'get',
  path: '/staff/reconciliation/funds',
  tags,
  summary: 'Add up every fund from its credits and entries and hold it against its figures and purchases',
  middleware: allowStaff,
  request: { query: pageQuery },
  responses: {
    200: answer(
      'The accounts of the funds of this page, and whether all of them balance.',
      pageOf(fundAccount).extend({ balanced: z.boolean() }),
    ),
    ...problems,
  },
});

/** The funds: what they may buy, what came in, what happened to it. */
export const fundRoutes = (app: App, deps: Deps): void => {
  app.openapi(listed, async (c) => c.json(await listFunds(deps, c.get('actor').county, c.req.valid('query')), 200));
  app.openapi(read, async (c) => {
    const view = await viewFund(deps, c.get('actor').county, c.req.valid('param').id);
    return c.json(view, 200, etag(view));
  });
  app.openapi(put, async (c) => {
    const [actor, { id }] = [c.get('actor'), c.req.valid('param')];
    const {
      county,
      id: named,
      version,
      reason,
      credits: _,
      figures: __,
      giftId: ___,
      ...content
    } = c.req.valid('json');
    const at = { county: actor.county, id };
    const change = changeOf({ county, id: named, version, reason }, at, c.req.valid('header')['if-match']);
    const { created } = await putFund(deps, actor, id, content, change);
    const view = await viewFund(deps, actor.county, id);
    return c.json(view, created ? 201 : 200, etag(view));
  });
  app.openapi(topUp, async (c) => {
    const { id } = c.req.valid('param');
    const made = await command(c, deps, (actor, once) => creditFund(deps, actor, once, id, c.req.valid('json')));
    return c.json(await viewCredit(deps, c.get('actor').county, made), 201);
  });
  app.openapi(readCredits, async (c) =>
    c.json(await listCredits(deps, c.get('actor').county, c.req.valid('param').id, c.req.valid('query')), 200),
  );
  app.openapi(readEntries, async (c) =>
    c.json(await listEntries(deps, c.get('actor').county, c.req.valid('param').id, c.req.valid('query')), 200),
  );
  app.openapi(reconciliation, async (c) =>
    c.json(await reconcileFunds(deps, c.get('actor').county, c.req.valid('query')), 200),
  );
};
