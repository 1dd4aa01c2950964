import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Deps } from '../../functions/shared/deps.ts';
import { randomIds } from '../../functions/shared/ids.ts';
import { noFaults } from '../../local/faults/faults.ts';
import { startEngine } from '../../local/table/engine.ts';
import { engineClients, openTable } from '../../local/table/table.ts';
import { readDeployment } from '../../local/template/deployment.ts';
import { synthesised } from '../../local/template/synth.ts';

/** Nothing that a measurement has to say is said by log. */
const quiet = { info: () => {}, warn: () => {}, error: () => {} };

export interface Table {
  readonly deps: Deps;
  readonly dataDir: string;
}

/** A folder for the time of a measurement. */
export const inFolder = async <T>(work: (dataDir: string) => Promise<T>): Promise<T> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'green-channel-bench-'));
  try {
    return await work(dataDir);
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
};

/** The table as it would be deployed, on the embedded engine as the host runs it: on disk, with indexes and stream. */
export const withTable = async <T>(dataDir: string, work: (table: Table) => Promise<T>): Promise<T> => {
  const { table: spec } = readDeployment(await synthesised(dataDir));
  const engine = await startEngine(dataDir, quiet, noFaults);
  const { dynamo, close } = engineClients(engine.endpoint);
  try {
    await openTable(dynamo, spec);
    const clock = { now: () => new Date().toISOString() };
    return await work({ deps: { table: spec.TableName, dynamo, clock, ids: randomIds(), log: quiet }, dataDir });
  } finally {
    close();
    await engine.stop();
  }
};
