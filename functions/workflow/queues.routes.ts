import { createRoute, z } from '@hono/zod-openapi';
import { type App, allowStaff, answer, pageOf, pageQuery, problems } from '../api/route.ts';
import { level } from '../approval/approval.ts';
import type { Deps } from '../shared/deps.ts';
import { countQueues, listQueue } from './queues.store.ts';
import { queueCount, queueName, queueRow } from './queues.ts';

const tags = ['queues'];

/** What waits for somebody, by what is to be done. */
export const queueRoutes = (app: App, deps: Deps): void => {
  app.openapi(
    createRoute({
      method: 'get',
      path: '/staff/queues',
      tags,
      summary: 'How much waits for somebody, by what is to be done',
      middleware: allowStaff,
      responses: { 200: answer('Every work queue', z.object({ rows: z.array(queueCount) })), ...problems },
    }),
    async (c) => c.json({ rows: await countQueues(deps, c.get('actor').county) }, 200),
  );
  app.openapi(
    createRoute({
      method: 'get',
      path: '/staff/queues/{name}',
      tags,
      summary: 'What waits for somebody, the most pressing first, each with what to do next',
      description:
        'What is overdue comes first, then by tier, then what is due first. `more`: there is more than is looked at to sort it, due later.',
      middleware: allowStaff,
      request: {
        params: z.object({ name: queueName }),
        query: pageQuery.extend({ level: level.optional().describe('Only what waits at this level of decision') }),
      },
      responses: { 200: answer('A page of the queue', pageOf(queueRow).extend({ more: z.boolean() })), ...problems },
    }),
    async (c) => {
      const [{ name }, query] = [c.req.valid('param'), c.req.valid('query')];
      return c.json(await listQueue(deps, c.get('actor').county, name, query), 200);
    },
  );
};
