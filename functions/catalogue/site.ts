import { z } from 'zod';
import { keysOf } from '../shared/keys.ts';
import { type FieldError, fault } from '../shared/problem.ts';
import { slug, text } from '../shared/quantity.ts';
import { defineRow } from '../shared/row.ts';

export const siteKind = z.enum([
  'warehouse',
  'hospital',
  'isolation',
  'sampling',
  'checkpoint',
  'community',
  'township',
  'village',
]);
export type SiteKind = z.infer<typeof siteKind>;

/** For whom a request asks: the people on post, vulnerable people, or all residents. */
export const recipientGroup = z.enum(['post', 'vulnerable', 'residents']);
export type RecipientGroup = z.infer<typeof recipientGroup>;

const headcount = z.int().min(0).max(1_000_000);

export const siteBody = z.strictObject({
  nameZh: text(60),
  nameEn: text(80),
  kind: siteKind,
  /** The township it lies in, for summaries; the county town for what lies there. */
  township: text(60),
  /** People by recipient group: those on post or treated there, the vulnerable, all residents. */
  people: z.strictObject({ post: headcount, vulnerable: headcount, residents: headcount }),
  households: headcount.default(0),
  vulnerableHouseholds: headcount.default(0),
  /** Minutes of travel from the county warehouse. */
  leadMinutes: z.int().min(0).max(10_080),
  active: z.boolean().default(true),
  sample: z.boolean().default(false),
});

export type SiteBody = z.infer<typeof siteBody>;

export const site = siteBody.extend({ county: z.string(), id: slug, version: z.int() });
export type Site = z.infer<typeof site>;

export const siteRow = defineRow({
  type: 'site',
  v: 1,
  // What is asked of words when they are sent may grow stricter; rows stay readable.
  schema: z.object({ ...site.shape, nameZh: z.string(), nameEn: z.string(), township: z.string() }),
  keys: (row) => ({
    ...keysOf(row.county).site(row.id),
    GSI1PK: keysOf(row.county).queue('sites'),
    GSI1SK: row.id,
  }),
});

/** Whether goods may lie there: a warehouse in use. */
export const keepsStock = (at: Pick<Site, 'kind' | 'active'> | undefined): boolean =>
  at?.kind === 'warehouse' && at.active;

/** Headcounts that contradict each other, and a place of stock that stops being or becomes one. */
export const siteFaults = (body: SiteBody, before?: Site): FieldError[] => {
  const { people, households, vulnerableHouseholds } = body;
  return [
    ...(before !== undefined && (before.kind === 'warehouse') !== (body.kind === 'warehouse')
      ? [
          fault('kind', {
            zh: '仓库有库存：仓库不能改为别的点位，别的点位也不能改为仓库。',
            en: 'A warehouse has stock on its shelves: it stays one, and nothing else becomes one.',
          }),
        ]
      : []),
    ...(people.vulnerable > people.residents
      ? [
          fault('people.vulnerable', {
            zh: `特殊群体包括在居民 ${people.residents} 人之内，不能更多。`,
            en: `All ${people.residents} residents include the vulnerable.`,
          }),
        ]
      : []),
    ...(households > people.residents
      ? [
          fault('households', {
            zh: `居民只有 ${people.residents} 人，没有这么多户。`,
            en: `${people.residents} residents do not make so many households.`,
          }),
        ]
      : []),
    ...(vulnerableHouseholds > households
      ? [
          fault('vulnerableHouseholds', {
            zh: `特殊群体户包括在全部 ${households} 户之内，不能更多。`,
            en: `All ${households} households include the vulnerable ones.`,
          }),
        ]
      : []),
  ];
};

/** What of a site decides its tier and its norm, by field: headquarters' to set. */
export const siteRuled = ({
  kind,
  people,
  households,
  vulnerableHouseholds,
}: Site): Readonly<Record<string, unknown>> => ({
  kind,
  people,
  households,
  vulnerableHouseholds,
});
