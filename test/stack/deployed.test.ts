import { Match, type Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { KINDS } from '../../functions/workflow/kinds.ts';
import { readable, synthesised } from '../support/synthesised.ts';

const { templates, of } = synthesised({ target: 'aws' });
const [stateful, main] = templates as [Template, Template];

describe('what must never be lost', () => {
  it('survives a mistaken deploy: the table, the user pool and the buckets are kept', () => {
    stateful.allResources('AWS::DynamoDB::Table', { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    stateful.allResources('AWS::S3::Bucket', { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    main.allResources('AWS::Cognito::UserPool', { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
  });

  it('is one table on demand, encrypted, with backups to the second and a stream of both images', () => {
    stateful.resourceCountIs('AWS::DynamoDB::Table', 1);
    const key = (name: string) => [
      { AttributeName: `${name}PK`, KeyType: 'HASH' },
      { AttributeName: `${name}SK`, KeyType: 'RANGE' },
    ];
    const index = (IndexName: string) => ({
      IndexName,
      KeySchema: key(IndexName),
      Projection: { ProjectionType: 'ALL' },
    });
    stateful.hasResourceProperties('AWS::DynamoDB::Table', {
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: key(''),
      GlobalSecondaryIndexes: ['GSI1', 'GSI2', 'GSI3'].map(index),
      AttributeDefinitions: ['', 'GSI1', 'GSI2', 'GSI3'].flatMap((name) => [
        { AttributeName: `${name}PK`, AttributeType: 'S' },
        { AttributeName: `${name}SK`, AttributeType: 'S' },
      ]),
      StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
      SSESpecification: { SSEEnabled: true },
      DeletionProtectionEnabled: true,
    });
  });

  it('keeps set-aside records from the public and from plain HTTP, for a year', () => {
    stateful.allResourcesProperties('AWS::S3::Bucket', {
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      LifecycleConfiguration: { Rules: [Match.objectLike({ ExpirationInDays: 365, Status: 'Enabled' })] },
    });
    stateful.allResourcesProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
        ]),
      },
    });
  });

  it('keeps every log for a year, longer than the law asks', () => {
    main.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 365 });
  });
});

describe('functions', () => {
  it('run on the Node.js that the tests run on, with a time limit and a log of their own', () => {
    main.allResourcesProperties('AWS::Lambda::Function', {
      Runtime: `nodejs${process.versions.node.split('.')[0]}.x`,
      Architectures: ['arm64'],
      Timeout: Match.anyValue(),
      LoggingConfig: { LogFormat: 'JSON', LogGroup: Match.anyValue() },
      Environment: { Variables: Match.objectLike({ TABLE_NAME: Match.anyValue() }) },
    });
    const logs = of('AWS::Lambda::Function').map(({ Properties }) => readable(Properties['LoggingConfig'].LogGroup));
    expect(new Set(logs).size).toBe(of('AWS::Lambda::Function').length);
  });

  it('say which file they are, each another', () => {
    const entries = of('AWS::Lambda::Function').map(({ Metadata }) => Metadata['green-channel:entry']);
    expect(new Set(entries).size).toBe(entries.length);
    for (const entry of entries) expect(entry).toMatch(/^functions\/[a-z]+\/[a-z]+\.handler\.ts$/);
  });
});

describe('the two readers of the stream', () => {
  it('are two, as many as a stream bears', () => {
    main.resourceCountIs('AWS::Lambda::EventSourceMapping', 2);
  });

  it('give up on a record after a bounded time, alone, and set it aside whole', () => {
    main.allResourcesProperties('AWS::Lambda::EventSourceMapping', {
      StartingPosition: 'TRIM_HORIZON',
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: 8,
      MaximumRecordAgeInSeconds: 3600,
      DestinationConfig: { OnFailure: { Destination: { 'Fn::ImportValue': 'green-channel-stateful-failures' } } },
    });
  });

  it('are woken by what they act on and nothing else', () => {
    const patterns = of('AWS::Lambda::EventSourceMapping').flatMap(({ Properties }) =>
      Properties['FilterCriteria'].Filters.map(
        ({ Pattern }: { Pattern: string }) => JSON.parse(Pattern).dynamodb.NewImage,
      ),
    );
    expect(patterns).toEqual([
      { type: { S: ['balance', 'open', 'line'] } },
      { type: { S: KINDS }, start: { S: [{ exists: true }] } },
      { type: { S: KINDS }, resume: { M: { token: { S: [{ exists: true }] } } } },
      { type: { S: KINDS }, over: { M: { since: { S: [{ exists: true }] } } } },
      { type: { S: ['line'] }, tier: { N: ['1'] }, status: { S: ['open'] } },
    ]);
  });
});

it('the sweep runs every minute, and a run that failed is left to the next', () => {
  main.hasResourceProperties('AWS::Events::Rule', {
    ScheduleExpression: 'rate(1 minute)',
    State: 'ENABLED',
    Targets: [Match.objectLike({ RetryPolicy: Match.objectLike({ MaximumRetryAttempts: 0 }) })],
  });
  main.hasResourceProperties('AWS::Events::Rule', { ScheduleExpression: 'rate(10 minutes)', State: 'ENABLED' });
});

describe('sign-in', () => {
  it('is by invitation, with a second factor and a long password', () => {
    main.hasResourceProperties('AWS::Cognito::UserPool', {
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
      MfaConfiguration: 'ON',
      EnabledMfas: ['SOFTWARE_TOKEN_MFA'],
      Policies: { PasswordPolicy: Match.objectLike({ MinimumLength: 12, RequireSymbols: true }) },
      Schema: ['county', 'roles', 'site'].map((Name) => Match.objectLike({ Name })),
    });
  });

  it('lets nobody give himself a role, a county or a site', () => {
    main.allResourcesProperties('AWS::Cognito::UserPoolClient', { WriteAttributes: ['locale'], GenerateSecret: false });
  });

  it('is asked for at the gateway on every route of staff and points', () => {
    const open = of('AWS::ApiGatewayV2::Route')
      .filter(({ Properties }) => Properties['AuthorizationType'] !== 'JWT')
      .map(({ Properties }) => Properties['RouteKey']);
    expect(open.sort()).toEqual([
      'ANY /donor/{proxy+}',
      'GET /health',
      'GET /point/openapi.json',
      'GET /public/{proxy+}',
      'GET /staff/openapi.json',
    ]);
  });
});

it('the API bounds what a stranger can cost, and logs routes but no paths, which may hold codes', () => {
  main.hasResourceProperties('AWS::ApiGatewayV2::Stage', {
    DefaultRouteSettings: { ThrottlingRateLimit: 200, ThrottlingBurstLimit: 400 },
    AccessLogSettings: {
      Format: Match.not(Match.stringLikeRegexp('context\\.path')),
      DestinationArn: Match.anyValue(),
    },
  });
});
