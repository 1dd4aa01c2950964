import type { Tier } from '../catalogue/policy.ts';
import type { ApportionInput } from './apportion.ts';
import type { Claims } from './claims.ts';
import { bucketed, range } from './columns.ts';
import type { Eligibility } from './eligible.ts';
import { Flow } from './flow.ts';
import { type Level, levelOf, takenTogether } from './shares.ts';

/** Claims of one tier that may use the same goods. */
interface Group {
  readonly mayUse: readonly number[];
  /** Claims, by rank. */
  readonly members: Int32Array;
  /** Issue units that they lack together. */
  readonly want: number;
}

/** What earlier tiers and the reserve are sure of, though not yet of which goods. */
interface Sure {
  readonly mayUse: readonly number[];
  readonly units: number;
}

/**
 * A bottleneck: claims of one tier that take all that is left in some classes of lots, lifted to the same level.
 * Nobody else has a use for these lots any more.
 */
export interface Region {
  readonly groups: readonly Group[];
  readonly sure: readonly Sure[];
  readonly classes: ReadonlySet<number>;
}
export interface Levelled extends Region {
  readonly level: Level;
  /** Issue units for the tier's claims. */
  readonly units: number;
}

export interface Served {
  readonly tiers: readonly {
    readonly tier: Tier;
    /** Issue units that its groups could have been given, however much they wanted. */
    readonly available: number;
    /** Claims that get all they want. */
    readonly satisfied: readonly Group[];
    /** The others, by bottleneck. */
    readonly regions: readonly Levelled[];
  }[];
  /** Issue units kept back for the front line. */
  readonly withheld: number;
}

/**
 * The continuous problem, tier by tier: the greatest total, then the least share as great as it can be, then the next.
 * A tier splits in two: those who can all be satisfied together, and bottlenecks, which use up every lot they may use.
 * So what a later tier finds does not depend on how the fractions of this one are rounded.
 */
export const served = (
  claims: Claims,
  { capacity, groups, groupOf, reserve: mayReserve }: Eligibility,
  { unit, reserve }: Pick<ApportionInput, 'unit' | 'reserve'>,
): Served => {
  let open: ReadonlySet<number> = new Set(capacity.keys());
  let sure: readonly Sure[] = [];
  let withheld = 0;
  const tiers: Served['tiers'][number][] = [];
  for (const tier of [1, 2, 3] as const) {
    const span = claims.tiers.get(tier);
    if (span !== undefined) {
      const byGroup = bucketed(range(...span), groupOf, groups.length);
      const mine = groups
        .map((mayUse, group): Group => ({ mayUse, ...wanting(claims, byGroup.of(group)) }))
        .filter(({ members }) => members.length > 0);
      const turn = turnOf(mine, sure, open, capacity);
      const regions = turn.short === undefined ? [] : bottlenecks(claims, turn.short, capacity, unit);
      tiers.push({ tier, available: turn.available, satisfied: turn.satisfied, regions });
      sure = [...turn.sure, ...turn.satisfied.map(({ mayUse, want }) => ({ mayUse, units: want }))];
      open = turn.open;
    }
    if (tier === 1) {
      withheld = most(mayReserve, Math.ceil(reserve / unit), sure, open, capacity);
      sure = [...sure, { mayUse: mayReserve, units: withheld }];
    }
  }
  return { tiers, withheld };
};

const wanting = ({ want }: Claims, members: Int32Array): Pick<Group, 'members' | 'want'> => {
  let sum = 0;
  for (const c of members) sum += want[c] ?? 0;
  return { members, want: sum };
};

/** Who may use which goods. */
interface Uses {
  readonly groups: readonly Pick<Group, 'mayUse'>[];
  readonly sure: readonly Sure[];
  readonly classes: ReadonlySet<number>;
}

/** Everybody may use everything: no need to ask who can do with what. */
export const onePool = ({ groups, sure, classes }: Region): boolean =>
  [...groups, ...sure].every(({ mayUse }) => classes.isSubsetOf(new Set(mayUse)));

