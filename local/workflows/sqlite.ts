import { DatabaseSync } from 'node:sqlite';
import { CannotStart } from '../cannot-start.ts';

/** How long a change that may be lost waits for company before it is synced. */
const LAZY_MS = 50;

/** A database whose changes are synced to disk in groups: one sync for all that came in the same turn. */
export interface Grouped {
  readonly db: DatabaseSync;
  /** Makes the change now; resolves when it is on disk. Rejects when it is not, and then it is undone. */
  durably<T>(change: () => T): Promise<T>;
  /** Makes the change now; it reaches the disk a little later, and a crash before that loses it. */
  lazily(change: () => void): void;
  /** Syncs what waits and closes; once is enough. */
  close(): void;
}

/**
 * Opens or makes a SQLite file that survives a kill of the process and of the machine: write-ahead log, every commit
 * synced. A sync blocks the process for about a millisecond, which is why changes share it.
 */
export const openGrouped = (file: string, version: number, schema: string): Grouped => {
  const db = new DatabaseSync(file, { timeout: 5_000 });
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON');
  const found = Number(db.prepare('PRAGMA user_version').get()?.['user_version']);
  if (found > version)
    throw new CannotStart(`${file} was written by a newer release (version ${found}; this one reads ${version}).`);
  if (found === 0) db.exec(`BEGIN; ${schema}; PRAGMA user_version = ${version}; COMMIT`);

  let waiting: PromiseWithResolvers<void>[] = [];
  let soon: NodeJS.Immediate | undefined;
  let later: NodeJS.Timeout | undefined;

  const sync = (): void => {
    clearImmediate(soon);
    clearTimeout(later);
    soon = later = undefined;
    if (!db.isTransaction) return;
    const told = waiting;
    waiting = [];
    try {
      db.exec('COMMIT');
      for (const { resolve } of told) resolve();
    } catch (error) {
      if (db.isTransaction) db.exec('ROLLBACK');
      for (const { reject } of told) reject(error);
    }
  };
  const change = <T>(make: () => T): T => {
    if (!db.isTransaction) db.exec('BEGIN IMMEDIATE');
    return make();
  };

  return {
    db,
    durably: async (make) => {
      const result = change(make);
      const synced = Promise.withResolvers<void>();
      waiting.push(synced);
      soon ??= setImmediate(sync);
      await synced.promise;
      return result;
    },
    lazily: (make) => {
      change(make);
      later ??= setTimeout(sync, LAZY_MS);
    },
    close: () => {
      if (!db.isOpen) return;
      sync();
      db.close();
    },
  };
};
