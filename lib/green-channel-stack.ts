import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { KINDS } from '../functions/workflow/kinds.ts';
import { audiences } from './audiences.ts';
import { Monitoring } from './constructs/monitoring.ts';
import { Schedule } from './constructs/schedule.ts';
import { type Issuer, SignIn } from './constructs/sign-in.ts';
import { StreamConsumer } from './constructs/stream-consumer.ts';
import { type Restored, restoredTable } from './constructs/supply-table.ts';
import { type House, TaskFunction } from './constructs/task-function.ts';
import { postFunction, type Webhook } from './notices.ts';
import type { StatefulStack } from './stateful-stack.ts';
import { chaseWorkflows } from './workflows/chase.ts';
import { deliveryWorkflow } from './workflows/delivery.ts';
import { distributionWorkflow } from './workflows/distribution.ts';
import { donationWorkflow } from './workflows/donation.ts';
import { dutyFunctions, recovery, timelineFunctions } from './workflows/functions.ts';
import { importWorkflow } from './workflows/import.ts';
import { purchaseWorkflow } from './workflows/purchase.ts';
import { requestWorkflow } from './workflows/request.ts';

export interface GreenChannelStackProps extends StackProps {
  readonly stateful: StatefulStack;
  /** None given: a user pool of our own. */
  readonly issuer: Issuer | undefined;
  readonly gatewayAuthorizer: boolean;
  readonly openRoutes: boolean;
  /** Where notices are also sent; none given: nowhere. */
  readonly webhook: Webhook | undefined;
  readonly bundling: boolean;
  /** A table brought back from a point in time, to be used in place of that of the stateful stack. */
  readonly restored: Restored | undefined;
}

/** The picture of the system, in the order goods flow: asked for, approved, bought, given, divided, carried, received. */
export class GreenChannelStack extends Stack {
  constructor(
    scope: Construct,
    id: string,
    { stateful, bundling, gatewayAuthorizer, openRoutes, webhook, restored, ...props }: GreenChannelStackProps,
  ) {
    super(scope, id, props);
    const { failures, exported } = stateful;
    const table = restored === undefined ? stateful.table : restoredTable(this, restored);
    const house: House = { table, bundling };
    const stream = {
      ...exported,
      ...(restored !== undefined && { table: { exportName: findingOf(restored), arn: table.tableArn } }),
      stream: table.streamArn,
    };

    // Asked for: by staff, by a point for itself.
    const issuer = props.issuer ?? new SignIn(this, 'SignIn').issuer;
    const api = audiences(this, house, { issuer, gatewayAuthorizer, openRoutes });

    // Approved: at once, by a person, or after silence.
    const shared = timelineFunctions(this, house);
    const requests = requestWorkflow(this, house, shared);

    // Bought: what the pool lacks.
    const purchases = purchaseWorkflow(this, house, shared);

    // Given: goods and money, screened and taken in under their wish.
    const donations = donationWorkflow(this, house, shared);

    // Planned: what nobody asked for, to everybody by norm.
    const distributions = distributionWorkflow(this, house, shared);

    // Divided: the pool among the needs, the front line first.
    const divide = new TaskFunction(this, 'Divide', house, {
      entry: 'functions/allocation/divide.handler.ts',
      rights: ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'],
      timeout: Duration.minutes(1),
    });
    new StreamConsumer(this, 'Allocation', {
      ...stream,
      consumer: divide,
      filters: [written({ type: { S: ['balance', 'open', 'line'] } })],
      batchSize: 100,
    });

    // Carried and received.
    const deliveries = deliveryWorkflow(this, house, shared);
    // What waits for one thing only, and what the pool lacks and was asked for from above.
    const chases = chaseWorkflows(this, house, shared);

    // Written down before: a sheet's rows become what people would have entered one by one.
    const imports = importWorkflow(this, house, shared);

    // Woken: what a commit owes is done by the stream, and what the stream missed by the sweep.
    const { wake, sweep } = dutyFunctions(this, house);
    const timelineRow = { type: { S: KINDS } };
    new StreamConsumer(this, 'Timelines', {
      ...stream,
      consumer: wake,
      filters: [
        written({ ...timelineRow, start: { S: PRESENT } }),
        written({ ...timelineRow, resume: { M: { token: { S: PRESENT } } } }),
        written({ ...timelineRow, over: { M: { since: { S: PRESENT } } } }),
        written({ type: { S: ['line'] }, tier: { N: ['1'] }, status: { S: ['open'] } }),
      ],
      batchSize: 25,
    });
    new Schedule(this, 'EveryMinute', { every: Duration.minutes(1), run: sweep });

    // Told: whoever is waited for, also out of the house. Apart from the sweep, which waits for no receiver.
    new Schedule(this, 'EveryMinuteNotices', { every: Duration.minutes(1), run: postFunction(this, house, webhook) });
    // Added up: all books, a part of them every ten minutes.
    const reconciler = new TaskFunction(this, 'Reconcile', house, {
      entry: 'functions/operations/reconcile.handler.ts',
      rights: ['GetItem', 'BatchGetItem', 'Query', 'PutItem'],
      indexes: ['GSI1', 'GSI2'],
      timeout: Duration.minutes(5),
    });
    new Schedule(this, 'EveryTenMinutes', { every: Duration.minutes(10), run: reconciler });

    // Brought back: after a restore, by an operator.
    recovery(this, house);

    const { topic } = new Monitoring(this, 'Monitoring', {
      consumers: [divide, wake],
      failuresBucket: failures.bucketName,
      workflows: {
        ...{ Request: requests, Delivery: deliveries, ...chases, Import: imports },
        Purchase: purchases,
        Donation: donations,
        Distribution: distributions,
      },
      sweep,
      reconciler,
      api,
      table,
    });

    new CfnOutput(this, 'ApiUrl', { value: api.apiEndpoint });
    new CfnOutput(this, 'Issuer', { value: issuer.url });
    new CfnOutput(this, 'Audience', { value: issuer.audience });
    new CfnOutput(this, 'AlarmTopic', { value: topic.topicArn });
    new CfnOutput(this, 'FailuresBucket', { value: failures.bucketName });
  }
}

/** As a finding names the table. */
const findingOf = ({ table }: Restored): string =>
  `arn:<AWS::Partition>:dynamodb:<AWS::Region>:<AWS::AccountId>:table/${table}`;

const PRESENT = [{ exists: true }];
const written = (row: object): object => ({ eventName: ['INSERT', 'MODIFY'], dynamodb: { NewImage: row } });
