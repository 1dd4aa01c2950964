import { z } from 'zod';
import { buying } from '../purchase/opening.ts';
import { type Line, short } from '../request/line.ts';
import { type Request, requestRow } from '../request/request.ts';
import { Problem, wrongStatus } from '../shared/problem.ts';
import { instant, positive } from '../shared/quantity.ts';
import { letter } from './appeal.ts';

const { quantity, unit, placeId, reason } = buying;

/** What is decided of what the pool cannot meet of a line (缺口处理). */
export const supplyBody = z.discriminatedUnion('decision', [
  z.strictObject({ decision: z.literal('buy'), ...buying }),
  /** Ask those above for it (请求下拨). */
  z.strictObject({
    decision: z.literal('ask-above'),
    ...{ quantity, unit, placeId },
    ...letter,
  }),
  z.strictObject({ decision: z.literal('wait'), reason, until: instant }),
  z.strictObject({ decision: z.literal('close-short'), reason }),
]);
export type SupplyBody = z.infer<typeof supplyBody>;

/** What came of the decision. */
export const supplyView = z.object({
  requestId: z.string(),
  n: positive,
  /** Base units that are still short of it. */
  short: z.int(),
  /** Of `buy`: the purchase that was opened; of `ask-above`: the appeal. */
  purchaseId: z.string().optional(),
  appealId: z.string().optional(),
});

/**
 * That there is a shortfall to be decided on.
 *
 * @throws Problem 409 `wrong-status` or `nothing-short`.
 */
export const demandShort = (request: Request, line: Line): void => {
  const key = requestRow.keyOf(request);
  if (request.status !== 'approved')
    throw wrongStatus(key, `This request is ${request.status}; what is short of it is nobody's to supply.`);
  if (line.status !== 'open') throw wrongStatus(key, `Line ${line.n} is ${line.status}; it waits for nothing.`);
  if (short(line) === 0)
    throw new Problem(409, 'nothing-short', `All of line ${line.n} is promised, on its way or received.`, [], { key });
};
