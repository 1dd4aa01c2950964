import type { Tier } from '../catalogue/policy.ts';
import { countyDay } from '../shared/clock.ts';
import { type ApportionInput, type Apportionment, apportion } from './apportion.ts';

/** What would have to arrive for a claim to be met in full. Base units, whole issue units. */
export interface Remedy {
  /** What the claim lacks. */
  readonly lacks: number;
  /** The rest is of no use without it: none when goods alone do not help, as its lines hold all the lots they may. */
  readonly arriving?: {
    /** With this much more, open to all, the claim gets all that it lacks; with one issue unit less it does not. */
    readonly quantity: number;
    /** Last day of use that these goods must have at least. */
    readonly usableUntil: string;
    /** What others would get of it, by tier: those who come before, and those it is shared with. */
    readonly others: readonly { readonly tier: Tier; readonly quantity: number }[];
    /** What the front-line reserve would keep of it. */
    readonly reserve: number;
  };
}

interface Of {
  readonly siteId: string;
  readonly tier: Tier;
}

const claimIn = ({ claims }: Apportionment, { siteId, tier }: Of) =>
  claims.find((claim) => claim.siteId === siteId && claim.tier === tier);

const lackIn = (answer: Apportionment, of: Of): number => {
  const claim = claimIn(answer, of);
  return claim === undefined ? 0 : claim.wanted - claim.granted;
};

/** Last among its equals: it is used when they are used up. */
const ARRIVING = { lotId: '~', placeId: '~', designation: { to: 'all' } } as const;

const withMore = (input: ApportionInput, quantity: number, useBy?: string): Apportionment =>
  apportion({ ...input, lots: [...input.lots, { ...ARRIVING, quantity, useBy }] });

/**
 * The least stock, open to all, with which the apportionment fills a claim: found by asking the apportionment itself,
 * as more stock lowers nobody. A single claim may move by one unit where shares are rounded, so what is found is what
 * it says and no formula's guess. `undefined` when the claim lacks nothing.
 */
export const remedyOf = (input: ApportionInput, of: Of): Remedy | undefined => {
  const present = apportion(input);
  const lacks = lackIn(present, of);
  if (lacks === 0) return undefined;
  const { unit } = input;
  const fills = (units: number, useBy?: string) => lackIn(withMore(input, units * unit, useBy), of) === 0;
  // Enough for everybody who comes before or with it, and for the reserve.
  const ahead = present.claims.reduce((sum, c) => (c.tier <= of.tier ? sum + c.wanted - c.granted : sum), 0);
  let enough = Math.ceil((ahead + Math.max(0, input.reserve - present.withheld)) / unit);
  if (!fills(enough)) return { lacks };
  for (let short = 0; enough - short > 1; ) {
    const middle = Math.floor((short + enough) / 2);
    if (fills(middle)) enough = middle;
    else short = middle;
  }
  const days = [...input.needs.map(({ arrival }) => arrival), input.reserveUntil].map(countyDay).sort();
  const own = input.needs.filter(({ siteId, tier }) => siteId === of.siteId && tier === of.tier);
  const [last = ''] = own
    .map(({ arrival }) => countyDay(arrival))
    .sort()
    .reverse();
  const usableUntil = fills(enough, last) ? last : (days.at(-1) ?? last);
  const then = withMore(input, enough * unit);
  return {
    lacks,
    arriving: {
      quantity: enough * unit,
      usableUntil,
      others: ([1, 2, 3] as const).flatMap((tier) => {
        const got = ({ claims }: Apportionment) =>
          claims.reduce(
            (sum, c) => (c.tier === tier && !(c.tier === of.tier && c.siteId === of.siteId) ? sum + c.granted : sum),
            0,
          );
        const more = got(then) - got(present);
        return more === 0 ? [] : [{ tier, quantity: more }];
      }),
      reserve: then.withheld - present.withheld,
    },
  };
};
