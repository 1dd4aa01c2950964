import { readFileSync } from 'node:fs';

const root = new URL('../../', import.meta.url);

/** A file of the repository, by its path from the root. */
export const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');

/** The rows of all tables of a document, cell by cell: every line that begins with a bar, but heads and rules. */
export const tableRows = (path: string): string[][] => {
  const lines = read(path).split('\n');
  const isRule = (line: string | undefined) => /^\|(?: *:?-+:? *\|)+$/.test(line ?? '');
  return lines
    .filter((line, n) => line.startsWith('|') && !isRule(line) && !isRule(lines[n + 1]))
    .map((line) =>
      line
        .replace(/\|$/, '')
        .slice(1)
        .split('|')
        .map((cell) => cell.trim()),
    );
};
