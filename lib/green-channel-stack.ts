import { Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { Grant } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { AudienceApi } from './constructs/audience-api.ts';
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
  /** Whether the gateway asks for tokens; only where it can reach the issuer. */
  readonly gatewayAuthorizer: boolean;
  /** Routes that anybody may call. */
  readonly openRoutes: boolean;
  readonly bundling: boolean;
}

/** The picture of the system, in the order goods flow: asked for, approved, divided, carried, received. */
export class GreenChannelStack extends Stack {
  constructor(scope: Construct, id: string, props: GreenChannelStackProps) {
    super(scope, id, props);
    const { table, failures } = props.stateful;
    const house: House = { table, bundling: props.bundling };
    const run = (name: string, made: TaskFunctionProps) => new TaskFunction(this, name, house, made);
    const machines = {
      MACHINE_REQUEST: machineArn(this, 'request'),
      MACHINE_CONSIGNMENT: machineArn(this, 'consignment'),
    };
    const command = [
      'GetItem',
      'BatchGetItem',
      'Query',
      'PutItem',
      'UpdateItem',
      'DeleteItem',
      'ConditionCheckItem',
    ] as const;

    const issuer = props.issuer ?? new SignIn(this, 'SignIn').issuer;
    const oidc = { ISSUER: issuer.url, JWKS_URI: issuer.jwksUri, AUDIENCE: issuer.audience };
    const staff = run('Staff', {
      entry: 'functions/api/staff.handler.ts',
      rights: command,
      indexes: ['GSI1', 'GSI2'],
      env: oidc,
    });
    const point = run('Point', {
      entry: 'functions/api/point.handler.ts',
      rights: command,
      indexes: ['GSI1', 'GSI2'],
      env: oidc,
    });
    const open = run('Public', { entry: 'functions/api/public.handler.ts', rights: ['GetItem'] });

    const awaiting = run('Await', { entry: 'functions/workflow/await.handler.ts', rights: command });
    const failing = run('Fail', { entry: 'functions/workflow/fail.handler.ts', rights: command });
    const assess = run('Assess', {
      entry: 'functions/approval/assess.handler.ts',
      rights: command,
      indexes: ['GSI1', 'GSI2'],
    });
    const escalate = run('Escalate', { entry: 'functions/approval/escalate.handler.ts', rights: command });
    const remindOfGoods = run('RemindOfGoods', { entry: 'functions/request/remind.handler.ts', rights: command });
    requestWorkflow(this, { assess, escalate, remind: remindOfGoods, awaiting, failing });

    const divide = run('Divide', {
      entry: 'functions/allocation/divide.handler.ts',
      rights: command,
      indexes: ['GSI2'],
      timeout: Duration.minutes(1),
    });
    new StreamConsumer(this, 'Allocation', {
      table,
      failures,
      consumer: divide,
      filters: [
        { eventName: ['INSERT', 'MODIFY'], dynamodb: { NewImage: { type: { S: ['balance', 'open', 'line'] } } } },
      ],
      batchSize: 100,
    });

    const remindOfDelivery = run('RemindOfDelivery', {
      entry: 'functions/delivery/remind.handler.ts',
      rights: command,
    });
    const settle = run('Settle', { entry: 'functions/delivery/settle.handler.ts', rights: command });
    deliveryWorkflow(this, { remind: remindOfDelivery, settle, awaiting, failing });

    const wake = run('Wake', {
      entry: 'functions/workflow/wake.handler.ts',
      rights: command,
      indexes: ['GSI1', 'GSI2'],
      env: machines,
      timeout: Duration.minutes(1),
    });
    const timelineRow = { type: { S: ['request', 'consignment'] } };
    new StreamConsumer(this, 'Timelines', {
      table,
      failures,
      consumer: wake,
      filters: [
        { dynamodb: { NewImage: { ...timelineRow, start: { S: [{ exists: true }] } } } },
        { dynamodb: { NewImage: { ...timelineRow, resume: { M: { token: { S: [{ exists: true }] } } } } } },
        { dynamodb: { NewImage: { type: { S: ['line'] }, tier: { N: ['1'] } } } },
      ],
      batchSize: 25,
    });
    const sweep = run('Sweep', {
      entry: 'functions/workflow/sweep.handler.ts',
      rights: command,
      indexes: ['GSI1', 'GSI2'],
      env: machines,
      timeout: Duration.minutes(1),
    });
    new Schedule(this, 'Minute', { every: Duration.minutes(1), run: sweep });

    const all = [machines.MACHINE_REQUEST, machines.MACHINE_CONSIGNMENT];
    Grant.addToPrincipal({ grantee: awaiting, actions: ['states:SendTaskSuccess'], resourceArns: all });
    for (const grantee of [wake, sweep])
      Grant.addToPrincipal({
        grantee,
        actions: ['states:StartExecution', 'states:SendTaskSuccess'],
        resourceArns: all,
      });

    new AudienceApi(this, 'Audiences', {
      issuer: props.gatewayAuthorizer ? issuer : undefined,
      signedIn: [
        { method: HttpMethod.ANY, path: '/staff/{proxy+}', app: staff },
        { method: HttpMethod.ANY, path: '/point/{proxy+}', app: point },
      ],
      open: props.openRoutes
        ? [
            { method: HttpMethod.GET, path: '/health', app: open },
            { method: HttpMethod.GET, path: '/public/{proxy+}', app: open },
            { method: HttpMethod.GET, path: '/staff/openapi.json', app: staff },
            { method: HttpMethod.GET, path: '/point/openapi.json', app: point },
          ]
        : [],
    });
  }
}
