import { accessSync, constants, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { CannotStart } from './cannot-start.ts';
import { holdersOf } from './processes.ts';

/** A connection that nothing refers to is collected, and its lock with it. */
const held = new Set<DatabaseSync>();

const makeFolder = (dataDir: string): void => {
  try {
    mkdirSync(dataDir, { recursive: true });
    accessSync(dataDir, constants.W_OK);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EEXIST' || code === 'ENOTDIR')
      throw new CannotStart(`${dataDir} is a file, or lies in one: set DATA_DIR to a folder.`);
    if (code === 'EACCES' || code === 'EROFS' || code === 'EPERM')
      throw new CannotStart(`${dataDir} is not to be written by this user: set DATA_DIR to a folder of your own.`);
    throw error;
  }
};

/**
 * Makes the data folder this host's own until `release` is called or the process ends, however it ends: the lock is
 * the kernel's, so that none is ever left behind.
 *
 * @throws CannotStart when another live host has it, or no folder can be there.
 */
export const claimFolder = (dataDir: string): { release(): void } => {
  makeFolder(dataDir);
  const file = join(dataDir, 'host.lock');
  const lock = new DatabaseSync(file, { timeout: 0 });
  try {
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  } catch {
    lock.close();
    const [holder] = holdersOf(file);
    throw new CannotStart(
      `Another host${holder === undefined ? '' : ` (process ${holder})`} runs on ${dataDir}: stop it, or set DATA_DIR to another folder.`,
    );
  }
  held.add(lock);
  return {
    release: () => {
      held.delete(lock);
      lock.close();
    },
  };
};
