import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { LongOnesFirst } from './test/support/sequencer.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: 'test/support/template.setup.ts',
    sequence: { sequencer: LongOnesFirst },
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    // Hosts that tests start in processes of their own need not strip and compile everything again.
    env: { NODE_COMPILE_CACHE: join(tmpdir(), 'green-channel-compile-cache') },
    // A worker keeps what it has loaded for its next file: no test rests on a module's being new.
    isolate: false,
  },
});
