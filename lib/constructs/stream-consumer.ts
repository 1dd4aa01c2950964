import { Duration } from 'aws-cdk-lib';
import { Grant } from 'aws-cdk-lib/aws-iam';
import { EventSourceMapping, type IEventSourceDlq, MetricType, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { SupplyTable } from './supply-table.ts';
import type { TaskFunction } from './task-function.ts';

export interface StreamConsumerProps {
  readonly table: SupplyTable;
  readonly consumer: TaskFunction;
  /** Where records go that could not be handled, whole, for `npm run replay`. */
  readonly failures: Bucket;
  /** Patterns on stream records; a record that fits any of them is handed over. */
  readonly filters: readonly Record<string, unknown>[];
  readonly batchSize: number;
}

/**
 * One reader of the table's stream. A record that keeps failing is set aside after a bounded time, so that one bad row
 * never stops a county; the sweep finds the duty it carried.
 */
export class StreamConsumer extends Construct {
  readonly mapping: EventSourceMapping;

  constructor(scope: Construct, id: string, props: StreamConsumerProps) {
    super(scope, id);
    const { table, consumer, failures } = props;
    const stream = table.tableStreamArn;
    if (stream === undefined) throw new Error('The table has no stream');
    Grant.addToPrincipal({
      grantee: consumer,
      actions: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'],
      resourceArns: [stream],
    });
    Grant.addToPrincipal({ grantee: consumer, actions: ['dynamodb:ListStreams'], resourceArns: ['*'] });
    Grant.addToPrincipal({ grantee: consumer, actions: ['s3:ListBucket'], resourceArns: [failures.bucketArn] });
    Grant.addToPrincipal({ grantee: consumer, actions: ['s3:PutObject'], resourceArns: [failures.arnForObjects('*')] });
    this.mapping = new EventSourceMapping(this, 'Mapping', {
      target: consumer,
      eventSourceArn: stream,
      startingPosition: StartingPosition.TRIM_HORIZON,
      filters: props.filters.map((pattern) => ({ pattern: JSON.stringify(pattern) })),
      batchSize: props.batchSize,
      reportBatchItemFailures: true,
      bisectBatchOnError: true,
      retryAttempts: 8,
      maxRecordAge: Duration.hours(1),
      onFailure: destination(failures),
      supportS3OnFailureDestination: true,
      metricsConfig: { metrics: [MetricType.EVENT_COUNT] },
    });
  }
}

const destination = (bucket: Bucket): IEventSourceDlq => ({ bind: () => ({ destination: bucket.bucketArn }) });
