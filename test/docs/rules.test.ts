import { describe, expect, it } from 'vitest';
import { read, tableRows } from './markdown.ts';

const rows = tableRows('docs/rules.md');

/** The titles of a file's tests: what `it`, or a table of `it.each`, is called with first. Comments have none. */
const titlesIn = (path: string): string[] => {
  const code = read(path)
    .replaceAll(/\/\*[\s\S]*?\*\//g, '')
    .replaceAll(/(?<=^|\s)\/\/.*$/gm, '');
  return [...code.matchAll(/(?:\bit|[)`])\(\s*(['"`])((?:\\.|(?!\1).)*)\1/g)].flatMap(([, , title]) => title ?? []);
};

describe('the rules of the field', () => {
  it('each name a source, a file that exists and a test that proves them', () => {
    expect(rows.length).toBeGreaterThan(20);
    for (const row of rows) {
      const [rule = '', source, file = '', proof = ''] = row;
      expect(row, rule).toHaveLength(4);
      expect(source, rule).not.toBe('');
      const [, path = ''] = /^`(.+)`$/.exec(file) ?? [];
      const [, test = '', title = ''] = /^`([^`]+)`: (.+)$/.exec(proof) ?? [];
      expect(() => read(path), rule).not.toThrow();
      expect(title, rule).not.toBe('');
      const titles = titlesIn(test);
      expect(
        titles.some((one) => one.includes(title)),
        `${test}: ${title}`,
      ).toBe(true);
    }
  });
});
