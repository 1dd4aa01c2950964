import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Says that the sample county is in a data folder, or is not to be. */
export const SAMPLE_MARK = 'sample-loaded';

/**
 * Loads the sample county into a new data folder. The mark is made last: a load that was cut short is repeated, and
 * finds there what it had loaded.
 */
export const loadOnce = async (dataDir: string, load: () => Promise<void>): Promise<void> => {
  const mark = join(dataDir, SAMPLE_MARK);
  if (existsSync(mark)) return;
  await load();
  writeFileSync(mark, '');
};
