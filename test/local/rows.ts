import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { DynamoDBStreamEvent } from 'aws-lambda';
import { afterEach, beforeAll } from 'vitest';
import type { StreamFaults } from '../../local/stream/consumer.ts';
import { type StreamHandler, subscription } from '../../local/stream/mapping.ts';
import { openStream } from '../../local/stream/stream.ts';
import { type Journal, openJournal } from '../../local/workflows/journal.ts';
import { useTable } from '../support/table.ts';
import { asKilledNow } from './disk.ts';

/** An event source mapping as the stack makes it. */
export const mapping = (streamArn: string, pattern: string, more: object = {}) => ({
  FunctionName: 'arn:aws:lambda:local:000000000000:function:wake',
  EventSourceArn: streamArn,
  StartingPosition: 'TRIM_HORIZON',
  MaximumRetryAttempts: 2,
  MaximumRecordAgeInSeconds: 3_600,
  BisectBatchOnFunctionError: true,
  FunctionResponseTypes: ['ReportBatchItemFailures'],
  FilterCriteria: { Filters: [{ Pattern: pattern }] },
  DestinationConfig: { OnFailure: { Destination: 'arn:aws:s3:::failures' } },
  ...more,
});

interface Reading {
  readonly name?: string;
  readonly pattern: string;
  readonly more?: object;
  readonly handler: StreamHandler;
}
/** The stream of a real table, and hosts that read it. */
export const useStream = () => {
  const deps = useTable({ stream: true });
  let client: DynamoDBStreamsClient;
  let streamArn: string;
  beforeAll(async () => {
    const endpoint = await deps.dynamo.config.endpoint?.();
    client = new DynamoDBStreamsClient({
      endpoint: `http://${endpoint?.hostname}:${endpoint?.port}`,
      region: 'local',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    });
    const { Table } = await deps.dynamo.send(new DescribeTableCommand({ TableName: deps.table }));
    streamArn = Table?.LatestStreamArn ?? '';
  });

  const closers: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0)) await close();
  });

  let tests = 0;
  /** Rows of this test only: each test reads the whole stream, and its filter keeps out the rows of the others. */
  const freshRows = () => {
    tests += 1;
    const prefix = `T${tests}#`;
    const put = (name: string, rest: Record<string, unknown> = {}) =>
      deps.dynamo.send(
        new PutCommand({ TableName: deps.table, Item: { PK: `${prefix}${name}`, SK: 'META', type: 'line', ...rest } }),
      );
    return {
      put,
      putAll: async (names: readonly string[]) => {
        for (const name of names) await put(name);
      },
      remove: (name: string) =>
        deps.dynamo.send(new DeleteCommand({ TableName: deps.table, Key: { PK: `${prefix}${name}`, SK: 'META' } })),
      pattern: (more: object = {}) => JSON.stringify({ dynamodb: { Keys: { PK: { S: [{ prefix }] } } }, ...more }),
      names: (event: DynamoDBStreamEvent) =>
        event.Records.map(({ dynamodb }) => (dynamodb?.Keys?.['PK']?.S ?? '').slice(prefix.length)),
    };
  };

  const host = async (
    disk: string,
    readings: readonly Reading[],
    { faults, journalled }: { faults?: StreamFaults; journalled?: (journal: Journal) => Journal } = {},
  ) => {
    const journal = openJournal(join(disk, 'journal.db'));
    const logged: string[] = [];
    const stream = await openStream({
      client,
      streamArn,
      journal: journalled?.(journal) ?? journal,
      speed: 1,
      failures: join(disk, 'failures'),
      log: {
        info: () => {},
        warn: (code) => void logged.push(code),
        error: (code) => void logged.push(code),
      },
      subscriptions: readings.map(({ name = 'wake', pattern, more, handler }) =>
        subscription(name, mapping(streamArn, pattern, more), handler),
      ),
      ...(faults && { faults }),
    });
    let isOpen = true;
    const close = async () => {
      if (!isOpen) return;
      isOpen = false;
      await stream.stop();
      journal.close();
    };
    closers.push(close);
    /** Ends it as a kill does: what is left is what the disk held. */
    const kill = async () => {
      const left = asKilledNow(disk);
      await close();
      return left;
    };
    return { ...stream, logged, kill };
  };

  return { freshRows, host, streamArn: () => streamArn, table: deps.table };
};
type Rows = ReturnType<ReturnType<typeof useStream>['freshRows']>;

/** A handler that remembers, batch by batch, what it was given. */
export const remembering = (rows: Rows) => {
  const batches: string[][] = [];
  const handler: StreamHandler = async (event) => {
    batches.push(rows.names(event));
  };
  return { batches, handler, all: () => batches.flat() };
};

export const failing = (rows: Rows, isBad: (name: string) => boolean) => {
  const done: string[] = [];
  const handler: StreamHandler = async (event) => {
    if (rows.names(event).some(isBad)) throw new Error('This record cannot be handled');
    done.push(...rows.names(event));
  };
  return { done, handler };
};

export const failuresIn = (disk: string, consumer = 'wake') =>
  readdirSync(join(disk, 'failures', consumer)).map((file) => join(disk, 'failures', consumer, file));
