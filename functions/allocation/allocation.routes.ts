import { createRoute, z } from '@hono/zod-openapi';
import { type App, allowStaff, answer, problems } from '../api/route.ts';
import type { Deps } from '../shared/deps.ts';
import { viewStory } from './rationale.store.ts';
import { lineStory } from './story.ts';

const tags = ['allocation'];

const readRationale = createRoute({
  method: 'get',
  path: '/staff/requests/{id}/lines/{line}/rationale',
  tags,
  summary: 'Why a line was promised what it was, and what would have to arrive',
  description: 'As of the last division that looked at the line; while none has: when one will.',
  middleware: allowStaff,
  request: { params: z.object({ id: z.string().max(60), line: z.coerce.number().int().min(1).max(999) }) },
  responses: { 200: answer('The whole story of the line. All quantities are base units.', lineStory), ...problems },
});

/** Why goods went where they went. */
export const allocationRoutes = (app: App, deps: Deps): void => {
  app.openapi(readRationale, async (c) => {
    const { id, line } = c.req.valid('param');
    return c.json(await viewStory(deps, c.get('actor').county, id, line), 200);
  });
};
