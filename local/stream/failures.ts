import { randomUUID } from 'node:crypto';
import { mkdir, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { StreamRecord } from './records.ts';

/** Why a batch was given up, in the words of AWS. */
export type GivenUp = 'RetryAttemptsExhausted' | 'RecordAgeExceeded';

export interface Failure {
  readonly consumer: string;
  readonly functionArn: string;
  readonly condition: GivenUp;
  readonly invocations: number;
  readonly records: readonly StreamRecord[];
}

const instant = (at: StreamRecord | undefined): string =>
  new Date((at?.record.dynamodb?.ApproximateCreationDateTime ?? 0) * 1000).toISOString();

/** The document that Lambda writes to an S3 on-failure destination. */
const documentOf = ({ condition, functionArn, invocations, records }: Failure, now: string) => ({
  requestContext: { requestId: randomUUID(), functionArn, condition, approximateInvokeCount: invocations },
  responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
  version: '1.0',
  timestamp: now,
  DDBStreamBatchInfo: {
    shardId: records[0]?.shard,
    startSequenceNumber: records[0]?.sequence,
    endSequenceNumber: records.at(-1)?.sequence,
    approximateArrivalOfFirstRecord: instant(records[0]),
    approximateArrivalOfLastRecord: instant(records.at(-1)),
    batchSize: records.length,
    streamArn: records[0]?.record.eventSourceARN,
  },
  payload: JSON.stringify({ Records: records.map(({ record }) => record) }),
});

/**
 * Keeps a batch that was given up as a file under the consumer's folder, on disk before this returns.
 * @returns the file's path, which `npm run replay` takes.
 */
export const keepFailure = async (folder: string, failure: Failure): Promise<string> => {
  const now = new Date().toISOString();
  const place = join(folder, failure.consumer);
  await mkdir(place, { recursive: true });
  const file = join(place, `${now.slice(0, 19).replaceAll(':', '.')}-${randomUUID()}.json`);
  const draft = `${file}.draft`;
  const written = await open(draft, 'w');
  await written.writeFile(`${JSON.stringify(documentOf(failure, now), null, 2)}\n`);
  await written.sync();
  await written.close();
  await rename(draft, file);
  const entries = await open(place, 'r');
  await entries.sync();
  await entries.close();
  return file;
};