/** Goods of these classes, `scale` parts to a unit, for those who may use them. */
export const flowOver = (
  { groups, sure, classes }: Uses,
  capacity: readonly number[],
  scale = 1n,
): { readonly flow: Flow; readonly takerOf: (group: number) => number } => {
  const within = (mayUse: readonly number[]) => mayUse.filter((k) => classes.has(k));
  const flow = new Flow(
    capacity.map((units, k) => (classes.has(k) ? BigInt(units) * scale : 0n)),
    [...sure, ...groups].map(({ mayUse }) => within(mayUse)),
  );
  sure.forEach(({ units }, taker) => {
    flow.push(taker, BigInt(units) * scale);
  });
  return { flow, takerOf: (group) => sure.length + group };
};

/** The part of a region that a bottleneck cuts out, and the rest. */
const cut = (region: Region, takers: ReadonlySet<number>, classes: ReadonlySet<number>): readonly [Region, Region] => {
  const { groups, sure } = region;
  const held = (taker: number) => takers.has(taker);
  const inside = {
    groups: groups.filter((_, g) => held(sure.length + g)),
    sure: sure.filter((_, s) => held(s)),
    classes: new Set([...region.classes].filter((k) => classes.has(k))),
  };
  const outside = {
    groups: groups.filter((_, g) => !held(sure.length + g)),
    sure: sure.filter((_, s) => !held(s)),
    classes: new Set([...region.classes].filter((k) => !classes.has(k))),
  };
  return [inside, outside];
};

const turnOf = (
  groups: readonly Group[],
  sure: readonly Sure[],
  classes: ReadonlySet<number>,
  capacity: readonly number[],
) => {
  const region = { groups, sure, classes };
  const { flow, takerOf } = flowOver(region, capacity);
  const given = groups.map(({ want }, g) => flow.push(takerOf(g), BigInt(want)));
  const short = groups.flatMap(({ want }, g) => (given[g] === BigInt(want) ? [] : [takerOf(g)]));
  const [inside, outside] = cut(region, ...held(flow, short));
  const everything = BigInt(capacity.reduce((sum, units) => sum + units, 0));
  const more = groups.map((_, g) => flow.push(takerOf(g), everything));
  return {
    available: Number([...given, ...more].reduce((sum, units) => sum + units, 0n)),
    satisfied: outside.groups,
    short: short.length === 0 ? undefined : inside,
    sure: outside.sure,
    open: outside.classes,
  };
};

const held = (flow: Flow, short: readonly number[]) => {
  const { takers, classes } = flow.bottleneck(short);
  return [takers, classes] as const;
};

/**
 * Splits claims that cannot all be satisfied into their bottlenecks (the decomposition of Fujishige and Groenevelt):
 * lift all to one level as if every lot were open to everybody; whoever then exceeds the lots they may use is worse off
 * than the rest and is levelled apart.
 */
const bottlenecks = (claims: Claims, region: Region, capacity: readonly number[], unit: number): Levelled[] => {
  const { groups, sure, classes } = region;
  if (groups.length === 0) return [];
  const all = [...classes].reduce((sum, k) => sum + (capacity[k] ?? 0), 0);
  const units = all - sure.reduce((sum, of) => sum + of.units, 0);
  const level = levelOf(claims, together(groups), units, unit);
  const levelled = [{ ...region, level, units }];
  if (units === 0 || onePool(region)) return levelled;
  // Parts of a base unit, so that what each group takes at this level is a whole number of them.
  const { flow, takerOf } = flowOver(region, capacity, BigInt(unit) * BigInt(level.den));
  const short = groups.flatMap(({ members }, g) => {
    const asked = takenTogether(claims, members, level, unit);
    return flow.push(takerOf(g), asked) === asked ? [] : [takerOf(g)];
  });
  if (short.length === 0) return levelled;
  return cut(region, ...held(flow, short)).flatMap((part) => bottlenecks(claims, part, capacity, unit));
};

const together = (groups: readonly Group[]): Int32Array => {
  const [only] = groups;
  return groups.length === 1 && only !== undefined
    ? only.members
    : Int32Array.from(groups.flatMap(({ members }) => [...members]));
};

/** The greatest number of units, up to `asked`, that can be kept back beside what others are sure of. */
const most = (
  mayUse: readonly number[],
  asked: number,
  sure: readonly Sure[],
  classes: ReadonlySet<number>,
  capacity: readonly number[],
): number => {
  const { flow, takerOf } = flowOver({ groups: [{ mayUse }], sure, classes }, capacity);
  return Number(flow.push(takerOf(0), BigInt(asked)));
};
