import { Duration, Stack } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  MathExpression,
  Metric,
  Stats,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { EVERY_OBJECT } from '../stateful-stack.ts';
import type { TaskFunction } from './task-function.ts';

export interface MonitoringProps {
  readonly consumers: readonly TaskFunction[];
  readonly failuresBucket: string;
  /** By what an alarm calls them. */
  readonly workflows: Readonly<Record<string, StateMachine>>;
  readonly sweep: TaskFunction;
  readonly api: HttpApi;
}

interface Watch {
  readonly id: string;
  /** Section of docs/runbook.md. */
  readonly runbook: string;
  readonly says: string;
  readonly metric: IMetric;
  readonly atLeast?: number;
  readonly lessThan?: number;
  readonly minutes?: number;
}

const MINUTE = Duration.minutes(1);

/** An alarm for each way the system can fail without anybody seeing it, each with its page in the runbook. */
export class Monitoring extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, props: MonitoringProps) {
    super(scope, id);
    this.topic = new Topic(this, 'Alarms', { enforceSSL: true });
    this.#letAlarmsPublish();
    for (const watch of watches(props)) this.#alarm(watch);
  }

  #alarm({ id, runbook, says, metric, atLeast, lessThan, minutes = 1 }: Watch): void {
    const silence = lessThan !== undefined;
    const alarm = new Alarm(this, id, {
      alarmDescription: `${says} docs/runbook.md#${runbook}`,
      metric,
      threshold: lessThan ?? atLeast ?? 1,
      comparisonOperator: silence
        ? ComparisonOperator.LESS_THAN_THRESHOLD
        : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: minutes,
      treatMissingData: silence ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
    });
    const tell = new SnsAction(this.topic);
    alarm.addAlarmAction(tell);
    alarm.addOkAction(tell);
  }

  /** A topic with any policy of its own loses the default one, by which alarms of the account may publish. */
  #letAlarmsPublish(): void {
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        effect: Effect.ALLOW,
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
  }
}

const watches = ({ consumers, failuresBucket, workflows, sweep, api }: MonitoringProps): Watch[] => [
  ...consumers.map((consumer) => ({
    id: `${consumer.node.id}Late`,
    runbook: 'a-consumer-is-late',
    says: `${consumer.node.id} is minutes behind the table's stream.`,
    metric: consumer.metric('IteratorAge', { statistic: Stats.MAXIMUM, period: MINUTE }),
    atLeast: Duration.minutes(2).toMilliseconds(),
    minutes: 3,
  })),
  {
    id: 'RecordsSetAside',
    runbook: 'records-were-set-aside',
    says: 'Stream records could not be handled and were set aside.',
    metric: sum([
      new Metric({
        namespace: 'AWS/S3',
        metricName: 'PutRequests',
        dimensionsMap: { BucketName: failuresBucket, FilterId: EVERY_OBJECT },
        statistic: Stats.SUM,
        period: MINUTE,
      }),
      // Neither handled nor set aside.
      ...consumers.map((consumer) =>
        consumer.metric('DestinationDeliveryFailures', { statistic: Stats.SUM, period: MINUTE }),
      ),
    ]),
  },
  ...Object.entries(workflows).map(([name, workflow]) => ({
    id: `${name}Failed`,
    runbook: 'an-execution-failed',
    says: `A ${name.toLowerCase()} workflow gave up.`,
    metric: sum([
      workflow.metricFailed({ period: MINUTE }),
      workflow.metricAborted({ period: MINUTE }),
      workflow.metricTimedOut({ period: MINUTE }),
    ]),
  })),
  {
    id: 'SweepFailing',
    runbook: 'the-sweep-fails-or-is-silent',
    says: 'The sweep keeps failing: what a consumer missed stays missed.',
    metric: sweep.metricErrors({ period: MINUTE }),
    minutes: 3,
  },
  {
    id: 'SweepSilent',
    runbook: 'the-sweep-fails-or-is-silent',
    says: 'The sweep does not run: what a consumer missed stays missed.',
    metric: sweep.metricInvocations({ period: MINUTE }),
    lessThan: 1,
    minutes: 5,
  },
  {
    id: 'ApiFailing',
    runbook: 'the-api-answers-5xx',
    says: 'The API answers with faults of our own.',
    metric: api.metricServerError({ period: MINUTE, statistic: Stats.SUM }),
    atLeast: 5,
    minutes: 2,
  },
];

const sum = (metrics: readonly IMetric[]): IMetric =>
  new MathExpression({
    expression: metrics.map((_, n) => `FILL(m${n}, 0)`).join(' + '),
    usingMetrics: Object.fromEntries(metrics.map((metric, n) => [`m${n}`, metric])),
    period: MINUTE,
  });
