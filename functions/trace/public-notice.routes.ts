import { createRoute, z } from '@hono/zod-openapi';
import type { MiddlewareHandler } from 'hono';
import { countyAsked } from '../api/county.store.ts';
import { type App, type AppEnv, answer, pageOf, pageQuery, problems } from '../api/route.ts';
import type { Deps } from '../shared/deps.ts';
import { day, slug } from '../shared/quantity.ts';
import { source } from '../stock/lot.ts';
import { neededItem } from './needs.ts';
import { needsNow, publicNotice } from './public-notice.store.ts';
import { level, noticeRow } from './public-notice.ts';

const tags = ['notice'];

const county = z
  .string()
  .regex(/^\d{6}$/, '六位行政区划代码。 The six digits of its code.')
  .openapi({ description: 'May be left out where only one county is served.', example: '632323' })
  .optional();

/** Anybody reads it, and many at once: a minute old is fresh enough, of figures that change each hour. */
const cached: MiddlewareHandler<AppEnv> = async (c, next) => {
  await next();
  if (c.res.status === 200) c.res.headers.set('cache-control', 'public, max-age=60');
};

const noticeRoute = createRoute({
  method: 'get',
  path: '/public/notice',
  tags,
  summary: 'What was received and given out, by day, item and source, at each level it is passed down to (公示)',
  description:
    'Of today, unless `day`, or `from` and `to`, say otherwise: 31 days at most. `level`: of the county as a whole, by township, or by site.',
  middleware: cached,
  request: {
    query: pageQuery.extend({
      ...{ county, day: day.optional(), from: day.optional(), to: day.optional() },
      ...{ level: level.default('county'), itemId: slug.optional(), source: source.optional() },
    }),
  },
  responses: {
    200: answer('Figures, the oldest day first', pageOf(noticeRow.meta({ id: 'NoticeFigure' }))),
    ...problems,
  },
});

const needsRoute = createRoute({
  method: 'get',
  path: '/public/needs',
  tags,
  summary: 'What is short and what is too much of it',
  middleware: cached,
  request: { query: pageQuery.extend({ county }) },
  responses: { 200: answer('By item', pageOf(neededItem.meta({ id: 'NeededItem' }))), ...problems },
});

/** What everybody may read. */
export const publicNoticeRoutes = (app: App, deps: Deps): void => {
  app.openapi(noticeRoute, async (c) => {
    const { county: asked, ...query } = c.req.valid('query');
    return c.json(await publicNotice(deps, await countyAsked(deps, asked), query), 200);
  });
  app.openapi(needsRoute, async (c) => {
    const { county: asked, ...page } = c.req.valid('query');
    return c.json(await needsNow(deps, await countyAsked(deps, asked), page), 200);
  });
};
