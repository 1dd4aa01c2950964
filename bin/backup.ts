import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { backUp } from '../local/backup/backup.ts';
import { checkedBackup } from '../local/backup/manifest.ts';

const USAGE = `npm run backup -- <folder> [--data <data folder>]

Copies what an embedded host keeps into a new folder below the one named, and checks the copy. The host may run.
The data folder is data, or DATA_DIR.`;

const { values, positionals } = parseArgs({ allowPositionals: true, options: { data: { type: 'string' } } });
const [into, ...more] = positionals;

const run = async (folder: string): Promise<void> => {
  const made = await backUp(resolve(values.data ?? (process.env['DATA_DIR'] || 'data')), resolve(folder), new Date());
  const { files } = await checkedBackup(made);
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  console.log(`${made}: ${files.length} files, ${bytes} bytes, checked`);
};

if (into === undefined || more.length > 0) {
  console.error(USAGE);
  process.exitCode = 2;
} else
  await run(into).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
