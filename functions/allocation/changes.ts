import { type Hold, type Line, planned, replanned } from '../request/line.ts';
import type { Action } from '../shared/actions.ts';
import { earlier } from './claims.ts';
import { placeKey } from './standing.ts';

/** What a line shall hold as planned, and whether its row lacks a rationale. */
export interface Wish {
  readonly line: Line;
  readonly holds: readonly Hold[];
  readonly unexplained: boolean;
}

/** What one transaction writes: all of it, or nothing. */
export interface Chunk {
  /** As they shall be, still with the version that was read. */
  readonly lines: readonly Line[];
  readonly balances: readonly { readonly lotId: string; readonly placeId: string; readonly held: number }[];
  /** Takes away rows that nobody reads any more. */
  readonly gone: readonly Action[];
}

/** A line on its way from what it holds to what it shall hold. */
interface Moving {
  row: Line;
  readonly unexplained: boolean;
  readonly holds: Map<string, Hold>;
  readonly wish: ReadonlyMap<string, Hold>;
}

/** Holds by lot and place. A cancelled consignment may have given a line two of the same goods. */
export const byPlace = (holds: readonly Hold[]): Map<string, Hold> => {
  const places = new Map<string, Hold>();
  for (const hold of holds) {
    const quantity = hold.quantity + (places.get(placeKey(hold))?.quantity ?? 0);
    places.set(placeKey(hold), { ...hold, quantity });
  }
  return places;
};
const quantityOf = (holds: ReadonlyMap<string, Hold>, key: string): number => holds.get(key)?.quantity ?? 0;

const excess = ({ holds, wish }: Moving, key: string): number => quantityOf(holds, key) - quantityOf(wish, key);

/** The transaction that is being filled. */
class Filling {
  readonly chunks: Chunk[] = [];
  readonly #free: Map<string, number>;
  readonly #division: number;
  readonly #room: (chunk: number) => number;
  #touched = new Set<Moving>();
  #deltas = new Map<string, { readonly hold: Hold; held: number }>();
  #gone: Action[] = [];

  constructor(free: ReadonlyMap<string, number>, division: number, room: (chunk: number) => number) {
    this.#free = new Map(free);
    this.#division = division;
    this.#room = room;
  }

  /** Makes sure that these rows fit in, or begins another transaction. */
  reach(lines: readonly Moving[], keys: readonly string[], gone: readonly Action[] = []): void {
    const more =
      lines.filter((line) => !this.#touched.has(line)).length + keys.filter((key) => !this.#deltas.has(key)).length;
    const rows = this.#touched.size + this.#deltas.size + this.#gone.length + more + gone.length;
    if (rows > this.#room(this.chunks.length)) this.flush();
    for (const line of lines) this.#touched.add(line);
    this.#gone.push(...gone);
  }

  free(key: string): number {
    return this.#free.get(key) ?? 0;
  }

  shift(line: Moving, key: string, hold: Hold, by: number): void {
    const quantity = quantityOf(line.holds, key) + by;
    if (quantity === 0) line.holds.delete(key);
    else line.holds.set(key, { ...hold, quantity });
    const delta = this.#deltas.get(key) ?? { hold, held: 0 };
    this.#deltas.set(key, { hold, held: delta.held + by });
    this.#free.set(key, this.free(key) - by);
  }

  flush(): void {
    if (this.#touched.size + this.#gone.length === 0) return;
    this.chunks.push({
      lines: [...this.#touched].map((moving) => {
        const row = replanned(moving.row, [...moving.holds.values()], this.#division);
        // A later transaction that writes it again finds the version that this one leaves.
        moving.row = { ...row, version: row.version + 1 };
        return row;
      }),
      balances: [...this.#deltas.values()].flatMap(({ hold: { lotId, placeId }, held }) =>
        held === 0 ? [] : { lotId, placeId, held },
      ),
      gone: this.#gone,
    });
    this.#touched = new Set();
    this.#deltas = new Map();
    this.#gone = [];
  }
}

/**
 * The way from the present holds to the wished ones, in transactions of at most `room` rows each (`room(0)` is the
 * first one's), given what is free of each lot. Front-line lines come first. Goods pass from line to line within one
 * transaction, taken from whoever comes last, so that no lot is ever promised twice and a way that is broken off leaves
 * nobody served before a line that comes first. Rows that do not change are not written; those that are `gone` go last.
 */
export const chunksOf = (
  wishes: readonly Wish[],
  gone: readonly Action[],
  free: ReadonlyMap<string, number>,
  division: number,
  room: (chunk: number) => number,
): readonly Chunk[] => {
  const lines = wishes
    .map(({ line, holds, unexplained }): Moving => {
      return { row: line, unexplained, holds: byPlace(planned(line)), wish: byPlace(holds) };
    })
    .sort((a, b) => a.row.tier - b.row.tier || earlier(rankOf(a), rankOf(b)));
  const takeFrom = giversAmong(lines);
  const filling = new Filling(free, division, room);
  for (const line of lines) {
    const changed = [...new Set([...line.holds.keys(), ...line.wish.keys()])].filter((key) => excess(line, key) !== 0);
    // A line that fits into one transaction is not spread over two.
    if (changed.length > 0 || line.unexplained) filling.reach([line], changed);
    for (const [key, hold] of [...line.holds])
      if (excess(line, key) > 0) {
        filling.reach([line], [key]);
        filling.shift(line, key, hold, -excess(line, key));
      }
    for (const [key, hold] of line.wish)
      while (excess(line, key) < 0) {
        const giver = filling.free(key) > 0 ? undefined : takeFrom(key);
        filling.reach(giver === undefined ? [line] : [giver, line], [key]);
        if (giver !== undefined) filling.shift(giver, key, hold, -excess(giver, key));
        filling.shift(line, key, hold, Math.min(-excess(line, key), filling.free(key)));
      }
  }
  for (const row of gone) filling.reach([], [], [row]);
  filling.flush();
  return filling.chunks;
};

const rankOf = ({ row }: Moving) => ({ needBy: row.needBy, lineId: row.id });

/** Who next has more of a lot than it shall have: the last in order first. */
const giversAmong = (lines: readonly Moving[]): ((key: string) => Moving) => {
  const givers = new Map<string, Moving[]>();
  for (const line of lines)
    for (const key of line.holds.keys())
      if (excess(line, key) > 0) givers.set(key, (givers.get(key) ?? []).concat(line));
  return (key) => {
    for (let giver = givers.get(key)?.pop(); giver !== undefined; giver = givers.get(key)?.pop())
      if (excess(giver, key) > 0) return giver;
    throw new Error(`More of ${key} was apportioned than there is`);
  };
};
