import { type Claim, compare, earlier } from './claims.ts';
import type { Eligibility, Lot } from './eligible.ts';
import { Flow } from './flow.ts';

/** Units of one lot. */
export interface Piece {
  readonly lot: Lot;
  readonly units: number;
}

const byArrival = (a: Claim, b: Claim): number => compare(a.arrival, b.arrival) || earlier(a.first, b.first);

/** A claim that still lacks goods, by its rank among all. */
interface Waiting {
  readonly claim: Claim;
  readonly rank: number;
}

/** The claims of a group, the earliest arrival first. */
interface Queue {
  readonly group: number;
  readonly claims: readonly Waiting[];
  next: number;
  /** What the next of them still lacks. */
  left: number;
}

/**
 * Which lots make up what each claim was granted. Lots come first-expiring first, each is handed out by arrival (then
 * need-by, then id), and each claim takes as much of it as leaves everybody's amount and the reserve possible: earliest
 * use-by first, the earliest to the earliest arrival.
 */
export const matched = (
  claims: readonly Claim[],
  granted: readonly number[],
  { lots, capacity, groups, groupOf, reserve }: Eligibility,
  withheld: number,
): { readonly pieces: readonly (readonly Piece[])[]; readonly spare: ReadonlyMap<Lot, number> } => {
  const pieces: Piece[][] = claims.map(() => []);
  const spare = new Map<Lot, number>();
  const amount = (waiting: Waiting | undefined): number => (waiting && granted[waiting.claim.index]) ?? 0;
  const order = claims.filter(({ index }) => (granted[index] ?? 0) > 0).sort(byArrival);
  const queues = [
    ...Map.groupBy(
      order.map((claim, rank) => ({ claim, rank })),
      ({ claim }) => groupOf[claim.index] ?? 0,
    ),
  ].map(([group, of]): Queue => ({ group, claims: of, next: 0, left: amount(of[0]) }));
  const keeper = queues.length;
  const flow = new Flow(capacity.map(BigInt), [...queues.map(({ group }) => groups[group] ?? []), reserve]);
  queues.forEach((queue, taker) => {
    flow.push(taker, BigInt(queue.claims.reduce((sum, waiting) => sum + amount(waiting), 0)));
  });
  flow.push(keeper, BigInt(withheld));
  const users = capacity.map((_, k) => queues.flatMap(({ group }, taker) => (groups[group]?.includes(k) ? taker : [])));
  let due = withheld;
  for (const lot of lots) {
    let left = lot.units;
    const asking = new Set((users[lot.class] ?? []).filter((taker) => (queues[taker]?.left ?? 0) > 0));
    while (left > 0 && asking.size > 0) {
      const taker = foremostOf(asking, queues);
      const queue = queues[taker];
      if (queue === undefined) break;
      const asked = Math.min(left, queue.left);
      const units = Number(flow.take(taker, lot.class, BigInt(asked)));
      if (units > 0) pieces[queue.claims[queue.next]?.claim.index ?? -1]?.push({ lot, units });
      left -= units;
      queue.left -= units;
      if (queue.left === 0) {
        queue.next += 1;
        queue.left = amount(queue.claims[queue.next]);
      }
      if (units < asked || queue.left === 0) asking.delete(taker);
    }
    if (left === 0) continue;
    spare.set(lot, left);
    // What no claim can use counts towards the reserve before anything that one can.
    const kept = reserve.includes(lot.class) ? flow.take(keeper, lot.class, BigInt(Math.min(left, due))) : 0n;
    due -= Number(kept);
    flow.leave(lot.class, BigInt(left) - kept);
  }
  return { pieces, spare };
};

const foremostOf = (asking: ReadonlySet<number>, queues: readonly Queue[]): number => {
  let [first, least] = [-1, Number.POSITIVE_INFINITY];
  for (const taker of asking) {
    const queue = queues[taker];
    const rank = queue?.claims[queue.next]?.rank ?? Number.POSITIVE_INFINITY;
    if (rank < least) [first, least] = [taker, rank];
  }
  return first;
};
