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
import { issueInEmergency } from './issue.store.ts';
import { emergencyIssueRow, issueBody, issueStatus, issueView, papersBody } from './issue.ts';
import { filePapers, viewed, viewIssue } from './papers.store.ts';

const tags = ['emergency'];
const view = issueView.meta({ id: 'EmergencyIssue' });
const responses = { 200: answer('The issue as it now is', view), ...problems };

const issueRoute = createRoute({
  method: 'post',
  path: '/staff/emergency-issues',
  tags,
  summary: 'Book goods out that leave now, on somebody’s word',
  description:
    'Opens a request that counts as served. Goods planned for a lower tier may be taken; a designation, goods in picking and promises of the same or a higher tier may not. A lot is told by its id, or by the number on its label. Papers are due in a day.',
  middleware: allow('storekeeper'),
  request: {
    headers: idempotencyHeader,
    body: body(
      issueBody.meta({
        example: {
          siteId: 'county-hospital',
          recipients: 'post',
          fromId: 'county-warehouse',
          reason: '凌晨收治新病例，防护服告急',
          authorisedBy: '样例值班领导',
          takenBy: '样例领物人',
          lines: [{ itemId: 'n95-mask', lotNo: '20220301', quantity: 2, unit: '盒' }],
        },
      }),
    ),
  },
  responses: { 201: answer('The issue, with the request that it served', view), ...problems },
});
const listRoute = createRoute({
  method: 'get',
  path: '/staff/emergency-issues',
  tags,
  summary: 'Emergency issues whose papers are due, the most pressing first; or those that are filed',
  middleware: allowStaff,
  request: { query: pageQuery.extend({ status: z.enum([...issueStatus.options, 'failed']).optional() }) },
  responses: { 200: answer('A page of issues', pageOf(view)), ...problems },
});
const readRoute = createRoute({
  method: 'get',
  path: '/staff/emergency-issues/{id}',
  tags,
  summary: 'An emergency issue',
  middleware: allowStaff,
  request: { params: idParam },
  responses,
});
const papersRoute = createRoute({
  method: 'post',
  path: '/staff/emergency-issues/{id}/papers',
  tags,
  summary: 'File the signed papers, and say whether they are in order',
  middleware: allow('approver', 'headquarters'),
  request: {
    params: idParam,
    headers: idempotencyHeader,
    body: body(papersBody.meta({ example: { reference: '紧急出库单 2022-003', finding: 'in-order' } })),
  },
  responses,
});
/** What happens at three in the morning, and the papers of the next day. */
export const emergencyRoutes = (app: App, deps: Deps): void => {
  app.openapi(issueRoute, async (c) => {
    const id = await command(c, deps, (actor, once) => issueInEmergency(deps, actor, once, c.req.valid('json')));
    return c.json(await viewIssue(deps, c.get('actor').county, id), 201);
  });
  app.openapi(listRoute, async (c) => {
    const { county } = c.get('actor');
    const { waiting } = kinds['emergency-issue'];
    const { rows, cursor } = await listByQueue(deps, emergencyIssueRow, county, c.req.valid('query'), waiting);
    return c.json({ rows: await viewed(deps, county, rows), cursor }, 200);
  });
  app.openapi(readRoute, async (c) =>
    c.json(await viewIssue(deps, c.get('actor').county, c.req.valid('param').id), 200),
  );
  app.openapi(papersRoute, async (c) => {
    const [{ id }, given] = [c.req.valid('param'), c.req.valid('json')];
    await command(c, deps, (actor, once) => filePapers(deps, actor, once, id, given));
    return c.json(await viewIssue(deps, c.get('actor').county, id), 200);
  });
  retryRoute(app, deps, {
    ...{ kind: 'emergency-issue', tags, by: ['storekeeper', 'approver', 'headquarters'], view },
    read: (county, id) => viewIssue(deps, county, id),
  });
};
