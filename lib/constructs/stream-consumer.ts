import { Duration } from 'aws-cdk-lib';
import { EventSourceMapping, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { Exported } from '../stateful-stack.ts';
import type { TaskFunction } from './task-function.ts';
import { permitWidely } from './wide-right.ts';

export interface StreamConsumerProps {
  readonly stream: string;
  /** The table whose stream it is. */
  readonly table: Exported;
  /** The bucket for records that could not be handled, kept whole for `npm run replay`. */
  readonly failures: Exported;
  readonly consumer: TaskFunction;
  /** Patterns on stream records; a record that fits any of them is handed over. */
  readonly filters: readonly object[];
  readonly batchSize: number;
}

/**
 * One reader of the table's stream. A record that keeps failing is set aside after a bounded time, so that one bad row
 * never stops a county; the sweep finds the duty it carried.
 */
export class StreamConsumer extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { stream, table, failures, consumer, filters, batchSize }: StreamConsumerProps,
  ) {
    super(scope, id);
    consumer.permit(['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'], [stream]);
    consumer.permit(['s3:ListBucket'], [failures.arn]);
    permitWidely(this, 'ListStreams', consumer.executionRole, {
      actions: ['dynamodb:ListStreams'],
      resource: `${table.arn}/stream/*`,
      finding: `${table.exportName}/stream/*`,
      reason: 'A list of streams is asked for by table; the one table is named, and its streams are labelled by time.',
    });
    permitWidely(this, 'SetAside', consumer.executionRole, {
      actions: ['s3:PutObject'],
      resource: `${failures.arn}/aws/lambda/*`,
      finding: `${failures.exportName}/aws/lambda/*`,
      reason: 'Lambda names each object that it sets aside after the mapping, the shard and the time.',
    });
    new EventSourceMapping(this, 'Mapping', {
      target: consumer,
      eventSourceArn: stream,
      startingPosition: StartingPosition.TRIM_HORIZON,
      filters: filters.map((pattern) => ({ pattern: JSON.stringify(pattern) })),
      batchSize,
      reportBatchItemFailures: true,
      bisectBatchOnError: true,
      // Longer is the sweep's business, which looks at the rows themselves every minute.
      retryAttempts: 8,
      maxRecordAge: Duration.hours(1),
      // The library's own destination also grants reading and deleting what was set aside.
      onFailure: { bind: () => ({ destination: failures.arn }) },
      supportS3OnFailureDestination: true,
    });
  }
}
