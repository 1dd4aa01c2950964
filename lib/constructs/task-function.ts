import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  type CfnFunction,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { codeOf } from './bundle.ts';
import type { SupplyTable, TableIndex, TableRight } from './supply-table.ts';

/** What all functions of a stack have in common. */
export interface House {
  readonly table: SupplyTable;
  /** False for the embedded host, which runs the entries themselves. */
  readonly bundling: boolean;
}

export interface TaskFunctionProps {
  /** Path of the handler from the root of the repository. */
  readonly entry: string;
  readonly rights: readonly TableRight[];
  readonly indexes?: readonly TableIndex[];
  readonly env?: Readonly<Record<string, string>>;
  readonly timeout?: Duration;
  readonly memoryMegabytes?: number;
}

/** A function as this house runs them: its own role, its own log group, nothing it was not given. */
export class TaskFunction extends LambdaFunction {
  constructor(scope: Construct, id: string, house: House, props: TaskFunctionProps) {
    const role = new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    const logGroup = new LogGroup(scope, `${id}Log`, {
      retention: RetentionDays.SIX_MONTHS,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    super(scope, id, {
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: codeOf(props.entry, house.bundling),
      role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      memorySize: props.memoryMegabytes ?? 512,
      timeout: props.timeout ?? Duration.seconds(30),
      environment: { TABLE_NAME: house.table.tableName, ...props.env },
    });
    logGroup.grantWrite(role);
    house.table.permit(role, props.rights, props.indexes ?? []);
    (this.node.defaultChild as CfnFunction).addMetadata('green-channel:entry', props.entry);
  }
}
