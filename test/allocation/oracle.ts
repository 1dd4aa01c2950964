import type { ApportionInput, LotSupply, Need } from '../../functions/allocation/apportion.ts';
import { usableAt } from '../../functions/allocation/eligible.ts';
import { against, type Fraction, fraction, greatest, least, minus, plus, times, total } from './fraction.ts';

/** May this lot go to this site at all: said once more, from the words of the rule. */
export const mayGo = (lot: LotSupply, need: Pick<Need, 'siteId' | 'siteKind' | 'arrival'>): boolean =>
  usableAt(lot.useBy, need.arrival) &&
  (lot.designation.to === 'all' ||
    (lot.designation.to === 'siteKind' && lot.designation.siteKind === need.siteKind) ||
    (lot.designation.to === 'sites' && lot.designation.siteIds.includes(need.siteId)));

interface Party {
  readonly key: string;
  readonly target: number;
  readonly floor: number;
  readonly want: number;
  readonly lots: ReadonlySet<number>;
}

interface Fixed {
  readonly lots: ReadonlySet<number>;
  readonly amount: Fraction;
}

const subsets = <T>(of: readonly T[]): T[][] =>
  of.reduce<T[][]>((all, next) => all.concat(all.map((some) => some.concat([next]))), [[]]);

/**
 * Solves the continuous problem by looking at every subset, which is slow, short and shares nothing with the code under
 * test: raise the level of all until the first set of claims exceeds what its lots and the others leave it; fix that
 * set; go on with the rest. Returns issue units by `tier#site`, and what is withheld.
 */
export const bruteForce = (input: ApportionInput): { readonly shares: Map<string, Fraction>; withheld: number } => {
  const { unit, lots, needs, reserve, reserveUntil } = input;
  const capacity = lots.map(({ quantity }) => Math.floor(quantity / unit));
  const usable = (test: (lot: LotSupply) => boolean) => new Set(lots.flatMap((lot, i) => (test(lot) ? [i] : [])));
  const capOf = (sets: readonly ReadonlySet<number>[]) =>
    [...new Set(sets.flatMap((set) => [...set]))].reduce((sum, i) => sum + (capacity[i] ?? 0), 0);

  const fixed: Fixed[] = [];
  const shares = new Map<string, Fraction>();
  let withheld = 0;

  /** The most that a set of parties can be given beside what is fixed. */
  const most = (parties: readonly Party[]): Fraction =>
    least(
      ...subsets<Party | Fixed>([...parties, ...fixed]).map((some) => {
        const given = total(some.flatMap((one) => ('amount' in one ? [one.amount] : [])));
        const rest = parties.filter((party) => !some.includes(party)).reduce((sum, { want }) => sum + want, 0);
        return minus(fraction(capOf(some.map((one) => one.lots)) + rest), given);
      }),
    );

  for (const tier of [1, 2, 3] as const) {
    const bySite = Map.groupBy(
      needs.filter((need) => need.tier === tier),
      ({ siteId }) => siteId,
    );
    let open = [...bySite].map(([siteId, lines]): Party => {
      const arrival =
        lines
          .map((line) => line.arrival)
          .sort()
          .at(-1) ?? '';
      const [line] = lines;
      return {
        key: `${tier}#${siteId}`,
        target: lines.reduce((sum, { target }) => sum + target, 0),
        floor: lines.reduce((sum, { floor }) => sum + floor, 0),
        want: lines.reduce((sum, { target, floor }) => sum + Math.floor((target - floor) / unit), 0),
        lots: usable((lot) => line !== undefined && mayGo(lot, { ...line, arrival })),
      };
    });
    while (open.length > 0) {
      const sets = subsets(open).filter((some) => some.length > 0);
      const limits = sets.map((some) => ({ some, level: highest(some, most(some), unit) }));
      const level = least(...limits.map((limit) => limit.level ?? fraction(2)));
      const tight = limits.filter((limit) => limit.level !== undefined && against(limit.level, level) === 0);
      const done = new Set(tight.length > 0 ? tight.flatMap(({ some }) => some) : open);
      for (const party of done) {
        const amount = takenAt(party, level, unit);
        shares.set(party.key, amount);
        fixed.push({ lots: party.lots, amount });
      }
      open = open.filter((party) => !done.has(party));
    }
    if (tier === 1) {
      const mayReserve = usable((lot) => lot.designation.to === 'all' && usableAt(lot.useBy, reserveUntil));
      const keeper = { key: '', target: 1, floor: 0, want: Math.ceil(reserve / unit), lots: mayReserve };
      const kept = most([keeper]);
      withheld = Number(kept.num / kept.den);
      fixed.push({ lots: mayReserve, amount: kept });
    }
  }
  return { shares, withheld };
};

