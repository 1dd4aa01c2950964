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

const designation = (sites: number, least: number): fc.Arbitrary<Designation> =>
  fc.oneof(
    { weight: 3, arbitrary: fc.constant({ to: 'all' as const }) },
    { weight: 1, arbitrary: fc.constantFrom(...KINDS).map((siteKind) => ({ to: 'siteKind' as const, siteKind })) },
    {
      weight: 2,
      arbitrary: fc
        .uniqueArray(fc.nat(sites - 1), { minLength: least, maxLength: 3 })
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
 * reserve; and needs that are open, served, closed short, or have no room for another lot. In some all ask for the same and
 * lots are small: many shares stand level there, and it takes care to say who may have the unit over.
 */
export const instance = ({ sites, lots, needs, most, plain = false }: Shape): fc.Arbitrary<ApportionInput> =>
  fc.tuple(fc.constantFrom(1, 1, 2, 5), fc.constantFrom(0, 0, 1, 2, most)).chain(([unit, same]) => {
    const alike = same > 0;
    const amount = fc.oneof({ weight: 1, arbitrary: fc.constant(0) }, { weight: 8, arbitrary: fc.nat(most * unit) });
    const lot = fc.record({
      quantity: alike ? fc.constantFrom(unit, unit, unit, 2 * unit) : amount,
      useBy: plain || alike ? fc.constant(undefined) : fc.option(fc.constantFrom(...DAYS), { nil: undefined, freq: 2 }),
      designation: plain ? fc.constant({ to: 'all' as const }) : designation(sites, alike ? 2 : 1),
      placeId: fc.constantFrom('depot', 'warehouse', 'warehouse', 'warehouse'),
    });
    const need = fc.record({
      any: fc.nat(sites - 1),
      tier: alike ? fc.constant(3 as const) : fc.constantFrom(1 as const, 2 as const, 3 as const),
      needBy: fc.constantFrom('2022-05-13T00:00:00.000Z', '2022-05-14T00:00:00.000Z'),
      asked: alike
        ? fc.constant(same * unit)
        : fc.oneof(fc.constantFrom(2 * unit, most * unit), fc.integer({ min: 1, max: most * unit })),
      done: alike ? fc.constant(0) : fc.oneof(fc.constant(0), amount),
      is: fc.constantFrom('open', 'open', 'open', 'open', 'open', 'open', 'served', 'closed', 'full'),
      /** So many arrivals after the earliest of its site. */
      late: fc.constantFrom(0, 0, 0, 1),
    });
    return fc
      .record({
        reserve: fc.oneof(fc.constant(0), amount),
        reserveUntil: fc.constantFrom(...ARRIVALS),
        lots: fc.array(lot, { minLength: alike ? lots >> 1 : 0, maxLength: lots, size: 'max' }),
        needs: fc.array(need, { minLength: alike ? needs >> 1 : 0, maxLength: needs, size: 'max' }),
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
        needs: all.map(({ any, is, asked, done, late, ...of }, n): Need => {
          const site = alike ? n % sites : any;
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
