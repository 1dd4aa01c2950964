import { z } from 'zod';
import { Problem } from '../shared/problem.ts';
import { slug, text } from '../shared/quantity.ts';
import { type Purchase, purchaseRow } from './purchase.ts';

/** What a buyer says as he has the rule choose among an item's offers. */
export const choiceBody = z.strictObject({
  /** Pays for it instead of the fund that the purchase was opened with. */
  fundId: slug.optional(),
  /** Why there is only one to choose from. */
  singleSource: text(300).optional(),
  /** Offers that are not to be taken, and why. */
  leftOut: z.strictObject({ offerIds: z.array(z.string().max(60)).min(1).max(100), reason: text(300) }).optional(),
  note: text(500).optional(),
  /** Why one person does the work of two: headquarters at night only. */
  override: text(500).optional(),
});
export type ChoiceBody = z.infer<typeof choiceBody>;

/**
 * That what it is to be bought for still lacks something.
 *
 * @param lacking base units; none: it is for the pool.
 * @throws Problem 409 `not-needed`.
 */
export const demandNeeded = (of: Purchase, lacking: number | undefined): void => {
  if (lacking !== 0) return;
  throw new Problem(
    409,
    'not-needed',
    { zh: '所缺物资已另有来源，请取消本采购。', en: 'What this was to be bought for is lacking no more: cancel it.' },
    [],
    { key: purchaseRow.keyOf(of) },
  );
};
