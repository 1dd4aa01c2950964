import { z } from 'zod';
import { fen } from '../funds/fund.ts';
import { positive, quantity } from '../shared/quantity.ts';
import { reason } from '../shared/reason.ts';
import { terms } from './offer.ts';
import { MAX_ORDERS } from './order.ts';

/** So much to be ordered on an offer's terms, and what that comes to, landed. */
export const planned = z.object({ ...terms.shape, quantity: positive, totalFen: fen });
export type Planned = z.infer<typeof planned>;

/** Which offers a buyer would take, which are tried next, and why: what is decided on. */
export const choice = z.object({
  by: z.string(),
  at: z.string(),
  orders: z.array(planned).min(1).max(MAX_ORDERS),
  /** In the order in which they are tried when one of the orders does not come. Each for as much as it offers of the whole. */
  alternates: z.array(terms).max(MAX_ORDERS),
  /** What no offer covers, in base units. */
  uncovered: quantity,
  reasons: z.array(reason),
  totalFen: fen,
  /** What it comes to at most, whichever of the alternates have to be tried. */
  atMostFen: fen,
  /** Why there was only one to choose from. */
  singleSource: z.string().optional(),
});
export type Choice = z.infer<typeof choice>;
