import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const root = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');
const rows = read('docs/glossary.md')
  .split('\n')
  .filter((line) => /^\| (?!term |-)/.test(line))
  .map((line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  );

describe('the glossary', () => {
  it('says of each term its Chinese, its meaning and where it stands', () => {
    expect(rows.length).toBeGreaterThan(50);
    for (const row of rows) {
      expect(row, row[0]).toHaveLength(4);
      expect(row[1], row[0]).toMatch(/\p{Script=Han}/u);
    }
  });

  it('names only files that exist, and names that stand in them', () => {
    for (const [term, , , where] of rows) {
      const quoted = [...(where ?? '').matchAll(/`([^`]+)`/g)].flatMap(([, name]) => name ?? []);
      const files = quoted.filter((name) => name.includes('/')).map(read);
      for (const name of quoted.filter((one) => !one.includes('/')))
        expect(files.length === 0 || files.some((text) => text.includes(name)), `${term}: ${name}`).toBe(true);
    }
  });
});
