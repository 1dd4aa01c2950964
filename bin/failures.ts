import { readdir, readFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { GetObjectCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import { z } from 'zod';

/** A batch of stream records that was set aside, as Lambda writes it to a bucket and the embedded host to a file. */
const document = z.object({
  requestContext: z.object({ functionArn: z.string(), condition: z.string() }),
  timestamp: z.string(),
  /** The event the consumer was given, whole, as text. */
  payload: z.string(),
});

export interface Failure extends z.infer<typeof document> {
  /** Where it was found. */
  readonly place: string;
}

const readDocument = (place: string, text: string): Failure => {
  try {
    return { place, ...document.parse(JSON.parse(text)) };
  } catch (error) {
    throw new Error(`${place} is not a record of a failed invocation`, { cause: error });
  }
};

/**
 * Reads what was set aside: `s3://bucket/key`, all under `s3://bucket/prefix/`, a file, or a folder and those below it.
 *
 * @throws Error naming the first place that holds something else.
 */
export async function* failuresAt(source: string, s3: S3Client): AsyncGenerator<Failure> {
  const [, bucket, key] = /^s3:\/\/([^/]+)\/?(.*)$/.exec(source) ?? [];
  if (bucket === undefined) yield* failuresInFiles(source);
  else if (key !== undefined && key !== '' && !key.endsWith('/')) yield await failureInBucket(s3, bucket, key);
  else
    for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket: bucket, ...(key && { Prefix: key }) }))
      for (const { Key } of page.Contents ?? []) if (Key !== undefined) yield await failureInBucket(s3, bucket, Key);
}

const failureInBucket = async (s3: S3Client, Bucket: string, Key: string): Promise<Failure> => {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  return readDocument(`s3://${Bucket}/${Key}`, (await Body?.transformToString()) ?? '');
};

async function* failuresInFiles(path: string): AsyncGenerator<Failure> {
  if ((await stat(path)).isFile()) yield readDocument(path, await readFile(path, 'utf8'));
  else
    for (const name of (await readdir(path, { recursive: true })).sort())
      if (name.endsWith('.json')) yield readDocument(join(path, name), await readFile(join(path, name), 'utf8'));
}

/** Renames a file whose records are done, so that what still waits is what is left. What lies in a bucket stays as it is. */
export const putAway = async ({ place }: Failure): Promise<void> => {
  if (place.endsWith('.json') && !place.startsWith('s3://')) await rename(place, `${place}.done`);
};

const partialBatch = z.object({ batchItemFailures: z.array(z.unknown()).default([]) }).nullish();

/**
 * Gives the records to their consumer once more. Consumers look at rows as they now are, so a replay can come late and
 * twice.
 *
 * @returns why the consumer could not handle them again; nothing when all is well.
 */
export const replay = async (
  lambda: LambdaClient,
  { requestContext, payload }: Failure,
): Promise<string | undefined> => {
  const reply = await lambda.send(new InvokeCommand({ FunctionName: requestContext.functionArn, Payload: payload }));
  const answer = Buffer.from(reply.Payload ?? []).toString();
  if (reply.FunctionError !== undefined) return answer;
  const again = partialBatch.parse(answer === '' ? null : JSON.parse(answer))?.batchItemFailures.length ?? 0;
  return again === 0 ? undefined : `${again} records failed again`;
};
