import { z } from 'zod';

/**
 * Quantities are whole numbers of an item's base unit: pieces, grams or millilitres. The bound keeps every sum of a
 * county's stock exact in a double and catches a slipped finger long before.
 */
export const MAX_QUANTITY = 1_000_000_000;

export const quantity = z.int().min(0).max(MAX_QUANTITY);
export const positive = z.int().min(1).max(MAX_QUANTITY);

/** A quantity as a person gave it: 8 箱, 13 斤. */
export const askedQuantity = z.strictObject({
  quantity: positive,
  unit: z.string().min(1).max(20),
});
export type AskedQuantity = z.infer<typeof askedQuantity>;

export const roundUpTo = (multiple: number, amount: number): number => Math.ceil(amount / multiple) * multiple;

/** As many whole multiples as it takes to cover the amount; at most so many as stay within `most`. */
export const wholeWithin = (most: number, multiple: number, amount: number): number =>
  Math.min(roundUpTo(multiple, amount), Math.floor(most / multiple) * multiple);

export const instant = z.iso.datetime({ offset: false });
export const day = z.iso.date();
export const slug = z.string().regex(/^[a-z0-9][a-z0-9-]{1,62}$/, 'lower-case letters, digits and hyphens');
export const text = (max: number) => z.string().trim().min(1).max(max);
