import type { ApportionInput, Need } from '../../functions/allocation/apportion.ts';
import type { SiteKind } from '../../functions/catalogue/site.ts';
import type { Designation } from '../../functions/stock/lot.ts';

const UNIT = 50;
const KINDS: readonly SiteKind[] = ['hospital', 'checkpoint', 'community', 'village'];

const numbers = (seed: number) => {
  let state = seed;
  return (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 4_294_967_296) * below);
  };
};

const iso = (hours: number) => new Date(Date.UTC(2022, 4, 12) + hours * 3_600_000).toISOString();

/** Stock for six tenths of the need; `tangled`: half of the lots designated, half of them expiring within days. */
export const instance = (claims: number, lots: number, tangled: boolean): ApportionInput => {
  const upTo = numbers(claims + lots);
  const needs = Array.from({ length: claims }, (_, i): Need => {
    const kind = KINDS[upTo(KINDS.length)] ?? 'village';
    const boxes = 1 + upTo(200);
    return {
      lineId: `req_${String(i).padStart(8, '0')}.1`,
      siteId: `site-${i}`,
      siteKind: kind,
      tier: kind === 'hospital' || kind === 'checkpoint' ? 1 : upTo(2) === 0 ? 2 : 3,
      needBy: iso(upTo(72)),
      target: boxes * UNIT,
      floor: upTo(3) === 0 ? upTo(boxes) * UNIT : 0,
      arrival: iso(1 + upTo(tangled ? 60 : 10)),
    };
  });
  const lacking = needs.reduce((sum, need) => sum + need.target - need.floor, 0);
  const designation = (): Designation => {
    const pick = tangled ? upTo(4) : 0;
    if (pick < 2) return { to: 'all' };
    if (pick === 2) return { to: 'siteKind', siteKind: KINDS[upTo(KINDS.length)] ?? 'village' };
    return { to: 'sites', siteIds: Array.from({ length: 1 + upTo(50) }, () => `site-${upTo(claims)}`) };
  };
  return {
    unit: UNIT,
    reserve: 100 * UNIT,
    reserveUntil: iso(72),
    needs,
    lots: Array.from({ length: lots }, (_, i) => ({
      lotId: `lot_${i}`,
      placeId: 'warehouse',
      quantity: Math.floor(((lacking * 0.6) / lots) * (0.5 + upTo(1_000) / 1_000)),
      useBy: tangled && upTo(2) === 0 ? `2022-05-${12 + upTo(5)}` : '2022-09-01',
      designation: designation(),
    })),
  };
};
