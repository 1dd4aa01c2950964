import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const HOUSE = ['lib', 'local', 'bin', 'scenario', 'bench', 'test'].map((room) => `../../${room}/a.ts`);
const ALWAYS = ['aws-cdk-lib', 'constructs', ...HOUSE, '../api/staff.handler.ts'];
const SDK = ['@aws-sdk/lib-dynamodb', '@aws-sdk/client-sfn'];
const HTTP = ['hono', '@hono/zod-openapi'];
const STORES = ['./lot.store.ts', './stock.routes.ts', '../shared/deps.ts'];
const FREE = ['zod', './lot.ts', '../shared/keys.ts'];

const refused: Readonly<Record<string, readonly string[]>> = {
  'functions/stock/scratch.ts': [...ALWAYS, ...SDK, ...HTTP, ...STORES],
  'functions/stock/scratch.store.ts': ALWAYS,
  'functions/stock/scratch.routes.ts': [...ALWAYS, ...SDK],
  'functions/stock/scratch.handler.ts': [...ALWAYS, ...SDK],
  'functions/shared/scratch.ts': [...ALWAYS, ...SDK],
  'functions/api/scratch.ts': [...ALWAYS, ...SDK],
  'functions/shared/deps.ts': ALWAYS,
};
const everything = [...ALWAYS, ...SDK, ...HTTP, ...STORES, ...FREE];

let folder: string;
/** What the lint refuses, by file. */
const found = new Map<string, string[]>();

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'imports-'));
  copyFileSync('biome.json', join(folder, 'biome.json'));
  for (const file of Object.keys(refused)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), everything.map((from) => `import '${from}';`).join('\n'));
  }
  const options = ['--vcs-enabled=false', '--only=style/noRestrictedImports', '--max-diagnostics=none'];
  const { stdout } = spawnSync(
    join(process.cwd(), 'node_modules/.bin/biome'),
    ['lint', ...options, '--reporter=github'],
    {
      cwd: folder,
      encoding: 'utf8',
    },
  );
  for (const [, file = '', line] of stdout.matchAll(/file=[^,]*?(functions\/[^,]+),line=(\d+)/g))
    found.set(file, [...(found.get(file) ?? []), everything[Number(line) - 1] ?? '']);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('the lint keeps what each file may use', () => {
  it.each(Object.entries(refused))('%s', (file, imports) => {
    expect(found.get(file)?.toSorted()).toEqual(imports.toSorted());
  });
});
