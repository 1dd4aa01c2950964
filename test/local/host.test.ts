import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failuresAt, replay } from '../../bin/failures.ts';
import { noFaults } from '../../local/faults/faults.ts';
import { type Host, startHost } from '../../local/host.ts';
import type { HostOptions } from '../../local/options.ts';
import { loadOnce } from '../../local/sample.ts';
import { freePort, startEngine } from '../../local/table/engine.ts';
import { usage } from '../../local/usage/usage.ts';
import { type Fixture, fixture, statement } from './fixture.ts';

let folder: string;
const hosts: Host[] = [];
const logged: string[] = [];
const log: HostOptions['log'] = {
  info: () => {},
  warn: (code, data) => logged.push(`${code}: ${JSON.stringify(data)}`),
  error: (code, error) => logged.push(`${code}: ${String(error)}`),
};
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'host-'));
  logged.length = 0;
});
afterEach(async () => {
  for (const host of hosts.splice(0)) await host.stop();
  rmSync(folder, { recursive: true });
});

const nowhere = new S3Client({ region: 'local' });
/** What `npm run replay` says of each failure under a folder, given to a host. */
const replayed = async (from: string, { url: endpoint }: Host): Promise<(string | undefined)[]> => {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const lambda = new LambdaClient({ endpoint, region: 'local', credentials });
  const said: (string | undefined)[] = [];
  for await (const failure of failuresAt(from, nowhere)) said.push(await replay(lambda, failure));
  return said;
};

const MACHINE = 'arn:aws:states:local:000000000000:stateMachine:house-request';
const DEFINITION = `{"StartAt":"Mark","States":{"Mark":{"Type":"Task","TimeoutSeconds":60,"End":true,"Resource":"`;

/** The fixture's deployment, its one function the echo of these tests. */
const assembly = (change: (found: Fixture) => void = () => {}): string => {
  const found = fixture();
  const { Staff, Machine, Mapping, Policy } = found.stack.Resources;
  if (!Staff || !Machine || !Mapping || !Policy) throw new Error('The fixture is not whole');
  Staff.Metadata = { 'green-channel:entry': 'test/local/echo.ts' };
  Staff.Properties['Environment'] = {
    Variables: { TABLE_NAME: { 'Fn::ImportValue': 'stateful:TableName' }, MACHINE },
  };
  Machine.Properties['DefinitionString'] = {
    'Fn::Join': ['', [DEFINITION, { 'Fn::GetAtt': ['Staff', 'Arn'] }, '"}}}']],
  };
  const document = Policy.Properties['PolicyDocument'] as { Statement: unknown[] };
  document.Statement.push(statement('states:StartExecution', MACHINE));
  change(found);
  const place = join(folder, 'assembly');
  mkdirSync(place, { recursive: true });
  for (const name of ['stateful', 'stack'] as const)
    writeFileSync(join(place, `${name}.template.json`), JSON.stringify(found[name]));
  return place;
};
const start = async (more: Partial<HostOptions> = {}): Promise<Host> => {
  const place = { dataDir: join(folder, 'data'), host: '127.0.0.1', port: 0 };
  const host = await startHost({ ...place, log, ...more, assembly: more.assembly ?? assembly() });
  hosts.push(host);
  return host;
};
const call = async (host: Pick<Host, 'url'>, path: string, method = 'GET') => {
  const response = await fetch(host.url + path, { method });
  return response.status === 200 ? response.json() : response.status;
};

