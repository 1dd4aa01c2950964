import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Deployment, readDeployment } from '../../local/template/deployment.ts';

interface FixtureResource {
  Type: string;
  Properties: Record<string, unknown>;
  Metadata?: Record<string, unknown>;
  Condition?: string;
}
export interface Fixture {
  stateful: { Resources: Record<string, FixtureResource>; Outputs: Record<string, unknown> };
  stack: { Resources: Record<string, FixtureResource> };
}

const att = (id: string, name = 'Arn') => ({ 'Fn::GetAtt': [id, name] });
const imported = (name: string) => ({ 'Fn::ImportValue': `stateful:${name}` });
const output = (name: string, Value: unknown) => ({ Value, Export: { Name: `stateful:${name}` } });
export const statement = (Action: string | string[], Resource: unknown) => ({ Effect: 'Allow', Action, Resource });

/** A small deployment with one of everything, as the construct library would write it. */
export const fixture = (): Fixture => ({
  stateful: {
    Resources: {
      Supply: {
        Type: 'AWS::DynamoDB::Table',
        Properties: {
          AttributeDefinitions: ['PK', 'SK', 'GSI1PK', 'GSI1SK'].map((AttributeName) => ({
            AttributeName,
            AttributeType: 'S',
          })),
          KeySchema: [
            { AttributeName: 'PK', KeyType: 'HASH' },
            { AttributeName: 'SK', KeyType: 'RANGE' },
          ],
          GlobalSecondaryIndexes: [
            {
              IndexName: 'GSI1',
              KeySchema: [
                { AttributeName: 'GSI1PK', KeyType: 'HASH' },
                { AttributeName: 'GSI1SK', KeyType: 'RANGE' },
              ],
              Projection: { ProjectionType: 'ALL' },
            },
          ],
          BillingMode: 'PAY_PER_REQUEST',
          StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
        },
      },
    },
    Outputs: {
      Name: output('TableName', { Ref: 'Supply' }),
      Arn: output('TableArn', att('Supply')),
      Stream: output('Stream', att('Supply', 'StreamArn')),
    },
  },
  stack: {
    Resources: {
      Role: {
        Type: 'AWS::IAM::Role',
        Properties: { AssumeRolePolicyDocument: { Statement: [], Version: '2012-10-17' } },
      },
      Policy: {
        Type: 'AWS::IAM::Policy',
        Properties: {
          PolicyName: 'Policy',
          Roles: [{ Ref: 'Role' }],
          PolicyDocument: {
            Version: '2012-10-17',
            Statement: [
              statement(['dynamodb:GetItem', 'dynamodb:PutItem'], imported('TableArn')),
              statement('dynamodb:Query', { 'Fn::Join': ['', [imported('TableArn'), '/index/GSI1']] }),
              statement(
                ['dynamodb:DescribeStream', 'dynamodb:GetShardIterator', 'dynamodb:GetRecords'],
                imported('Stream'),
              ),
              statement('lambda:InvokeFunction', att('Staff')),
            ],
          },
        },
      },
      Staff: {
        Type: 'AWS::Lambda::Function',
        Metadata: { 'green-channel:entry': 'functions/api/staff.handler.ts' },
        Properties: {
          Code: { ZipFile: '//' },
          Environment: {
            Variables: {
              TABLE_NAME: imported('TableName'),
              // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's own syntax
              WHERE: { 'Fn::Sub': '${AWS::Partition}/${Role.Arn}/${!Literal}' },
              NOTHING: { Ref: 'AWS::NoValue' },
            },
          },
          Handler: 'index.handler',
          Role: att('Role'),
          Runtime: 'nodejs24.x',
          Timeout: 30,
        },
      },
      Machine: {
        Type: 'AWS::StepFunctions::StateMachine',
        Properties: {
          StateMachineName: 'house-request',
          DefinitionString: { 'Fn::Join': ['', ['{"StartAt":"A","States":{"A":"', att('Staff'), '"}}']] },
          RoleArn: att('Role'),
        },
      },
      Mapping: {
        Type: 'AWS::Lambda::EventSourceMapping',
        Properties: {
          EventSourceArn: imported('Stream'),
          FunctionName: { Ref: 'Staff' },
          StartingPosition: 'TRIM_HORIZON',
          BatchSize: 25,
          MaximumRetryAttempts: 8,
          MaximumRecordAgeInSeconds: 3600,
          FunctionResponseTypes: ['ReportBatchItemFailures'],
          BisectBatchOnFunctionError: true,
          FilterCriteria: { Filters: [{ Pattern: '{"eventName":["INSERT"]}' }] },
          DestinationConfig: { OnFailure: { Destination: 'arn:aws:s3:::failures' } },
        },
      },
      Minute: {
        Type: 'AWS::Events::Rule',
        Properties: {
          ScheduleExpression: 'rate(1 minute)',
          State: 'ENABLED',
          Targets: [
            { Arn: att('Staff'), Id: 'T', RetryPolicy: { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 } },
          ],
        },
      },
      Integration: {
        Type: 'AWS::ApiGatewayV2::Integration',
        Properties: {
          ApiId: 'Api',
          IntegrationType: 'AWS_PROXY',
          IntegrationUri: att('Staff'),
          PayloadFormatVersion: '2.0',
        },
      },
      Route: {
        Type: 'AWS::ApiGatewayV2::Route',
        Properties: {
          ApiId: 'Api',
          RouteKey: 'ANY /staff/{proxy+}',
          Target: { 'Fn::Join': ['', ['integrations/', { Ref: 'Integration' }]] },
        },
      },
      Alarm: { Type: 'AWS::CloudWatch::Alarm', Properties: { Anything: { 'Fn::Select': [0, ['a']] } } },
    },
  },
});

/** Reads a fixture as the host reads a synthesised assembly. */
export const deploymentOf = (found: Fixture): Deployment => {
  const folder = mkdtempSync(join(tmpdir(), 'template-'));
  try {
    for (const name of ['stateful', 'stack'] as const)
      writeFileSync(join(folder, `${name}.template.json`), JSON.stringify(found[name]));
    return readDeployment(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
};
