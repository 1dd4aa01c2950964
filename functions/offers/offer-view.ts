import { z } from 'zod';
import type { Item } from '../catalogue/item.ts';
import type { Policy } from '../catalogue/policy.ts';
import type { Supplier } from '../catalogue/supplier.ts';
import { reason } from '../shared/reason.ts';
import { type Offer, offerStatus, statusOf, terms } from './offer.ts';
import { landedOf, offerFinding } from './offering.ts';

const { offerId: _, writtenBy: __, ...shape } = terms.shape;

/** An offer as those read it who buy. Quantities are base units. */
export const offerView = z
  .object({
    id: z.string(),
    version: z.int(),
    status: offerStatus,
    itemId: z.string(),
    supplier: z.object({ nameZh: z.string(), nameEn: z.string() }).optional(),
    ...shape,
    /** All that it offers, in whole packs, with fees and bundles. */
    landed: z.object({ quantity: z.int(), totalFen: z.int() }),
    /** How that stands to the ceiling of today. */
    price: z.object({ as: z.enum(['within', 'above', 'unknown']), ...reason.shape }).optional(),
    document: z.string(),
    withdrawn: z.object({ by: z.string(), at: z.string(), reason: z.string() }).optional(),
    at: z.string(),
    by: z.string(),
  })
  .meta({ id: 'Offer' });
export type OfferView = z.infer<typeof offerView>;

interface Beside {
  readonly item: Item | undefined;
  readonly supplier: Supplier | undefined;
  readonly policy: Policy;
  readonly now: string;
}

export const offerViewOf = (
  { county: _county, offerId: id, ...offer }: Offer,
  { item, supplier, policy, now }: Beside,
): OfferView => {
  const of = { offerId: id, ...offer };
  const { quantity, totalFen } = landedOf(of);
  const found = item && offerFinding(item, of, policy);
  return {
    ...{ id, status: statusOf(offer, now), ...offer, landed: { quantity, totalFen } },
    ...(supplier && { supplier: { nameZh: supplier.nameZh, nameEn: supplier.nameEn } }),
    ...(found && { price: { as: found.as, ...found.reason } }),
  };
};
