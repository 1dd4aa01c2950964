import { z } from 'zod';
import { text } from '../shared/quantity.ts';
import { type Arrival, arrivalBody } from '../stock/arrival.ts';
import { accepted, MAX_PARTS, type Order, partFen, sound } from './order.ts';

/** Goods of an order: also why one person does the work of two, where he has to. */
export const acceptanceBody = z.strictObject({ ...arrivalBody, override: text(500).optional() });
export type AcceptanceBody = z.infer<typeof acceptanceBody>;

/** A part of an order as the count at the door has it, and what it is paid for. */
export interface Part {
  readonly order: Order;
  /** What the part costs, and what of the money set aside for the order is not needed any more. */
  readonly spentFen: number;
  readonly releasedFen: number;
  /** What each lot's goods cost; nothing, where they came over. */
  readonly lots: readonly { readonly lotId: string; readonly amountFen: number }[];
  /** What was paid beside the goods: this part's share of it. */
  readonly extraFen: number;
}

interface Counted {
  readonly arrival: Arrival;
  /** The lots that it became, in the order in which they are paid for. */
  readonly lots: readonly { readonly lotId: string; readonly quantity: number }[];
  readonly noteId: string | undefined;
  readonly document: string;
  readonly note: string | undefined;
  /** Nothing more will come. */
  readonly final: boolean;
  readonly by: string;
  readonly at: string;
}

/** What each of the lots costs: differences of rounded sums, so that they add up to the part. */
const costsOf = (of: Order, lots: Counted['lots']): Part['lots'] => {
  let before = 0;
  return lots.map(({ lotId, quantity }) => {
    const was = partFen(of, before).goodsFen;
    before += quantity;
    return { lotId, amountFen: partFen(of, before).goodsFen - was };
  });
};

/** Whether another part of it can be noted down. */
export const hasRoom = ({ parts }: Pick<Order, 'parts'>): boolean => parts.length < MAX_PARTS;

/**
 * A live order with one part more. It is closed once all of it has come or nothing more will; until then what is under
 * is waited for. Goods that come of an order confirm it, whether or not its supplier did so before.
 *
 * @throws AssertionError where the money would not add up.
 */
export const withPart = (of: Order, counted: Counted): Part => {
  const { arrival, lots, noteId, document, note, final, by, at } = counted;
  const { accepted: more, damaged, wrong } = arrival;
  const { goodsFen, extraFen } = partFen(of, more);
  const spentFen = goodsFen + extraFen;
  const isWhole = accepted(of) + more >= of.quantity;
  const isClosed = isWhole || final;
  const left = of.encumberedFen - spentFen;
  const part = { noteId, document, accepted: more, damaged, wrong, note, spentFen, by, at };
  return {
    order: sound({
      ...of,
      status: isClosed ? 'closed' : 'confirmed',
      encumberedFen: isClosed ? 0 : left,
      spentFen: of.spentFen + spentFen,
      parts: [...of.parts, part],
      ...(!isWhole && final && { ended: { by, at, reason: note ?? document } }),
    }),
    spentFen,
    releasedFen: isClosed ? left : 0,
    lots: costsOf(of, lots),
    extraFen,
  };
};
