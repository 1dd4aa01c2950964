import { ArnFormat, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
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
  type TaskStateBase,
  Timeout,
} from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import { LASTING_ERRORS, TRANSIENT_ERRORS } from '../../functions/workflow/errors.ts';
import type { Kind } from '../../functions/workflow/timeline.ts';
import type { TaskFunction } from '../constructs/task-function.ts';

/** Functions that every timeline needs, whatever it is about. */
export interface TimelineFunctions {
  /** Leaves the task token on the row, so that the command that moves the row can wake the machine. */
  readonly awaiting: TaskFunction;
  /** Writes what failed on the row, where staff see it and may retry. */
  readonly failing: TaskFunction;
}

const nameOf = (scope: Construct, kind: Kind): string => `${Stack.of(scope).stackName}-${kind}`;

/** Known by its fixed name, so that functions may be allowed to use a machine that is made of them. */
export const machineArn = (scope: Construct, kind: Kind): string =>
  Stack.of(scope).formatArn({
    service: 'states',
    resource: 'stateMachine',
    resourceName: nameOf(scope, kind),
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });

/** Where the row stands, as the last step read it. */
export const standsAt = (status: string): Condition => Condition.stringEquals('$.status', status);

/**
 * The timeline of one kind of row. A step takes the row's progress and returns it as it then is; a wait is a step that
 * ends when the row has moved, or at its deadline with what follows from silence.
 */
export class Timeline extends Construct {
  readonly #functions: TimelineFunctions;
  readonly #invoked = new Set<TaskFunction>();
  readonly #failed: IChainable;

  constructor(scope: Construct, id: string, functions: TimelineFunctions) {
    super(scope, id);
    this.#functions = functions;
    this.#failed = this.#failure();
  }

  step(name: string, run: TaskFunction): LambdaInvoke {
    return this.#guarded(this.#plain(name, run, {}));
  }

  /** @param whenLate what the deadline brings, if the row has not moved by then. */
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
    this.#retryTransient(wait, TRANSIENT_ERRORS);
    wait.addCatch(whenLate, { errors: [Errors.TIMEOUT], resultPath: JsonPath.DISCARD });
    return this.#caught(wait);
  }

  /** The machine that begins so, with the right to invoke exactly the functions of its steps. */
  machine(kind: Kind, start: IChainable): StateMachine {
    const stateMachineName = nameOf(this, kind);
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('states.amazonaws.com') });
    role.addToPolicy(
      new PolicyStatement({
        actions: ['lambda:InvokeFunction'],
        resources: [...this.#invoked].map(({ functionArn }) => functionArn),
      }),
    );
    role.addToPolicy(new PolicyStatement({ actions: LOG_DELIVERY, resources: ['*'] }));
    role.addToPolicy(new PolicyStatement({ actions: TRACING, resources: ['*'] }));
    return new StateMachine(this, 'Machine', {
      stateMachineName,
      definitionBody: DefinitionBody.fromChainable(start),
      // Grants of the library would add every version of every function by wildcard.
      role: role.withoutPolicyUpdates(),
      logs: {
        level: LogLevel.ERROR,
        includeExecutionData: false,
        destination: new LogGroup(this, 'Log', {
          logGroupName: `/aws/vendedlogs/states/${stateMachineName}`,
          retention: RetentionDays.SIX_MONTHS,
          removalPolicy: RemovalPolicy.RETAIN,
        }),
      },
      tracingEnabled: true,
    });
  }

  #plain(name: string, run: TaskFunction, extra: { readonly resultPath?: string }): LambdaInvoke {
    this.#invoked.add(run);
    const task = new LambdaInvoke(this, name, {
      lambdaFunction: run,
      payloadResponseOnly: true,
      taskTimeout: Timeout.duration(Duration.minutes(2)),
      retryOnServiceExceptions: false,
      ...extra,
    });
    return this.#retryTransient(task, [...TRANSIENT_ERRORS, Errors.TIMEOUT]);
  }

  #failure(): IChainable {
    const end = new Fail(this, 'Given up until somebody retries', {
      errorPath: '$.error.Error',
      causePath: '$.error.Cause',
    });
    const record = this.#plain('Record the failure', this.#functions.failing, { resultPath: JsonPath.DISCARD });
    record.addCatch(end, { errors: [Errors.ALL], resultPath: JsonPath.DISCARD });
    return record.next(end);
  }

  #guarded<T extends TaskStateBase>(task: T): T {
    return this.#caught(task);
  }

  #caught<T extends TaskStateBase>(task: T): T {
    for (const errors of [[...LASTING_ERRORS], [Errors.ALL]])
      task.addCatch(this.#failed, { errors, resultPath: '$.error' });
    return task;
  }

  #retryTransient<T extends TaskStateBase>(task: T, errors: readonly string[]): T {
    task.addRetry({
      errors: [...errors],
      interval: Duration.seconds(1),
      backoffRate: 2,
      maxAttempts: 8,
      maxDelay: Duration.minutes(1),
      jitterStrategy: JitterType.FULL,
    });
    return task;
  }
}

/** Neither action knows resources. */
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
