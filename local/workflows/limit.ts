/** Lets at most `most` run at the same time; the others wait their turn in the order they came. */
export const limitTo = (most: number) => {
  let running = 0;
  const queue: (() => void)[] = [];
  return async <T>(run: () => Promise<T>): Promise<T> => {
    if (running >= most) await new Promise<void>((turn) => queue.push(turn));
    else running += 1;
    try {
      return await run();
    } finally {
      // The place is handed on, not given back: nobody can slip in between.
      const turn = queue.shift();
      if (turn === undefined) running -= 1;
      else turn();
    }
  };
};
