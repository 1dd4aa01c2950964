import {
  DescribeStreamCommand,
  type DynamoDBStreamsClient,
  ExpiredIteratorException,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type GetShardIteratorCommandInput,
  ResourceNotFoundException,
  type Shard,
  TrimmedDataAccessException,
} from '@aws-sdk/client-dynamodb-streams';
import { CannotStart } from '../cannot-start.ts';
import { lambdaRecord, type StreamRecord } from './records.ts';

/** A place in the stream: after this record, or without one at the start of the shard. */
export interface Place {
  readonly shard: string;
  readonly sequence?: string;
}

/** As many as the API gives at once. */
const PAGE = 1_000;

const shardsOf = async (client: DynamoDBStreamsClient, StreamArn: string): Promise<Shard[]> => {
  const shards: Shard[] = [];
  let after: string | undefined;
  do {
    const { StreamDescription: found } = await client.send(
      new DescribeStreamCommand({ StreamArn, ...(after !== undefined && { ExclusiveStartShardId: after }) }),
    );
    shards.push(...(found?.Shards ?? []));
    after = found?.LastEvaluatedShardId;
  } while (after !== undefined);
  return shards;
};

/** The oldest shard there is. Engines for one machine write one shard at a time, each the child of the one before. */
const firstOf = (shards: readonly Shard[]): Shard => {
  const ids = new Set(shards.map((shard) => shard.ShardId));
  const first = shards.filter((shard) => shard.ParentShardId === undefined || !ids.has(shard.ParentShardId));
  const parents = shards.map((shard) => shard.ParentShardId).filter((parent) => parent !== undefined);
  if (first[0] === undefined || first.length > 1 || new Set(parents).size < parents.length)
    throw new CannotStart(
      'The stream has several shards side by side; this host reads an engine that writes one at a time.',
    );
  return first[0];
};

const iteratorAt = async (client: DynamoDBStreamsClient, input: GetShardIteratorCommandInput) =>
  (await client.send(new GetShardIteratorCommand(input))).ShardIterator;

/**
 * True when the stream has nothing at this place or after: its records are counted from the start again, as an engine
 * does once its newest record is gone, and reading on from there would pass over all that comes. Asked of the records,
 * because the engine's own description of a shard compares sequence numbers as text.
 */
export const isBeyondStream = async (
  client: DynamoDBStreamsClient,
  StreamArn: string,
  { shard: ShardId, sequence: SequenceNumber }: Required<Place>,
): Promise<boolean> => {
  try {
    const at = { StreamArn, ShardId, SequenceNumber, ShardIteratorType: 'AT_SEQUENCE_NUMBER' } as const;
    const ShardIterator = await iteratorAt(client, at);
    const { Records } = await client.send(new GetRecordsCommand({ ShardIterator, Limit: 1 }));
    return Records === undefined || Records.length === 0;
  } catch (error) {
    if (error instanceof TrimmedDataAccessException || error instanceof ResourceNotFoundException) return false;
    throw error;
  }
};

/**
 * Opens a stream at a place, or at its oldest record when there is no place or it was trimmed away. The function it
 * resolves to answers with the next page in order, perhaps an empty one; after an error it goes on where it was.
 *
 * @throws CannotStart of one sentence for a stream of several shards side by side.
 */
export const streamReader = async (client: DynamoDBStreamsClient, streamArn: string, from: Place | undefined) => {
  let place = from;
  let iterator: string | undefined;

  const open = async (): Promise<Place> => {
    const shards = await shardsOf(client, streamArn);
    const first: Place = { shard: firstOf(shards).ShardId ?? '' };
    const at = shards.some(({ ShardId }) => ShardId === place?.shard) ? (place ?? first) : first;
    const start: GetShardIteratorCommandInput =
      at.sequence === undefined
        ? { StreamArn: streamArn, ShardId: at.shard, ShardIteratorType: 'TRIM_HORIZON' }
        : {
            StreamArn: streamArn,
            ShardId: at.shard,
            ShardIteratorType: 'AFTER_SEQUENCE_NUMBER',
            SequenceNumber: at.sequence,
          };
    try {
      iterator = await iteratorAt(client, start);
      return at;
    } catch (error) {
      if (!(error instanceof TrimmedDataAccessException) || at.sequence === undefined) throw error;
      place = undefined;
      return open();
    }
  };
  place = await open();

  return async (): Promise<StreamRecord[]> => {
    try {
      const at = iterator === undefined || place === undefined ? await open() : place;
      const page = await client.send(new GetRecordsCommand({ ShardIterator: iterator, Limit: PAGE }));
      const records = (page.Records ?? []).map((record) => lambdaRecord(streamArn, at.shard, record));
      place = records.at(-1) ?? at;
      iterator = page.NextShardIterator;
      if (iterator === undefined) {
        // A closed shard, read to its end: its child comes next, once there is one.
        const child = (await shardsOf(client, streamArn)).find(({ ParentShardId }) => ParentShardId === at.shard);
        if (child?.ShardId !== undefined) place = { shard: child.ShardId };
      }
      return records;
    } catch (error) {
      iterator = undefined;
      if (error instanceof TrimmedDataAccessException) place = undefined;
      else if (!(error instanceof ExpiredIteratorException)) throw error;
      return [];
    }
  };
};
