import { parseArgs } from 'node:util';
import { S3Client } from '@aws-sdk/client-s3';
import { failuresAt, putAway, replay } from './failures.ts';
import { lambdaAt } from './lambda.ts';

const USAGE = `npm run replay -- <place> … [--host <address>]

Gives stream records that were set aside to their consumer again. A place is s3://bucket/key, all of
s3://bucket/prefix/, a file or a folder. --host is the address of an embedded host, such as http://127.0.0.1:8080.
A file whose records are done is renamed to end in .done; it can be given again by that name.`;

const { values, positionals } = parseArgs({ allowPositionals: true, options: { host: { type: 'string' } } });
const s3 = new S3Client({});
const lambda = lambdaAt(values.host);

if (positionals.length === 0) {
  console.error(USAGE);
  process.exitCode = 2;
}
try {
  for (const place of positionals)
    for await (const failure of failuresAt(place, s3)) {
      const failed = await replay(lambda, failure);
      console.log(`${failure.place}: ${failed ?? 'done'}`);
      if (failed !== undefined) process.exitCode = 1;
      else await putAway(failure);
    }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
