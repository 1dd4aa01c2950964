import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Failure, failuresAt, replay } from '../../bin/failures.ts';

const WAKE = 'arn:aws-cn:lambda:cn-north-1:111122223333:function:wake:$LATEST';
const EVENT = JSON.stringify({ Records: [{ eventID: '1', eventName: 'MODIFY' }] });
/** As documented for an S3 destination of a DynamoDB stream. */
const setAside = JSON.stringify({
  requestContext: {
    requestId: '316aa6d0',
    functionArn: WAKE,
    condition: 'RetryAttemptsExhausted',
    approximateInvokeCount: 9,
  },
  responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
  version: '1.0',
  timestamp: '2022-05-12T01:00:00.000Z',
  DDBStreamBatchInfo: { shardId: 'shardId-1', batchSize: 1 },
  payload: EVENT,
});

const s3 = mockClient(S3Client);
const lambda = mockClient(LambdaClient);
const s3Client = new S3Client({ region: 'cn-north-1' });
const lambdaClient = new LambdaClient({ region: 'cn-north-1' });
const body = () => ({ Body: Object.assign(Readable.from([]), { transformToString: async () => setAside }) as never });
const all = async (source: string): Promise<Failure[]> => {
  const found: Failure[] = [];
  for await (const failure of failuresAt(source, s3Client)) found.push(failure);
  return found;
};
const answers = (answer: unknown, FunctionError?: string) =>
  lambda.on(InvokeCommand).resolves({
    Payload: Buffer.from(JSON.stringify(answer)) as never,
    ...(FunctionError !== undefined && { FunctionError }),
  });

beforeEach(() => {
  s3.reset();
  lambda.reset();
});

describe('replaying what was set aside', () => {
  it('reads one record, or all under a prefix', async () => {
    s3.on(GetObjectCommand).callsFake(body);
    s3.on(ListObjectsV2Command)
      .resolvesOnce({ Contents: [{ Key: 'aws/lambda/a' }], IsTruncated: true, NextContinuationToken: 'more' })
      .resolves({ Contents: [{ Key: 'aws/lambda/b' }] });
    expect((await all('s3://failures/aws/lambda/a')).map(({ place }) => place)).toEqual(['s3://failures/aws/lambda/a']);
    expect((await all('s3://failures/aws/')).map(({ place }) => place)).toEqual([
      's3://failures/aws/lambda/a',
      's3://failures/aws/lambda/b',
    ]);
  });

  it('reads the files of an embedded host, and refuses what is not a failure', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'failures-'));
    await writeFile(join(folder, 'one.json'), setAside);
    await writeFile(join(folder, 'two.json.draft'), '');
    expect(await all(folder)).toHaveLength(1);
    await writeFile(join(folder, 'else.json'), '{}');
    await expect(all(folder)).rejects.toThrow('else.json is not a record of a failed invocation');
  });

  it('gives the whole event to the consumer that failed', async () => {
    answers({ batchItemFailures: [] });
    const [failure] = await all(await fileOf(setAside));
    expect(failure && (await replay(lambdaClient, failure))).toBeUndefined();
    expect(lambda.commandCalls(InvokeCommand)[0]?.args[0].input).toEqual({ FunctionName: WAKE, Payload: EVENT });
  });

  it('says when records failed again, whole or in part', async () => {
    const [failure] = await all(await fileOf(setAside));
    answers({ batchItemFailures: [{ itemIdentifier: '1' }] });
    expect(failure && (await replay(lambdaClient, failure))).toBe('1 records failed again');
    answers({ errorType: 'ZodError' }, 'Unhandled');
    expect(failure && (await replay(lambdaClient, failure))).toContain('ZodError');
  });
});

const fileOf = async (text: string): Promise<string> => {
  const file = join(await mkdtemp(join(tmpdir(), 'failure-')), 'record.json');
  await writeFile(file, text);
  return file;
};
