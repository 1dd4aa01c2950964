import { z } from 'zod';
import { askedQuantity, slug, text } from '../shared/quantity.ts';
import { lotCounted } from '../stock/goods-received.ts';
import { type GiftBody, giftBody } from './gift.ts';
import type { GiftReceivedBody } from './receiving.ts';

const { donor, wish, note, placeId } = giftBody.shape;

/** Goods at the desk, in the desk's words: what nobody finds in the catalogue is not taken in there. */
const walkInLine = z.strictObject({
  itemId: slug,
  /** What the donor says it is. */
  declared: askedQuantity.optional(),
  /** What was counted. */
  lots: z
    .array(lotCounted.omit({ status: true }))
    .min(1)
    .max(6),
  standard: text(60).optional(),
  certificates: z.array(text(80)).max(5).default([]),
  declaredFen: z.int().min(0).optional(),
});

/** Lots of one walk-in: each is set apart, and later released in a transaction of its own. */
const MAX_LINES = 12;

/** A gift that somebody brings to the desk: counted on the spot, and screened after that. */
export const walkInBody = z.strictObject({
  ...{ donor, wish, note, placeId },
  lines: z.array(walkInLine).min(1).max(MAX_LINES),
});
export type WalkInBody = z.infer<typeof walkInBody>;

/** The same as it is registered: what was declared, or else what was counted. */
export const walkInAsGift = ({ lines, ...of }: WalkInBody): GiftBody => ({
  ...of,
  goods: lines.map(({ declared, lots, ...line }) => {
    const [first] = lots;
    const { quantity, unit } = declared ?? {
      quantity: lots.reduce((sum, lot) => sum + lot.quantity, 0),
      unit: first?.unit ?? '',
    };
    return { ...line, quantity, unit, lotNo: first?.lotNo, madeOn: first?.madeOn, useBy: first?.useBy };
  }),
});

/** The same as it is counted in. */
export const walkInCount = ({ lines, note }: WalkInBody): GiftReceivedBody => ({
  ...{ note, confirmed: true },
  lines: lines.map(({ lots }, i) => ({
    ...{ n: i + 1, final: true },
    lots: lots.map((lot) => ({ ...lot, status: 'quarantined' as const })),
  })),
});
