import { type Claim, compare, earlier } from './claims.ts';
import type { Eligibility, Lot } from './eligible.ts';
import { Flow } from './flow.ts';

/** Units of one lot. */
export interface Piece {
  readonly lot: Lot;
  readonly units: number;
}

const byArrival = (a: Claim, b: Claim): number => compare(a.arrival, b.arrival) || earlier(a.first, b.first);

/** The claims of a group that still lack goods, the earliest arrival first. */
interface Queue {
  readonly group: number;
  readonly claims: readonly Claim[];
  next: number;
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
  const amount = (claim: Claim | undefined): number => (claim && granted[claim.index]) ?? 0;
  const byGroup = Map.groupBy(
    claims.filter((claim) => amount(claim) > 0),
    (claim) => groupOf[claim.index] ?? 0,
  );
  const queues = [...byGroup].map(([group, of]): Queue => {
    const sorted = of.sort(byArrival);
    return { group, claims: sorted, next: 0, left: amount(sorted[0]) };
  });
  queues.sort((a, b) => byArrival(head(a), head(b)));
  const keeper = queues.length;
  const flow = new Flow(capacity.map(BigInt), [...queues.map(({ group }) => groups[group] ?? []), reserve]);
  queues.forEach((queue, taker) => {
    flow.push(taker, BigInt(queue.claims.reduce((sum, claim) => sum + amount(claim), 0)));
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
      if (units > 0) pieces[head(queue).index]?.push({ lot, units });
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

const head = ({ claims, next }: Queue): Claim => {
  const claim = claims[next];
  if (claim === undefined) throw new RangeError('Nobody is left in this queue');
  return claim;
};

const foremostOf = (asking: ReadonlySet<number>, queues: readonly Queue[]): number => {
  let first = -1;
  for (const taker of asking) {
    const [a, b] = [queues[taker], queues[first]];
    if (a !== undefined && (b === undefined || byArrival(head(a), head(b)) < 0)) first = taker;
  }
  return first;
};
