import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readFile, stat } from 'node:fs/promises';
import { join, normalize } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';

/** A backup is a folder with this file in it, which says what else must be there. */
export const MANIFEST = 'manifest.json';
export const TABLE = 'table.db';

const file = z.object({
  /** From the backup's own folder, and never out of it. */
  path: z.string().refine((path) => path === normalize(path) && !/^(\.\.|\/)/.test(path), 'leads out of the backup'),
  bytes: z.int(),
  sha256: z.string(),
});
const manifest = z.object({
  format: z.literal(1),
  at: z.iso.datetime(),
  /** The release that made it. */
  version: z.string(),
  files: z.array(file),
});
export type Manifest = z.infer<typeof manifest>;

const sha256Of = async (path: string): Promise<string> => {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
};

export const entryOf = async (folder: string, path: string): Promise<Manifest['files'][number]> => {
  const { size: bytes } = await stat(join(folder, path));
  return { path, bytes, sha256: await sha256Of(join(folder, path)) };
};

/** What was written to a file or a folder is on disk from now on. */
export const synced = async (path: string): Promise<void> => {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};

/** @throws Error of one sentence when SQLite finds a fault in the file. */
export const soundDatabase = (path: string, make: (db: DatabaseSync) => void = () => {}): void => {
  const db = new DatabaseSync(path, { timeout: 5_000 });
  try {
    make(db);
    const found = db.prepare('PRAGMA integrity_check').get()?.['integrity_check'];
    if (found !== 'ok') throw new Error(`${path} is damaged: ${String(found)}.`);
  } finally {
    db.close();
  }
};

const manifestIn = async (folder: string): Promise<Manifest> => {
  const path = join(folder, MANIFEST);
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) throw new Error(`${folder} is no backup: there is no ${MANIFEST} in it.`);
  try {
    return manifest.parse(JSON.parse(text));
  } catch (error) {
    throw new Error(`${path} cannot be read.`, { cause: error });
  }
};

/**
 * Reads a backup's manifest and holds every file against it.
 *
 * @throws Error of one sentence when it is no backup, or not as it was made.
 */
export const checkedBackup = async (folder: string): Promise<Manifest> => {
  const found = await manifestIn(folder);
  if (!found.files.some(({ path }) => path === TABLE)) throw new Error(`${folder} holds no ${TABLE}.`);
  for (const expected of found.files) {
    const is = await entryOf(folder, expected.path).catch(() => undefined);
    if (is === undefined) throw new Error(`${folder} lacks ${expected.path}.`);
    if (is.bytes !== expected.bytes || is.sha256 !== expected.sha256)
      throw new Error(`${expected.path} of ${folder} is not as it was made: use an older backup.`);
  }
  return found;
};
