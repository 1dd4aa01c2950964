import { z } from 'zod';
import { type Item, itemBody } from '../catalogue/item.ts';
import { tier } from '../catalogue/policy.ts';
import type { Site } from '../catalogue/site.ts';
import { inUnits } from '../catalogue/words.ts';
import { plusDays } from '../shared/clock.ts';
import { invalid } from '../shared/problem.ts';
import { type Source, source } from '../stock/lot.ts';
import { addedUp, CORRECTIONS, type PublishedDay } from './published.ts';

/** At which of the levels that goods are passed down to a notice is read. */
export const level = z.enum(['county', 'township', 'site']);
export type Level = z.infer<typeof level>;

const said = z.object({ zh: z.string(), en: z.string() });

/**
 * One figure of the public notice (公示): of a day, an item and a source, what was received into the pool, or given out in
 * good order to whom; or a correction, which is part of the figure that it names. Nobody's name, phone or words.
 */
export const noticeRow = z.object({
  day: z.string(),
  itemId: z.string(),
  nameZh: z.string(),
  nameEn: z.string(),
  source,
  figure: z.enum(['received', 'given']),
  /** Of a correction, why; it is counted in the figure already. */
  correction: said.extend({ code: z.string() }).optional(),
  /** None, of what was given: not known any more, or more came than was sent. */
  tier: tier.optional(),
  township: z.string().optional(),
  site: z.object({ id: z.string(), nameZh: z.string(), nameEn: z.string() }).optional(),
  /** Base units; below nothing where a correction took back what an earlier day had. */
  quantity: z.int(),
  baseUnit: itemBody.shape.baseUnit,
  /** The quantity in words, in issue units where it is whole. */
  zh: z.string(),
  en: z.string(),
  /** The day is over: its figures do not change any more. */
  closed: z.boolean(),
  /** As of when the figure agreed with all movements last. */
  verifiedAt: z.string(),
});
export type NoticeRow = z.infer<typeof noticeRow>;

/** Of one question: an index page and a sum by hand stay feasible. */
const MAX_DAYS = 31;

/** The days that are asked for; today, where none is named. @throws Problem 422 by field. */
export const daysAsked = (
  {
    day,
    from,
    to,
  }: { readonly day?: string | undefined; readonly from?: string | undefined; readonly to?: string | undefined },
  today: string,
): { readonly from: string; readonly to: string } => {
  if (day !== undefined && (from !== undefined || to !== undefined))
    throw invalid('invalid', 'day', { zh: '要么一天，要么起止日期。', en: 'Either one day, or from and to.' });
  if ((from === undefined) !== (to === undefined))
    throw invalid('invalid', from === undefined ? 'from' : 'to', {
      zh: '起止日期须一起填。',
      en: 'From and to go together.',
    });
  const [first, last] = [from ?? day ?? today, to ?? day ?? today];
  if (last < first) throw invalid('invalid', 'to', { zh: '早于起始日期。', en: 'This is before the first day.' });
  if (last >= plusDays(first, MAX_DAYS))
    throw invalid('invalid', 'to', { zh: `一次至多查 ${MAX_DAYS} 天。`, en: `At most ${MAX_DAYS} days at once.` });
  return { from: first, to: last };
};

type Told = PublishedDay['cells'][number] & { readonly code?: PublishedDay['corrections'][number]['code'] };

/** Where and for whom it is told at a level; what was received is told of the pool. */
const placed = ({ siteId, township, ...told }: Told, at: Level): Told => {
  if (told.figure === 'received' || at === 'county') return told;
  return { ...told, township, ...(at === 'site' && { siteId }) };
};

/** By source, what came before what went; by place and tier; each figure before its corrections, up and down apart. */
const orderOf = ({ source: from, figure, township = '', siteId = '', tier: of, code, quantity }: Told): string => {
  const what = code === undefined ? '' : `${code} ${Math.sign(quantity)}`;
  return [from, figure === 'received' ? 0 : 1, township, siteId, of ?? 9, what].join('\t');
};

/** Figures with where they count to. */
interface Placed {
  readonly cells: readonly Told[];
  readonly corrections: readonly Told[];
}

/** What is said of one item on one day at a level: each figure whole, then the corrections that it holds. */
export const toldAt = ({ cells, corrections }: Placed, at: Level, only?: Source): Told[] => {
  const asked = [...cells, ...corrections].filter(({ source: from }) => only === undefined || from === only);
  return addedUp(
    asked.map((one) => placed(one, at)),
    orderOf,
  );
};

interface Names {
  readonly items: ReadonlyMap<string, Item>;
  readonly sites: ReadonlyMap<string, Site>;
}

const correctionOf = (code: NonNullable<Told['code']>): NoticeRow['correction'] => ({ code, ...CORRECTIONS[code] });

const siteOf = (id: string, { sites }: Names): NoticeRow['site'] => {
  const { nameZh, nameEn } = sites.get(id) ?? { nameZh: id, nameEn: id };
  return { id, nameZh, nameEn };
};

/** A figure as it is read, by the names that the catalogue has now; none of an item that it does not know. */
export const noticeRowsOf = (
  { day, itemId, closed, verifiedAt }: PublishedDay,
  told: readonly Told[],
  names: Names,
): NoticeRow[] => {
  const item = names.items.get(itemId);
  if (item === undefined) return [];
  return told.map(({ figure, source: from, tier: of, township, siteId, quantity, code }) => ({
    ...{ day, itemId, nameZh: item.nameZh, nameEn: item.nameEn, source: from, figure },
    ...(code !== undefined && { correction: correctionOf(code) }),
    ...(of !== undefined && { tier: of }),
    ...(township !== undefined && { township }),
    ...(siteId !== undefined && { site: siteOf(siteId, names) }),
    ...{ quantity, baseUnit: item.baseUnit, ...inUnits(item, quantity), closed, verifiedAt },
  }));
};
