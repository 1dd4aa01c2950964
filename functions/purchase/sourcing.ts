import { z } from 'zod';
import { slug, text } from '../shared/quantity.ts';

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
