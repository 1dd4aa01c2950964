/**
 * Runs for every item, at most `atOnce` at a time. One that fails keeps no other from running.
 * Returns what was thrown, with the item it was thrown over.
 */
export const forEach = async <T>(
  items: readonly T[],
  atOnce: number,
  run: (item: T) => Promise<unknown>,
): Promise<{ readonly item: T; readonly error: unknown }[]> => {
  const failed: { item: T; error: unknown }[] = [];
  const rest = items.values();
  const work = async () => {
    // One iterator among the workers: whoever is free takes the next.
    for (const item of rest) {
      try {
        await run(item);
      } catch (error) {
        failed.push({ item, error });
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, work));
  return failed;
};

/** Enough to hide the round trips of one call, few enough to leave the table to the others. */
const AT_ONCE = 8;

/** Does the same to each, a few at a time, and answers in their order. */
export const mapEach = async <T, R>(all: readonly T[], work: (one: T) => Promise<R>): Promise<R[]> => {
  const done: R[] = [];
  for (let at = 0; at < all.length; at += AT_ONCE)
    done.push(...(await Promise.all(all.slice(at, at + AT_ONCE).map(work))));
  return done;
};
