import type { Claims } from './claims.ts';
import { bucketed, chosen, range } from './columns.ts';
import type { Eligibility } from './eligible.ts';
import { Flow } from './flow.ts';

/** Issue units of a lot for a claim: one place in each column a piece, by lot in the order of `Eligibility.lots`. */
export interface Pieces {
  readonly count: number;
  readonly claim: Int32Array;
  readonly lot: Int32Array;
  readonly units: Float64Array;
  /** Units of each lot that nobody was given. */
  readonly spare: Float64Array;
}

/** The claims of a group that were granted something, the earliest arrival first. */
interface Queue {
  readonly mayUse: readonly number[];
  readonly claims: Int32Array;
  next: number;
  /** What the next of them still lacks. */
  left: number;
}

/**
 * Which lots make up what each claim was granted. Lots come first-expiring first, each is handed out by arrival (then
 * by rank), and each claim takes as much of it as leaves everybody's amount and the reserve possible: earliest use-by
 * first, the earliest to the earliest arrival.
 */
export const matched = (
  claims: Claims,
  granted: Float64Array,
  { lots, capacity, groups, groupOf, reserve }: Eligibility,
  withheld: number,
): Pieces => {
  const some = chosen(range(0, claims.count), (c) => granted[c] !== 0);
  const { order } = bucketed(some, claims.arrival, claims.arrivals.length);
  const turns = new Turns(order, granted);
  const byGroup = bucketed(order, groupOf, groups.length);
  const queues = groups.map((mayUse, group) => turns.queueOf(mayUse, byGroup.of(group))).filter(({ left }) => left > 0);
  const keeper = queues.length;
  const flow = new Flow(capacity.map(BigInt), [...queues.map(({ mayUse }) => mayUse), reserve]);
  queues.forEach((queue, taker) => {
    flow.push(taker, BigInt(turns.total(queue)));
  });
  flow.push(keeper, BigInt(withheld));
  const users = capacity.map((_, k) => queues.flatMap(({ mayUse }, taker) => (mayUse.includes(k) ? taker : [])));
  // Each lot ends inside one claim of each queue at the most.
  const pieces = new PieceList(order.length + lots.reduce((sum, lot) => sum + (users[lot.class]?.length ?? 0), 0));
  const spare = new Float64Array(lots.length);
  let due = withheld;
  for (const [n, { class: k, units: all }] of lots.entries()) {
    let left = all;
    const asking = new Set((users[k] ?? []).filter((taker) => (queues[taker]?.left ?? 0) > 0));
    while (left > 0 && asking.size > 0) {
      const [taker, until] = turns.foremost(asking, queues);
      const queue = queues[taker];
      if (queue === undefined) break;
      const asked = turns.askedUntil(until, queue, left);
      const units = Number(flow.take(taker, k, BigInt(asked)));
      turns.hand(queue, units, (claim, amount) => pieces.push(claim, n, amount));
      left -= units;
      if (units < asked || queue.left === 0) asking.delete(taker);
    }
    if (left === 0) continue;
    spare[n] = left;
    // What no claim can use counts towards the reserve before anything that one can.
    const kept = reserve.includes(k) ? flow.take(keeper, k, BigInt(Math.min(left, due))) : 0n;
    due -= Number(kept);
    flow.leave(k, BigInt(left) - kept);
  }
  return { ...pieces.columns(), spare };
};

class PieceList {
  readonly #claim: Int32Array;
  readonly #lot: Int32Array;
  readonly #units: Float64Array;
  #count = 0;

  constructor(most: number) {
    this.#claim = new Int32Array(most);
    this.#lot = new Int32Array(most);
    this.#units = new Float64Array(most);
  }

  push(claim: number, lot: number, units: number): void {
    this.#claim[this.#count] = claim;
    this.#lot[this.#count] = lot;
    this.#units[this.#count] = units;
    this.#count += 1;
  }

  columns(): Omit<Pieces, 'spare'> {
    return { count: this.#count, claim: this.#claim, lot: this.#lot, units: this.#units };
  }
}

/** Whose turn it is among claims that stand in several queues, by their common order. */
class Turns {
  readonly #placeOf: Int32Array;
  readonly #granted: Float64Array;

  constructor(order: Int32Array, granted: Float64Array) {
    this.#placeOf = new Int32Array(granted.length);
    this.#granted = granted;
    order.forEach((claim, place) => {
      this.#placeOf[claim] = place;
    });
  }

  queueOf(mayUse: readonly number[], claims: Int32Array): Queue {
    return { mayUse, claims, next: 0, left: this.#amount(claims, 0) };
  }

  #amount(claims: Int32Array, at: number): number {
    return at < claims.length ? (this.#granted[claims[at] ?? 0] ?? 0) : 0;
  }

  #place({ claims }: Queue, at: number): number {
    return at < claims.length ? (this.#placeOf[claims[at] ?? 0] ?? 0) : Number.POSITIVE_INFINITY;
  }

  total({ claims }: Queue): number {
    let sum = 0;
    for (const c of claims) sum += this.#granted[c] ?? 0;
    return sum;
  }

  /** Who comes first, and the place at which another's turn comes. */
  foremost(asking: ReadonlySet<number>, queues: readonly Queue[]): readonly [taker: number, until: number] {
    let [first, least, until] = [-1, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
    for (const taker of asking) {
      const queue = queues[taker];
      const place = queue === undefined ? Number.POSITIVE_INFINITY : this.#place(queue, queue.next);
      if (place < least) [first, least, until] = [taker, place, least];
      else until = Math.min(until, place);
    }
    return [first, until];
  }

  /** What a queue's claims lack up to a place, and no more than there is. */
  askedUntil(until: number, queue: Queue, most: number): number {
    let asked = queue.left;
    for (let at = queue.next + 1; asked < most && at < queue.claims.length && this.#place(queue, at) < until; at += 1)
      asked += this.#amount(queue.claims, at);
    return Math.min(asked, most);
  }

  /** Hands so many units to the next claims of a queue. */
  hand(queue: Queue, units: number, give: (claim: number, units: number) => void): void {
    for (let rest = units; rest > 0; ) {
      const amount = Math.min(rest, queue.left);
      give(queue.claims[queue.next] ?? -1, amount);
      rest -= amount;
      queue.left -= amount;
      if (queue.left > 0) return;
      queue.next += 1;
      queue.left = this.#amount(queue.claims, queue.next);
    }
  }
}
