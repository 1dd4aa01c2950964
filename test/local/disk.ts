import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

const made: string[] = [];
afterAll(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A folder of its own for one host's files. */
export const freshDisk = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'green-channel-'));
  made.push(folder);
  return folder;
};

/** What the disk holds at this moment, which is what a host finds that was killed now. */
export const asKilledNow = (disk: string): string => {
  const folder = freshDisk();
  cpSync(disk, folder, { recursive: true });
  return folder;
};
