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
import { text } from '../shared/quantity.ts';
import { retryRoute } from '../workflow/retry.routes.ts';
import { listByQueue } from '../workflow/worklist.store.ts';
import { planDecisionBody } from './decide.ts';
import { cancelPlan, decidePlan, type PlanDeps, planDistribution } from './plan.store.ts';
import { planBody, planRow, planStatus } from './plan.ts';
import { viewPlan } from './view.store.ts';
import { planSummary, planView, summaryOf } from './view.ts';

const tags = ['distribution'];
const PLANNERS = ['clerk', 'approver', 'headquarters'] as const;
const view = planView.meta({ id: 'DistributionPlan' });
const responses = { 200: answer('The plan as it now is', view), ...problems };

const example = {
  reason: '捐赠口罩分发到村',
  needBy: '2022-05-13T10:00:00Z',
  recipients: 'residents',
  target: { to: 'kinds', kinds: ['village', 'community'] },
  lines: [{ itemId: 'surgical-mask', norm: { quantity: 10, unit: '只', per: 'household' } }],
};

const planRoute = createRoute({
  method: 'post',
  path: '/staff/distribution-plans',
  tags,
  summary: 'Plan who is to get what by norm, without anybody having asked',
  description:
    'Answers with the proposal: each site’s quantities, the totals against what is free, who is left out and why.',
  middleware: allow(...PLANNERS),
  request: { headers: idempotencyHeader, body: body(planBody.meta({ example })) },
  responses: { 201: answer('The plan, yet to be decided on', view), ...problems },
});
const listRoute = createRoute({
  method: 'get',
  path: '/staff/distribution-plans',
  tags,
  summary: 'Distribution plans by status, what failed first, then by deadline',
  middleware: allowStaff,
  request: { query: pageQuery.extend({ status: z.enum([...planStatus.options, 'failed']).optional() }) },
  responses: {
    200: answer('A page of plans', pageOf(planSummary.meta({ id: 'DistributionPlanSummary' }))),
    ...problems,
  },
});
const readRoute = createRoute({
  method: 'get',
  path: '/staff/distribution-plans/{id}',
  tags,
  summary: 'A plan: its sites, the needs it opened, and how each stands',
  middleware: allowStaff,
  request: { params: idParam },
  responses,
});
const decisionRoute = createRoute({
  method: 'post',
  path: '/staff/distribution-plans/{id}/decision',
  tags,
  summary: 'Approve or refuse a plan; never by whoever planned',
  middleware: allow('approver', 'headquarters'),
  request: {
    params: idParam,
    headers: idempotencyHeader,
    body: body(planDecisionBody.meta({ example: { outcome: 'approved', note: '按户发放' } })),
  },
  responses,
});
const cancelRoute = createRoute({
  method: 'post',
  path: '/staff/distribution-plans/{id}/cancellation',
  tags,
  summary: 'Call off a plan that nobody has decided on',
  middleware: allow(...PLANNERS),
  request: {
    params: idParam,
    headers: idempotencyHeader,
    body: body(z.strictObject({ reason: text(500) }).meta({ example: { reason: '标准有误，另行计划' } })),
  },
  responses,
});

/** How gifts, and whatever else the pool has, reach villages and communities that never asked. */
export const distributionRoutes = (app: App, deps: PlanDeps): void => {
  const read = (county: string, id: string) => viewPlan(deps, county, id);
  app.openapi(planRoute, async (c) => {
    const id = await command(c, deps, (actor, once) => planDistribution(deps, actor, once, c.req.valid('json')));
    return c.json(await read(c.get('actor').county, id), 201);
  });
  app.openapi(listRoute, async (c) => {
    const { county } = c.get('actor');
    const { rows, cursor } = await listByQueue(deps, planRow, county, c.req.valid('query'), planStatus.options);
    return c.json({ rows: rows.map((row) => summaryOf(row, deps.clock.now())), cursor }, 200);
  });
  app.openapi(readRoute, async (c) => c.json(await read(c.get('actor').county, c.req.valid('param').id), 200));
  app.openapi(decisionRoute, async (c) => {
    const [{ id }, decision] = [c.req.valid('param'), c.req.valid('json')];
    await command(c, deps, (actor, once) => decidePlan(deps, actor, once, id, decision));
    return c.json(await read(c.get('actor').county, id), 200);
  });
  app.openapi(cancelRoute, async (c) => {
    const [{ id }, why] = [c.req.valid('param'), c.req.valid('json')];
    await command(c, deps, (actor, once) => cancelPlan(deps, actor, once, id, why));
    return c.json(await read(c.get('actor').county, id), 200);
  });
  retryRoute(app, deps, { kind: 'distribution-plan', tags, by: PLANNERS, view, read });
};
