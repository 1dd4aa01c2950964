import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { useHost } from '../support/host.ts';

const on = useHost({ speed: 'real', sample: true });

/** The commands of a section of the README, as a newcomer pastes them. */
const commandsOf = (title: string): string => {
  const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');
  const section = readme.split(`## ${title}\n`)[1]?.split('\n## ')[0] ?? '';
  return [...section.matchAll(/```bash\n([\s\S]*?)```/g)].map(([, commands]) => commands).join('\n');
};

/** What they print, pasted one section after the other into one shell. */
const pasted = async (...titles: string[]): Promise<string[]> => {
  const commands = titles
    .map(commandsOf)
    .join('\n')
    .replace('data/tokens.env', join(on.host.dataDir, 'tokens.env'))
    .replace('http://127.0.0.1:8080', on.host.url);
  const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', commands]);
  return stdout.trim().split('\n');
};

it('a newcomer who pastes the commands of the README carries one request from need to receipt', async () => {
  expect((await pasted('From need to receipt in five minutes')).slice(-2)).toEqual(['closed', 'true']);
});

it('and one gift to where its donor sees it', async () => {
  const said = await pasted('From need to receipt in five minutes', 'From a gift to where it is');
  expect(said.slice(-2)).toEqual(['已入库', 'held 18 盒（900个）']);
});

it('and one purchase from a shortage to a payment', async () => {
  const said = await pasted('From need to receipt in five minutes', 'From a shortage to a payment');
  expect(said.slice(-5)).toEqual(['ordered', 'matched', '126000', '签字的需求单、报价材料', 'true']);
});
