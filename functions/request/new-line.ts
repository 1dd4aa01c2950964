import type { AskedQuantity } from '../shared/quantity.ts';
import { type Line, lineIdOf } from './line.ts';
import type { Request } from './request.ts';

/** What a request is for: an item, as it was said, and in base units in whole issue units. */
export interface NewLine {
  readonly itemId: string;
  readonly asked: AskedQuantity;
  readonly quantity: number;
}

/** Line `n` of a request that is yet to be decided. */
export const newLine = (request: Request, n: number, { itemId, asked, quantity }: NewLine): Line => {
  const { county, id: requestId, siteId, siteKind, tier, needBy } = request;
  return {
    county,
    id: lineIdOf({ requestId, n }),
    requestId,
    n,
    version: 1,
    status: 'submitted',
    itemId,
    siteId,
    siteKind,
    tier,
    needBy,
    asked,
    quantity,
    approved: 0,
    holds: [],
    dispatched: 0,
    received: 0,
    rationale: 0,
    division: 0,
  };
};
