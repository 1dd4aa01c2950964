import { defineConfig } from 'vitest/config';

/** The long versions: the same tests, more of everything. */
export default defineConfig({
  test: {
    include: ['test/kills/**/*.test.ts', 'test/races/**/*.test.ts', 'test/**/*.laws.test.ts'],
    env: { SOAK: '34', KILLS: '500' },
    testTimeout: 3_600_000,
    hookTimeout: 60_000,
    maxWorkers: 1,
  },
});
