/** Wakes those who wait. Nothing is kept of a wait that has ended, however many there were between two rings. */
export interface Bell {
  /** How often it has rung. */
  readonly rings: number;
  ring(): void;
  /** Until it rings, or this long at most; at once when it has rung since then. */
  wait(ms?: number, since?: number): Promise<void>;
}

export const bell = (): Bell => {
  const waiting = new Set<() => void>();
  let rings = 0;
  return {
    get rings() {
      return rings;
    },
    ring: () => {
      rings += 1;
      for (const wake of [...waiting]) wake();
    },
    wait: (ms, since = rings) => {
      if (rings > since) return Promise.resolve();
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = ms === undefined ? undefined : setTimeout(resolve, ms);
      waiting.add(resolve);
      return promise.finally(() => {
        clearTimeout(timer);
        waiting.delete(resolve);
      });
    },
  };
};
