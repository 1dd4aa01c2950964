import fc from 'fast-check';

/** `SEED=… npx vitest run <file>` plays a random test again. */
export const seed = Number(process.env['SEED'] ?? Date.now() % 2_147_483_647);
console.info(`SEED=${seed}`);

/** So many random cases in `npm test`; `SOAK` times as many in the long run. */
export const runs = (usual: number): number => usual * Number(process.env['SOAK'] ?? 1);

fc.configureGlobal({ seed });

/** Random numbers in [0, 1) that repeat with the seed (mulberry32). */
export const randomFrom = (start: number): (() => number) => {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
};
