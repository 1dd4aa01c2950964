import { createRoute } from '@hono/zod-openapi';
import { countyAsked } from '../api/county.store.ts';
import { county, forAMinute } from '../api/open.ts';
import { type App, answer, pageOf, pageQuery, problems } from '../api/route.ts';
import type { Deps } from '../shared/deps.ts';
import { day, slug } from '../shared/quantity.ts';
import { source } from '../stock/lot.ts';
import { lookedThrough } from './needs.store.ts';
import { completeness } from './needs.ts';
import { publicNotice } from './public-notice.store.ts';
import { level, noticeRow } from './public-notice.ts';

const tags = ['notice'];

const noticeRoute = createRoute({
  method: 'get',
  path: '/public/notice',
  tags,
  summary: 'What was received and given out, by day, item and source, at each level it is passed down to (公示)',
  description:
    'Of today, unless `day`, or `from` and `to`, say otherwise: 31 days at most. `level`: of the county as a whole, by township, or by site.',
  middleware: forAMinute,
  request: {
    query: pageQuery.extend({
      ...{ county, day: day.optional(), from: day.optional(), to: day.optional() },
      ...{ level: level.default('county'), itemId: slug.optional(), source: source.optional() },
    }),
  },
  responses: {
    200: answer('Figures, the oldest day first', pageOf(noticeRow.meta({ id: 'NoticeFigure' })).extend(completeness)),
    ...problems,
  },
});

/** What everybody may read. */
export const publicNoticeRoutes = (app: App, deps: Deps): void => {
  app.openapi(noticeRoute, async (c) => {
    const { county: asked, ...query } = c.req.valid('query');
    const of = await countyAsked(deps, asked);
    const [notice, completeAsOf] = await Promise.all([publicNotice(deps, of, query), lookedThrough(deps, of)]);
    return c.json({ ...notice, completeAsOf }, 200);
  });
};
