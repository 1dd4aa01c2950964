import { rm } from 'node:fs/promises';
import { afterAll, beforeAll } from 'vitest';
import { type OwnHost, spawnHost } from '../../scenario/own-host.ts';
import { dataFolder } from './folder.ts';

interface HostNeeds {
  /** How many times as fast as people's its clock is; or theirs. */
  readonly speed?: number | 'real';
  /** With the sample county, which takes a while to load. */
  readonly sample?: boolean;
  readonly env?: Readonly<Record<string, string>>;
}

/** A host of its own for the tests of one file, on a folder of its own. */
export const useHost = ({ speed = 60, sample = false, env = {} }: HostNeeds = {}): { readonly host: OwnHost } => {
  let dataDir = '';
  let host: OwnHost | undefined;
  beforeAll(async () => {
    dataDir = await dataFolder();
    const REHEARSAL_CLOCK = speed === 'real' ? '' : `${new Date().toISOString()} ${speed}`;
    host = await spawnHost({ dataDir, env: { REHEARSAL_CLOCK, SAMPLE_COUNTY: sample ? '' : 'no', ...env } });
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
