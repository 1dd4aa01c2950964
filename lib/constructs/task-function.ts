import { Duration, Validations } from 'aws-cdk-lib';
import { Grant, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  type CfnFunction,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
} from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { codeOf } from './bundle.ts';
import { houseLog } from './house-log.ts';
import type { Supply, TableIndex, TableRight } from './supply-table.ts';

/** What all functions of a stack have in common. */
export interface House {
  readonly table: Supply;
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
  /** Only for a function that an operator calls by name. */
  readonly functionName?: string;
}

/** A function as this house runs them: its own role, its own log, and no right that it was not given by name. */
export class TaskFunction extends LambdaFunction {
  readonly executionRole: Role;

  constructor(scope: Construct, id: string, { table, bundling }: House, props: TaskFunctionProps) {
    const executionRole = new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    const logGroup = houseLog(scope, `${id}Log`);
    super(scope, id, {
      description: props.entry,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: codeOf(props.entry, bundling),
      role: executionRole,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      memorySize: 512,
      timeout: props.timeout ?? Duration.seconds(30),
      ...(props.functionName !== undefined && { functionName: props.functionName }),
      environment: { TABLE_NAME: table.tableName, ...props.env },
    });
    this.executionRole = executionRole;
    logGroup.grantWrite(executionRole);
    table.permit(executionRole, props.rights, props.indexes);
    (this.node.defaultChild as CfnFunction).addMetadata('green-channel:entry', props.entry);
    Validations.of(this).acknowledge(
      {
        id: 'Serverless::Serverless-LambdaDLQ',
        reason:
          'Gateways and machines wait for the answer, streams have their own failure destination, and a missed tick of the schedule is made good by the next.',
      },
      {
        id: 'Serverless::Serverless-LambdaTracing',
        reason:
          'The bundles carry no tracer, so a trace would say no more than the log and the machine do; it would cost every role a wildcard.',
      },
    );
  }

  /** Exactly these actions on exactly these resources. */
  permit(actions: readonly string[], resources: readonly string[]): void {
    Grant.addToPrincipal({ grantee: this.executionRole, actions: [...actions], resourceArns: [...resources] });
  }
}
