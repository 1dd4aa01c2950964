/** Enough to hide the round trips of one call, few enough to leave the table to the others. */
const AT_ONCE = 8;

/** Does the same to each, a few at a time, and answers in their order. */
export const mapEach = async <T, R>(all: readonly T[], work: (one: T) => Promise<R>): Promise<R[]> => {
  const done: R[] = [];
  for (let at = 0; at < all.length; at += AT_ONCE)
    done.push(...(await Promise.all(all.slice(at, at + AT_ONCE).map(work))));
  return done;
};
