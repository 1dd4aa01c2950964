import { type ApportionInput, apportion, sharedOut } from '../functions/allocation/apportion.ts';
import { claimsOf } from '../functions/allocation/claims.ts';
import { eligibilityOf } from '../functions/allocation/eligible.ts';
import { instance } from './support/instance.ts';
import { growthOf, markdown, short } from './support/report.ts';

/**
 * How long apportioning takes, side by side in one run with what an engineer would write instead: for each request as
 * it comes, walk the lots first-expiring first and take. That one is not fair and puts nobody first; it is here as the
 * measure of the machine. CPU time, the best of several rounds.
 */
export interface Sizes {
  readonly claims: readonly number[];
  readonly rounds: number;
}

const USUAL: Sizes = { claims: [1_000, 3_000, 10_000, 30_000, 100_000], rounds: 7 };
/** Claims that a lot is for, and the least lots that there are. */
const CLAIMS_A_LOT = 100;
const LEAST_LOTS = 100;

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
const inColumns = (input: ApportionInput) => {
  const claims = claimsOf(input.needs, input.unit);
  const eligibility = eligibilityOf(input, claims);
  return () => sharedOut(claims, eligibility, input);
};

/** What takes longer than this is measured once. */
const LONG_MS = 2_000;

const best = (work: () => unknown, rounds: number): number => {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds && (round === 0 || least < LONG_MS); round += 1) {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (user + system) / 1_000);
  }
  return least;
};

const measured = (claims: number, tangled: boolean, rounds: number) => {
  const input = instance(claims, Math.max(LEAST_LOTS, claims / CLAIMS_A_LOT), tangled);
  const value = best(() => apportion(input), rounds);
  const columns = best(inColumns(input), rounds);
  return { n: claims, lots: input.lots.length, value, columns, naive: best(() => oneByOne(input), rounds) };
};

export const apportionReport = ({ claims, rounds }: Sizes = USUAL): string => {
  const kinds = (
    [
      ['open to all', false],
      ['designated, expiring', true],
    ] as const
  ).map(([name, tangled]) => ({ name, points: claims.map((count) => measured(count, tangled, rounds)) }));
  const growth = kinds.map(({ name, points }) => {
    const inColumnsOnly = points.map(({ n, columns }) => ({ n, value: columns }));
    return `${name}: CPU time grows as n^${growthOf(points).toFixed(2)}, in columns as n^${growthOf(inColumnsOnly).toFixed(2)}`;
  });
  const rows = kinds.flatMap(({ name, points }) =>
    points.map(({ n, lots, value, columns, naive }) => [
      name,
      `${short(value / naive)} ×`,
      short((value / n) * 1_000),
      short(value),
      short(columns),
      n.toLocaleString('en'),
      lots.toLocaleString('en'),
      short(naive),
    ]),
  );
  const head = [
    ...['lots', 'of one by one', 'CPU µs a claim', 'CPU ms', 'of it in columns'],
    ...['claims', 'number of lots', 'one by one, CPU ms'],
  ];
  return `${growth.join('; ')}.\n\n${markdown(head, rows)}`;
};

if (import.meta.main) console.log(apportionReport());
