import fc from 'fast-check';
import type { ApportionInput, LotSupply, Need } from '../../functions/allocation/apportion.ts';
import type { SiteKind } from '../../functions/catalogue/site.ts';
import type { Designation } from '../../functions/stock/lot.ts';

/** Days in China on which goods arrive in these instances, and after which they expire. */
const DAYS = ['2022-05-12', '2022-05-13', '2022-05-15'];
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

/** Random instances: scarce and plentiful, with designations, use-by days, floors and a reserve. */
export const instance = ({ sites, lots, needs, most, plain = false }: Shape): fc.Arbitrary<ApportionInput> =>
  fc.constantFrom(1, 1, 2, 5).chain((unit) => {
    const lot = fc.record({
      quantity: fc.nat(most * unit),
      useBy: plain ? fc.constant(undefined) : fc.option(fc.constantFrom(...DAYS), { nil: undefined }),
      designation: plain ? fc.constant({ to: 'all' as const }) : designation(sites),
    });
    const need = fc.record({
      site: fc.nat(sites - 1),
      tier: fc.constantFrom(1 as const, 2 as const, 3 as const),
      needBy: fc.constantFrom('2022-05-13T00:00:00.000Z', '2022-05-14T00:00:00.000Z'),
      // Equal claims are where rounding has to choose.
      target: fc.oneof(fc.constantFrom(2, most), fc.integer({ min: 1, max: most })),
      done: fc.oneof(fc.constant(0), fc.nat(most * unit)),
    });
    return fc
      .record({
        reserve: fc.oneof(fc.constant(0), fc.nat(most * unit)),
        lots: fc.array(lot, { maxLength: lots, size: 'max' }),
        needs: fc.array(need, { maxLength: needs, size: 'max' }),
        days: fc.array(fc.nat(2), { minLength: sites, maxLength: sites }),
      })
      .map(({ reserve, lots: some, needs: all, days }) => ({
        unit,
        reserve,
        reserveUntil: `${DAYS[1]}T01:00:00.000Z`,
        lots: some.map((of, n): LotSupply => ({ ...of, lotId: `lot-${n}`, placeId: 'warehouse' })),
        needs: all.map(
          (of, n): Need => ({
            lineId: `line-${String(n).padStart(3, '0')}`,
            siteId: siteIdOf(of.site),
            siteKind: kindOf(of.site),
            tier: of.tier,
            needBy: of.needBy,
            target: of.target * unit,
            floor: Math.min(of.done, of.target * unit),
            arrival: `${DAYS[days[of.site] ?? 0]}T0${of.site % 10}:00:00.000Z`,
          }),
        ),
      }));
  });
