import { z } from 'zod';
import { baseName, counted, type Item } from '../catalogue/item.ts';
import { fen } from '../shared/money.ts';
import { type FieldError, Problem } from '../shared/problem.ts';
import { type AskedQuantity, askedQuantity, slug, text } from '../shared/quantity.ts';
import { lotCounted } from '../stock/goods-received.ts';
import { byUseBy } from '../stock/lot.ts';
import { type GiftBody, giftBody } from './gift.ts';
import type { GiftReceivedBody } from './receiving.ts';
import { giftFaults, type Known } from './registering.ts';
import { lastDay } from './shelf-life.ts';

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
  declaredFen: fen.optional(),
});

/** Lots of one walk-in: each is set apart, and later released in a transaction of its own. */
const MAX_LINES = 12;

/** A gift that somebody brings to the desk: counted on the spot, and screened after that. */
export const walkInBody = z.strictObject({
  ...{ donor, wish, note, placeId },
  lines: z.array(walkInLine).min(1).max(MAX_LINES),
});
export type WalkInBody = z.infer<typeof walkInBody>;

type WalkInLine = WalkInBody['lines'][number];

/** What was counted, in the unit of all of it; in base units where there are several. */
const sumOf = ({ lots }: WalkInLine, item: Item | undefined): AskedQuantity => {
  const [first] = lots;
  const isOne = item === undefined || lots.every(({ unit }) => unit === first?.unit);
  const amounts = lots.map((lot) => (isOne ? lot.quantity : counted(item, lot, '')));
  return {
    // A unit without a conversion is refused when it is counted in, by its own field.
    quantity: amounts.reduce<number>((sum, amount) => sum + (typeof amount === 'number' ? amount : 0), 0),
    unit: isOne ? (first?.unit ?? '') : baseName(item),
  };
};

/**
 * The same as it is registered: what was declared, or else what was counted. It is screened by the lot that keeps longest:
 * what keeps shorter is looked at lot by lot before any of it is for use.
 */
export const walkInAsGift = ({ lines, ...of }: WalkInBody, items: ReadonlyMap<string, Item>): GiftBody => ({
  ...of,
  goods: lines.map((given) => {
    const { declared, lots, ...line } = given;
    const item = items.get(line.itemId);
    const lastOf = (lot: (typeof lots)[number]) => ({ useBy: lastDay(lot, item ?? {}) });
    const best = lots.toSorted((a, b) => byUseBy(lastOf(a), lastOf(b))).at(-1);
    return {
      ...{ ...line, ...(declared ?? sumOf(given, item)) },
      ...{ lotNo: best?.lotNo, madeOn: best?.madeOn, useBy: best?.useBy },
    };
  }),
});

/** That it names what there is, in the words of the desk. @throws Problem 422 `invalid` with everything that is wrong. */
export const demandTaken = (body: GiftBody, known: Known): void => {
  const errors: FieldError[] = giftFaults(body, known).map((one) => ({
    ...one,
    path: one.path.replace(/^goods\b/, 'lines'),
  }));
  if (errors.length > 0)
    throw new Problem(
      422,
      'invalid',
      { zh: '登记内容有误，请更正。', en: 'The gift cannot be taken in like this.' },
      errors,
    );
};

/** The same as it is counted in. */
export const walkInCount = ({ lines, note }: WalkInBody): GiftReceivedBody => ({
  ...{ note, confirmed: true },
  lines: lines.map(({ lots }, i) => ({
    ...{ n: i + 1, final: true },
    lots: lots.map((lot) => ({ ...lot, status: 'quarantined' as const })),
  })),
});
