import { existsSync, globSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { backup as copyDatabase, DatabaseSync } from 'node:sqlite';
import about from '../../package.json' with { type: 'json' };
import { entryOf, MANIFEST, type Manifest, soundDatabase, synced, TABLE } from './manifest.ts';

/** All pages at one step: the copy is of one moment, and no writer can make it begin again. */
const WHOLE = 0x7f_ff_ff_ff;

/** A time as a file's name: readable, in order, and allowed on every disk. */
export const stampOf = (at: Date): string => `${at.toISOString().slice(0, 19).replaceAll(':', '.')}Z`;

/**
 * Copies what a host keeps, while it works or while it does not: the table with what is left of its stream, as of one
 * moment, and the records that were set aside. Executions, waits and checkpoints are not copied: the rows are the truth,
 * and a journal of any other moment than the table's would speak of rows that are not so. After a restore every
 * unfinished workflow begins anew from its row. Keys and tokens are not copied either.
 *
 * @returns the folder of the backup, which is there whole or not at all.
 * @throws Error of one sentence when there is nothing to copy, or the copy is not sound.
 */
export const backUp = async (dataDir: string, into: string, at: Date): Promise<string> => {
  const source = join(dataDir, TABLE);
  if (!existsSync(source))
    throw new Error(`There is no ${TABLE} in ${dataDir}: name the host's data folder with --data.`);
  const folder = join(into, stampOf(at));
  if (existsSync(folder)) throw new Error(`There is a backup of this second already: ${folder}.`);
  await mkdir(into, { recursive: true });
  const draft = await mkdtemp(join(into, '.draft-'));
  try {
    await copyTable(source, join(draft, TABLE));
    const setAside = globSync('failures/**/*.json', { cwd: dataDir });
    for (const path of setAside) {
      await mkdir(dirname(join(draft, path)), { recursive: true });
      await copyFile(join(dataDir, path), join(draft, path));
    }
    await seal(draft, [TABLE, ...setAside], at);
    await rename(draft, folder);
    await synced(into);
    return folder;
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw error;
  }
};

/** A reader of the write-ahead log holds up no writer, so that the engine works on meanwhile. */
const copyTable = async (source: string, copy: string): Promise<void> => {
  const db = new DatabaseSync(source, { timeout: 5_000 });
  try {
    await copyDatabase(db, copy, { rate: WHOLE });
  } finally {
    db.close();
  }
  // One file, without a log beside it; the engine makes itself a new one.
  soundDatabase(copy, (db) => db.exec('PRAGMA journal_mode = DELETE'));
};

const seal = async (draft: string, paths: readonly string[], at: Date): Promise<void> => {
  const files = await Promise.all(paths.map((path) => entryOf(draft, path)));
  const manifest: Manifest = { format: 1, at: at.toISOString(), version: about.version, files };
  await writeFile(join(draft, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`);
  for (const path of [...paths, MANIFEST]) await synced(join(draft, path));
  for (const folder of new Set(paths.map((path) => dirname(join(draft, path))))) await synced(folder);
};
