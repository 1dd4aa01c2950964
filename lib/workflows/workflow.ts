import { Duration, Validations } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Condition,
  DefinitionBody,
  Errors,
  Fail,
  type IChainable,
  IntegrationPattern,
  JitterType,
  JsonPath,
  LogLevel,
  StateMachine,
  TaskInput,
  Timeout,
} from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import { LASTING_ERRORS, TRANSIENT_ERRORS } from '../../functions/workflow/errors.ts';
import type { Kind } from '../../functions/workflow/kinds.ts';
import { houseLog } from '../constructs/house-log.ts';
import type { TaskFunction } from '../constructs/task-function.ts';
import { permitWidely } from '../constructs/wide-right.ts';
import { machineName, type TimelineFunctions } from './functions.ts';

/** Where the row stood when the last step looked. */
export const standsAt = (status: string): Condition => Condition.stringEquals('$.status', status);

/**
 * The timeline of one kind of row. The machine's whole data is the row's progress: a step takes it and returns it as it
 * then is. A wait is a step that ends when the row has moved, or at its deadline with what silence brings.
 */
export class Timeline extends Construct {
  readonly #functions: TimelineFunctions;
  readonly #invoked = new Set<TaskFunction>();
  readonly #givingUp: IChainable;

  constructor(scope: Construct, id: string, functions: TimelineFunctions) {
    super(scope, id);
    this.#functions = functions;
    this.#givingUp = this.#failure();
  }

  step(name: string, run: TaskFunction): LambdaInvoke {
    return this.#caught(this.#plain(name, run));
  }

  /** @param whenLate what the deadline brings if the row has not moved by then. */
  wait(name: string, whenLate: IChainable): LambdaInvoke {
    this.#invoked.add(this.#functions.awaiting);
    const wait = new LambdaInvoke(this, name, {
      lambdaFunction: this.#functions.awaiting,
      integrationPattern: IntegrationPattern.WAIT_FOR_TASK_TOKEN,
      payload: TaskInput.fromObject({
        progress: JsonPath.entirePayload,
        token: JsonPath.taskToken,
        execution: JsonPath.executionName,
      }),
      taskTimeout: Timeout.at('$.secondsLeft'),
      retryOnServiceExceptions: false,
    });
    wait.addCatch(whenLate, { errors: [Errors.TIMEOUT], resultPath: JsonPath.DISCARD });
    return this.#caught(retried(wait, TRANSIENT_ERRORS));
  }

  /** The machine that begins so, with the right to invoke the functions of its steps and no others. */
  machine(kind: Kind, start: IChainable): StateMachine {
    const stateMachineName = machineName(this, kind);
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('states.amazonaws.com') });
    role.addToPolicy(
      new PolicyStatement({
        actions: ['lambda:InvokeFunction'],
        resources: [...this.#invoked].map(({ functionArn }) => functionArn),
      }),
    );
    permitWidely(this, 'Logging', role, {
      actions: LOG_DELIVERY,
      resource: '*',
      finding: '*',
      reason: 'Deliveries of logs know no resources.',
    });
    permitWidely(this, 'Tracing', role, {
      actions: TRACING,
      resource: '*',
      finding: '*',
      reason: 'Traces know no resources.',
    });
    const machine = new StateMachine(this, 'Machine', {
      stateMachineName,
      definitionBody: DefinitionBody.fromChainable(start),
      // The library's own grants would add every version of every function by wildcard.
      role: role.withoutPolicyUpdates(),
      logs: {
        level: LogLevel.ERROR,
        includeExecutionData: false,
        // Under this prefix the log needs no line of the account's one, short resource policy.
        destination: houseLog(this, 'Log', `/aws/vendedlogs/states/${stateMachineName}`),
      },
      tracingEnabled: true,
    });
    Validations.of(machine).acknowledge({
      id: 'AwsSolutions::AwsSolutions-SF1',
      reason:
        'Every step is a row, an event and a line in its history for 90 days; the log is for what went wrong, and holds no task tokens.',
    });
    return machine;
  }

  #plain(name: string, run: TaskFunction, resultPath?: string): LambdaInvoke {
    this.#invoked.add(run);
    const task = new LambdaInvoke(this, name, {
      lambdaFunction: run,
      payloadResponseOnly: true,
      // Above the function's own timeout, so that it is the function that reports.
      taskTimeout: Timeout.duration(Duration.seconds(60)),
      retryOnServiceExceptions: false,
      ...(resultPath !== undefined && { resultPath }),
    });
    return retried(task, [...TRANSIENT_ERRORS, Errors.TIMEOUT]);
  }

  #failure(): IChainable {
    const end = new Fail(this, 'Given up until somebody retries', {
      errorPath: '$.error.Error',
      causePath: '$.error.Cause',
    });
    const record = this.#plain('Record the failure', this.#functions.failing, JsonPath.DISCARD);
    record.addCatch(end, { errors: [Errors.ALL], resultPath: JsonPath.DISCARD });
    return record.next(end);
  }

  #caught(task: LambdaInvoke): LambdaInvoke {
    for (const errors of [[...LASTING_ERRORS], [Errors.ALL]])
      task.addCatch(this.#givingUp, { errors, resultPath: '$.error' });
    return task;
  }
}

/** About three minutes in all: longer than rivals and throttling last, shorter than people wait. */
const retried = (task: LambdaInvoke, errors: readonly string[]): LambdaInvoke => {
  task.addRetry({
    errors: [...errors],
    interval: Duration.seconds(1),
    backoffRate: 2,
    maxAttempts: 8,
    maxDelay: Duration.minutes(1),
    jitterStrategy: JitterType.FULL,
  });
  return task;
};

const LOG_DELIVERY = [
  'logs:CreateLogDelivery',
  'logs:GetLogDelivery',
  'logs:UpdateLogDelivery',
  'logs:DeleteLogDelivery',
  'logs:ListLogDeliveries',
  'logs:PutResourcePolicy',
  'logs:DescribeResourcePolicies',
  'logs:DescribeLogGroups',
];
const TRACING = [
  'xray:PutTraceSegments',
  'xray:PutTelemetryRecords',
  'xray:GetSamplingRules',
  'xray:GetSamplingTargets',
];
