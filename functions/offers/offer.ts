import { z } from 'zod';
import { amountFen } from '../prices/price.ts';
import { keysOf } from '../shared/keys.ts';
import { fen } from '../shared/money.ts';
import { askedQuantity, instant, positive, quantity, slug, text } from '../shared/quantity.ts';
import { defineRow } from '../shared/row.ts';

/** Orders of one purchase, which is one row: this bounds it. */
export const MAX_ORDERS = 20;

/** Where goods are sought (多渠道争取货源). */
const channel = z.enum(['designated-shop', 'wholesale', 'maker', 'online', 'other']);

/** What a supplier offers, as the buyer heard or read it. Quantities are in units of the item. */
export const offerBody = z.strictObject({
  itemId: slug,
  supplierId: slug,
  /** So many fen for so much: 4,500 fen per 1 盒. */
  priceFen: quantity,
  per: askedQuantity,
  /** Sold in whole packs of this. */
  pack: askedQuantity,
  /** On offer at this price. */
  available: askedQuantity,
  /** From order to arrival. */
  leadMinutes: z.int().min(0).max(43_200),
  channel,
  /** Once an order. */
  deliveryFeeFen: fen.default(0),
  /** What has to be bought with it, at its price for one order: it counts as part of the price (FACTS: bundling). */
  bundle: z.strictObject({ what: text(120), priceFen: fen }).optional(),
  /** Until when it stands. */
  validUntil: instant,
  /** The paper, message or call that it came by. */
  document: text(120),
});
export type OfferBody = z.infer<typeof offerBody>;

/** What of an offer decides whether it is taken: also kept on the purchase, as it was. Quantities are base units. */
export const terms = z.object({
  offerId: z.string(),
  supplierId: z.string(),
  priceFen: quantity,
  perQuantity: positive,
  packQuantity: positive,
  availableQuantity: positive,
  leadMinutes: z.int(),
  channel,
  deliveryFeeFen: fen,
  bundle: z.object({ what: z.string(), priceFen: fen }).optional(),
  validUntil: z.string(),
  /** Who wrote the offer down; not known of what was chosen before that was kept. */
  writtenBy: z.string().optional(),
});
export type Terms = z.infer<typeof terms>;

export const offersOf = (itemId: string): string => `offers.${itemId}`;

export const offerRow = defineRow({
  type: 'offer',
  v: 1,
  schema: z.object({
    ...terms.shape,
    county: z.string(),
    version: z.int(),
    itemId: z.string(),
    document: z.string(),
    withdrawn: z.object({ by: z.string(), at: z.string(), reason: z.string() }).optional(),
    at: z.string(),
    by: z.string(),
  }),
  keys: (row) => ({
    ...keysOf(row.county).offer(row.offerId),
    // Among an item's offers only while it stands: what was withdrawn is nobody's to choose again. By its end, so that
    // whoever chooses reads none that has lapsed.
    ...(row.withdrawn === undefined && {
      GSI1PK: keysOf(row.county).queue(offersOf(row.itemId)),
      GSI1SK: `${row.validUntil}#${row.offerId}`,
    }),
    GSI2PK: keysOf(row.county).party(row.supplierId),
    GSI2SK: `OFFER#${row.offerId}`,
  }),
});
export type Offer = ReturnType<typeof offerRow.parse>;

export const offerStatus = z.enum(['standing', 'lapsed', 'withdrawn']);

/** Whether it may be chosen now. */
export const statusOf = (
  { withdrawn, validUntil }: Pick<Offer, 'withdrawn' | 'validUntil'>,
  now: string,
): z.infer<typeof offerStatus> => (withdrawn !== undefined ? 'withdrawn' : validUntil < now ? 'lapsed' : 'standing');

/** Whether it can be had now, of somebody who is bought of still. */
export const stands = (
  { withdrawn, validUntil, supplierId }: Pick<Offer, 'withdrawn' | 'validUntil' | 'supplierId'>,
  suppliers: ReadonlyMap<string, { readonly active: boolean }>,
  now: string,
): boolean => statusOf({ withdrawn, validUntil }, now) === 'standing' && suppliers.get(supplierId)?.active === true;

/** What one order costs beside its goods. */
export const extraFen = ({ deliveryFeeFen, bundle }: Pick<Terms, 'deliveryFeeFen' | 'bundle'>): number =>
  deliveryFeeFen + (bundle?.priceFen ?? 0);

/** What so much costs on an offer's terms, landed: what is set aside for it. */
export const orderFen = (
  of: Pick<Terms, 'priceFen' | 'perQuantity' | 'deliveryFeeFen' | 'bundle'> & { readonly quantity: number },
): number => amountFen(of, of.quantity) + extraFen(of);
