import { globSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { read } from './markdown.ts';

describe('what is committed without an event', () => {
  it('is what the first decision says has none', () => {
    const [, , without = ''] =
      /^(\*\*What has no event\.\*\*)([\s\S]*?)^\*\*/m.exec(read('docs/decisions/0001-one-table-one-commit.md')) ?? [];
    const named = new Set([...without.matchAll(/`(functions\/[^`]+)`/g)].map(([, file]) => file));
    const silent = globSync('functions/**/*.ts').filter((file) => /\bnews: \[\]/.test(read(file)));
    expect([...named].sort()).toEqual(silent.sort());
  });
});
