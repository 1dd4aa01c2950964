import type { ApportionInput, LotSupply, Need } from '../../functions/allocation/apportion.ts';

/** What `docs/allocation.md` says of needs and lots, read once more; shares nothing with the code under test. */

const CHINA_MS = 8 * 3_600_000;
const dayInChina = (instant: string): string => new Date(Date.parse(instant) + CHINA_MS).toISOString().slice(0, 10);

const lasts = ({ useBy }: LotSupply, instant: string): boolean => useBy === undefined || dayInChina(instant) <= useBy;

/** May goods of this lot go to this site, if they would arrive then? */
export const mayGo = (lot: LotSupply, to: Pick<Need, 'siteId' | 'siteKind' | 'arrival'>): boolean => {
  const { designation } = lot;
  if (!lasts(lot, to.arrival)) return false;
  if (designation.to === 'siteKind') return designation.siteKind === to.siteKind;
  return designation.to === 'all' || designation.siteIds.includes(to.siteId);
};

/** Do goods of this lot count towards the front-line reserve? */
export const mayBeKept = (lot: LotSupply, { reserveUntil }: Pick<ApportionInput, 'reserveUntil'>): boolean =>
  lot.designation.to === 'all' && lasts(lot, reserveUntil);

export const unitsOf = (quantity: number, unit: number): number => Math.floor(quantity / unit);

export const keyOf = ({ tier, siteId }: Pick<Need, 'tier' | 'siteId'>): string => `${tier}#${siteId}`;

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const byNeedBy = (a: Need, b: Need): number => byText(a.needBy, b.needBy) || byText(a.lineId, b.lineId);

/** All needs of one site in one tier. Quantities are base units. */
export interface Claimant extends Pick<Need, 'tier' | 'siteId' | 'siteKind' | 'arrival' | 'target' | 'floor'> {
  /** By need-by, then id, with the whole issue units that each wants. */
  readonly lines: readonly { readonly need: Need; readonly want: number }[];
  /** Issue units. */
  readonly want: number;
}

export const claimantsOf = ({ needs, unit }: Pick<ApportionInput, 'needs' | 'unit'>): Claimant[] =>
  [...Map.groupBy(needs, keyOf).values()].flatMap((of): Claimant[] => {
    const lines = of.toSorted(byNeedBy).map((need) => {
      return { need, want: need.room === 0 ? 0 : unitsOf(need.target - need.floor, unit) };
    });
    return of.slice(0, 1).map(({ tier, siteId, siteKind }) => ({
      tier,
      siteId,
      siteKind,
      arrival:
        of
          .map((need) => need.arrival)
          .toSorted(byText)
          .at(-1) ?? '',
      target: of.reduce((sum, { target }) => sum + target, 0),
      floor: of.reduce((sum, { floor }) => sum + floor, 0),
      lines,
      want: lines.reduce((sum, { want }) => sum + want, 0),
    }));
  });

/** Which of two claims of a tier is given the unit that both have a fraction of: by the first line that wants any. */
export const byFirstLine = (a: Claimant, b: Claimant): number => {
  const [first, second] = [a, b].map(({ lines }) => lines.find(({ want }) => want > 0)?.need);
  return first && second ? byNeedBy(first, second) : 0;
};

/** To which of two claims a lot is offered first. */
export const byArrival = (a: Claimant, b: Claimant): number =>
  byText(a.arrival, b.arrival) || a.tier - b.tier || byFirstLine(a, b);

/** Which of two lots goes first. */
export const byUseBy = (a: LotSupply, b: LotSupply): number =>
  byText(a.useBy ?? '9999-12-31', b.useBy ?? '9999-12-31') ||
  Number(a.designation.to === 'all') - Number(b.designation.to === 'all') ||
  byText(a.lotId, b.lotId) ||
  byText(a.placeId, b.placeId);
