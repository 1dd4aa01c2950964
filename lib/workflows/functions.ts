import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { KINDS, type Kind, machineVariable } from '../../functions/workflow/kinds.ts';
import { type House, TaskFunction } from '../constructs/task-function.ts';

/** What every timeline needs, whatever it is about. */
export interface TimelineFunctions {
  /** Leaves the task token on the row, so that the command that moves the row can wake the machine. */
  readonly awaiting: TaskFunction;
  /** Writes what failed on the row, where staff see it and may retry. */
  readonly failing: TaskFunction;
}

export const machineName = (scope: Construct, kind: Kind): string => `${Stack.of(scope).stackName}-${kind}`;

/**
 * A machine's ARN before there is a machine: its name is fixed, because the functions that resume it are the functions
 * it is made of, and neither could be deployed first.
 */
const machineArn = (scope: Construct, kind: Kind): string =>
  Stack.of(scope).formatArn({
    service: 'states',
    resource: 'stateMachine',
    resourceName: machineName(scope, kind),
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });

const machineArns = (scope: Construct): string[] => KINDS.map((kind) => machineArn(scope, kind));

/** The functions that all machines share. A machine whose row has moved on already is told so by the one that waits. */
export const timelineFunctions = (scope: Construct, house: House): TimelineFunctions => {
  const awaiting = new TaskFunction(scope, 'Await', house, {
    entry: 'functions/workflow/await.handler.ts',
    rights: ['GetItem', 'PutItem'],
  });
  awaiting.permit(['states:SendTaskSuccess'], machineArns(scope));
  const failing = new TaskFunction(scope, 'Fail', house, {
    entry: 'functions/workflow/fail.handler.ts',
    rights: ['GetItem', 'PutItem'],
  });
  return { awaiting, failing };
};

/** The functions that start and resume machines: one for what the stream says, one for what it missed. */
export const dutyFunctions = (
  scope: Construct,
  house: House,
): { readonly wake: TaskFunction; readonly sweep: TaskFunction } => {
  const shared = {
    env: Object.fromEntries(KINDS.map((kind) => [machineVariable(kind), machineArn(scope, kind)])),
    timeout: Duration.minutes(1),
  };
  const wake = new TaskFunction(scope, 'Wake', house, {
    ...shared,
    entry: 'functions/workflow/wake.handler.ts',
    rights: ['GetItem', 'BatchGetItem', 'PutItem', 'ConditionCheckItem'],
    indexes: ['GSI2'],
  });
  const sweep = new TaskFunction(scope, 'Sweep', house, {
    ...shared,
    entry: 'functions/workflow/sweep.handler.ts',
    rights: ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem'],
    indexes: ['GSI1'],
  });
  for (const duty of [wake, sweep])
    duty.permit(['states:StartExecution', 'states:SendTaskSuccess'], machineArns(scope));
  return { wake, sweep };
};

/** Called by an operator alone, after the table was restored: see docs/deploying.md. */
export const recovery = (scope: Construct, house: House): TaskFunction =>
  new TaskFunction(scope, 'Recover', house, {
    entry: 'functions/workflow/recover.handler.ts',
    functionName: `${Stack.of(scope).stackName}-recover`,
    rights: ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'],
    indexes: ['GSI1'],
    timeout: Duration.minutes(1),
  });