const takenAt = ({ target, floor, want }: Party, level: Fraction, unit: number): Fraction =>
  target === 0
    ? fraction(0)
    : least(
        fraction(want),
        greatest(fraction(0), times(minus(times(level, fraction(target)), fraction(floor)), fraction(1, unit))),
      );

/** The highest level at which these parties together take no more than this; none: they never do. */
const highest = (parties: readonly Party[], limit: Fraction, unit: number): Fraction | undefined => {
  const at = (level: Fraction) => total(parties.map((party) => takenAt(party, level, unit)));
  const bends = parties
    .filter(({ target }) => target > 0)
    .flatMap(({ target, floor, want }) => [fraction(floor, target), fraction(floor + want * unit, target)])
    .sort(against);
  const above = bends.findIndex((bend) => against(at(bend), limit) > 0);
  if (above === -1) return undefined;
  const [low, high] = [bends[above - 1] ?? fraction(0), bends[above] ?? fraction(0)];
  const [from, to] = [at(low), at(high)];
  // Between two bends the total is a straight line.
  const part = minus(limit, from);
  const rise = minus(to, from);
  const ratio = { num: part.num * rise.den, den: part.den * rise.num };
  return plus(low, times(ratio, minus(high, low)));
};

/** Can everybody be given this much at once? Augmenting one unit at a time, on paper-sized instances. */
export const feasible = (
  demands: readonly number[],
  stock: readonly number[],
  may: (who: number, lot: number) => boolean,
): boolean => {
  const left = [...stock];
  const held = demands.map(() => stock.map(() => 0));
  const serve = (who: number, seen: Set<number>): boolean => {
    for (const lot of stock.keys()) {
      if (seen.has(lot) || !may(who, lot)) continue;
      seen.add(lot);
      const other =
        (left[lot] ?? 0) > 0 ? -1 : demands.keys().find((one) => (held[one]?.[lot] ?? 0) > 0 && serve(one, seen));
      if (other === undefined) continue;
      const [mine, theirs] = [held[who], held[other]];
      if (other === -1) left[lot] = (left[lot] ?? 0) - 1;
      else if (theirs) theirs[lot] = (theirs[lot] ?? 0) - 1;
      if (mine) mine[lot] = (mine[lot] ?? 0) + 1;
      return true;
    }
    return false;
  };
  return demands.every((demand, who) => Array.from({ length: demand }).every(() => serve(who, new Set())));
};

/** One who takes from the lots: a claim with what it was granted, or the reserve. */
export interface Taker {
  readonly units: number;
  readonly may: (lot: LotSupply) => boolean;
}

/**
 * Lot by lot and taker by taker, in the order given, the most that leaves everybody's amount possible: the rule for
 * choosing lots, tried out. The last taker is the reserve, which is only ever kept possible. Returns units[taker][lot].
 */
export const byTrial = (lots: readonly { lot: LotSupply; units: number }[], takers: readonly Taker[]): number[][] => {
  const due = takers.map(({ units }) => units);
  const stock = lots.map(({ units }) => units);
  const given = takers.map(() => lots.map(() => 0));
  const may = (who: number, lot: number) => {
    const [taker, supply] = [takers[who], lots[lot]];
    return taker !== undefined && supply !== undefined && taker.may(supply.lot);
  };
  for (const lot of lots.keys()) {
    for (const who of takers.keys()) {
      if (who === takers.length - 1 || !may(who, lot)) continue;
      for (let units = Math.min(due[who] ?? 0, stock[lot] ?? 0); units > 0; units -= 1) {
        const rest = due.with(who, (due[who] ?? 0) - units);
        const shelf = stock.with(lot, (stock[lot] ?? 0) - units);
        if (!feasible(rest, shelf, may)) continue;
        due[who] = rest[who] ?? 0;
        stock[lot] = shelf[lot] ?? 0;
        const row = given[who];
        if (row) row[lot] = units;
        break;
      }
    }
    // What is left of this lot is no claim's, so the reserve may as well be made of it.
    const keeper = takers.length - 1;
    if (may(keeper, lot)) due[keeper] = Math.max(0, (due[keeper] ?? 0) - (stock[lot] ?? 0));
    stock[lot] = 0;
  }
  return given;
};
