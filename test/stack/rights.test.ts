import { globSync } from 'node:fs';
import { buildSync } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { readable, synthesised } from '../support/synthesised.ts';

const { of } = synthesised({ target: 'aws' });
const policies = of('AWS::IAM::Policy');
const functions = of('AWS::Lambda::Function');

interface Statement {
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource: unknown;
}

/** A resource by the name it has in the picture of the system. */
const named = (resource: unknown): string =>
  readable(resource)
    .replace(/<ExportsOutputFnGetAttSupply\w+StreamArn\w+>/, 'stream')
    .replace(/<ExportsOutputFnGetAttSupply\w+?Arn\w+>|<green-channel-stateful-supply-table>/, 'table')
    .replace('<green-channel-stateful-failures>', 'failures')
    .replace(/^arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:stateMachine:green-channel-/, 'machine ')
    .replace(/<(\w+?)Log\w{8}\.Arn>/, 'its log')
    .replace(/<(\w+?)\w{8}\.Arn>/, '$1');

/** Everything a role may do, one line a right: `dynamodb:GetItem table`. */
const rightsOf = (roleId: string): string[] =>
  policies
    .filter(({ Properties }) => Properties['Roles'].some((role: { Ref: string }) => role.Ref === roleId))
    .flatMap(({ Properties }): Statement[] => Properties['PolicyDocument'].Statement)
    .flatMap(({ Effect, Action, Resource }) => {
      expect(Effect).toBe('Allow');
      return [Resource].flat().flatMap((on) => [Action].flat().map((action) => `${action} ${named(on)}`));
    })
    .sort();

const LOG = ['logs:CreateLogStream its log', 'logs:PutLogEvents its log'];
const table = (...actions: string[]) => actions.map((action) => `dynamodb:${action} table`);
const index = (...names: string[]) => names.map((name) => `dynamodb:Query table/index/${name}`);
const READER = [
  ...['DescribeStream', 'GetRecords', 'GetShardIterator'].map((action) => `dynamodb:${action} stream`),
  'dynamodb:ListStreams table/stream/*',
  's3:ListBucket failures',
  's3:PutObject failures/aws/lambda/*',
];
const MACHINES = [
  'request',
  'consignment',
  'shortfall',
  'dispatch-paper',
  'emergency-issue',
  'gap',
  'appeal',
  'purchase',
  'donation',
  'distribution-plan',
  'import',
];
const onMachines = (action: string) => MACHINES.map((name) => `states:${action} machine ${name}`);
const DUTIES = ['StartExecution', 'SendTaskSuccess'].flatMap(onMachines);

