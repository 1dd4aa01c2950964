import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { restore } from '../local/backup/restore.ts';

const USAGE = `npm run restore -- <backup> [--data <data folder>]

Puts a backup in place of what a data folder holds, which is kept aside. No host may run on it. The next host to start
there recovers the table before it lets anybody in. The data folder is data, or DATA_DIR.`;

const { values, positionals } = parseArgs({ allowPositionals: true, options: { data: { type: 'string' } } });
const [backup, ...more] = positionals;

const run = async (from: string): Promise<void> => {
  const dataDir = resolve(values.data ?? (process.env['DATA_DIR'] || 'data'));
  const { manifest, replaced } = await restore(resolve(from), dataDir, new Date());
  console.log(`${dataDir} is as it was at ${manifest.at}.`);
  if (replaced !== undefined) console.log(`What was there before is in ${replaced}.`);
  console.log('Start the host: it recovers the table first.');
};

if (backup === undefined || more.length > 0) {
  console.error(USAGE);
  process.exitCode = 2;
} else
  await run(backup).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
