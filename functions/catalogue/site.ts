import { z } from 'zod';
import { keysOf } from '../shared/keys.ts';
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

export const site = siteBody.extend({ county: z.string(), id: slug, version: z.int() });
export type Site = z.infer<typeof site>;

export const siteRow = defineRow({
  type: 'site',
  v: 1,
  schema: z.object(site.shape),
  keys: (row) => ({
    ...keysOf(row.county).site(row.id),
    GSI1PK: keysOf(row.county).queue('sites'),
    GSI1SK: row.id,
  }),
});
