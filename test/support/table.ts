import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll } from 'vitest';
import type { Deps } from '../../functions/shared/deps.ts';
import { randomIds } from '../../functions/shared/ids.ts';
import { freePort } from '../../local/table/engine.ts';
import { engineClients } from '../../local/table/table.ts';

/**
 * A table on the real embedded engine, in memory, for the tests of one file. The clock is the test's to set. It has a
 * stream only for those who read it: the engine writes its every record more slowly than the last.
 */
export const useTable = ({ stream = false } = {}): Deps & { time: string; endpoint: string } => {
  const deps = {
    table: 'test',
    endpoint: '',
    time: '2022-05-12T01:00:00.000Z',
    clock: { now: () => deps.time },
    ids: randomIds(),
    log: { info: () => {}, warn: () => {}, error: (code: string, error: unknown) => console.error(code, error) },
    dynamo: undefined as unknown as DynamoDBDocumentClient,
  };
  let stop = () => {};
  beforeAll(async () => {
    const port = await freePort();
    const engine = createRequire(import.meta.url).resolve('@dynoxide/linux-x64/dynoxide');
    const child = spawn(engine, ['--host', '127.0.0.1', '--port', String(port)], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    stop = () => child.kill('SIGKILL');
    await once(child.stderr, 'data');
    deps.endpoint = `http://127.0.0.1:${port}`;
    deps.dynamo = engineClients(deps.endpoint).dynamo;
    const index = (name: string) => ({
      IndexName: name,
      KeySchema: [
        { AttributeName: `${name}PK`, KeyType: 'HASH' as const },
        { AttributeName: `${name}SK`, KeyType: 'RANGE' as const },
      ],
      Projection: { ProjectionType: 'ALL' as const },
    });
    await deps.dynamo.send(
      new CreateTableCommand({
        TableName: deps.table,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: ['PK', 'SK', 'GSI1PK', 'GSI1SK', 'GSI2PK', 'GSI2SK', 'GSI3PK', 'GSI3SK'].map(
          (AttributeName) => ({ AttributeName, AttributeType: 'S' as const }),
        ),
        KeySchema: [
          { AttributeName: 'PK', KeyType: 'HASH' },
          { AttributeName: 'SK', KeyType: 'RANGE' },
        ],
        GlobalSecondaryIndexes: ['GSI1', 'GSI2', 'GSI3'].map(index),
        ...(stream && { StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' } }),
      }),
    );
  });
  afterAll(() => stop());
  return deps;
};
