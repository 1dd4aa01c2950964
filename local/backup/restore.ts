import { existsSync, readdirSync } from 'node:fs';
import { copyFile, cp, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CannotStart } from '../cannot-start.ts';
import { claimFolder } from '../folder.ts';
import { holdersOf } from '../processes.ts';
import { SAMPLE_MARK } from '../sample.ts';
import { endEngineOf } from '../table/engine.ts';
import { stampOf } from './backup.ts';
import { checkedBackup, type Manifest, soundDatabase, synced, TABLE } from './manifest.ts';

/** There while a folder holds neither the old data whole nor the new. */
const RESTORING = 'restoring';
/** There from the end of a restore until the host has recovered the table. */
const TO_RECOVER = 'to-recover';

/** What goes aside: the table, what the host knew of its executions, and what was set aside, with their logs. */
const REPLACED = /^(table\.db|journal\.db)(-wal|-shm|-journal)?$|^failures$/;

export interface Restored {
  readonly manifest: Manifest;
  /** Where what was there before is now; none: there was nothing. */
  readonly replaced: string | undefined;
}

/**
 * Puts a backup in place of whatever a data folder holds, and keeps that aside. The next host to start on the folder
 * recovers the table before it lets anybody in. Cut off at any moment, it can be run again; until it has been, no host
 * starts there.
 *
 * @throws Error of one sentence when the backup is not whole; CannotStart when a host lives on the folder.
 */
export const restore = async (backup: string, dataDir: string, at: Date): Promise<Restored> => {
  const manifest = await checkedBackup(backup);
  const claim = claimFolder(dataDir);
  try {
    await freeTable(dataDir);
    // Checked where it will be used, and before anything is touched.
    const draft = join(dataDir, `${TABLE}.new`);
    await copyFile(join(backup, TABLE), draft);
    soundDatabase(draft);
    await synced(draft);
    await writeFile(join(dataDir, RESTORING), `${backup}\n`);
    await synced(dataDir);
    const replaced = await moveAside(dataDir, at);
    await rename(draft, join(dataDir, TABLE));
    await copySetAside(backup, manifest, dataDir);
    // What was restored is no empty table: the sample county has no business in it.
    await writeFile(join(dataDir, SAMPLE_MARK), '');
    await rename(join(dataDir, RESTORING), join(dataDir, TO_RECOVER));
    await synced(dataDir);
    return { manifest, replaced };
  } finally {
    claim.release();
  }
};

/** A killed host leaves its engine on the table. */
const freeTable = async (dataDir: string): Promise<void> => {
  await endEngineOf(dataDir);
  const [holder] = holdersOf(join(dataDir, TABLE));
  if (holder !== undefined) throw new CannotStart(`Process ${holder} holds ${join(dataDir, TABLE)}: stop it first.`);
};

const moveAside = async (dataDir: string, at: Date): Promise<string | undefined> => {
  const old = readdirSync(dataDir).filter((name) => REPLACED.test(name));
  if (old.length === 0) return undefined;
  const folder = join(dataDir, `replaced-${stampOf(at)}`);
  await mkdir(folder);
  for (const name of old) await rename(join(dataDir, name), join(folder, name));
  await synced(folder);
  return folder;
};

const copySetAside = async (backup: string, { files }: Manifest, dataDir: string): Promise<void> => {
  for (const { path } of files) {
    if (path === TABLE) continue;
    await mkdir(dirname(join(dataDir, path)), { recursive: true });
    await cp(join(backup, path), join(dataDir, path));
    await synced(join(dataDir, path));
  }
};

/** @throws CannotStart when a restore of this folder was cut off. */
export const mustBeWhole = (dataDir: string): void => {
  if (existsSync(join(dataDir, RESTORING)))
    throw new CannotStart(`A restore into ${dataDir} was cut off: run it again before you start a host there.`);
};

/** Runs a recovery if the table was restored since the last one. */
export const afterRestore = async (dataDir: string, recover: () => Promise<void>): Promise<void> => {
  const mark = join(dataDir, TO_RECOVER);
  if (!existsSync(mark)) return;
  await recover();
  await rm(mark);
};
