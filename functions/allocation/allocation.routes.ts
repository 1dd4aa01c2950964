import { createRoute, z } from '@hono/zod-openapi';
import { type App, allowStaff, answer, body, changesNothing, problems } from '../api/route.ts';
import type { Deps } from '../shared/deps.ts';
import { comparison } from './comparison.ts';
import { previewAllocation } from './preview.store.ts';
import { previewBody } from './preview.ts';
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

const preview = createRoute({
  method: 'post',
  path: '/staff/allocation/preview',
  ...changesNothing,
  tags,
  summary: 'What the pool would come to if something else were so, beside what it comes to',
  description:
    'Goods that might arrive, needs that might be approved (they count at once, whatever the wave), and other rules for the item. Takes no Idempotency-Key: nothing is written.',
  middleware: allowStaff,
  request: {
    body: body(
      previewBody.meta({
        example: {
          itemId: 'n95-mask',
          lots: [{ quantity: 40, unit: '盒', useBy: '2024-06-30' }],
          needs: [
            { siteId: 'county-hospital', recipients: 'post', quantity: 12, unit: '盒', needBy: '2022-05-13T10:00:00Z' },
          ],
          policy: { horizonMinutes: 1440 },
          frontLineReserve: 1000,
        },
      }),
    ),
  },
  responses: { 200: answer('The apportionment as it is and as it would be.', comparison), ...problems },
});

/** Why goods went where they went, and where they would go. */
export const allocationRoutes = (app: App, deps: Deps): void => {
  app.openapi(readRationale, async (c) => {
    const { id, line } = c.req.valid('param');
    return c.json(await viewStory(deps, c.get('actor').county, id, line), 200);
  });
  app.openapi(preview, async (c) =>
    c.json(await previewAllocation(deps, c.get('actor').county, c.req.valid('json')), 200),
  );
};
