import { setTimeout as sleep } from 'node:timers/promises';

/** Looks are work for the host that is looked at: the longer it takes, the rarer they are. */
const FIRST_MS = 20;
const LONGEST_MS = 320;

/** Reads until what was read holds, and returns it. @throws Error with the last reading when time is up. */
export const eventually = async <T>(
  what: string,
  read: () => Promise<T>,
  holds: (found: T) => boolean,
  withinMs = 20_000,
): Promise<T> => {
  const end = Date.now() + withinMs;
  for (let pause = FIRST_MS; ; pause = Math.min(LONGEST_MS, pause * 1.5)) {
    const found = await read();
    if (holds(found)) return found;
    if (Date.now() > end) throw new Error(`Not within ${withinMs} ms: ${what}. Last: ${JSON.stringify(found)}`);
    await sleep(pause);
  }
};
