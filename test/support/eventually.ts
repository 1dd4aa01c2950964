import { setTimeout as sleep } from 'node:timers/promises';

/** Reads until what was read holds, and returns it. @throws Error with the last reading when time is up. */
export const eventually = async <T>(
  what: string,
  read: () => Promise<T>,
  holds: (found: T) => boolean,
  withinMs = 20_000,
): Promise<T> => {
  for (const end = Date.now() + withinMs; ; await sleep(50)) {
    const found = await read();
    if (holds(found)) return found;
    if (Date.now() > end) throw new Error(`Not within ${withinMs} ms: ${what}. Last: ${JSON.stringify(found)}`);
  }
};