describe('the embedded host', () => {
  it('carries a row from the API through the stream into a machine, and back into the table', async () => {
    const host = await start();
    expect(await call(host, '/staff/a', 'PUT')).toMatchObject({ state: 'written' });
    await host.drained();
    await expect.poll(() => call(host, '/staff/a')).toMatchObject({ state: 'marked' });
  });

  it('goes on where it stopped', async () => {
    const first = await start();
    await call(first, '/staff/a', 'PUT');
    await first.stop();
    const second = await start();
    await second.drained();
    await expect.poll(() => call(second, '/staff/a')).toMatchObject({ state: 'marked' });
  });

  it('answers again once its engine, which died, is back', async () => {
    const host = await start();
    await call(host, '/staff/a', 'PUT');
    host.killEngine();
    expect(await call(host, '/staff/a')).toMatchObject({ state: expect.any(String) });
    expect(logged.join()).toContain('ENGINE-DIED');
  });

  it('fails a call that the policy of its function does not allow', async () => {
    const host = await start();
    expect(await call(host, '/staff/a', 'DELETE')).toBe(500);
    expect(logged.join()).toMatch(/Staff is not authorized to perform dynamodb:PutItem on .*table\/another/);
  });

  it('fails a call that it does not know, and names it', async () => {
    const host = await start();
    expect(await call(host, '/staff/a', 'PATCH')).toBe(500);
    expect(logged.join()).toContain('This host does not know SendTaskFailureCommand');
  });

  it('starts no workflow that a function may not start', async () => {
    const place = assembly((found) => {
      const { PolicyDocument } = found.stack.Resources['Policy']?.Properties ?? {};
      (PolicyDocument as { Statement: unknown[] }).Statement.pop();
    });
    const host = await start({ assembly: place });
    await call(host, '/staff/a', 'PUT');
    await expect.poll(() => logged.join()).toMatch(/not authorized to perform states:StartExecution/);
    expect(await call(host, '/staff/a')).toMatchObject({ state: 'written' });
  });

  it('sets aside what a consumer cannot handle, to be replayed once that is mended', async () => {
    const unmended = assembly((found) => {
      const { Policy, Mapping } = found.stack.Resources;
      const { PolicyDocument } = Policy?.Properties ?? {};
      (PolicyDocument as { Statement: unknown[] }).Statement.pop();
      if (Mapping !== undefined) Mapping.Properties['MaximumRetryAttempts'] = 0;
    });
    const first = await start({ assembly: unmended });
    await call(first, '/staff/a', 'PUT');
    await first.drained();
    const failures = join(folder, 'data', 'failures');
    expect(await replayed(failures, first)).toEqual([expect.stringMatching('not authorized')]);
    await first.stop();

    const second = await start();
    expect(await call(second, '/staff/a')).toMatchObject({ state: 'written' });
    expect(await replayed(failures, second)).toEqual([undefined]);
    await expect.poll(() => call(second, '/staff/a')).toMatchObject({ state: 'marked' });
  });

  it('lets nobody in before it is prepared, and what prepares it by a door of its own', async () => {
    const port = await freePort();
    const host = await start({
      port,
      prepare: async ({ url }) => {
        expect(await call({ url: `http://127.0.0.1:${port}` }, '/staff/a')).toBe(503);
        await call({ url }, '/staff/a', 'PUT');
      },
    });
    expect(await call(host, '/staff/a')).toMatchObject({ state: expect.any(String) });
  });

  it('loads the sample county once, and again when that was cut short', async () => {
    let loads = 0;
    const load = async () => {
      loads += 1;
      if (loads === 1) throw new Error('cut short');
    };
    await expect(loadOnce(folder, load)).rejects.toThrow('cut short');
    await loadOnce(folder, load);
    await loadOnce(folder, load);
    expect(loads).toBe(2);
  });

  it('says what the cloud would bill, by function and state, when it is asked to count', async () => {
    const host = await start({ counting: true });
    await call(host, '/staff/a', 'PUT');
    await host.drained();
    await expect.poll(() => call(host, '/staff/a')).toMatchObject({ state: 'marked' });
    const { functions, transitions } = usage.parse(await call(host, '/usage'));
    // A write of less than 1 KB in a transaction, and a strong read of less than 4 KB.
    expect(functions['test/local/echo.ts PUT']).toMatchObject({ invocations: 1, writeUnits: 2, readUnits: 1 });
    expect(functions['test/local/echo.ts GET']).toMatchObject({ writeUnits: 0 });
    // Woken by both writes, and its one step wrote the second.
    expect(functions['test/local/echo.ts']).toMatchObject({ writeUnits: 2, readUnits: 0 });
    expect(transitions).toEqual({ 'request: Mark': 1 });
  });

  it('counts nothing unasked', async () => {
    expect(await call(await start(), '/usage')).toBe(404);
  });

  it('does not share its data folder, and leaves nothing running when it cannot start', async () => {
    const host = await start();
    await expect(start()).rejects.toThrow('Another host runs on');
    const { port } = new URL(host.url);
    await expect(start({ dataDir: join(folder, 'other'), port: Number(port) })).rejects.toThrow(/is taken/);
    await (await start({ dataDir: join(folder, 'other') })).stop();
  });

  it('uses the endpoint it is given, and starts no engine of its own', async () => {
    const engine = await startEngine(folder, log, noFaults);
    try {
      const host = await start({ endpoint: engine.endpoint });
      await call(host, '/staff/a', 'PUT');
      await host.drained();
      await expect.poll(() => call(host, '/staff/a')).toMatchObject({ state: 'marked' });
      await host.stop();
      expect(existsSync(join(folder, 'data', 'engine.lock'))).toBe(false);
    } finally {
      await engine.stop();
    }
  });

  it('does not start while a machine calls functions that are not deployed, and names each', async () => {
    const arn = (name: string) => `arn:aws:lambda:local:000000000000:function:${name}`;
    const step = (name: string, then: object) => ({ Type: 'Task', TimeoutSeconds: 60, Resource: arn(name), ...then });
    const States = {
      Mark: step('Staff', { Next: 'Weigh' }),
      Weigh: step('Scales', { Next: 'Seal' }),
      Seal: step('Press', { End: true }),
    };
    const place = assembly((found) => {
      const { Machine } = found.stack.Resources;
      if (Machine !== undefined) Machine.Properties['DefinitionString'] = JSON.stringify({ StartAt: 'Mark', States });
    });
    await expect(start({ assembly: place })).rejects.toThrow(
      `A machine calls ${arn('Scales')} and ${arn('Press')}, which this deployment does not have.`,
    );
  });

  it('does not take up a table of another shape', async () => {
    await (await start()).stop();
    const place = assembly((found) => {
      const { Supply } = found.stateful.Resources;
      if (Supply !== undefined) Supply.Properties['GlobalSecondaryIndexes'] = [];
    });
    await expect(start({ assembly: place })).rejects.toThrow('has other keys or indexes than the template');
  });
});
