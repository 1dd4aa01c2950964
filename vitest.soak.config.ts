import { defineConfig } from 'vitest/config';

/** The long versions: the same tests, more of everything. 300 random cases are 10,200 here, 30 histories 1,020. */
export default defineConfig({
  test: {
    include: ['test/kills/**/*.test.ts', 'test/races/**/*.test.ts', 'test/**/*.laws.test.ts', 'test/**/*.soak.ts'],
    globalSetup: 'test/support/template.setup.ts',
    env: { SOAK: '34', KILLS: '500' },
    testTimeout: 3_600_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
});
