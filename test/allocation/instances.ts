import fc from 'fast-check';
import type { ApportionInput, LotSupply, Need } from '../../functions/allocation/apportion.ts';
import type { SiteKind } from '../../functions/catalogue/site.ts';
import type { Designation } from '../../functions/stock/lot.ts';

/** Arrivals, some just before and some on midnight in China, and the days after which goods expire. */
export const ARRIVALS = [
  '2022-05-12T01:00:00.000Z',
  '2022-05-12T15:59:59.999Z',
  '2022-05-12T16:00:00.000Z',
  '2022-05-14T16:00:00.000Z',
] as const;
const DAYS = ['2022-05-11', '2022-05-12', '2022-05-13', '2022-05-15'];
const KINDS: readonly SiteKind[] = ['checkpoint', 'hospital', 'village'];
const siteIdOf = (n: number) => `site-${n}`;
const kindOf = (n: number): SiteKind => KINDS[n % KINDS.length] ?? 'village';

const designation = (sites: number): fc.Arbitrary<Designation> =>
  fc.oneof(
    { weight: 3, arbitrary: fc.constant({ to: 'all' as const }) },
    { weight: 1, arbitrary: fc.constantFrom(...KINDS).map((siteKind) => ({ to: 'siteKind' as const, siteKind })) },
    {
      weight: 2,
      arbitrary: fc
        .uniqueArray(fc.nat(sites - 1), { minLength: 1, maxLength: 3 })
        .map((ids) => ({ to: 'sites' as const, siteIds: ids.map(siteIdOf) })),
    },
  );

export interface Shape {
  readonly sites: number;
  readonly lots: number;
  readonly needs: number;
  /** Largest quantity, in issue units. */
  readonly most: number;
  /** All lots open to all and without an end. */
  readonly plain?: boolean;
}

/**
 * Random instances: scarce and plentiful, with broken units, lots in two places, designations, use-by days, floors, a
 * reserve; and needs that are open, served, closed short, or have no room for another lot.
 */
export const instance = ({ sites, lots, needs, most, plain = false }: Shape): fc.Arbitrary<ApportionInput> =>
  fc.constantFrom(1, 1, 2, 5).chain((unit) => {
    const amount = fc.oneof({ weight: 1, arbitrary: fc.constant(0) }, { weight: 8, arbitrary: fc.nat(most * unit) });
    const lot = fc.record({
      quantity: amount,
      useBy: plain ? fc.constant(undefined) : fc.option(fc.constantFrom(...DAYS), { nil: undefined, freq: 2 }),
      designation: plain ? fc.constant({ to: 'all' as const }) : designation(sites),
      placeId: fc.constantFrom('depot', 'warehouse', 'warehouse', 'warehouse'),
    });
    const need = fc.record({
      site: fc.nat(sites - 1),
      tier: fc.constantFrom(1 as const, 2 as const, 3 as const),
      needBy: fc.constantFrom('2022-05-13T00:00:00.000Z', '2022-05-14T00:00:00.000Z'),
      // Equal claims are where rounding has to choose.
      asked: fc.oneof(fc.constantFrom(2 * unit, most * unit), fc.integer({ min: 1, max: most * unit })),
      done: fc.oneof(fc.constant(0), amount),
      is: fc.constantFrom('open', 'open', 'open', 'open', 'open', 'open', 'served', 'closed', 'full'),
      /** So many arrivals after the earliest of its site. */
      late: fc.constantFrom(0, 0, 0, 1),
    });
    return fc
      .record({
        reserve: fc.oneof(fc.constant(0), amount),
        reserveUntil: fc.constantFrom(...ARRIVALS),
        lots: fc.array(lot, { maxLength: lots, size: 'max' }),
        needs: fc.array(need, { maxLength: needs, size: 'max' }),
        arrivals: fc.array(fc.nat(ARRIVALS.length - 1), { minLength: sites, maxLength: sites }),
      })
      .map(({ reserve, reserveUntil, lots: some, needs: all, arrivals }) => ({
        unit,
        reserve,
        reserveUntil,
        lots: some.map((of, n): LotSupply => {
          // What lies in the depot is the rest of the lot before it.
          const { useBy, designation: to, placeId } = some[n - 1] ?? of;
          if (of.placeId === 'warehouse' || placeId === 'depot' || n === 0) return { ...of, lotId: `lot-${n}` };
          return { ...of, useBy, designation: to, lotId: `lot-${n - 1}` };
        }),
        needs: all.map(({ site, is, asked, done, late, ...of }, n): Need => {
          const floor = is === 'served' ? asked : Math.min(done, asked);
          return {
            ...of,
            lineId: `line-${String(n).padStart(3, '0')}`,
            siteId: siteIdOf(site),
            siteKind: kindOf(site),
            target: is === 'closed' ? floor : asked,
            floor,
            arrival: ARRIVALS[(arrivals[site] ?? 0) + late] ?? ARRIVALS[3],
            room: is === 'full' ? 0 : undefined,
          };
        }),
      }));
  });
