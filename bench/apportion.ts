import { type ApportionInput, apportion, type Need, sharedOut } from '../functions/allocation/apportion.ts';
import { claimsOf } from '../functions/allocation/claims.ts';
import { eligibilityOf } from '../functions/allocation/eligible.ts';
import type { SiteKind } from '../functions/catalogue/site.ts';
import type { Designation } from '../functions/stock/lot.ts';

/**
 * How long apportioning takes, side by side in one run with what an engineer would write instead: for each request as
 * it comes, walk the lots first-expiring first and take. That one is not fair and puts nobody first; it is here as the
 * measure of the machine. CPU time, the best of several rounds.
 */
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
const instance = (claims: number, lots: number, tangled: boolean): ApportionInput => {
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

/** Per request, in order of asking. */
const oneByOne = ({ lots, needs }: ApportionInput): number => {
  const shelf = lots
    .map((lot) => ({ ...lot }))
    .sort((a, b) => ((a.useBy ?? '9') < (b.useBy ?? '9') ? -1 : (a.useBy ?? '9') > (b.useBy ?? '9') ? 1 : 0));
  let holds = 0;
  for (const need of needs) {
    let lacks = need.target - need.floor;
    for (const lot of shelf) {
      if (lacks === 0) break;
      const meant =
        lot.designation.to === 'all' ||
        (lot.designation.to === 'siteKind' && lot.designation.siteKind === need.siteKind) ||
        (lot.designation.to === 'sites' && lot.designation.siteIds.includes(need.siteId));
      const taken = meant && (lot.useBy ?? '9') > need.arrival ? Math.min(lacks, lot.quantity) : 0;
      if (taken === 0) continue;
      lot.quantity -= taken;
      lacks -= taken;
      holds += 1;
    }
  }
  return holds;
};

/** The problem itself, once the rows stand in columns. */
const columnsOnly = (input: ApportionInput) => {
  const claims = claimsOf(input.needs, input.unit);
  const eligibility = eligibilityOf(input, claims);
  return () => sharedOut(claims, eligibility, input);
};

const best = (work: () => unknown, rounds = 7): number => {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round += 1) {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (user + system) / 1_000);
  }
  return least;
};

const rows = (
  [
    [1_000, 100, false],
    [10_000, 100, false],
    [10_000, 100, true],
    [100_000, 1_000, false],
  ] as const
).map(([claims, lots, tangled]) => {
  const input = instance(claims, lots, tangled);
  const [whole, naive] = [best(() => apportion(input)), best(() => oneByOne(input))];
  return {
    claims,
    lots,
    'designated, expiring': tangled,
    'apportion ms': Number(whole.toFixed(1)),
    'µs a claim': Number(((whole / claims) * 1_000).toFixed(2)),
    'columns ms': Number(best(columnsOnly(input)).toFixed(1)),
    'one by one ms': Number(naive.toFixed(1)),
    ratio: Number((whole / naive).toFixed(2)),
  };
});
console.table(rows);
