import assert from 'node:assert/strict';
import { RemovalPolicy } from 'aws-cdk-lib';
import {
  AttributeType,
  BillingMode,
  ProjectionType,
  StreamViewType,
  Table,
  TableEncryption,
} from 'aws-cdk-lib/aws-dynamodb';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';

/** What a function may do to rows. A transaction is authorised by the rights of its parts. */
export type TableRight =
  | 'GetItem'
  | 'BatchGetItem'
  | 'Query'
  | 'PutItem'
  | 'UpdateItem'
  | 'DeleteItem'
  | 'ConditionCheckItem';
export type TableIndex = 'GSI1' | 'GSI2';

/** The county's rows, wherever they are: what functions are given rights to, and what consumers read. */
export interface Supply {
  readonly tableName: string;
  readonly tableArn: string;
  readonly streamArn: string;
  /** Exactly these rights, and queries of exactly these indexes: the library's own grants name all indexes by wildcard. */
  permit(grantee: IGrantable, rights: readonly TableRight[], indexes?: readonly TableIndex[]): void;
}

/** All indexes exist from the first deploy: CloudFormation adds one at a time, and backfilling takes a while. */
const INDEXES = ['GSI1', 'GSI2', 'GSI3'] as const;

/** The one table. Its stream is the nerve of the system; nothing here may be lost by a mistaken deploy. */
export class SupplyTable extends Table implements Supply {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      partitionKey: { name: 'PK', type: AttributeType.STRING },
      sortKey: { name: 'SK', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      stream: StreamViewType.NEW_AND_OLD_IMAGES,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      timeToLiveAttribute: 'ttl',
      encryption: TableEncryption.AWS_MANAGED,
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    for (const indexName of INDEXES)
      this.addGlobalSecondaryIndex({
        indexName,
        partitionKey: { name: `${indexName}PK`, type: AttributeType.STRING },
        sortKey: { name: `${indexName}SK`, type: AttributeType.STRING },
        projectionType: ProjectionType.ALL,
      });
  }

  get streamArn(): string {
    assert(this.tableStreamArn !== undefined, 'The supply table has a stream');
    return this.tableStreamArn;
  }

  permit(grantee: IGrantable, rights: readonly TableRight[], indexes: readonly TableIndex[] = []): void {
    permitOn(this.tableArn, grantee, rights, indexes);
  }
}

const permitOn = (
  tableArn: string,
  grantee: IGrantable,
  rights: readonly TableRight[],
  indexes: readonly TableIndex[],
): void => {
  const allow = (right: TableRight, resource: string) =>
    Grant.addToPrincipal({ grantee, actions: [`dynamodb:${right}`], resourceArns: [resource] });
  for (const right of rights) allow(right, tableArn);
  for (const index of indexes) allow('Query', `${tableArn}/index/${index}`);
};

/** A table that was restored from a point in time, and its stream: used in place of ours, which is left as it is. */
export interface Restored {
  readonly table: string;
  readonly stream: string;
}

export const restoredTable = (scope: Construct, { table, stream }: Restored): Supply => {
  const { tableName, tableArn } = Table.fromTableName(scope, 'Restored', table);
  return {
    ...{ tableName, tableArn, streamArn: stream },
    permit: (grantee, rights, indexes = []) => permitOn(tableArn, grantee, rights, indexes),
  };
};
