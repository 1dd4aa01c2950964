import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate as breathe, setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../../functions/shared/log.ts';
import { CannotStart } from '../cannot-start.ts';
import type { Faults } from '../faults/faults.ts';
import { end, holdersOf, markCommand, markOf } from '../processes.ts';

/** The table's engine: DynamoDB's API over one SQLite file, in a process of its own. */
export interface Engine {
  readonly endpoint: string;
  /** Deletes stream records up to and including sequence number `passed`, which every consumer has behind it. */
  prune(table: string, passed: string): Promise<void>;
  /** Ends it as a crash would; it comes back by itself. For tests. */
  kill(): void;
  stop(): Promise<void>;
}

const PRUNE_AT_ONCE = 500;

/**
 * Starts the engine on `<dataDir>/table.db`, and again whenever it dies, always at the same address.
 *
 * @throws CannotStart when there is no engine for this platform, or another process holds the file.
 */
export const startEngine = async (dataDir: string, log: Log, faults: Faults): Promise<Engine> => {
  const binary = engineBinary();
  const file = join(dataDir, 'table.db');
  const lock = lockOf(dataDir);
  await endEngineOf(dataDir);
  const [holder] = holdersOf(file);
  if (holder !== undefined)
    throw new CannotStart(`Process ${holder} holds ${file}: stop it, or set DATA_DIR to another folder.`);

  const port = await freePort();
  let child = await launch(binary, file, lock, port);
  let stopping = false;
  const revive = async (): Promise<void> => {
    while (!stopping) {
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      if (stopping) return;
      log.warn('ENGINE-DIED', { code: child.exitCode, signal: child.signalCode });
      await sleep(100);
      child = await launch(binary, file, lock, port).catch((error) => {
        log.error('ENGINE-NOT-BACK', error);
        return child;
      });
    }
  };
  const revival = revive();

  return {
    endpoint: `http://127.0.0.1:${port}`,
    prune: (table, passed) => prune(file, table, passed, faults),
    kill: () => child.kill('SIGKILL'),
    stop: async () => {
      stopping = true;
      child.kill('SIGTERM');
      await revival;
    },
  };
};

const engineBinary = (): string => {
  const platform = `${process.platform}-${process.arch}`;
  try {
    return createRequire(import.meta.url).resolve(`@dynoxide/${platform}/dynoxide`);
  } catch {
    throw new CannotStart(
      `There is no embedded table for ${platform}: start any DynamoDB endpoint and set AWS_ENDPOINT_URL_DYNAMODB to it.`,
    );
  }
};

const lockOf = (dataDir: string): string => join(dataDir, 'engine.lock');

/**
 * Ends the engine that a killed host left running on its folder, if there is one. The lock says which process that is,
 * and no other is touched.
 */
export const endEngineOf = async (dataDir: string): Promise<void> => {
  try {
    const mark = markOf(readFileSync(lockOf(dataDir), 'utf8'));
    if (mark !== undefined) await end(mark);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
};

const launch = async (binary: string, file: string, lock: string, port: number) => {
  const [program, args] = markCommand(lock, binary, ['--host', '127.0.0.1', '--port', `${port}`, '--db-path', file]);
  // A group of its own: Ctrl-C is for the host, which stops its engine last.
  const child = spawn(program, args, { detached: true, stdio: ['ignore', 'ignore', 'pipe'] });
  const said = await Promise.race([
    once(child.stderr, 'data').then(([text]) => String(text)),
    once(child, 'exit').then(() => ''),
  ]);
  if (!said.includes('listening')) {
    child.kill('SIGKILL');
    throw new CannotStart(`The engine does not open ${file}: ${said.trim() || 'it ended without a word'}.`);
  }
  child.stderr.resume();
  indexStream(file);
  return child;
};

/**
 * The engine looks for a stream's next sequence number by a scan, so that every write slows down as history grows.
 * An index on its own file cures that; the engine has laid out the file by the time it listens.
 */
const indexStream = (file: string): void => {
  const db = new DatabaseSync(file, { timeout: 5_000 });
  db.exec(
    'CREATE INDEX IF NOT EXISTS green_channel_tail ON _stream_records (table_name, CAST(sequence_number AS INTEGER))',
  );
  db.close();
};

/**
 * Short deletes, so that no write of the engine waits long. The newest record stays whoever has passed it: the engine
 * takes the next sequence number from it, and an empty stream would begin again at one.
 */
const prune = async (file: string, table: string, passed: string, faults: Faults): Promise<void> => {
  const db = new DatabaseSync(file, { timeout: 1_000 });
  try {
    const some = db.prepare(
      `DELETE FROM _stream_records WHERE id IN (
         SELECT id FROM _stream_records
         WHERE table_name = :table AND CAST(sequence_number AS INTEGER) <= CAST(:passed AS INTEGER)
           AND CAST(sequence_number AS INTEGER) <
             (SELECT MAX(CAST(sequence_number AS INTEGER)) FROM _stream_records WHERE table_name = :table)
         ORDER BY CAST(sequence_number AS INTEGER) LIMIT ${PRUNE_AT_ONCE})`,
    );
    for (let deleted = PRUNE_AT_ONCE; deleted === PRUNE_AT_ONCE; await breathe()) {
      deleted = Number(some.run({ table, passed }).changes);
      faults.pass('prune');
    }
  } finally {
    db.close();
  }
};

/** A loopback port that nobody listens on now. */
export const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('A listening server has no port');
  return address.port;
};
