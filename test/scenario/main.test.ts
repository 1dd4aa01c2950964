import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { requestSummary } from '../../functions/request/view.ts';
import { peopleOf } from '../../scenario/people.ts';
import { useHost } from '../support/host.ts';

const on = useHost({ speed: 'real' });

const scenario = async (...options: string[]) => {
  const main = join(import.meta.dirname, '../../scenario/main.ts');
  const child = spawn(process.execPath, [main, ...options], { stdio: ['ignore', 'ignore', 'pipe'] });
  const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  return { said, code };
};

describe('npm run scenario', () => {
  it('plays on no host but one in rehearsal, and says so', async () => {
    const { said, code } = await scenario('--url', on.host.url, '--data', on.host.dataDir);
    expect(said).toContain('no rehearsal');
    expect(code).toBe(1);
    const { auditor } = peopleOf(on.host.url, on.host.tokenOf);
    expect(await auditor.all('/staff/requests', requestSummary)).toEqual([]);
  });

  it('explains itself when it is misused', async () => {
    for (const options of [
      ['--dayz', '3'],
      ['--days', '99'],
      ['--url', 'here'],
    ]) {
      const { said, code } = await scenario(...options);
      expect(said).toContain('npm run scenario --');
      expect(code).toBe(2);
    }
  });
});
