import { createRoute } from '@hono/zod-openapi';
import { type App, allowStaff, answer, problems } from '../api/route.ts';
import type { Deps } from '../shared/deps.ts';
import { viewOperations } from './figures.store.ts';
import { operations } from './figures.ts';

const readOperations = createRoute({
  method: 'get',
  path: '/staff/operations',
  tags: ['operations'],
  summary: 'How the system itself does: what it has yet to do, what failed, whether the books balance',
  description: 'What each figure means and what to do about it is in docs/runbook.md.',
  middleware: allowStaff,
  responses: { 200: answer('The figures of this county, and of an embedded host its own.', operations), ...problems },
});

export const operationsRoutes = (app: App, deps: Deps): void => {
  app.openapi(readOperations, async (c) => c.json(await viewOperations(deps, c.get('actor').county), 200));
};
