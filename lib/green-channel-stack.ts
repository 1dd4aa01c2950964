import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { KINDS } from '../functions/workflow/kinds.ts';
import { audiences } from './audiences.ts';
import { Monitoring } from './constructs/monitoring.ts';
import { Schedule } from './constructs/schedule.ts';
import { type Issuer, SignIn } from './constructs/sign-in.ts';
import { StreamConsumer } from './constructs/stream-consumer.ts';
import { type House, TaskFunction } from './constructs/task-function.ts';
import type { StatefulStack } from './stateful-stack.ts';
import { deliveryWorkflow } from './workflows/delivery.ts';
import { dutyFunctions, recovery, timelineFunctions } from './workflows/functions.ts';
import { requestWorkflow } from './workflows/request.ts';

export interface GreenChannelStackProps extends StackProps {
  readonly stateful: StatefulStack;
  /** None given: a user pool of our own. */
  readonly issuer: Issuer | undefined;
  readonly gatewayAuthorizer: boolean;
  readonly openRoutes: boolean;
  readonly bundling: boolean;
}

/** The picture of the system, in the order goods flow: asked for, approved, divided, carried, received. */
export class GreenChannelStack extends Stack {
  constructor(
    scope: Construct,
    id: string,
    { stateful, bundling, gatewayAuthorizer, openRoutes, ...props }: GreenChannelStackProps,
  ) {
    super(scope, id, props);
    const { table, failures, exported } = stateful;
    const house: House = { table, bundling };
    const stream = { ...exported, stream: table.streamArn };

    // Asked for: by staff, by a point for itself.
    const issuer = props.issuer ?? new SignIn(this, 'SignIn').issuer;
    const api = audiences(this, house, { issuer, gatewayAuthorizer, openRoutes });

    // Approved: at once, by a person, or after silence.
    const shared = timelineFunctions(this, house);
    const requests = requestWorkflow(this, house, shared);

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

    // Woken: what a commit owes is done by the stream, and what the stream missed by the sweep.
    const { wake, sweep } = dutyFunctions(this, house);
    const timelineRow = { type: { S: KINDS } };
    new StreamConsumer(this, 'Timelines', {
      ...stream,
      consumer: wake,
      filters: [
        written({ ...timelineRow, start: { S: PRESENT } }),
        written({ ...timelineRow, resume: { M: { token: { S: PRESENT } } } }),
        written({ type: { S: ['line'] }, tier: { N: ['1'] }, status: { S: ['open'] } }),
      ],
      batchSize: 25,
    });
    new Schedule(this, 'EveryMinute', { every: Duration.minutes(1), run: sweep });

    // Brought back: after a restore, by an operator.
    recovery(this, house);

    const { topic } = new Monitoring(this, 'Monitoring', {
      consumers: [divide, wake],
      failuresBucket: failures.bucketName,
      workflows: { Request: requests, Delivery: deliveries },
      sweep,
      api,
    });

    new CfnOutput(this, 'ApiUrl', { value: api.apiEndpoint });
    new CfnOutput(this, 'Issuer', { value: issuer.url });
    new CfnOutput(this, 'Audience', { value: issuer.audience });
    new CfnOutput(this, 'AlarmTopic', { value: topic.topicArn });
    new CfnOutput(this, 'FailuresBucket', { value: failures.bucketName });
  }
}

const PRESENT = [{ exists: true }];
const written = (row: object): object => ({ eventName: ['INSERT', 'MODIFY'], dynamodb: { NewImage: row } });
