import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { holdersOf } from '../local/processes.ts';

const USAGE = `npm stop [-- --data <data folder>]

Ends the embedded host that keeps this folder, and waits until it has gone. The data folder is data, or DATA_DIR.`;

/** A host answers what it has begun, and closes its books: seconds, on a busy machine more. */
const PATIENCE_MS = 60_000;
const LOOK_MS = 100;

const { values } = parseArgs({ options: { data: { type: 'string' }, help: { type: 'boolean' } } });

const stop = async (dataDir: string): Promise<void> => {
  const lock = join(dataDir, 'host.lock');
  const [host] = holdersOf(lock);
  if (host === undefined) {
    console.log(`No host runs on ${dataDir}.`);
    return;
  }
  process.kill(host, 'SIGTERM');
  for (let waited = 0; holdersOf(lock).includes(host); waited += LOOK_MS) {
    if (waited >= PATIENCE_MS) throw new Error(`Process ${host} has not ended within a minute.`);
    await sleep(LOOK_MS);
  }
  console.log(`The host on ${dataDir} (process ${host}) has stopped.`);
};

if (values.help === true) console.log(USAGE);
else
  await stop(resolve(values.data ?? (process.env['DATA_DIR'] || 'data'))).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
