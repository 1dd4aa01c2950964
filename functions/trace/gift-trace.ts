import { z } from 'zod';
import { portion } from './whereabouts.ts';

const lotTrace = z.object({
  lotId: z.string(),
  itemId: z.string(),
  nameZh: z.string(),
  nameEn: z.string(),
  /** Base units that came in, and where all of them are: the portions add up to it. */
  cameIn: z.int(),
  portions: z.array(portion),
});

/** Where a gift is now (DESIGN: every unit and every fen can be followed). */
export const giftTrace = z.object({
  /** Of goods: by the line of the gift. */
  lines: z.array(z.object({ n: z.int(), lots: z.array(lotTrace) })),
  /** Of money: what is spent of it, for what, and where that went. */
  money: z
    .object({
      receivedFen: z.int(),
      spentFen: z.int(),
      /** Parts of it, which add up to what is spent. */
      spent: z.array(
        z.object({
          amountFen: z.int(),
          day: z.string(),
          /** Goods, of which this gift paid so much; the lot may have other payers too. */
          lot: lotTrace.optional(),
          /** What it paid beside goods, such as a delivery. */
          other: z.object({ zh: z.string(), en: z.string() }).optional(),
        }),
      ),
    })
    .optional(),
});
export type GiftTrace = z.infer<typeof giftTrace>;
export type LotTrace = z.infer<typeof lotTrace>;
