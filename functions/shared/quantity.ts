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

/** Any instant, with `Z` or an offset such as `+08:00`; whoever keeps it writes it in UTC. */
export const instant = z.iso.datetime({ offset: true });
/** Between the years 2000 and 2199: outside of them somebody's finger slipped, and days would no longer sort as text. */
export const day = z.iso
  .date()
  .refine(
    (date) => date >= '2000-01-01' && date < '2200-01-01',
    '须为 2000 至 2199 年的日期。 A day of the years 2000 to 2199.',
  );
export const slug = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{1,62}$/, '须为小写字母、数字和连字符。 Lower-case letters, digits and hyphens.');

/** A letter, digit or sign that leaves ink: blanks, joiners and fillers of all scripts do not. */
const INK = /[[\p{L}\p{N}\p{P}\p{S}]--[\p{Default_Ignorable_Code_Point}\u2800]]/v;

/** Texts are printed, compared and read aloud: what nobody can see, or what bytes were lost of, is none. */
const legible = (words: string, { addIssue }: z.RefinementCtx<string>): void => {
  const wrong = (message: string) => addIssue({ code: 'custom', message });
  if (!words.isWellFormed() || words.includes('\uFFFD'))
    wrong('有些字在传送中已损坏。 Some characters of this were lost on the way.');
  else if (/\p{Cc}/u.test(words))
    wrong('不能有换行、制表符等控制字符。 No line breaks, tabs or other control characters.');
  else if (words !== '' && !INK.test(words)) wrong('没有可见的内容。 There is nothing to be seen in this.');
};

/** What a person wrote, without the blanks around it. */
export const text = (max: number) => z.string().trim().min(1).max(max).superRefine(legible);

/** What a person called a thing, where it is a key: taken as it stands, because two keys mended into one would lose one. */
export const name = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .superRefine(legible)
    .refine((given) => given === given.trim(), '前后不能有空格。 No blanks before or after it.')
    .refine((given) => !Object.hasOwn(Object.prototype, given), '不能用作名称。 This cannot be a name here.');
