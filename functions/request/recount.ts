import assert from 'node:assert/strict';
import { MAX_QUANTITY, wholeWithin } from '../shared/quantity.ts';
import type { Place } from '../stock/balance.ts';
import { committed, givenBack, givenUp, type Line, planned, plannedQuantity, sound } from './line.ts';
import { closed, type Request, reopened } from './request.ts';

/** What a recount changes of a request: only rows that change. */
export interface Recount {
  readonly request: Request | undefined;
  readonly lines: readonly Line[];
  /** Planned goods that nobody needs any more. */
  readonly givenBack: readonly (Place & { readonly quantity: number })[];
}

/** Planned goods beyond what is still lacking go back to the pool, the last promised first. */
const withoutExcess = (line: Line, excess: number): readonly [Line, Recount['givenBack']] => {
  const { county, itemId } = line;
  const back: (Place & { quantity: number })[] = [];
  let left = excess;
  for (const { lotId, placeId, quantity: held } of planned(line).toReversed()) {
    const quantity = Math.min(held, left);
    left -= quantity;
    if (quantity > 0) back.push({ county, itemId, lotId, placeId, quantity });
  }
  return [back.reduce((so, { quantity, ...place }) => givenBack(so, place, quantity), line), back];
};

/**
 * A line that got more or less than was booked, in base units. What it lacks now is need again, in whole issue units of
 * `unit`; what it has beyond its need stays with it, and is approved by having been received. Goods in picking or on the
 * way are not called back. Of a line that a person closed short nothing is need again.
 */
const recountedLine = (line: Line, delta: number, unit: number): readonly [Line, Recount['givenBack']] => {
  const received = line.received + delta;
  assert(received >= 0, `Line ${line.id} cannot have received ${received}`);
  const secured = committed({ ...line, received });
  if (line.closedShort !== undefined && delta < 0)
    return [sound({ ...givenUp(line, line.closedShort, -delta), received }), []];
  const lacking = Math.max(0, line.approved - secured);
  const approved = secured + wholeWithin(MAX_QUANTITY - secured, unit, lacking);
  const excess = Math.max(0, plannedQuantity(line) - (approved - secured));
  // Given back first: at no moment may a line hold more than it is approved for.
  const [lighter, back] = withoutExcess(line, excess);
  const counted = { ...lighter, received, approved };
  const isLive = line.status === 'open' || line.status === 'closed';
  return [sound({ ...counted, status: !isLive ? line.status : received === approved ? 'closed' : 'open' }), back];
};

/**
 * A request whose lines got more or less than was booked: a receipt was corrected, or goods turned up. It opens again
 * where a line lacks goods again, and closes where none does any more.
 */
export const recounted = (
  request: Request,
  lines: readonly Line[],
  deltas: ReadonlyMap<number, number>,
  unitOf: (itemId: string) => number,
  now: string,
): Recount => {
  const changed = lines.flatMap((line) => {
    const delta = deltas.get(line.n) ?? 0;
    return delta === 0 ? [] : [recountedLine(line, delta, unitOf(line.itemId))];
  });
  const next = changed.map(([line]) => line);
  const after = lines.map((line) => next.find(({ n }) => n === line.n) ?? line);
  const isShort = next.some(({ status }) => status === 'open');
  return {
    request: request.status === 'closed' && isShort ? reopened(request, now) : closed(request, after, now),
    lines: next,
    givenBack: changed.flatMap(([, back]) => back),
  };
};
