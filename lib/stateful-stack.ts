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

/** An ARN under a name that people chose, so that the reason given for a right can say what it covers. */
export interface Exported {
  readonly exportName: string;
  readonly arn: string;
}

const PRIVATE = {
  blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
  objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
  encryption: BucketEncryption.S3_MANAGED,
  enforceSSL: true,
  minimumTLSVersion: 1.2,
  removalPolicy: RemovalPolicy.RETAIN,
} as const satisfies BucketProps;

/** As long as the logs, past the audit of an emergency. What a set-aside record says is in the table too. */
const KEPT = Duration.days(365);

/** What outlives any deploy: the county's books, and the records that could not be handled. */
export class StatefulStack extends Stack {
  readonly table: SupplyTable;
  readonly failures: Bucket;
  readonly exported: { readonly table: Exported; readonly failures: Exported };

  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, { ...props, terminationProtection: true });
    this.table = new SupplyTable(this, 'Supply');
    const accessLog = new Bucket(this, 'AccessLog', { ...PRIVATE, lifecycleRules: [{ expiration: KEPT }] });
    this.failures = new Bucket(this, 'Failures', {
      ...PRIVATE,
      // The library's class and interface part over an optional property under exactOptionalPropertyTypes.
      serverAccessLogsBucket: accessLog as IBucket,
      lifecycleRules: [{ expiration: KEPT, abortIncompleteMultipartUploadAfter: Duration.days(1) }],
      metrics: [{ id: EVERY_OBJECT }],
    });
    this.exported = {
      table: this.#exported('supply-table', this.table.tableArn),
      failures: this.#exported('failures', this.failures.bucketArn),
    };
  }

  #exported(name: string, arn: string): Exported {
    const exportName = `${this.stackName}-${name}`;
    return { exportName, arn: this.exportValue(arn, { name: exportName }) };
  }
}

/** Name of the request metrics that monitoring watches. */
export const EVERY_OBJECT = 'EveryObject';
