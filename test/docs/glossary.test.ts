import { describe, expect, it } from 'vitest';
import { read, tableRows } from './markdown.ts';

const rows = tableRows('docs/glossary.md');

describe('the glossary', () => {
  it('says of each term its Chinese, its meaning and where it stands', () => {
    expect(rows.length).toBeGreaterThan(50);
    for (const row of rows) {
      expect(row, row[0]).toHaveLength(4);
      expect(row[1], row[0]).toMatch(/\p{Script=Han}/u);
    }
  });

  it('names for each a file that exists, and names that stand in it', () => {
    for (const [term, , , where] of rows) {
      const quoted = [...(where ?? '').matchAll(/`([^`]+)`/g)].flatMap(([, name]) => name ?? []);
      const files = quoted.filter((name) => name.includes('/')).map(read);
      expect(files, term).not.toHaveLength(0);
      for (const name of quoted.filter((one) => !one.includes('/')))
        expect(
          files.some((text) => text.includes(name)),
          `${term}: ${name}`,
        ).toBe(true);
    }
  });
});
