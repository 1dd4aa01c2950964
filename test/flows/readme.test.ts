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

it('a newcomer who pastes the commands of the README carries one request from need to receipt', async () => {
  const commands = commandsOf('From need to receipt in five minutes')
    .replace('data/tokens.env', join(on.host.dataDir, 'tokens.env'))
    .replace('http://127.0.0.1:8080', on.host.url);
  const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', commands]);
  expect(stdout.trim().split('\n').slice(-2)).toEqual(['closed', 'true']);
});
