import { countyDay } from '../shared/clock.ts';
import { compare } from '../shared/order.ts';
import { byUseBy, type Designation } from '../stock/lot.ts';
import type { ApportionInput, LotSupply } from './apportion.ts';
import type { Claims } from './claims.ts';

/** A lot in whole issue units. */
export interface Lot {
  readonly lotId: string;
  readonly placeId: string;
  readonly units: number;
  readonly useBy: string | undefined;
  /** Lots of a class may be used by the same claims. */
  readonly class: number;
}

/**
 * Who may use what, in as few words as possible: lots that the same claims may use form a class, claims that may use
 * the same classes form a group. The shares depend on classes and groups only.
 */
export interface Eligibility {
  /** First-expiring first; of equal days designated goods first. */
  readonly lots: readonly Lot[];
  /** Issue units in each class. */
  readonly capacity: readonly number[];
  /** Classes that each group may use. */
  readonly groups: readonly (readonly number[])[];
  /** Group of each claim. */
  readonly groupOf: Int32Array;
  /** Classes that count towards the front-line reserve. */
  readonly reserve: readonly number[];
}

const OPEN = 'all';

const nameOf = (designation: Designation): string => {
  switch (designation.to) {
    case 'all':
      return OPEN;
    case 'siteKind':
      return `kind ${designation.siteKind}`;
    default:
      return `sites ${JSON.stringify([...new Set(designation.siteIds)].sort())}`;
  }
};

/** Sorts lots and claims into classes and groups. Only the days on which goods could arrive tell use-by days apart. */
export const eligibilityOf = (
  { unit, lots, reserveUntil }: Pick<ApportionInput, 'unit' | 'lots' | 'reserveUntil'>,
  claims: Pick<Claims, 'arrivals' | 'arrival' | 'needs'>,
): Eligibility => {
  const days = [...new Set([reserveUntil, ...claims.arrivals].map(countyDay))].sort();
  /** How many of the days are before this one. */
  const rankOf = (day: string) => days.indexOf(day);
  /** On how many of the days the goods can still be used. */
  const lasts = memo((useBy: string) => days.findLastIndex((day) => day <= useBy) + 1);
  const supplies = lots
    .map((lot) => ({
      lot,
      units: Math.floor(lot.quantity / unit),
      name: nameOf(lot.designation),
      lasts: lot.useBy === undefined ? days.length : lasts(lot.useBy),
    }))
    .filter(({ units }) => units > 0)
    .sort((a, b) => inOrder(a.lot, b.lot));
  if (!Number.isSafeInteger(supplies.reduce((sum, { units }) => sum + units * unit, 0)))
    throw new RangeError('The lots of one item together are beyond exact arithmetic');
  const classes = classesOf(supplies);
  const place = new Map(classes.map((of, k) => [classKey(of), k]));
  return {
    lots: supplies.map(({ lot: { lotId, placeId, useBy }, units, ...of }) => {
      return { lotId, placeId, units, useBy, class: place.get(classKey(of)) ?? -1 };
    }),
    capacity: classes.map(({ units }) => units),
    ...groupsOf(
      classes,
      lots,
      claims,
      claims.arrivals.map((at) => rankOf(countyDay(at))),
    ),
    reserve: usableBy(classes, new Set([OPEN]), rankOf(countyDay(reserveUntil))),
  };
};

/** Claims by the classes that they may use: those of one kind of site and day, unless a lot names the site, are alike. */
const groupsOf = (
  classes: readonly Class[],
  lots: readonly LotSupply[],
  { arrival, needs }: Pick<Claims, 'arrival' | 'needs'>,
  dayOf: readonly number[],
): Pick<Eligibility, 'groups' | 'groupOf'> => {
  const { sites, kinds } = namesOf(lots);
  const groups: number[][] = [];
  const known = new Map<string, number>();
  const groupWith = memo((uses: string) => {
    const mayUse = uses === '' ? [] : uses.split(' ').map(Number);
    return groups.push(mayUse) - 1;
  });
  const groupOf = new Int32Array(needs.length);
  for (const [c, [head]] of needs.entries()) {
    const [siteId, kind, day] = [head?.siteId ?? '', head?.siteKind ?? '', dayOf[arrival[c] ?? 0] ?? 0];
    const named = sites.get(siteId);
    const key = `${day} ${kind} ${named === undefined ? '' : siteId}`;
    let group = known.get(key);
    if (group === undefined) {
      const names = new Set([OPEN, ...(kinds.get(kind) ?? []), ...(named ?? [])]);
      group = groupWith(usableBy(classes, names, day).join(' '));
      known.set(key, group);
    }
    groupOf[c] = group;
  }
  return { groups, groupOf };
};

const memo = (of: (text: string) => number): ((text: string) => number) => {
  const seen = new Map<string, number>();
  return (text) => seen.get(text) ?? (seen.set(text, of(text)).get(text) as number);
};

interface Class {
  readonly name: string;
  readonly lasts: number;
  readonly units: number;
}

const classKey = ({ lasts, name }: Pick<Class, 'lasts' | 'name'>): string => `${lasts} ${name}`;

/** First-expiring first, designated before open. */
const classesOf = (supplies: readonly Class[]): Class[] => {
  const classes = new Map<string, Class>();
  for (const { name, lasts, units } of supplies) {
    const key = classKey({ lasts, name });
    classes.set(key, { name, lasts, units: (classes.get(key)?.units ?? 0) + units });
  }
  return [...classes.values()].sort(
    (a, b) => a.lasts - b.lasts || Number(a.name === OPEN) - Number(b.name === OPEN) || compare(a.name, b.name),
  );
};

const usableBy = (classes: readonly Class[], names: ReadonlySet<string>, rank: number): number[] =>
  classes.flatMap((c, k) => (names.has(c.name) && c.lasts > rank ? [k] : []));

/** Which designations name a site or a kind of site. */
const namesOf = (lots: readonly LotSupply[]) => {
  const [sites, kinds] = [new Map<string, string[]>(), new Map<string, string[]>()];
  const seen = new Set<string>();
  const add = (map: Map<string, string[]>, key: string, name: string) => map.set(key, [...(map.get(key) ?? []), name]);
  for (const { designation } of lots) {
    const name = nameOf(designation);
    if (seen.has(name)) continue;
    seen.add(name);
    if (designation.to === 'siteKind') add(kinds, designation.siteKind, name);
    if (designation.to === 'sites') for (const id of new Set(designation.siteIds)) add(sites, id, name);
  }
  return { sites, kinds };
};

/** The order in which lots are used: first-expiring first; of equal days designated before open, then by id and place. */
export const inOrder = (a: LotSupply, b: LotSupply): number =>
  byUseBy(a, b) ||
  Number(a.designation.to === 'all') - Number(b.designation.to === 'all') ||
  compare(a.lotId, b.lotId) ||
  compare(a.placeId, b.placeId);
