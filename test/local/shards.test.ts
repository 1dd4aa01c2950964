import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  ExpiredIteratorException,
  GetRecordsCommand,
  GetShardIteratorCommand,
  TrimmedDataAccessException,
} from '@aws-sdk/client-dynamodb-streams';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { streamReader } from '../../local/stream/shards.ts';

const api = mockClient(DynamoDBStreamsClient);
const client = new DynamoDBStreamsClient({ region: 'local' });
const STREAM = 'arn:aws:dynamodb:local:000000000000:table/t/stream/1';
const told = { message: 'no', $metadata: {} };

/** Shards by name with their parents; each holds its records, and closed ones end. */
const engine = (
  shards: Record<string, { parent?: string; records: number[]; isClosed?: boolean }>,
  { failures = [], page = 1_000 }: { failures?: Error[]; page?: number } = {},
) => {
  api.on(DescribeStreamCommand).resolves({
    StreamDescription: {
      Shards: Object.entries(shards).map(([ShardId, { parent }]) => ({
        ShardId,
        ...(parent !== undefined && { ParentShardId: parent }),
      })),
    },
  });
  api
    .on(GetShardIteratorCommand)
    .callsFake(({ ShardId, SequenceNumber = '0' }) => ({ ShardIterator: `${ShardId} ${SequenceNumber}` }));
  api.on(GetRecordsCommand).callsFake(({ ShardIterator }) => {
    const failure = failures.shift();
    if (failure !== undefined) throw failure;
    const [shard = '', after] = ShardIterator.split(' ');
    const records = (shards[shard]?.records ?? []).filter((n) => n > Number(after)).slice(0, page);
    return {
      Records: records.map((n) => ({ dynamodb: { SequenceNumber: String(n) } })),
      ...(shards[shard]?.isClosed !== true && { NextShardIterator: `${shard} ${records.at(-1) ?? after}` }),
    };
  });
};

const sequences = (records: { sequence: string }[]) => records.map(({ sequence }) => Number(sequence));

describe('reading a stream', () => {
  beforeEach(() => api.reset());

  it('goes on from a closed shard to its child', async () => {
    engine({ young: { parent: 'old', records: [4, 5] }, old: { records: [1, 2, 3], isClosed: true } });
    const read = await streamReader(client, STREAM, { shard: 'old', sequence: '2' });
    expect([sequences(await read()), sequences(await read()), sequences(await read())]).toEqual([[3], [4, 5], []]);
  });

  it('waits at the end of a closed shard whose child is yet to come', async () => {
    engine({ old: { records: [1], isClosed: true } });
    const read = await streamReader(client, STREAM, undefined);
    expect([sequences(await read()), sequences(await read())]).toEqual([[1], []]);
    engine({ old: { records: [1], isClosed: true }, young: { parent: 'old', records: [2] } });
    await read();
    expect(sequences(await read())).toEqual([2]);
  });

  it('begins with the oldest record when its place was trimmed away', async () => {
    engine({ only: { records: [7, 8] } });
    api
      .on(GetShardIteratorCommand, { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER' })
      .rejects(new TrimmedDataAccessException(told));
    const read = await streamReader(client, STREAM, { shard: 'only', sequence: '3' });
    expect(sequences(await read())).toEqual([7, 8]);
  });

  it('begins with the oldest record when its whole shard is gone', async () => {
    engine({ young: { parent: 'gone', records: [7, 8] } });
    const read = await streamReader(client, STREAM, { shard: 'gone', sequence: '3' });
    expect(sequences(await read())).toEqual([7, 8]);
  });

  it('goes on where it was after an iterator has expired or the engine was away', async () => {
    const failures: Error[] = [];
    engine({ only: { records: [1, 2, 3] } }, { failures, page: 1 });
    const read = await streamReader(client, STREAM, undefined);
    expect(sequences(await read())).toEqual([1]);
    failures.push(new ExpiredIteratorException(told));
    expect([sequences(await read()), sequences(await read())]).toEqual([[], [2]]);
    failures.push(new Error('connect ECONNREFUSED'));
    await expect(read()).rejects.toThrow('ECONNREFUSED');
    expect(sequences(await read())).toEqual([3]);
  });

  it('refuses a stream of several shards side by side', async () => {
    engine({ one: { records: [] }, two: { records: [] } });
    await expect(streamReader(client, STREAM, undefined)).rejects.toThrow('several shards side by side');
  });
});
