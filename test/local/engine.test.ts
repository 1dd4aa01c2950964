import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { CreateTableCommand, DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { noFaults } from '../../local/faults/faults.ts';
import { claimFolder } from '../../local/folder.ts';
import { lives, markOf } from '../../local/processes.ts';
import { type Engine, startEngine } from '../../local/table/engine.ts';

const log = { info: () => {}, warn: () => {}, error: (code: string, error: unknown) => console.error(code, error) };
let folder: string;
const engines: Engine[] = [];
const children: ChildProcess[] = [];
const start = async () => {
  const engine = await startEngine(folder, log, noFaults);
  engines.push(engine);
  return engine;
};
const clientOf = (engine: Engine) =>
  new DynamoDBClient({
    endpoint: engine.endpoint,
    region: 'local',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 8,
  });
const local = join(import.meta.dirname, '../../local');
/** Runs code in a process of its own, and returns when it has run to its last line. */
const elsewhere = async (code: string) => {
  const child = spawn(process.execPath, ['--input-type=module', '-e', `${code}; console.log('done')`]);
  children.push(child);
  await once(child.stdout, 'data');
  return child;
};
const lockMark = () => markOf(readFileSync(join(folder, 'engine.lock'), 'utf8'));
const table = new CreateTableCommand({
  TableName: 'goods',
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [{ AttributeName: 'PK', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'PK', KeyType: 'HASH' }],
  StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
});
const put = (n: number) => new PutItemCommand({ TableName: 'goods', Item: { PK: { S: 'masks' }, n: { N: `${n}` } } });
const records = () => {
  const db = new DatabaseSync(join(folder, 'table.db'), { timeout: 1_000 });
  const found = db
    .prepare('SELECT CAST(sequence_number AS INTEGER) AS n FROM _stream_records ORDER BY n')
    .all()
    .map((row) => Number(row['n']));
  db.close();
  return found;
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'engine-'));
});
afterEach(async () => {
  for (const engine of engines.splice(0)) await engine.stop();
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

describe('the embedded engine', () => {
  it('comes back at the same address with everything it had answered', async () => {
    const engine = await start();
    const client = clientOf(engine);
    await client.send(table);
    await client.send(put(7));
    engine.kill();
    const { Item } = await client.send(
      new GetItemCommand({ TableName: 'goods', Key: { PK: { S: 'masks' } }, ConsistentRead: true }),
    );
    expect(Item?.['n']).toEqual({ N: '7' });
  });

  it('finds the next stream record by an index', async () => {
    await start();
    const db = new DatabaseSync(join(folder, 'table.db'));
    const plan = db
      .prepare(
        "EXPLAIN QUERY PLAN SELECT COALESCE(MAX(CAST(sequence_number AS INTEGER)), 0) + 1 FROM _stream_records WHERE table_name = 'goods'",
      )
      .all();
    db.close();
    expect(JSON.stringify(plan)).toContain('green_channel_tail');
  });

  it('keeps the newest record when all are passed, so that numbers never begin again', async () => {
    const engine = await start();
    const client = clientOf(engine);
    await client.send(table);
    for (let n = 1; n <= 5; n += 1) await client.send(put(n));
    const before = records();
    await engine.prune('goods', String(before[1]));
    expect(records()).toEqual(before.slice(2));
    await engine.prune('goods', String(before[4]));
    expect(records()).toEqual(before.slice(4));
    await client.send(put(6));
    expect(records()[1]).toBeGreaterThan(before[4] ?? 0);
  });

  it('of a killed host is ended by the next one', async () => {
    const host = await elsewhere(`
      import { startEngine } from '${local}/table/engine.ts';
      const log = { info() {}, warn() {}, error() {} };
      await startEngine('${folder}', log, { pass() {} });`);
    const mark = lockMark();
    if (mark === undefined) throw new Error('The engine runs unmarked');
    host.kill('SIGKILL');
    await once(host, 'exit');
    expect(lives(mark)).toBe(true);
    await start();
    expect(lives(mark)).toBe(false);
  });

  it('leaves alone a stranger who was given the pid of the engine since', async () => {
    const stranger = spawn('sleep', ['60']);
    children.push(stranger);
    await once(stranger, 'spawn');
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8');
    writeFileSync(join(folder, 'engine.lock'), `${boot}${stranger.pid} (dynoxide) S ${'0 '.repeat(18)}1 0\n`);
    await start();
    expect(stranger.exitCode ?? stranger.signalCode).toBeNull();
  });

  it('is not there for every platform, and then the host says what to do', async () => {
    const { platform } = process;
    Object.defineProperty(process, 'platform', { value: 'plan9' });
    try {
      await expect(start()).rejects.toThrow(/no embedded table for plan9-\w+: .* set AWS_ENDPOINT_URL_DYNAMODB/);
    } finally {
      Object.defineProperty(process, 'platform', { value: platform });
    }
  });

  it('does not open a file that somebody else has open, and says who', async () => {
    const dynoxide = createRequire(import.meta.url).resolve('@dynoxide/linux-x64/dynoxide');
    const foreign = spawn(dynoxide, ['--port', '0', '--db-path', join(folder, 'table.db')]);
    children.push(foreign);
    await once(foreign.stderr, 'data');
    await expect(start()).rejects.toThrow(`Process ${foreign.pid} holds ${folder}/table.db`);
  });
});

describe('the data folder', () => {
  it('belongs to one live host', async () => {
    const claim = claimFolder(folder);
    expect(() => claimFolder(folder)).toThrow(/Another host runs on/);
    claim.release();
    claimFolder(folder).release();
  });

  it('is free again when its host was killed', async () => {
    const host = await elsewhere(`
      import { claimFolder } from '${local}/folder.ts';
      claimFolder('${folder}');
      setInterval(() => {}, 1000);`);
    expect(() => claimFolder(folder)).toThrow(`Another host (process ${host.pid}) runs on ${folder}`);
    host.kill('SIGKILL');
    await once(host, 'exit');
    claimFolder(folder).release();
  });
});
