import { z } from 'zod';
import { type Tier, tier } from '../catalogue/policy.ts';
import { quantity } from '../shared/quantity.ts';
import { isMeantFor, usableAt } from '../stock/lot.ts';
import type { Grant } from './apportion.ts';
import { inOrder } from './eligible.ts';
import type { ClaimGiven, LotGiven, Rationale } from './rationale.ts';
import { placeKey } from './standing.ts';

/**
 * Why a line was not given goods of a lot. What the lot is comes first, then that the line lacked nothing, then what
 * became of the goods: kept back, shared with others of the tier, used by a tier before, by other lines of the site, or
 * by a tier after that they reach sooner; `room` when the line holds as many lots as it may.
 */
export const passedBecause = z.enum([
  'designated',
  'expires',
  'part-unit',
  'not-needed',
  'reserve',
  'shared',
  'tier-before',
  'own-site',
  'tier-after',
  'room',
]);
export type PassedBecause = z.infer<typeof passedBecause>;

/** Where the goods of a lot went that a line did not get. Base units. */
export const whereabouts = z.object({
  /** By tier, to other sites. */
  given: z.array(z.object({ tier, quantity })),
  /** To other lines of the same site and tier. */
  ownSite: quantity,
  /** To nobody. */
  left: quantity,
});
type Whereabouts = z.infer<typeof whereabouts>;

/** Goods that a line got of a lot. */
export interface Used {
  readonly lot: LotGiven;
  readonly quantity: number;
}

/** Goods of a lot that it did not get. */
export interface Passed extends Whereabouts {
  readonly lot: LotGiven;
  /** Whole issue units; of a lot that has not even one, all of it. */
  readonly quantity: number;
  readonly because: PassedBecause;
}

interface LineOf {
  readonly claim: ClaimGiven;
  readonly line: ClaimGiven['lines'][number];
}

/** What of each lot a line got in a division, and why not the rest of it. First-expiring lots first. */
export const goodsOf = (
  parts: readonly Rationale[],
  grants: readonly Grant[],
  { claim, line }: LineOf,
): { readonly used: readonly Used[]; readonly passed: readonly Passed[] } => {
  const claimOf = new Map(parts.flatMap(({ claims }) => claims.flatMap((of) => of.lines.map((l) => [l.lineId, of]))));
  const byLot = Map.groupBy(grants, placeKey);
  const lots = parts
    .flatMap((part) => part.lots)
    .filter((lot) => lot.quantity > 0)
    .toSorted(inOrder);
  const [first] = parts;
  const used = lots.flatMap((lot): Used[] => {
    const own = byLot.get(placeKey(lot))?.find(({ lineId }) => lineId === line.lineId);
    return own === undefined ? [] : [{ lot, quantity: own.quantity }];
  });
  const last = used.at(-1)?.lot;
  const passed: Passed[] = [];
  if (first === undefined) return { used, passed };
  for (const lot of lots) {
    const taken = byLot.get(placeKey(lot)) ?? [];
    const sum = (where: (grant: Grant, of: ClaimGiven | undefined) => boolean): number =>
      taken.reduce((total, grant) => (where(grant, claimOf.get(grant.lineId)) ? total + grant.quantity : total), 0);
    const mine = sum(({ lineId }) => lineId === line.lineId);
    const whole = lot.quantity - (lot.quantity % first.unit.size);
    if (whole > 0 && mine === whole) continue;
    const rest: Whereabouts = {
      given: ([1, 2, 3] as const).flatMap((of) => {
        const amount = sum((_, to) => to !== claim && to?.tier === of);
        return amount === 0 ? [] : [{ tier: of, quantity: amount }];
      }),
      ownSite: sum(({ lineId }, to) => to === claim && lineId !== line.lineId),
      left: whole - sum(() => true),
    };
    const isSpare = rest.left > 0 || last === undefined || inOrder(last, lot) <= 0;
    const because = whyNot(lot, rest, isSpare, { claim, line }, first);
    passed.push({ lot, quantity: whole > 0 ? whole - mine : lot.quantity, because, ...rest });
  }
  return { used, passed };
};

const whyNot = (
  lot: LotGiven,
  { given, ownSite, left }: Whereabouts,
  isSpare: boolean,
  { claim, line }: LineOf,
  { unit: { size }, withheld, reserveUntil }: Rationale,
): PassedBecause => {
  if (!isMeantFor(lot, claim)) return 'designated';
  if (!usableAt(lot.useBy, claim.arrival)) return 'expires';
  if (lot.quantity < size) return 'part-unit';
  const lacks = line.target - line.floor - line.granted >= size;
  if (!lacks && isSpare) return 'not-needed';
  if (lacks && line.room !== undefined && line.room <= 0) return 'room';
  if (left > 0)
    return claim.tier > 1 && withheld > 0 && lot.designation.to === 'all' && usableAt(lot.useBy, reserveUntil)
      ? 'reserve'
      : 'room';
  const to = (which: (of: Tier) => boolean) => given.some(({ tier: of }) => which(of));
  if (to((of) => of === claim.tier)) return 'shared';
  if (to((of) => of < claim.tier)) return 'tier-before';
  if (ownSite > 0) return 'own-site';
  return lacks ? 'room' : 'tier-after';
};
