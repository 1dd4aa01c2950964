import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import type { Construct } from 'constructs';
import { KINDS, machineVariable } from '../functions/workflow/kinds.ts';
import { AudienceApi } from './constructs/audience-api.ts';
import { Monitoring } from './constructs/monitoring.ts';
import { Schedule } from './constructs/schedule.ts';
import { type Issuer, SignIn } from './constructs/sign-in.ts';
import { StreamConsumer } from './constructs/stream-consumer.ts';
import { type House, TaskFunction, type TaskFunctionProps } from './constructs/task-function.ts';
import type { StatefulStack } from './stateful-stack.ts';
import { deliveryWorkflow } from './workflows/delivery.ts';
import { requestWorkflow } from './workflows/request.ts';
import { machineArn } from './workflows/workflow.ts';

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
  constructor(scope: Construct, id: string, { stateful, openRoutes, ...props }: GreenChannelStackProps) {
    super(scope, id, props);
    const { table, failures, exported } = stateful;
    const house: House = { table, bundling: props.bundling };
    const run = (name: string, made: TaskFunctionProps) => new TaskFunction(this, name, house, made);
    const stream = { ...exported, stream: table.streamArn };
    const machines = Object.fromEntries(KINDS.map((kind) => [machineVariable(kind), machineArn(this, kind)]));

    // Asked for: by staff, by a point for itself.
    const issuer = props.issuer ?? new SignIn(this, 'SignIn').issuer;
    const signedIn = { ISSUER: issuer.url, JWKS_URI: issuer.jwksUri, AUDIENCE: issuer.audience };
    const staff = run('Staff', {
      entry: 'functions/api/staff.handler.ts',
      rights: ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem'],
      indexes: ['GSI1', 'GSI2'],
      env: signedIn,
    });
    const point = run('Point', {
      entry: 'functions/api/point.handler.ts',
      rights: ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem'],
      indexes: ['GSI2'],
      env: signedIn,
    });
    const anybody = run('Public', { entry: 'functions/api/public.handler.ts', rights: [] });
    const { api } = new AudienceApi(this, 'Audiences', {
      issuer: props.gatewayAuthorizer ? issuer : undefined,
      signedIn: [
        { method: HttpMethod.ANY, path: '/staff/{proxy+}', app: staff },
        { method: HttpMethod.ANY, path: '/point/{proxy+}', app: point },
      ],
      open: openRoutes
        ? [
            { method: HttpMethod.GET, path: '/health', app: anybody },
            { method: HttpMethod.GET, path: '/public/{proxy+}', app: anybody },
            { method: HttpMethod.GET, path: '/staff/openapi.json', app: staff },
            { method: HttpMethod.GET, path: '/point/openapi.json', app: point },
          ]
        : [],
    });

    // Approved: at once, by a person, or after silence.
    const timeline = {
      awaiting: run('Await', { entry: 'functions/workflow/await.handler.ts', rights: ['GetItem', 'PutItem'] }),
      failing: run('Fail', { entry: 'functions/workflow/fail.handler.ts', rights: ['GetItem', 'PutItem'] }),
    };
    const requests = requestWorkflow(this, {
      ...timeline,
      assess: run('Assess', {
        entry: 'functions/approval/assess.handler.ts',
        rights: ['GetItem', 'BatchGetItem', 'Query', 'PutItem'],
      }),
      escalate: run('Escalate', {
        entry: 'functions/approval/escalate.handler.ts',
        rights: ['GetItem', 'BatchGetItem', 'Query', 'PutItem'],
      }),
      remind: run('RemindOfGoods', {
        entry: 'functions/request/remind.handler.ts',
        rights: ['GetItem', 'Query', 'PutItem'],
      }),
    });

    // Divided: the pool among the needs, the front line first.
    const divide = run('Divide', {
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
    const deliveries = deliveryWorkflow(this, {
      ...timeline,
      remind: run('RemindOfDelivery', {
        entry: 'functions/delivery/remind.handler.ts',
        rights: ['GetItem', 'BatchGetItem', 'PutItem', 'DeleteItem'],
        indexes: ['GSI2'],
      }),
      settle: run('Settle', { entry: 'functions/delivery/settle.handler.ts', rights: ['GetItem', 'Query', 'PutItem'] }),
    });

    // Woken: what a commit owes is done by the stream, and what the stream missed by the sweep.
    const wake = run('Wake', {
      entry: 'functions/workflow/wake.handler.ts',
      rights: ['GetItem', 'BatchGetItem', 'PutItem'],
      indexes: ['GSI2'],
      env: machines,
      timeout: Duration.minutes(1),
    });
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
    const sweep = run('Sweep', {
      entry: 'functions/workflow/sweep.handler.ts',
      rights: ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'],
      indexes: ['GSI1'],
      env: machines,
      timeout: Duration.minutes(1),
    });
    new Schedule(this, 'EveryMinute', { every: Duration.minutes(1), run: sweep });
    const machineArns = Object.values(machines);
    timeline.awaiting.permit(['states:SendTaskSuccess'], machineArns);
    for (const duty of [wake, sweep]) duty.permit(['states:StartExecution', 'states:SendTaskSuccess'], machineArns);

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
