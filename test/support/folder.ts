import { cp, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { inject } from 'vitest';

/** A data folder for a host to start on: empty but for the template, which has been made. */
export const dataFolder = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'green-channel-test-'));
  const template = inject('template');
  await cp(template, join(folder, basename(template)), { recursive: true });
  return folder;
};
