import type { ApportionInput, Grant, LotSupply } from '../../functions/allocation/apportion.ts';
import { ANY, type Bounds, NEAR, Program, type Row } from './program.ts';
import { byArrival, byFirstLine, byUseBy, type Claimant, claimantsOf, mayBeKept, mayGo, unitsOf } from './reading.ts';

export interface Solution {
  /** Each claim with its max-min amount, within `NEAR`, and what that is rounded to. Issue units. */
  readonly claims: readonly (Claimant & { readonly amount: number; readonly rounded: number })[];
  /** Greatest total by tier, issue units. */
  readonly totals: ReadonlyMap<number, number>;
  /** Issue units. */
  readonly withheld: number;
  /** Base units. */
  readonly grants: readonly Grant[];
}

/**
 * Solves an instance step by step as `docs/allocation.md` states it. Every step is a linear program over how much each
 * claim draws from each single lot (no classes, no flows, no water filling) and keeps to what the steps before found.
 *
 * Throws when a step has no answer: so also when the shares of all tiers, or the whole units made of them, could not be
 * drawn from the lots at once beside the reserve.
 */
export const solved = (input: ApportionInput): Solution => {
  const problem = problemOf(input);
  return Program.of(problem.variables, problem.rows, (program) => {
    const { totals, withheld, levels } = levelled(program, problem);
    const amounts = new Map(levels.flatMap((level) => [...level]));
    const units = rounded(program, problem, levels, amounts);
    return {
      claims: problem.claims.map((claim) => ({
        ...claim,
        amount: amounts.get(claim) ?? 0,
        rounded: units.get(claim) ?? 0,
      })),
      totals,
      withheld,
      grants: granted(problem, drawn(program, problem, units)),
    };
  });
};

const TIERS = [1, 2, 3] as const;
const FREE: Bounds = [-ANY, ANY];

/** A claim, the variable that says how many issue units it is given, and the row that says what its share is. */
interface Party extends Claimant {
  readonly units: number;
  readonly share: number;
}
type Amounts = ReadonlyMap<Party, number>;

/** In issue units. */
interface Problem {
  readonly unit: number;
  readonly claims: readonly Party[];
  /** First-expiring first. */
  readonly lots: readonly LotSupply[];
  readonly variables: readonly Bounds[];
  readonly rows: readonly Row[];
  readonly kept: number;
  readonly level: number;
  readonly totals: ReadonlyMap<number, number>;
  /** What a claim draws from a lot that it may use. */
  readonly draws: ReadonlyMap<Party, ReadonlyMap<LotSupply, number>>;
}

const times = (number: number, variable: number) => ({ variable, times: number });
const each = (variables: readonly number[]) => variables.map((variable) => times(1, variable));
const unitsIn = (claims: readonly Party[], tier: number): number[] =>
  claims.flatMap((claim) => (claim.tier === tier ? [claim.units] : []));

const problemOf = (input: ApportionInput): Problem => {
  const { unit, reserve } = input;
  const variables: Bounds[] = [];
  const rows: Row[] = [];
  const variable = (...bounds: Bounds) => variables.push(bounds) - 1;
  const row = (sum: Row['sum'], ...bounds: Bounds) => rows.push({ sum, bounds }) - 1;

  const kept = variable(0, Math.ceil(reserve / unit));
  const level = variable(0, ANY);
  const claims = claimantsOf(input).map((claim): Party => {
    const units = variable(0, claim.want);
    // Bound while the claim rises: floor + unit · units ≥ level · target.
    return { ...claim, units, share: row([times(unit, units), times(-claim.target, level)], ...FREE) };
  });
  const totals = new Map<number, number>();
  for (const tier of TIERS) totals.set(tier, row(each(unitsIn(claims, tier)), ...FREE));
  const lots = input.lots.toSorted(byUseBy);
  const drawsOf = (taker: number, may: (lot: LotSupply) => boolean) => {
    const draws = new Map(lots.filter(may).map((lot) => [lot, variable(0, ANY)]));
    row([times(-1, taker), ...each([...draws.values()])], 0, 0);
    return draws;
  };
  const draws = new Map(claims.map((claim) => [claim, drawsOf(claim.units, (lot) => mayGo(lot, claim))]));
  const all = [...draws.values(), drawsOf(kept, (lot) => mayBeKept(lot, input))];
  for (const lot of lots) row(each(all.flatMap((of) => of.get(lot) ?? [])), 0, unitsOf(lot.quantity, unit));
  return { unit, claims, lots, variables, rows, kept, level, totals, draws };
};

