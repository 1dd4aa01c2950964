import { compare } from '../shared/order.ts';
import { byUseBy } from '../stock/lot.ts';
import type { Grant, Need } from './apportion.ts';
import { type Claims, earlier, roomOf, wantOf } from './claims.ts';
import type { Lot } from './eligible.ts';
import type { Pieces } from './lots.ts';

/** Units of one lot. */
interface Piece {
  readonly lot: Lot;
  readonly units: number;
}

/** What each claim was given, by lot in their order. */
const byClaim = (claims: number, pieces: Pieces, lots: readonly Lot[]): readonly (readonly Piece[])[] => {
  const goods = Array.from({ length: claims }, (): Piece[] => []);
  for (let p = 0; p < pieces.count; p += 1) {
    const lot = lots[pieces.lot[p] ?? 0];
    if (lot !== undefined) goods[pieces.claim[p] ?? 0]?.push({ lot, units: pieces.units[p] ?? 0 });
  }
  return goods;
};

/**
 * Hands each claim's goods to its lines, by need-by, then id, and keeps every line within its room for lots.
 */
export const linesOf = (claims: Claims, pieces: Pieces, lots: readonly Lot[], unit: number): Grant[] => {
  const free = new Map(lots.map((lot, n) => [lot, pieces.spare[n] ?? 0]));
  const granted: { readonly need: Need; readonly pieces: readonly Piece[] }[] = [];
  byClaim(claims.count, pieces, lots).forEach((given, c) => {
    if (given.length === 0) return;
    const goods = given.map((piece) => ({ ...piece }));
    let at = 0;
    for (const need of claims.needs[c] ?? []) {
      let lacks = wantOf(need, unit);
      const own: Piece[] = [];
      for (let piece = goods[at]; piece !== undefined && lacks > 0; piece = goods[at]) {
        const units = Math.min(lacks, piece.units);
        own.push({ lot: piece.lot, units });
        lacks -= units;
        piece.units -= units;
        if (piece.units === 0) at += 1;
      }
      if (own.length > 0) granted.push({ need, pieces: fitted(own, roomOf(need), free) });
    }
  });
  return granted
    .sort((a, b) => a.need.tier - b.need.tier || earlier(a.need, b.need))
    .flatMap(({ need: { lineId }, pieces: own }) =>
      own.map(({ lot: { lotId, placeId }, units }) => ({ lineId, lotId, placeId, quantity: units * unit })),
    );
};

/**
 * The same goods in no more lots than there is room for: larger lots of the same class, out of the line's own and the
 * free ones. What cannot be had in so few lots is free again, the smallest first.
 */
const fitted = (own: readonly Piece[], room: number, free: Map<Lot, number>): readonly Piece[] => {
  if (own.length <= room) return own;
  const release = (lot: Lot, units: number) => free.set(lot, (free.get(lot) ?? 0) + units);
  for (const { lot, units } of own) release(lot, units);
  const lots = [...free].sort(([a, n], [b, m]) => m - n || byLot(a, b));
  const larger: Piece[] = [];
  for (const [k, of] of Map.groupBy(own, ({ lot }) => lot.class)) {
    let left = of.reduce((sum, { units }) => sum + units, 0);
    for (const [lot, most] of lots) {
      if (lot.class !== k || left === 0 || most === 0) continue;
      larger.push({ lot, units: Math.min(left, most) });
      left -= Math.min(left, most);
    }
  }
  const kept = larger.sort((a, b) => b.units - a.units || byLot(a.lot, b.lot)).slice(0, room);
  for (const { lot, units } of kept) release(lot, -units);
  return kept.sort((a, b) => byLot(a.lot, b.lot));
};

const byLot = (a: Lot, b: Lot): number => byUseBy(a, b) || compare(a.lotId, b.lotId) || compare(a.placeId, b.placeId);
