import { type ApportionInput, apportion, type LotSupply, type Need } from '../../functions/allocation/apportion.ts';
import { byPlace } from '../../functions/allocation/changes.ts';
import { placeKey, type Rows, standingOf } from '../../functions/allocation/standing.ts';
import { type Hold, planned } from '../../functions/request/line.ts';
import { mayGo } from './reading.ts';

/** A claim that counts, with what is planned for its lines now. */
interface Served {
  readonly key: string;
  readonly tier: number;
  readonly site: Pick<Need, 'siteId' | 'siteKind' | 'arrival'>;
  readonly target: number;
  /** Floor and plan together. */
  readonly has: number;
  readonly holds: readonly Hold[];
  /** A line lacks a whole issue unit, and has room for a lot. */
  readonly lacks: boolean;
}

const sum = (holds: readonly Pick<Hold, 'quantity'>[]): number =>
  holds.reduce((all, { quantity }) => all + quantity, 0);

const servedOf = ({ needs, unit }: ApportionInput, plans: ReadonlyMap<string, readonly Hold[]>): Served[] => {
  const planOf = ({ lineId }: Need) => plans.get(lineId) ?? [];
  return [...Map.groupBy(needs, ({ tier, siteId }) => `${tier}#${siteId}`)].flatMap(([key, lines]) => {
    const [first] = lines;
    if (first === undefined) return [];
    const arrival =
      lines
        .map((line) => line.arrival)
        .sort()
        .at(-1) ?? first.arrival;
    const holds = lines.flatMap(planOf);
    return {
      key,
      tier: first.tier,
      site: { ...first, arrival },
      target: lines.reduce((all, { target }) => all + target, 0),
      has: lines.reduce((all, { floor }) => all + floor, 0) + sum(holds),
      holds,
      lacks: lines.some(
        (line) =>
          line.target - line.floor - sum(planOf(line)) >= unit &&
          new Set(planOf(line).map(placeKey)).size < (line.room ?? Number.POSITIVE_INFINITY),
      ),
    };
  });
};

/** Goods of others that a claim could use instead of them. */
const envied = (claim: Served, of: readonly Served[], lots: readonly LotSupply[]): [Served, Hold][] =>
  of.flatMap((other) =>
    other.holds.flatMap((hold): [Served, Hold][] => {
      const lot = lots.find((one) => placeKey(one) === placeKey(hold));
      return lot !== undefined && mayGo(lot, claim.site) ? [[other, hold]] : [];
    }),
  );

/** A lower tier has goods that a higher one lacks. */
const beforeItsTurn = (claims: readonly Served[], { lots }: ApportionInput): string[] =>
  claims
    .filter(({ lacks }) => lacks)
    .flatMap((claim) =>
      envied(
        claim,
        claims.filter(({ tier }) => tier > claim.tier),
        lots,
      ).map(([other, { lotId }]) => `${other.key} is planned ${lotId}, which ${claim.key} lacks`),
    );

/**
 * Within a tier one is ahead of another who could use its goods, even without one of its issue units and the other with
 * one more: rounding moves nobody by a whole one.
 */
const ahead = (claims: readonly Served[], { lots, unit }: ApportionInput): string[] =>
  claims
    .filter(({ lacks }) => lacks)
    .flatMap((claim) =>
      envied(
        claim,
        claims.filter(({ tier, key }) => tier === claim.tier && key !== claim.key),
        lots,
      )
        .filter(([other]) => (other.has - unit) * claim.target > (claim.has + unit) * other.target)
        .map(([other, { lotId }]) => `${other.key} is planned ${lotId} while ${claim.key} has the smaller share`),
    );

/** Goods lie on the shelf that somebody lacks and could use, and they are not the front line's reserve. */
const idle = (claims: readonly Served[], { lots, unit, reserve, reserveUntil }: ApportionInput): string[] => {
  const given = byPlace(claims.flatMap(({ holds }) => holds));
  const left = lots
    .map((lot) => ({ lot, units: Math.floor(lot.quantity / unit) - (given.get(placeKey(lot))?.quantity ?? 0) / unit }))
    .filter(({ units }) => units > 0);
  const isReserve = (lot: LotSupply) =>
    mayGo(lot, { siteId: '', siteKind: 'warehouse', arrival: reserveUntil }) && lot.designation.to === 'all';
  const kept = left.reduce((all, { lot, units }) => all + (isReserve(lot) ? units : 0), 0);
  const mayKeep = kept <= Math.ceil(reserve / unit);
  return claims
    .filter(({ lacks }) => lacks)
    .flatMap((claim) =>
      left
        .filter(({ lot }) => mayGo(lot, claim.site) && !(claim.tier > 1 && mayKeep && isReserve(lot)))
        .map(({ lot, units }) => `${units} units of ${lot.lotId} lie idle, and ${claim.key} lacks some`),
    );
};

const said = (holds: readonly Pick<Hold, 'lotId' | 'placeId' | 'quantity'>[]): string =>
  [...byPlace(holds)]
    .map(([place, { quantity }]) => `${place}: ${quantity}`)
    .sort()
    .join(', ');

/** Lines that do not hold what the pure function gives them over the rows as they are. */
const otherwise = ({ input, lines }: ReturnType<typeof standingOf>): string[] => {
  const shall = Map.groupBy(apportion(input).grants, ({ lineId }) => lineId);
  return lines.flatMap((line) => {
    const [is, ought] = [said(planned(line)), said(shall.get(line.id) ?? [])];
    return is === ought ? [] : [`${line.id} holds ${is}, not ${ought}`];
  });
};

/**
 * What is unfair about an item's rows at a moment when nothing is left to divide: wherever they are not the pure
 * function's answer; and, said once more without it, whoever was served out of turn or out of proportion, and goods that
 * lie idle.
 */
export const unfair = (rows: Rows, now: string): string[] => {
  const standing = standingOf(rows, now);
  const claims = servedOf(standing.input, new Map(standing.lines.map((line) => [line.id, planned(line)])));
  return [...otherwise(standing), ...[beforeItsTurn, ahead, idle].flatMap((law) => law(claims, standing.input))];
};