/** Tier by tier the greatest total; and of all amounts with that total those whose least share is greatest, and so on. */
const levelled = (program: Program, problem: Problem) => {
  const { claims, kept } = problem;
  const totals = new Map<number, number>();
  const levels: Amounts[] = [];
  let withheld = 0;
  for (const tier of TIERS) {
    const total = program.mostWhole(unitsIn(claims, tier));
    totals.set(tier, total);
    program.boundRow(problem.totals.get(tier) ?? -1, total, total);
    levels.push(...lifted(program, problem, tier));
    if (tier > 1) continue;
    withheld = program.mostWhole([kept]);
    program.fix(kept, withheld);
  }
  return { totals, withheld, levels };
};

/** Lifts all to one level as far as it goes, fixes those who hold it down, and goes on with the others. Level by level. */
const lifted = (program: Program, { unit, level, claims }: Problem, tier: number): Amounts[] => {
  const levels: Map<Party, number>[] = [];
  const members = claims.filter((claim) => claim.tier === tier);
  let rising = members.filter(({ want }) => want > 0);
  let last = -1;
  for (const { share, floor } of rising) program.boundRow(share, -floor, ANY);
  while (rising.length > 0) {
    const { value, prices } = program.most([level]);
    if (value - last > NEAR) levels.push(new Map());
    last = value;
    // Where another floor would mean another level, the share stands at the level in every best answer.
    const held = rising.filter(({ share }) => Math.abs(prices[share] ?? 0) > NEAR);
    if (held.length === 0) throw new Error(`Nobody holds the level at ${value}`);
    for (const claim of held) {
      const amount = (value * claim.target - claim.floor) / unit;
      levels.at(-1)?.set(claim, amount);
      program.fix(claim.units, amount);
      program.boundRow(claim.share, ...FREE);
    }
    rising = rising.filter((claim) => !held.includes(claim));
  }
  // Later tiers find this one bound to its total only: who has what of it must make no difference to them.
  for (const { units, want } of members) program.bound(units, 0, want);
  return levels;
};

/**
 * Whole units of the same totals, level by level, while everybody else keeps what they have: by their order, claims get
 * one for a fraction wherever the lots allow it.
 */
const rounded = (program: Program, { claims }: Problem, levels: readonly Amounts[], amounts: Amounts): Amounts => {
  for (const claim of claims) program.fix(claim.units, amounts.get(claim) ?? 0);
  // All tiers can be given their shares at once.
  program.most([]);
  const units = new Map<Party, number>();
  for (const level of levels) {
    for (const [claim, amount] of level) {
      units.set(claim, Math.floor(amount + NEAR));
      program.bound(claim.units, Math.floor(amount + NEAR), Math.ceil(amount - NEAR));
    }
    for (const claim of [...level.keys()].sort(byFirstLine)) {
      const most = program.mostWhole([claim.units]);
      units.set(claim, most);
      program.fix(claim.units, most);
    }
  }
  return units;
};

/** Lot by lot and claim by claim, in their orders, as much as leaves all the rest possible. */
const drawn = (program: Program, { claims, lots, draws }: Problem, units: Amounts) => {
  const pieces = new Map(claims.map((claim) => [claim, new Map<LotSupply, number>()]));
  const order = claims.filter((claim) => (units.get(claim) ?? 0) > 0).sort(byArrival);
  for (const lot of lots)
    for (const claim of order) {
      const draw = draws.get(claim)?.get(lot);
      if (draw === undefined) continue;
      const most = program.mostWhole([draw]);
      program.fix(draw, most);
      pieces.get(claim)?.set(lot, most);
    }
  return pieces;
};

/** The lines of each claim are served one after the other, from its lots one after the other. */
const granted = ({ unit }: Problem, pieces: ReturnType<typeof drawn>): Grant[] =>
  [...pieces].flatMap(([{ lines }, of]) => {
    const goods = [...of].flatMap(([lot, units]) => Array.from({ length: units }, () => lot));
    return lines.flatMap(({ need: { lineId }, want }) =>
      [...Map.groupBy(goods.splice(0, want), (lot) => lot)].map(([{ lotId, placeId }, units]) => {
        return { lineId, lotId, placeId, quantity: units.length * unit };
      }),
    );
  });
