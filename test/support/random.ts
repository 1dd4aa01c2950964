import fc from 'fast-check';

/** `SEED=… npx vitest run <file>` plays a random test again. */
export const seed = Number(process.env['SEED'] ?? Date.now() % 2_147_483_647);
console.info(`SEED=${seed}`);

/** So many random cases in `npm test`; `SOAK` times as many in the long run. */
export const runs = (usual: number): number => usual * Number(process.env['SOAK'] ?? 1);

fc.configureGlobal({ seed });
