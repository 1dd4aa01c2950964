import { z } from 'zod';
import { type SiteKind, siteKind } from '../catalogue/site.ts';
import { countyDay } from '../shared/clock.ts';
import { keysOf } from '../shared/keys.ts';
import { compare } from '../shared/order.ts';
import { slug } from '../shared/quantity.ts';
import { defineRow } from '../shared/row.ts';

/** The four sources that feed the one pool, and what turned up. */
export const source = z.enum(['existing', 'procured', 'allocated', 'donated', 'found']);
export type Source = z.infer<typeof source>;

const designationOf = <S extends z.ZodType<string>>(siteId: S) =>
  z.discriminatedUnion('to', [
    z.strictObject({ to: z.literal('all') }),
    z.strictObject({ to: z.literal('sites'), siteIds: z.array(siteId).min(1).max(50) }),
    z.strictObject({ to: z.literal('siteKind'), siteKind }),
  ]);

/** For whom goods may be used: everybody, named sites, or a kind of site. */
export const designation = designationOf(z.string());
/** The same as it is sent: what is no id of a site is no key to look for either. */
export const designationBody = designationOf(slug);
export type Designation = z.infer<typeof designation>;

/** Whether a lot's designation covers a site. */
export const isMeantFor = (
  { designation: d }: Pick<Lot, 'designation'>,
  { siteId, siteKind: kind }: { readonly siteId: string; readonly siteKind: SiteKind },
): boolean =>
  d.to === 'all' || (d.to === 'siteKind' && d.siteKind === kind) || (d.to === 'sites' && d.siteIds.includes(siteId));

/** Sorts behind every day that is printed on goods. */
const NEVER = '9999-12-31';

interface Dated {
  /** Last day of use, `YYYY-MM-DD`, a day on the county's calendar; none: does not expire. */
  readonly useBy?: string | undefined;
}

/** First expiring first; what does not expire, last. */
export const byUseBy = (a: Dated, b: Dated): number => compare(a.useBy ?? NEVER, b.useBy ?? NEVER);

/** Goods that arrive on their last day of use can still be used: the whole day counts. */
export const usableAt = (useBy: string | undefined, arrival: string): boolean =>
  useBy === undefined || useBy >= countyDay(arrival);

/** The list of an item's lots, those that never lay on a shelf included. */
export const lotsOf = (itemId: string): string => `lots.${itemId}`;

/** Of a lot that was bought: on which order of which purchase, from whom, of which fund, and what its goods cost. */
export const bought = z
  .object({
    ...{ purchaseId: z.string(), order: z.int(), supplierId: z.string(), fundId: z.string() },
    costFen: z.int().min(0),
  })
  .optional();

/** Goods that came together and expire together. What is where is on its balances, what happened on its movements. */
export const lotRow = defineRow({
  type: 'lot',
  v: 1,
  schema: z.object({
    county: z.string(),
    id: z.string(),
    itemId: z.string(),
    source,
    /** The maker's lot number, as printed. */
    lotNo: z.string().optional(),
    madeOn: z.string().optional(),
    /** Last day of use, `YYYY-MM-DD`; none: does not expire. */
    useBy: z.string().optional(),
    designation,
    /** The goods received note, or the consignment that brought it to light. */
    from: z.string(),
    bought,
    /** Of a lot that was given: the gift. */
    giftId: z.string().optional(),
    at: z.string(),
    version: z.int(),
  }),
  keys: (row) => ({
    ...keysOf(row.county).lot(row.id),
    GSI1PK: keysOf(row.county).queue(lotsOf(row.itemId)),
    GSI1SK: row.id,
  }),
});
export type Lot = ReturnType<typeof lotRow.parse>;
