/**
 * Goods on their way from classes of lots to those who may use them, rearranged along augmenting paths: whoever can do
 * with other goods makes room for who cannot. Whole numbers of any size, so that fractions are exact once scaled.
 */
export class Flow {
  readonly #spare: bigint[];
  readonly #mayUse: readonly (readonly number[])[];
  readonly #drawn: bigint[][];
  /** Who draws on each class, and at which place of its own. */
  readonly #drawers: Map<number, number>[];
  /** From here no path led to spare goods; true until goods become spare again. */
  #deadTakers = new Set<number>();
  #deadClasses = new Set<number>();

  constructor(capacity: readonly bigint[], mayUse: readonly (readonly number[])[]) {
    this.#spare = [...capacity];
    this.#mayUse = mayUse;
    this.#drawn = mayUse.map((classes) => classes.map(() => 0n));
    this.#drawers = capacity.map(() => new Map());
  }

  #draw(taker: number, at: number, amount: bigint): void {
    const row = this.#drawn[taker];
    const drawers = this.#drawers[this.#mayUse[taker]?.[at] ?? -1];
    if (row === undefined || drawers === undefined || amount === 0n) return;
    const drawn = (row[at] ?? 0n) + amount;
    row[at] = drawn;
    if (drawn === 0n) drawers.delete(taker);
    else if (drawn === amount) drawers.set(taker, at);
  }

  /** Gives a taker up to so much more, others keeping what they have; returns how much. */
  push(taker: number, amount: bigint): bigint {
    let left = amount;
    while (left > 0n) {
      const path = this.#path(taker);
      if (path === undefined) break;
      const { end, steps } = path;
      const moved = steps.reduce(
        (most, { from, at }) => min(most, this.#drawn[from]?.[at] ?? 0n),
        min(left, this.#spare[end] ?? 0n),
      );
      this.#spare[end] = (this.#spare[end] ?? 0n) - moved;
      for (const { from, at, to, into } of steps) {
        this.#draw(from, at, -moved);
        this.#draw(to, into, moved);
      }
      this.#draw(path.last, path.lastAt, moved);
      left -= moved;
    }
    return amount - left;
  }

  /**
   * A shortest way to spare goods: each step hands what `from` draws at its place `at` over to `to`, at its place
   * `into`; the last in the chain draws the spare goods themselves.
   */
  #path(taker: number) {
    const arrived = new Map<number, { readonly taker: number; readonly at: number }>();
    const displaced = new Map<number, { readonly k: number; readonly at: number }>();
    const queue = [taker];
    const seen = new Set(queue);
    for (const h of queue) {
      if (this.#deadTakers.has(h)) continue;
      const classes = this.#mayUse[h] ?? [];
      for (let at = 0; at < classes.length; at += 1) {
        const k = classes[at] ?? 0;
        if (arrived.has(k) || this.#deadClasses.has(k)) continue;
        arrived.set(k, { taker: h, at });
        if ((this.#spare[k] ?? 0n) > 0n) return { end: k, last: h, lastAt: at, steps: stepsTo(h, arrived, displaced) };
        for (const [drawer, place] of this.#drawers[k] ?? []) {
          if (seen.has(drawer)) continue;
          seen.add(drawer);
          displaced.set(drawer, { k, at: place });
          queue.push(drawer);
        }
      }
    }
    for (const h of seen) this.#deadTakers.add(h);
    for (const k of arrived.keys()) this.#deadClasses.add(k);
    return undefined;
  }

  /** Everyone and everything that could change hands with these takers: the bottleneck that holds them back. */
  bottleneck(short: Iterable<number>): { readonly takers: ReadonlySet<number>; readonly classes: ReadonlySet<number> } {
    const takers = new Set(short);
    const classes = new Set<number>();
    for (const h of takers)
      for (const k of this.#mayUse[h] ?? []) {
        if (classes.has(k)) continue;
        classes.add(k);
        for (const drawer of this.#drawers[k]?.keys() ?? []) takers.add(drawer);
      }
    return { takers, classes };
  }

  /** Hands goods of a class out for good, as far as everyone else can still be served in full; returns how much. */
  take(taker: number, k: number, amount: bigint): bigint {
    const at = (this.#mayUse[taker] ?? []).indexOf(k);
    const own = min(amount, this.#drawn[taker]?.[at] ?? 0n);
    this.#draw(taker, at, -own);
    if (own === amount) return amount;
    let lacking = this.#letGo(taker, k, amount - own);
    const most = own + lacking;
    const free = min(lacking, this.#spare[k] ?? 0n);
    this.#spare[k] = (this.#spare[k] ?? 0n) - free;
    lacking -= free;
    while (lacking > 0n) {
      // Whoever makes way may do so by taking the place of another, and then can be asked again.
      const [drawer, place] = this.#drawers[k]?.entries().next().value ?? [];
      if (drawer === undefined || place === undefined) break;
      const asked = min(lacking, this.#drawn[drawer]?.[place] ?? 0n);
      this.#draw(drawer, place, -asked);
      const moved = this.push(drawer, asked);
      this.#draw(drawer, place, asked - moved);
      lacking -= moved;
      // Its search went through everybody who draws on this class: if it cannot make way, none can.
      if (moved < asked) break;
    }
    if (lacking > 0n) this.push(taker, lacking);
    return most - lacking;
  }

  /** Spare goods of a class that nobody is to have. */
  leave(k: number, amount: bigint): void {
    this.#spare[k] = (this.#spare[k] ?? 0n) - amount;
  }

  /** A taker gives back up to so much of what it draws from other classes. */
  #letGo(taker: number, except: number, amount: bigint): bigint {
    let left = amount;
    (this.#mayUse[taker] ?? []).forEach((k, at) => {
      if (k === except || left === 0n) return;
      const drawn = min(left, this.#drawn[taker]?.[at] ?? 0n);
      this.#draw(taker, at, -drawn);
      this.#spare[k] = (this.#spare[k] ?? 0n) + drawn;
      left -= drawn;
    });
    this.#deadTakers = new Set();
    this.#deadClasses = new Set();
    return amount - left;
  }
}

const min = (a: bigint, b: bigint): bigint => (a < b ? a : b);

const stepsTo = (
  last: number,
  arrived: ReadonlyMap<number, { readonly taker: number; readonly at: number }>,
  displaced: ReadonlyMap<number, { readonly k: number; readonly at: number }>,
) => {
  const steps: { from: number; at: number; to: number; into: number }[] = [];
  for (let from = last; ; ) {
    const lost = displaced.get(from);
    const gained = lost && arrived.get(lost.k);
    if (lost === undefined || gained === undefined) return steps;
    steps.push({ from, at: lost.at, to: gained.taker, into: gained.at });
    from = gained.taker;
  }
};
