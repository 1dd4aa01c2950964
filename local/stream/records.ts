import type { _Record } from '@aws-sdk/client-dynamodb-streams';
import type { DynamoDBRecord } from 'aws-lambda';

/** A record as Lambda hands it over, with its place in the stream. */
export interface StreamRecord {
  readonly shard: string;
  readonly sequence: string;
  readonly record: DynamoDBRecord;
}

/** Sequence numbers are decimal, of any length, and rise along the stream. */
export const isAfter = (one: string, other: string): boolean => BigInt(one) > BigInt(other);

/** The first of them along the stream; none when one of them has yet to begin. */
export const leastOf = (sequences: readonly (string | undefined)[]): string | undefined =>
  sequences.includes(undefined)
    ? undefined
    : sequences.reduce((least, each) => (least && each && isAfter(least, each) ? each : least), sequences[0]);

/** What the streams API answers, in the shape of Lambda's event: times in seconds, the stream named. */
export const lambdaRecord = (streamArn: string, shard: string, { dynamodb, ...rest }: _Record): StreamRecord => {
  const { ApproximateCreationDateTime: created, SequenceNumber: sequence, ...images } = dynamodb ?? {};
  if (sequence === undefined) throw new Error('A stream record without a sequence number');
  const record = {
    ...rest,
    eventSourceARN: streamArn,
    dynamodb: { ...images, SequenceNumber: sequence, ApproximateCreationDateTime: (created?.getTime() ?? 0) / 1000 },
  };
  // The two libraries name the same JSON differently: the SDK's attribute value has a member for the unknown.
  return { shard, sequence, record: record as DynamoDBRecord };
};