const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  'functions/api/staff.handler.ts': [
    ...table('GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem'),
    ...index('GSI1', 'GSI2'),
  ],
  'functions/api/point.handler.ts': [
    ...table('GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'ConditionCheckItem'),
    ...index('GSI1', 'GSI2'),
  ],
  'functions/api/donor.handler.ts': [
    ...table('GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem'),
    ...index('GSI1'),
  ],
  'functions/api/public.handler.ts': table('BatchGetItem', 'Query'),
  'functions/distribution/escalate.handler.ts': table('GetItem', 'BatchGetItem', 'PutItem'),
  'functions/distribution/open.handler.ts': [
    ...table('GetItem', 'BatchGetItem', 'Query', 'PutItem', 'ConditionCheckItem'),
    ...index('GSI2'),
  ],
  'functions/donation/screen.handler.ts': table('GetItem', 'BatchGetItem', 'Query', 'PutItem'),
  'functions/donation/release.handler.ts': [
    ...table('GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'ConditionCheckItem'),
  ],
  'functions/donation/remind.handler.ts': table('GetItem', 'BatchGetItem', 'Query', 'PutItem'),
  'functions/donation/look.handler.ts': table('GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem'),
  'functions/approval/assess.handler.ts': [...table('GetItem', 'BatchGetItem', 'Query', 'PutItem'), ...index('GSI2')],
  'functions/approval/escalate.handler.ts': [...table('GetItem', 'BatchGetItem', 'Query', 'PutItem'), ...index('GSI2')],
  'functions/notices/post.handler.ts': [...table('GetItem', 'Query', 'PutItem'), ...index('GSI1')],
  'functions/request/remind.handler.ts': table('GetItem', 'BatchGetItem', 'Query', 'PutItem'),
  'functions/allocation/divide.handler.ts': [
    ...table('GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'),
    ...READER,
  ],
  'functions/delivery/remind.handler.ts': [
    ...table('GetItem', 'BatchGetItem', 'PutItem', 'DeleteItem'),
    ...index('GSI2'),
  ],
  'functions/imports/book.handler.ts': [
    ...table('GetItem', 'BatchGetItem', 'Query', 'PutItem', 'DeleteItem', 'ConditionCheckItem'),
    ...index('GSI1', 'GSI2'),
  ],
  'functions/delivery/settle.handler.ts': table('GetItem', 'Query', 'PutItem'),
  'functions/workflow/chase.handler.ts': table('GetItem', 'BatchGetItem', 'PutItem'),
  'functions/purchase/assess.handler.ts': table('GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem'),
  'functions/purchase/escalate.handler.ts': table('GetItem', 'BatchGetItem', 'PutItem'),
  'functions/purchase/follow.handler.ts': table('GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem'),
  'functions/purchase/papers.handler.ts': table('GetItem', 'PutItem'),
  'functions/purchase/remind.handler.ts': table('GetItem', 'BatchGetItem', 'PutItem'),
  'functions/workflow/await.handler.ts': [...table('GetItem', 'PutItem'), ...onMachines('SendTaskSuccess')],
  'functions/workflow/fail.handler.ts': table('GetItem', 'PutItem'),
  'functions/workflow/wake.handler.ts': [
    ...table('GetItem', 'BatchGetItem', 'PutItem', 'ConditionCheckItem'),
    ...index('GSI2'),
    ...DUTIES,
    ...READER,
  ],
  'functions/operations/reconcile.handler.ts': [
    ...table('GetItem', 'BatchGetItem', 'Query', 'PutItem'),
    ...index('GSI1', 'GSI2'),
  ],
  'functions/workflow/recover.handler.ts': [
    ...table('GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'),
    ...index('GSI1'),
  ],
  'functions/workflow/sweep.handler.ts': [
    ...table('GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem'),
    ...index('GSI1'),
    ...DUTIES,
  ],
};

describe('every function may do exactly what it is for', () => {
  it('and every function is named here', () => {
    expect(functions.map(({ Metadata }) => Metadata['green-channel:entry']).sort()).toEqual(
      Object.keys(EXPECTED).sort(),
    );
  });

  it.each(functions.map(({ Metadata, Properties }) => [String(Metadata['green-channel:entry']), Properties] as const))(
    '%s',
    (entry, properties) => {
      const [role] = properties['Role']['Fn::GetAtt'];
      expect(rightsOf(role)).toEqual([...(EXPECTED[entry] ?? []), ...LOG].sort());
    },
  );

  it('by a role that no other function has, and no managed policy', () => {
    const roles = functions.map(({ Properties }) => Properties['Role']['Fn::GetAtt'][0]);
    expect(new Set(roles).size).toBe(functions.length);
    for (const { Properties } of of('AWS::IAM::Role')) {
      expect(Properties).not.toHaveProperty('ManagedPolicyArns');
      expect(Properties).not.toHaveProperty('Policies');
    }
  });
});

/** What shows in a function's code that it uses a right. */
const USES: Readonly<Record<string, RegExp>> = {
  'dynamodb:GetItem table': /new GetCommand\(/,
  'dynamodb:BatchGetItem table': /new BatchGetCommand\(/,
  'dynamodb:Query table': /\bpartition\(/,
  'dynamodb:Query table/index/GSI1': /index: "GSI1"/,
  'dynamodb:Query table/index/GSI2': /index: "GSI2"/,
  'dynamodb:PutItem table': /kind: "put"/,
  'dynamodb:UpdateItem table': /kind: "update"|new UpdateCommand\(/,
  'dynamodb:DeleteItem table': /kind: "delete"/,
  'dynamodb:ConditionCheckItem table': /kind: "check"/,
};

describe('no function may do what its code has no use for', () => {
  it.each(globSync('functions/**/*.handler.ts').sort())('%s', (entry) => {
    // What is left when all that the handler cannot reach is taken away.
    const { outputFiles } = buildSync({
      entryPoints: [entry],
      bundle: true,
      packages: 'external',
      format: 'esm',
      write: false,
    });
    const code = outputFiles[0]?.text ?? '';
    const idle = (EXPECTED[entry] ?? []).filter((right) => USES[right]?.test(code) === false);
    expect(idle).toEqual([]);
  });
});

describe('every machine may do exactly what it is for', () => {
  const WITHOUT_RESOURCES = /^(logs|xray):\w+ \*$/;
  it.each([
    ['green-channel-request', ['Assess', 'Await', 'Escalate', 'Fail', 'RemindOfGoods']],
    ['green-channel-consignment', ['Await', 'Fail', 'RemindOfDelivery', 'Settle']],
    ['green-channel-donation', ['Await', 'Fail', 'LookAfterGift', 'ReleaseGift', 'RemindOfGift', 'ScreenGift']],
    [
      'green-channel-purchase',
      [
        ...['AssessPurchase', 'Await', 'EscalatePurchase', 'Fail', 'FollowOrders'],
        ...['RemindOfMissingPapers', 'RemindOfPurchase'],
      ],
    ],
    ['green-channel-distribution-plan', ['Await', 'EscalatePlan', 'Fail', 'OpenNeeds']],
    ['green-channel-import', ['Book', 'Fail']],
  ])('%s', (name, steps) => {
    const machine = of('AWS::StepFunctions::StateMachine').find((one) => one.Properties['StateMachineName'] === name);
    const rights = rightsOf(machine?.Properties['RoleArn']['Fn::GetAtt'][0]);
    expect(rights.filter((right) => !WITHOUT_RESOURCES.test(right))).toEqual(
      steps.map((step) => `lambda:InvokeFunction ${step}`),
    );
  });
});

it('no right is wider than it must be: the only wildcards are those that a reason is given for', () => {
  const roles = of('AWS::IAM::Role').map(({ id }) => id);
  const wide = new Set(roles.flatMap(rightsOf).filter((right) => right.includes('*')));
  expect([...wide].filter((right) => !/^(logs|xray):\w+ \*$/.test(right)).sort()).toEqual([
    'dynamodb:ListStreams table/stream/*',
    's3:PutObject failures/aws/lambda/*',
  ]);
});
