import { createRoute, z } from '@hono/zod-openapi';
import { countyAsked } from '../api/county.store.ts';
import { county, forAMinute } from '../api/open.ts';
import { type App, answer, pageOf, pageQuery, problems } from '../api/route.ts';
import { listItems, listSites } from '../catalogue/catalogue.store.ts';
import { type Item, unitsOf } from '../catalogue/item.ts';
import { type Site, siteKind } from '../catalogue/site.ts';
import type { Deps } from '../shared/deps.ts';

const tags = ['donation'];
const names = { id: z.string(), nameZh: z.string(), nameEn: z.string() };

/** Goods that a gift may name, and the units it may count them in. */
const givenItem = z.object({ ...names, spec: z.string().optional(), units: z.array(z.string()) });
/** A place that a gift may be meant for. */
const meantSite = z.object({ ...names, kind: siteKind, township: z.string() });

const itemsRoute = createRoute({
  method: 'get',
  path: '/donor/items',
  tags,
  summary: 'Goods that a gift may name; others are given in words',
  middleware: forAMinute,
  request: { query: pageQuery.extend({ county }) },
  responses: { 200: answer('A page of items', pageOf(givenItem.meta({ id: 'GivenItem' }))), ...problems },
});
const sitesRoute = createRoute({
  method: 'get',
  path: '/donor/sites',
  tags,
  summary: 'Places that a gift may be meant for',
  middleware: forAMinute,
  request: { query: pageQuery.extend({ county }) },
  responses: { 200: answer('A page of sites', pageOf(meantSite.meta({ id: 'MeantSite' }))), ...problems },
});

const givenItemOf = (item: Item): z.infer<typeof givenItem> => {
  const { id, nameZh, nameEn, spec } = item;
  return { id, nameZh, nameEn, spec, units: Object.keys(unitsOf(item)) };
};
const meantSiteOf = ({ id, nameZh, nameEn, kind, township }: Site): z.infer<typeof meantSite> => ({
  ...{ id, nameZh, nameEn, kind, township },
});

/** What there is to choose from when a gift is registered. A page may hold fewer than `limit` and still have a successor. */
export const choicesRoutes = (app: App, deps: Deps): void => {
  app.openapi(itemsRoute, async (c) => {
    const { county: asked, ...page } = c.req.valid('query');
    const { rows, cursor } = await listItems(deps, await countyAsked(deps, asked), page);
    return c.json({ rows: rows.filter(({ active }) => active).map(givenItemOf), cursor }, 200);
  });
  app.openapi(sitesRoute, async (c) => {
    const { county: asked, ...page } = c.req.valid('query');
    const { rows, cursor } = await listSites(deps, await countyAsked(deps, asked), page);
    const meant = rows.filter(({ active, kind }) => active && kind !== 'warehouse');
    return c.json({ rows: meant.map(meantSiteOf), cursor }, 200);
  });
};
