import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CannotStart } from '../../local/cannot-start.ts';
import { claimFolder } from '../../local/folder.ts';
import { startHost } from '../../local/host.ts';
import type { HostOptions } from '../../local/options.ts';
import { dataFolder } from '../support/folder.ts';

let folder: string;
/** Somebody else's, at a port of his own. */
let other: Server;
let portOfOther = '';
beforeAll(async () => {
  folder = await dataFolder();
  other = createServer((_, answer) => answer.writeHead(404).end('Not here')).listen(0, '127.0.0.1');
  await once(other, 'listening');
  const address = other.address();
  portOfOther = String(typeof address === 'object' ? address?.port : address);
});
afterAll(() => {
  other.close();
  rmSync(folder, { recursive: true });
});

/** Runs `npm start` as it is, and answers with what it says and how it ends. */
const npmStart = async (env: Record<string, string>) => {
  const child = spawn(process.execPath, [join(import.meta.dirname, '../../local/main.ts')], {
    env: { ...process.env, DATA_DIR: folder, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (text) => {
    said += String(text);
  });
  const [code] = await once(child, 'exit');
  return { code, said };
};

describe('a host that cannot start says so in one sentence and ends', () => {
  it.each<[string, () => Record<string, string>, RegExp]>([
    ['when its port is taken', () => ({ PORT: portOfOther }), /^Port \d+ of 127.0.0.1 is taken: .*\.\n$/],
    ['when its port is none', () => ({ PORT: 'eighty' }), /^PORT is "eighty", which is no port\.\n$/],
    [
      'when its webhook has no secret',
      () => ({ PORT: '0', WEBHOOK_URL: 'https://hook.example.cn' }),
      /^A webhook comes with its secret: set WEBHOOK_URL and WEBHOOK_SECRET\.\n$/,
    ],
    [
      'when nothing answers at its endpoint',
      () => ({ PORT: '0', AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:9' }),
      /^No DynamoDB answers at http:\/\/127\.0\.0\.1:9 \(.+\): start it, or unset AWS_ENDPOINT_URL_DYNAMODB\.\n$/,
    ],
  ])('%s', async (_, env, sentence) => {
    const { code, said } = await npmStart(env());
    expect(said).toMatch(sentence);
    expect(code).toBe(1);
  });

  it('when another host has its data', async () => {
    const claim = claimFolder(folder);
    const { code, said } = await npmStart({ PORT: '0' });
    claim.release();
    expect(said).toBe(
      `Another host (process ${process.pid}) runs on ${folder}: stop it, or set DATA_DIR to another folder.\n`,
    );
    expect(code).toBe(1);
  });
});

describe('stopping', () => {
  it('ends whoever keeps the folder, however it was started, and waits until it has gone', async () => {
    const script = `import('${join(import.meta.dirname, '../../local/folder.ts')}').then(({ claimFolder }) => {
      claimFolder(${JSON.stringify(folder)});
      setInterval(() => {}, 1000);
      console.log('claimed');
    });`;
    const host = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(host.stdout, 'data');
    const ended = once(host, 'exit');
    const stop = () =>
      promisify(execFile)(process.execPath, [join(import.meta.dirname, '../../bin/stop.ts'), '--data', folder]);
    expect((await stop()).stdout).toBe(`The host on ${folder} (process ${host.pid}) has stopped.\n`);
    expect(await ended).toEqual([null, 'SIGTERM']);
    expect((await stop()).stdout).toBe(`No host runs on ${folder}.\n`);
  });
});

// Said in this process, as `npm start` would say it in one of its own.
describe('a host that cannot start has one sentence for it', () => {
  const log = { info: () => {}, warn: () => {}, error: () => {} };

  it.each<[string, () => Partial<HostOptions>, RegExp]>([
    [
      'when its folder is a file',
      () => ({ dataDir: import.meta.filename }),
      /^\S+main\.test\.ts is a file, or lies in one: set DATA_DIR to a folder\.$/,
    ],
    [
      'when its folder lies in a file',
      () => ({ dataDir: join(import.meta.filename, 'data') }),
      /^\S+ is a file, or lies in one: set DATA_DIR to a folder\.$/,
    ],
    [
      'when its endpoint is no address',
      () => ({ endpoint: 'localhost:8000' }),
      /^AWS_ENDPOINT_URL_DYNAMODB is "localhost:8000", which is no address: .*\.$/,
    ],
    [
      'when what answers at its endpoint is something else',
      () => ({ endpoint: `http://127.0.0.1:${portOfOther}` }),
      /^No DynamoDB answers at http:\/\/\S+ \(.+\): start it, or unset AWS_ENDPOINT_URL_DYNAMODB\.$/,
    ],
  ])('%s', async (_, options, sentence) => {
    const start = startHost({ dataDir: folder, host: '127.0.0.1', port: 0, log, ...options() });
    const refusal = await start.then(
      () => expect.fail('It started'),
      (error: unknown) => error,
    );
    expect(refusal).toBeInstanceOf(CannotStart);
    expect(refusal).toMatchObject({ message: expect.stringMatching(sentence) });
  });
});
