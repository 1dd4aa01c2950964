import { Duration, Stack } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import {
  Alarm,
  ComparisonOperator,
  Dashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
  MathExpression,
  Metric,
  Stats,
  TextWidget,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { FilterPattern, MetricFilter } from 'aws-cdk-lib/aws-logs';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { EVERY_OBJECT } from '../stateful-stack.ts';
import type { Supply } from './supply-table.ts';
import { TaskFunction } from './task-function.ts';

export interface MonitoringProps {
  readonly consumers: readonly TaskFunction[];
  readonly failuresBucket: string;
  /** By what an alarm calls them. */
  readonly workflows: Readonly<Record<string, StateMachine>>;
  readonly sweep: TaskFunction;
  readonly reconciler: TaskFunction;
  readonly api: HttpApi;
  readonly table: Supply;
}

interface Watch {
  readonly id: string;
  /** Section of docs/runbook.md. */
  readonly runbook: string;
  readonly says: string;
  readonly metric: IMetric;
  readonly atLeast?: number;
  readonly lessThan?: number;
  /** For so many periods of its metric in a row: minutes, unless the metric says otherwise. */
  readonly minutes?: number;
}

const MINUTE = Duration.minutes(1);
const NAMESPACE = 'GreenChannel';
const figure = (metricName: string, statistic: string): Metric =>
  new Metric({ namespace: NAMESPACE, metricName, statistic, period: MINUTE });

/** Figures that the system itself logs. */
interface Figures {
  readonly unsettled: Metric;
  readonly unsent: Metric;
  readonly failed: Metric;
  readonly outOfBalance: Metric;
  readonly givenUp: Metric;
}

/** An alarm for each way the system can fail without anybody seeing it, each with its page in the runbook. */
export class Monitoring extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, props: MonitoringProps) {
    super(scope, id);
    this.topic = new Topic(this, 'Alarms', { enforceSSL: true });
    this.#letAlarmsPublish();
    const figures = this.#figures(props);
    for (const watch of watches(props, figures)) this.#alarm(watch);
    new Dashboard(this, 'Dashboard', { dashboardName: Stack.of(this).stackName, widgets: widgets(props, figures) });
  }

  /** What the system says of itself in its log, as figures: logs are the one place where it says anything. */
  #figures({ sweep, reconciler }: MonitoringProps): Figures {
    this.#noticesGivenUp();
    return {
      unsettled: this.#logged('UnsettledSeconds', sweep, 'SWEPT', '$.unsettledSeconds'),
      unsent: this.#logged('UnsentSeconds', sweep, 'SWEPT', '$.unsentSeconds'),
      failed: this.#logged('FailedRows', sweep, 'SWEPT', '$.failed'),
      outOfBalance: this.#logged('OutOfBalance', reconciler, 'RECONCILED', '$.outOfBalance'),
      givenUp: figure('NoticesGivenUp', Stats.SUM),
    };
  }

  #logged(name: string, from: TaskFunction, code: string, metricValue: string): Metric {
    this.#filter(`${name}Figure`, from, code, name, metricValue);
    return figure(name, Stats.MAXIMUM);
  }

  /** Whichever function of the stack sends them. */
  #noticesGivenUp(): void {
    for (const child of Stack.of(this).node.findAll())
      if (child instanceof TaskFunction)
        this.#filter(`GivenUpBy${child.node.id}`, child, 'NOTICE-GIVEN-UP', 'NoticesGivenUp', '1');
  }

  #filter(id: string, { logGroup }: TaskFunction, code: string, metricName: string, metricValue: string): void {
    const filterPattern = FilterPattern.stringValue('$.message', '=', code);
    new MetricFilter(this, id, { logGroup, filterPattern, metricNamespace: NAMESPACE, metricName, metricValue });
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

const ofTable = (table: Supply, metricName: string): Metric =>
  new Metric({
    namespace: 'AWS/DynamoDB',
    metricName,
    dimensionsMap: { TableName: table.tableName },
    statistic: Stats.SUM,
    period: MINUTE,
  });

/** Transactions that met a rival. */
const conflictsOf = (table: Supply): Metric => ofTable(table, 'TransactionConflict');

