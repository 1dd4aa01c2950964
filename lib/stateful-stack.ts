import { Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type BucketProps,
  type IBucket,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { SupplyTable } from './constructs/supply-table.ts';

/** What must outlive any deploy: the county's books, and the records that could not be handled. */
export class StatefulStack extends Stack {
  readonly table: SupplyTable;
  readonly failures: Bucket;

  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, { ...props, terminationProtection: true });
    this.table = new SupplyTable(this, 'Supply');
    const accessLog = new Bucket(this, 'AccessLog', {
      ...PRIVATE,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      lifecycleRules: [{ expiration: Duration.days(180) }],
    });
    this.failures = new Bucket(this, 'Failures', {
      ...PRIVATE,
      // The library's own class and interface part over an optional property under exactOptionalPropertyTypes.
      serverAccessLogsBucket: accessLog as IBucket,
      serverAccessLogsPrefix: 'failures/',
      // Past the audit of an emergency; what is in a record is also in the table.
      lifecycleRules: [{ expiration: Duration.days(180), abortIncompleteMultipartUploadAfter: Duration.days(1) }],
    });
  }
}

const PRIVATE = {
  blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
  encryption: BucketEncryption.S3_MANAGED,
  enforceSSL: true,
  removalPolicy: RemovalPolicy.RETAIN,
} as const satisfies BucketProps;
