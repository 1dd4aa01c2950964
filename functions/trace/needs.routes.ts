import { createRoute } from '@hono/zod-openapi';
import { countyAsked } from '../api/county.store.ts';
import { county, forAMinute } from '../api/open.ts';
import { type App, answer, pageOf, pageQuery, problems } from '../api/route.ts';
import type { Deps } from '../shared/deps.ts';
import { lookedThrough, needsNow } from './needs.store.ts';
import { completeness, neededItem } from './needs.ts';

const needsRoute = createRoute({
  method: 'get',
  path: '/donor/needs',
  tags: ['donation'],
  summary: 'What is short, and what there is too much of: look here before giving',
  middleware: forAMinute,
  request: { query: pageQuery.extend({ county }) },
  responses: {
    200: answer('By item', pageOf(neededItem.meta({ id: 'NeededItem' })).extend(completeness)),
    ...problems,
  },
});

/** What whoever would give looks at first. */
export const needsRoutes = (app: App, deps: Deps): void => {
  app.openapi(needsRoute, async (c) => {
    const { county: asked, ...page } = c.req.valid('query');
    const of = await countyAsked(deps, asked);
    const [needs, completeAsOf] = await Promise.all([needsNow(deps, of, page), lookedThrough(deps, of)]);
    return c.json({ ...needs, completeAsOf }, 200);
  });
};