/** Functions of the whole account, which share its concurrency; and the table. */
const throttlesOf = (table: Supply): IMetric =>
  sum([
    new Metric({ namespace: 'AWS/Lambda', metricName: 'Throttles', statistic: Stats.SUM, period: MINUTE }),
    ofTable(table, 'ReadThrottleEvents'),
    ofTable(table, 'WriteThrottleEvents'),
  ]);

const graph = (title: string, left: readonly IMetric[], right: readonly IMetric[] = []): GraphWidget =>
  new GraphWidget({ title, left: [...left], right: [...right], width: 8, height: 6 });

/** The dashboard, in the order goods flow: asked for, approved, divided, carried; then what keeps that going. */
const widgets = ({ consumers, workflows, sweep, api, table }: MonitoringProps, figures: Figures): IWidget[][] => {
  const [approved, carried, ...others] = Object.entries(workflows).map(([name, workflow]) =>
    graph(
      name,
      [workflow.metricStarted({ period: MINUTE }), workflow.metricSucceeded({ period: MINUTE })],
      [workflow.metricFailed({ period: MINUTE })],
    ),
  );
  const late = consumers.map((one) => one.metric('IteratorAge', { statistic: Stats.MAXIMUM, period: MINUTE }));
  const refused = [api.metricClientError({ period: MINUTE }), api.metricServerError({ period: MINUTE })];
  return [
    [new TextWidget({ markdown: 'What each figure means and what to do: docs/runbook.md', width: 24, height: 1 })],
    [
      graph('Asked for', [api.metricCount({ period: MINUTE })], refused),
      ...(approved === undefined ? [] : [approved]),
      graph('Divided: unsettled for, and rivals', [figures.unsettled], [conflictsOf(table)]),
    ],
    [
      ...(carried === undefined ? [] : [carried]),
      graph('Woken: behind the stream', late),
      graph('Woken: unsent for', [figures.unsent]),
    ],
    [
      graph('The sweep', [sweep.metricInvocations({ period: MINUTE })], [sweep.metricErrors({ period: MINUTE })]),
      graph('Rows that failed', [figures.failed]),
      graph('The books: items and funds out of balance', [figures.outOfBalance]),
    ],
    others,
    [graph('Throttled', [throttlesOf(table)]), graph('Notices given up', [figures.givenUp])],
  ];
};

const watches = (
  { consumers, failuresBucket, workflows, sweep, reconciler, api, table }: MonitoringProps,
  figures: Figures,
): Watch[] => [
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
    id: 'ItemsUnsettled',
    runbook: 'an-item-stays-unsettled',
    says: 'An item could not be divided for minutes: what there is of it goes to nobody.',
    metric: figures.unsettled,
    atLeast: Duration.minutes(5).toSeconds(),
    minutes: 3,
  },
  {
    id: 'MarksUnsent',
    runbook: 'starts-or-resumes-are-not-sent',
    says: 'For minutes an execution has not been started, or a machine not been told.',
    metric: figures.unsent,
    atLeast: Duration.minutes(5).toSeconds(),
    minutes: 3,
  },
  {
    id: 'OutOfBalance',
    runbook: 'the-books-do-not-balance',
    says: 'The lots of an item, or the money of a fund, do not add up.',
    metric: figures.outOfBalance,
  },
  {
    id: 'ReconciliationFailing',
    runbook: 'the-books-do-not-balance',
    says: 'Nobody knows whether lots and funds add up: the reconciliation keeps failing.',
    metric: reconciler.metricErrors({ period: Duration.minutes(10) }),
    minutes: 3,
  },
  {
    id: 'TooManyConflicts',
    runbook: 'too-many-conflicts',
    says: 'Transactions meet rivals again and again.',
    metric: conflictsOf(table),
    atLeast: 120,
    minutes: 5,
  },
  {
    id: 'Throttled',
    runbook: 'something-is-throttled',
    says: 'Functions or the table are throttled.',
    metric: throttlesOf(table),
    atLeast: 5,
    minutes: 3,
  },
  {
    id: 'NoticesGivenUp',
    runbook: 'notices-are-given-up',
    says: 'The webhook of the county does not take notices.',
    metric: figures.givenUp,
  },
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
