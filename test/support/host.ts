import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { type OwnHost, spawnHost } from '../../scenario/own-host.ts';

/** A host of its own for the tests of one file, on an empty folder, its clock as many times as fast as told; or real. */
export const useHost = ({ speed = 60 }: { readonly speed?: number | 'real' } = {}): { readonly host: OwnHost } => {
  let dataDir = '';
  let host: OwnHost | undefined;
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'green-channel-test-'));
    const REHEARSAL_CLOCK = speed === 'real' ? '' : `${new Date().toISOString()} ${speed}`;
    host = await spawnHost({ dataDir, env: { REHEARSAL_CLOCK } });
  });
  afterAll(async () => {
    await host?.stop();
    await rm(dataDir, { recursive: true, force: true });
  });
  return {
    get host() {
      if (host === undefined) throw new Error('The host starts before the first test.');
      return host;
    },
  };
};
