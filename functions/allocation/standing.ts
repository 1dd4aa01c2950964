import { type Item, issueSize } from '../catalogue/item.ts';
import { arrivalAt, type Policy } from '../catalogue/policy.ts';
import type { Site } from '../catalogue/site.ts';
import { committed, type Line, MAX_HOLDS, type Open, planned, waveOf } from '../request/line.ts';
import { plusMinutes } from '../shared/clock.ts';
import type { Balance } from '../stock/balance.ts';
import type { ApportionInput, LotSupply, Need } from './apportion.ts';

/** An item's rows as one allocator read them. */
export interface Rows {
  readonly item: Item;
  readonly policy: Policy;
  readonly balances: readonly Balance[];
  readonly opens: readonly Open[];
  readonly lines: readonly Line[];
  readonly sites: readonly Site[];
}

export interface Standing {
  readonly input: ApportionInput;
  /** Every line that was found, counting or not: what it holds is part of the lots. */
  readonly lines: readonly Line[];
  /** Pointers to lines that will never count again. */
  readonly gone: readonly Open[];
}

/** What a division rests on: lots, needs, policy and `now`, as apportionment takes them. */
export const standingOf = ({ item, policy, balances, opens, lines, sites }: Rows, now: string): Standing => {
  const leads = new Map(sites.map(({ id, leadMinutes }) => [id, leadMinutes]));
  const byId = new Map(lines.map((line) => [line.id, line]));
  const horizon = plusMinutes(now, policy.allocation.horizonMinutes);
  return {
    input: {
      unit: issueSize(item),
      reserve: item.fresh ? 0 : item.frontLineReserve,
      reserveUntil: horizon,
      lots: suppliesOf(balances, lines),
      needs: lines
        .filter((line) => counts(line, policy, now))
        .map((line) => needOf(line, arrivalAt({ leadMinutes: leads.get(line.siteId) ?? 0 }, policy, now))),
    },
    lines,
    gone: opens.filter(({ lineId }) => isGone(byId.get(lineId), policy, now)),
  };
};

/** Identifies goods of a lot at a place. */
export const placeKey = ({ lotId, placeId }: { readonly lotId: string; readonly placeId: string }): string =>
  `${lotId}#${placeId}`;

const suppliesOf = (balances: readonly Balance[], lines: readonly Line[]): LotSupply[] => {
  const promised = new Map<string, number>();
  for (const hold of lines.flatMap(planned))
    promised.set(placeKey(hold), (promised.get(placeKey(hold)) ?? 0) + hold.quantity);
  return balances
    .filter(({ status, withheld }) => status === 'available' && !withheld)
    .map(({ lotId, placeId, free, useBy, designation }) => ({
      lotId,
      placeId,
      quantity: free + (promised.get(placeKey({ lotId, placeId })) ?? 0),
      useBy,
      designation,
    }));
};

/**
 * Approved need counts from its wave, and from when it comes within the horizon, until it is served, and served need for the look-back
 * beyond its need-by, so that a site that was filled yesterday does not stand level with one that got nothing.
 */
const counts = (line: Line, policy: Policy, now: string): boolean => {
  const { horizonMinutes } = policy.allocation;
  const lacks = line.status === 'open' && committed(line) < line.approved;
  if (line.status !== 'open' && line.status !== 'closed') return false;
  // Closed short before anything came: it has nothing to be weighed with.
  if (line.status === 'closed' && committed(line) === 0) return false;
  if (waveOf(line, now) !== undefined) return false;
  if (Date.parse(line.needBy) > Date.parse(plusMinutes(now, horizonMinutes))) return false;
  return lacks || !isPast(line, policy, now);
};

const isPast = ({ needBy }: Line, { allocation: { lookBackMinutes } }: Policy, now: string): boolean =>
  Date.parse(needBy) < Date.parse(plusMinutes(now, -lookBackMinutes));

/** Open lines may lack goods again, however old they are: what is on its way can get lost. */
const isGone = (line: Line | undefined, policy: Policy, now: string): boolean =>
  line === undefined ||
  line.status === 'cancelled' ||
  line.status === 'refused' ||
  (line.status === 'closed' && isPast(line, policy, now));

const needOf = (line: Line, arrival: string): Need => ({
  lineId: line.id,
  siteId: line.siteId,
  siteKind: line.siteKind,
  tier: line.tier,
  needBy: new Date(line.needBy).toISOString(),
  // Nothing more will be sent for a line that is closed, short or not.
  target: line.status === 'open' ? line.approved : committed(line),
  floor: committed(line),
  arrival,
  room: MAX_HOLDS - (line.holds.length - planned(line).length),
});
