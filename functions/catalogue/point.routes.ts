import { createRoute, z } from '@hono/zod-openapi';
import { type App, allow, answer, pageQuery, problems } from '../api/route.ts';
import { ownSite } from '../shared/actor.ts';
import type { Deps } from '../shared/deps.ts';
import { listAskable } from './catalogue.store.ts';
import { askable } from './item.ts';

/** What a point or a front-line unit may ask for, and in which words. */
export const pointCatalogueRoutes = (app: App, deps: Deps): void => {
  app.openapi(
    createRoute({
      method: 'get',
      path: '/point/items',
      tags: ['catalogue'],
      summary: 'What one’s own site may ask for, and the units it is counted in',
      middleware: allow('point'),
      request: { query: pageQuery },
      responses: {
        200: answer(
          'The items by id; a page may hold fewer than asked for and still have a successor.',
          z.object({ rows: z.array(askable), cursor: z.string().optional() }),
        ),
        ...problems,
      },
    }),
    async (c) => {
      const actor = c.get('actor');
      return c.json(await listAskable(deps, actor.county, ownSite(actor), c.req.valid('query')), 200);
    },
  );
};
