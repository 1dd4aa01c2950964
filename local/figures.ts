import { existsSync, globSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Lag } from './stream/stream.ts';

/** Transactions since the host started, and how many of them a condition or a rival refused. */
export interface Transactions {
  committed: number;
  refused: number;
}

/** What only the host knows of itself; it adds this to `GET /staff/operations`. */
export interface HostFigures {
  readonly consumers: readonly Lag[];
  /** Files of records that were set aside and have not been replayed. */
  readonly setAside: { readonly files: number; readonly newest?: string };
  readonly transactions: Readonly<Transactions>;
  readonly bytes: { readonly table: number; readonly journal: number };
}

/** A file with its write-ahead log. */
const bytesOf = (file: string): number =>
  [file, `${file}-wal`].reduce((sum, path) => sum + (existsSync(path) ? statSync(path).size : 0), 0);

export const hostFigures = (
  dataDir: string,
  consumers: readonly Lag[],
  { committed, refused }: Transactions,
): HostFigures => {
  // A file's name begins with its time.
  const files = globSync('failures/*/*.json', { cwd: dataDir });
  const timeOf = (path: string): string => path.split('/').at(-1) ?? '';
  const newest = files.toSorted((a, b) => (timeOf(a) < timeOf(b) ? -1 : 1)).at(-1);
  return {
    consumers,
    setAside: { files: files.length, ...(newest !== undefined && { newest: join(dataDir, newest) }) },
    transactions: { committed, refused },
    bytes: { table: bytesOf(join(dataDir, 'table.db')), journal: bytesOf(join(dataDir, 'journal.db')) },
  };
};
