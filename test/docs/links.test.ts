import { existsSync, globSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { read } from './markdown.ts';

const root = new URL('../../', import.meta.url).pathname;
const documents = globSync(['*.md', 'docs/**/*.md'], { cwd: root }).sort();

const proseOf = (path: string): string => read(path).replaceAll(/^```[\s\S]*?^```/gm, '');

/** The anchors of a document's headings, as GitHub makes them: a repeated one is numbered. */
const anchorsOf = (path: string): Set<string> => {
  const anchors = new Set<string>();
  for (const [, heading = ''] of proseOf(path).matchAll(/^#{1,6} +(.+?) *$/gm)) {
    const anchor = heading
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{M}\p{N} _-]/gu, '')
      .replaceAll(' ', '-');
    let unique = anchor;
    for (let n = 1; anchors.has(unique); n += 1) unique = `${anchor}-${n}`;
    anchors.add(unique);
  }
  return anchors;
};

/** Where a document leads to within the repository. */
const linksOf = (path: string): string[] => {
  const prose = proseOf(path).replaceAll(/`[^`\n]*`/g, 'code');
  const inline = prose.matchAll(/\]\(<?([^)\s>]+)>?(?: +"[^"]*")?\)/g);
  const defined = prose.matchAll(/^ {0,3}\[[^\]]+\]: +<?([^\s>]+)/gm);
  return [...inline, ...defined].flatMap(([, to = '']) => (/^[a-z][a-z\d+.-]*:/i.test(to) ? [] : to));
};

const links = documents.flatMap((from) => linksOf(from).map((to) => [from, to] as const));

describe('every link of the documents', () => {
  it('is looked at', () => {
    expect(documents).toEqual(expect.arrayContaining(['README.md', 'docs/host.md', 'docs/decisions/README.md']));
    expect(links.length).toBeGreaterThan(20);
  });

  it.each(links)('of %s leads to a place that exists: %s', (from, to) => {
    const [file = '', anchor] = to.split('#');
    const target = file === '' ? from : join(dirname(from), decodeURI(file));
    expect(existsSync(join(root, target)), target).toBe(true);
    if (anchor !== undefined) expect(anchorsOf(target)).toContain(decodeURI(anchor));
  });
});
