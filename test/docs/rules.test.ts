import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const root = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');
const rows = [...read('docs/rules.md').matchAll(/^\| (.+?) +\| (.+?) +\| `(.+?)` +\| `(.+?)`: (.+?) +\|$/gm)];

describe('the rules of the field', () => {
  it('each name a source, a file that exists and a test that proves them', () => {
    expect(rows.length).toBeGreaterThan(20);
    for (const [, rule = '', source, file = '', test = '', title = ''] of rows) {
      expect(source, rule).not.toBe('');
      expect(() => read(file), rule).not.toThrow();
      expect(read(test), rule).toContain(title);
    }
  });
});
