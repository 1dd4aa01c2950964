import type { z } from 'zod';
import { getItem, getPolicy, type PageOf } from '../catalogue/catalogue.store.ts';
import type { Deps } from '../shared/deps.ts';
import { keysOf } from '../shared/keys.ts';
import { ofType, type Page, partitionPage } from '../shared/table.store.ts';
import { type ceiling, ceilingOf } from './price.ts';
import { type PastPrice, type pastPriceView, priceRow } from './price-history.ts';

const pricesOf = async (deps: Deps, county: string, itemId: string, page: PageOf): Promise<Page<PastPrice>> => {
  const { PK } = keysOf(county).price(itemId, '', '');
  // The times of two centuries begin with it, and no other row stands here.
  const { rows, cursor } = await partitionPage(deps, PK, '2', { ...page, newestFirst: true });
  return { rows: ofType(priceRow, rows), cursor };
};

/** How many are read at once; the days that are looked at hold fewer for almost all goods. */
const A_PAGE = 100;

/** The prices of these goods from one instant to another, both included, the newest first. */
export const pricesBetween = async (
  deps: Deps,
  county: string,
  itemId: string,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<PastPrice[]> => {
  const found: PastPrice[] = [];
  let cursor: string | undefined;
  do {
    const page = await pricesOf(deps, county, itemId, { limit: A_PAGE, cursor });
    found.push(...page.rows.filter(({ when }) => when >= from && when <= to));
    cursor = page.rows.some(({ when }) => when < from) ? undefined : page.cursor;
  } while (cursor !== undefined);
  return found;
};

/** Prices of an item, the newest first, beside what they are held against now. @throws Problem 404 `unknown-item`. */
export const listPrices = async (
  deps: Deps,
  county: string,
  itemId: string,
  page: PageOf,
): Promise<Page<z.infer<typeof pastPriceView>> & { readonly ceiling?: z.infer<typeof ceiling> | undefined }> => {
  const [item, policy] = await Promise.all([getItem(deps, county, itemId), getPolicy(deps, county)]);
  const { rows, cursor } = await pricesOf(deps, county, itemId, page);
  return { rows: rows.map(({ county: _, ...view }) => view), cursor, ceiling: ceilingOf(item, policy) };
};
