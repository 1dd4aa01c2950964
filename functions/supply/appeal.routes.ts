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
import type { Actor, Role } from '../shared/actor.ts';
import type { Deps } from '../shared/deps.ts';
import type { Once } from '../shared/once.ts';
import { kinds } from '../workflow/kinds.ts';
import { retryRoute } from '../workflow/retry.routes.ts';
import { listByQueue } from '../workflow/worklist.store.ts';
import { appealOf, askForPool, endAppeal, promiseAppeal } from './appeal.store.ts';
import {
  appealArrivalBody,
  appealBody,
  appealRow,
  appealStatus,
  appealView,
  appealViewOf,
  endBody,
  promiseBody,
} from './appeal.ts';
import { receiveAppealed } from './appeal-arrival.store.ts';

const tags = ['purchase'];
const view = appealView.meta({ id: 'Appeal' });
const responses = { 200: answer('The appeal as it now is', view), ...problems };

const CLERKS = ['clerk', 'approver', 'headquarters'] as const;

const askRoute = createRoute({
  method: 'post',
  path: '/staff/appeals',
  tags,
  summary: 'Ask those above for goods for the pool',
  description: 'For a need line that the pool cannot meet, decide on its shortfall instead: the appeal then says so.',
  middleware: allow(...CLERKS),
  request: {
    headers: idempotencyHeader,
    body: body(
      appealBody.meta({
        example: {
          ...{ itemId: 'n95-mask', quantity: 40, unit: '箱', placeId: 'county-warehouse' },
          ...{ to: '州物资保障组', document: '请调函 2022-007' },
          reason: '一线库存不足三日用量',
        },
      }),
    ),
  },
  responses: { 201: answer('The appeal', view), ...problems },
});
const listRoute = createRoute({
  method: 'get',
  path: '/staff/appeals',
  tags,
  summary: 'What was asked for from above, the most pressing first; or what has ended',
  middleware: allowStaff,
  request: { query: pageQuery.extend({ status: z.enum([...appealStatus.options, 'failed']).optional() }) },
  responses: { 200: answer('A page of appeals', pageOf(view)), ...problems },
});
const readRoute = createRoute({
  method: 'get',
  path: '/staff/appeals/{id}',
  tags,
  summary: 'What was asked for, what was promised and what came of it',
  middleware: allowStaff,
  request: { params: idParam },
  responses,
});

const stepRoute = <S extends z.ZodType>(name: string, summary: string, schema: S, by: readonly Role[] = CLERKS) =>
  createRoute({
    method: 'post',
    path: `/staff/appeals/{id}/${name}`,
    tags,
    summary,
    middleware: allow(...by),
    request: { params: idParam, headers: idempotencyHeader, body: body(schema) },
    responses,
  });
const promiseRoute = stepRoute(
  'promise',
  'Those above have said what they send, and by when',
  promiseBody.meta({
    example: { quantity: 30, unit: '箱', expectedAt: '2022-05-14T04:00:00Z', reference: '调拨通知 2022-112' },
  }),
);
const arrivalRoute = stepRoute(
  'goods-received',
  'Count in what came of it: good, damaged and wrong told apart',
  appealArrivalBody.meta({
    example: {
      document: '调拨单 2022-112',
      lots: [{ quantity: 30, unit: '箱', lotNo: '20220401', useBy: '2024-03-31' }],
    },
  }),
  ['storekeeper', 'headquarters'],
);
const endRoute = stepRoute(
  'end',
  'Those above send nothing, or what is left of it is given up',
  endBody.meta({ example: { reason: '州级库存告急，不予下拨' } }),
);
/** Goods asked for from above (请求下拨), from the letter to the last box. */
export const appealRoutes = (app: App, deps: Deps): void => {
  const read = async (county: string, id: string) => appealViewOf(await appealOf(deps, county, id), deps.clock.now());
  const run = async (
    c: Parameters<typeof command>[0],
    act: (actor: Actor, once: Once) => Promise<string>,
  ): ReturnType<typeof read> => read(c.get('actor').county, await command(c, deps, act));

  app.openapi(askRoute, async (c) => {
    const given = c.req.valid('json');
    return c.json(await run(c, (actor, once) => askForPool(deps, actor, once, given)), 201);
  });
  app.openapi(listRoute, async (c) => {
    const { county } = c.get('actor');
    const { rows, cursor } = await listByQueue(deps, appealRow, county, c.req.valid('query'), kinds.appeal.waiting);
    return c.json({ rows: rows.map((row) => appealViewOf(row, deps.clock.now())), cursor }, 200);
  });
  app.openapi(readRoute, async (c) => c.json(await read(c.get('actor').county, c.req.valid('param').id), 200));
  app.openapi(promiseRoute, async (c) => {
    const [{ id }, given] = [c.req.valid('param'), c.req.valid('json')];
    return c.json(await run(c, (actor, once) => promiseAppeal(deps, actor, once, id, given)), 200);
  });
  app.openapi(arrivalRoute, async (c) => {
    const [{ id }, given] = [c.req.valid('param'), c.req.valid('json')];
    return c.json(await run(c, (actor, once) => receiveAppealed(deps, actor, once, id, given)), 200);
  });
  app.openapi(endRoute, async (c) => {
    const [{ id }, given] = [c.req.valid('param'), c.req.valid('json')];
    return c.json(await run(c, (actor, once) => endAppeal(deps, actor, once, id, given)), 200);
  });
  retryRoute(app, deps, { ...{ kind: 'appeal', tags, by: CLERKS, view }, read });
};
