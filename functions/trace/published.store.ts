import { getPolicy, getSites } from '../catalogue/catalogue.store.ts';
import type { Item } from '../catalogue/item.ts';
import { insert, replace, Stale } from '../shared/actions.ts';
import { systemActor } from '../shared/actor.ts';
import { countyDay, plusDays, plusMinutes } from '../shared/clock.ts';
import { commit } from '../shared/commit.store.ts';
import type { Deps } from '../shared/deps.ts';
import { keysOf } from '../shared/keys.ts';
import type { RowType } from '../shared/row.ts';
import { get, getAll } from '../shared/table.store.ts';
import type { Books } from '../stock/reconciliation.ts';
import { needOf } from './needs.ts';
import {
  type DayFigures,
  figuresOf,
  judged,
  type PublishedDay,
  type PublishedItem,
  publishedDayRow,
  publishedItemRow,
} from './published.ts';

/**
 * A day is closed this long after its end. A command reads the time before it commits, and none takes so long: what
 * counts on the day is in the books by then.
 */
const CLOSING_MINUTES = 60;
/**
 * So many days are held against the movements again, closed ones included: a fault or a hand in the books is found while
 * people remember, and each round stays small. Also what one transaction holds.
 */
const VERIFIED_DAYS = 8;

const daysBetween = (first: string, last: string): string[] => {
  const days: string[] = [];
  for (let day = first; day <= last; day = plusDays(day, 1)) days.push(day);
  return days;
};

/** What each day's movements come to. */
const byDay = ({ lots, movements }: Books): Map<string, DayFigures> => {
  const sources = new Map(lots.map(({ id, source }) => [id, source]));
  const told = movements.flatMap((movement) => {
    const source = sources.get(movement.lotId);
    return source === undefined ? [] : [{ movement, source }];
  });
  const groups = Map.groupBy(told, ({ movement }) => countyDay(movement.at));
  return new Map([...groups].map(([day, rows]) => [day, figuresOf(rows)]));
};

/** The first day to be looked at: whatever is not closed yet, and the last days again. */
const firstDay = (head: PublishedItem | undefined, days: Iterable<string>, today: string): string => {
  const known = head?.closedThrough === undefined ? [...days] : [plusDays(head.closedThrough, 1)];
  return [...known, plusDays(today, 1 - VERIFIED_DAYS)].sort()[0] ?? today;
};

const written = <T extends { version: number }>(type: RowType<T>, row: T) =>
  row.version === 0 ? insert(type, { ...row, version: 1 }) : replace(type, row);

/** What of an item was held, day by day. */
export interface Held {
  readonly day: string;
  readonly figures: readonly string[];
}

interface Round {
  readonly county: string;
  readonly asOf: string;
  /** Need due later than this is not short yet. */
  readonly until: string;
}

/** A few days of an item in one transaction, and how far its days are closed after that. */
const publishDays = async (
  deps: Deps,
  { county, asOf, until }: Round,
  { item, books, head, figures }: { item: Item; books: Books; head: PublishedItem; figures: Map<string, DayFigures> },
  days: readonly string[],
): Promise<{ readonly head: PublishedItem; readonly held: readonly Held[] }> => {
  const keys = keysOf(county);
  const over = countyDay(plusMinutes(asOf, -CLOSING_MINUTES));
  const dayKeys = days.map((day) => keys.publishedDay(day, item.id));
  const stored = new Map((await getAll(deps, publishedDayRow, dayKeys)).map((row) => [row.day, row]));
  const sites = await getSites(
    deps,
    county,
    days.flatMap((day) => figures.get(day)?.cells.flatMap(({ siteId }) => siteId ?? []) ?? []),
  );
  const rows: PublishedDay[] = [];
  const held: Held[] = [];
  let { closedThrough } = head;
  let isUnbroken = true;
  for (const day of days) {
    const verdict = judged(stored.get(day), figures.get(day) ?? { cells: [], corrections: [] }, {
      ...{ day: { county, day, itemId: item.id }, over: day < over, asOf },
      townshipOf: (siteId) => sites.get(siteId)?.township,
    });
    if (verdict.row !== undefined) rows.push(verdict.row);
    if (verdict.held !== undefined) held.push({ day, figures: verdict.held });
    const isClosed = (verdict.row ?? stored.get(day))?.closed ?? day < over;
    isUnbroken &&= isClosed;
    if (isUnbroken && day > (closedThrough ?? '')) closedThrough = day;
  }
  const next = { ...head, ...needOf(books, { now: asOf, until }), closedThrough, at: asOf };
  await commit(deps, {
    actor: systemActor(county),
    now: asOf,
    actions: [...rows.map((row) => written(publishedDayRow, row)), written(publishedItemRow, next)],
    news: [],
  });
  return { head: { ...next, version: head.version + 1 }, held };
};

/**
 * Makes public what the books of one item say, which were read since `asOf` and agree: the days that are not closed yet,
 * and the last days again. Returns what is held because it disagrees with what was made public before.
 */
const publish = async (deps: Deps, round: Round, item: Item, books: Books): Promise<readonly Held[]> => {
  const { county, asOf } = round;
  const stored = await get(deps, publishedItemRow, keysOf(county).publishedItem(item.id));
  let head: PublishedItem = stored ?? { county, itemId: item.id, version: 0, short: 0, surplus: 0, at: asOf };
  // Somebody has read later than this and has said so.
  if (head.at > asOf) return [];
  const figures = byDay(books);
  const today = countyDay(asOf);
  const days = daysBetween(firstDay(stored, figures.keys(), today), today);
  const held: Held[] = [];
  try {
    while (days.length > 0) {
      const done = await publishDays(deps, round, { item, books, head, figures }, days.splice(0, VERIFIED_DAYS));
      head = done.head;
      held.push(...done.held);
    }
  } catch (error) {
    // Another round is at it; it may have read later, and the next looks again.
    if (!(error instanceof Stale)) throw error;
  }
  return held;
};

/** What is made public of the items of one round through the books. */
export const publishing = async (
  deps: Deps,
  county: string,
  asOf: string,
): Promise<(item: Item, books: Books) => Promise<readonly Held[]>> => {
  const { allocation } = await getPolicy(deps, county);
  const until = plusMinutes(asOf, allocation.horizonMinutes);
  return (item, books) => publish(deps, { county, asOf, until }, item, books);
};
