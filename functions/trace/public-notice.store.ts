import { getItems, getSites, type PageOf } from '../catalogue/catalogue.store.ts';
import { countyDay, plusDays } from '../shared/clock.ts';
import type { Deps } from '../shared/deps.ts';
import { keysOf } from '../shared/keys.ts';
import { badCursor, getAll, ofType, type Page, partitionPage } from '../shared/table.store.ts';
import type { Source } from '../stock/lot.ts';
import { daysAsked, type Level, type NoticeRow, noticeRowsOf, toldAt } from './public-notice.ts';
import { type PublishedDay, publishedDayRow } from './published.ts';

/** What of the notice is asked for. */
interface NoticeAsked extends PageOf {
  readonly day?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly level: Level;
  readonly itemId?: string | undefined;
  readonly source?: Source | undefined;
}

/** Items of a day that are read at once: at the lowest level each may have a figure for every village. */
const ITEMS_AT_ONCE = 20;

/** Where a page begins: the day, how many of the figures read there were told before, and where reading begins. */
const placeOf = (cursor: string | undefined, { from, to }: { readonly from: string; readonly to: string }) => {
  if (cursor === undefined) return { day: from, told: 0, inside: undefined };
  const [day = '', told = '', inside, ...more] = cursor.split('.');
  const isOurs = day >= from && day <= to && /^\d{4}-\d\d-\d\d$/.test(day) && /^\d{1,6}$/.test(told);
  if (!isOurs || inside === undefined || more.length > 0) throw badCursor();
  return { day, told: Number(told), inside: inside || undefined };
};

const daysPage = async (
  deps: Deps,
  county: string,
  {
    day,
    itemId,
    cursor,
  }: { readonly day: string; readonly itemId: string | undefined; readonly cursor: string | undefined },
): Promise<Page<PublishedDay>> => {
  const key = keysOf(county).publishedDay(day, itemId ?? '');
  if (itemId !== undefined) return { rows: await getAll(deps, publishedDayRow, [key]) };
  const page = await partitionPage(deps, key.PK, key.SK, { limit: ITEMS_AT_ONCE, cursor });
  return { rows: ofType(publishedDayRow, page.rows), cursor: page.cursor };
};

/** Figures of some items on a day, in words. */
const figuresOf = async (
  deps: Deps,
  county: string,
  days: readonly PublishedDay[],
  { level, source }: NoticeAsked,
): Promise<NoticeRow[]> => {
  const told = days.map((day) => ({ day, told: toldAt(day, level, source) }));
  const [items, sites] = await Promise.all([
    getItems(
      deps,
      county,
      days.map(({ itemId }) => itemId),
    ),
    getSites(
      deps,
      county,
      told.flatMap(({ told: rows }) => rows.flatMap(({ siteId }) => siteId ?? [])),
    ),
  ]);
  return told.flatMap(({ day, told: rows }) => noticeRowsOf(day, rows, { items, sites }));
};

/**
 * The public notice of some days, the oldest first, figure by figure. Of a day that still runs a figure may be told twice
 * or passed over where it changed between two pages; a closed one never.
 *
 * @throws Problem 422 by field, 400 `bad-cursor`.
 */
export const publicNotice = async (deps: Deps, county: string, asked: NoticeAsked): Promise<Page<NoticeRow>> => {
  const range = daysAsked(asked, countyDay(deps.clock.now()));
  const { limit, itemId } = asked;
  let { day, told, inside } = placeOf(asked.cursor, range);
  const rows: NoticeRow[] = [];
  while (day <= range.to) {
    const page = await daysPage(deps, county, { day, itemId, cursor: inside });
    const all = await figuresOf(deps, county, page.rows, asked);
    const next = all.slice(told, told + limit - rows.length);
    rows.push(...next);
    told += next.length;
    if (told < all.length) return { rows, cursor: `${day}.${told}.${inside ?? ''}` };
    [told, inside] = [0, page.cursor];
    if (inside === undefined) day = plusDays(day, 1);
    if (rows.length === limit && day <= range.to) return { rows, cursor: `${day}.0.${inside ?? ''}` };
  }
  return { rows };
};
