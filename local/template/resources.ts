import { z } from 'zod';
import { statementSchema } from '../functions/iam.ts';
import { mapping } from '../stream/mapping.ts';

/**
 * What this host makes of every type of resource. A type, or a property of one that is run, that is not named here
 * stops the boot: what the host would pass over in silence is what fails first in the cloud.
 */

/** A property that has no effect on one machine: encryption at rest, backups, memory, tracing. */
const noEffect = z.unknown().optional();

const policyDocument = z.strictObject({ Version: z.literal('2012-10-17'), Statement: z.array(statementSchema) });

const keySchema = z.array(z.strictObject({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) }));

/** Types that run here, and the properties the host acts on or knows to be without effect. */
export const RUN = {
  'AWS::DynamoDB::Table': z.strictObject({
    TableName: z.string().optional(),
    AttributeDefinitions: z.array(
      z.strictObject({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) }),
    ),
    KeySchema: keySchema,
    GlobalSecondaryIndexes: z
      .array(
        z.strictObject({
          IndexName: z.string(),
          KeySchema: keySchema,
          Projection: z.strictObject({ ProjectionType: z.literal('ALL') }),
        }),
      )
      .default([]),
    BillingMode: z.literal('PAY_PER_REQUEST'),
    StreamSpecification: z.strictObject({ StreamViewType: z.literal('NEW_AND_OLD_IMAGES') }),
    TimeToLiveSpecification: z.strictObject({ AttributeName: z.string(), Enabled: z.literal(true) }).optional(),
    PointInTimeRecoverySpecification: noEffect,
    SSESpecification: noEffect,
    DeletionProtectionEnabled: noEffect,
  }),
  'AWS::Lambda::Function': z.strictObject({
    FunctionName: z.string().optional(),
    Environment: z.strictObject({ Variables: z.record(z.string(), z.string()) }).default({ Variables: {} }),
    Role: z.string(),
    Runtime: z.literal('nodejs24.x'),
    Timeout: z.int(),
    MemorySize: z.int().default(128),
    // The entry is in the metadata; the host loads that file itself.
    Code: noEffect,
    Handler: noEffect,
    Architectures: noEffect,
    Description: noEffect,
    LoggingConfig: noEffect,
    TracingConfig: noEffect,
  }),
  'AWS::IAM::Role': z.strictObject({
    RoleName: z.string().optional(),
    Policies: z.array(z.strictObject({ PolicyName: z.string(), PolicyDocument: policyDocument })).default([]),
    AssumeRolePolicyDocument: noEffect,
    Description: noEffect,
  }),
  'AWS::IAM::Policy': z.strictObject({
    PolicyName: z.string(),
    PolicyDocument: policyDocument,
    Roles: z.array(z.string()),
  }),
  'AWS::StepFunctions::StateMachine': z.strictObject({
    StateMachineName: z.string().optional(),
    StateMachineType: z.literal('STANDARD').optional(),
    DefinitionString: z.string(),
    RoleArn: z.string(),
    LoggingConfiguration: noEffect,
    TracingConfiguration: noEffect,
  }),
  'AWS::Lambda::EventSourceMapping': mapping,
  'AWS::Events::Rule': z.strictObject({
    Name: z.string().optional(),
    // The only kind of schedule the stack has, and the only one that `schedule.ts` keeps.
    ScheduleExpression: z.string().regex(/^rate\((1 minute|([2-9]|[1-9]\d+) minutes)\)$/, 'is no rate in minutes'),
    State: z.literal('ENABLED'),
    Targets: z.array(
      z.strictObject({
        Arn: z.string(),
        Id: z.string(),
        // A run that failed is not repeated here: the next one does its work.
        RetryPolicy: z.strictObject({ MaximumRetryAttempts: z.literal(0), MaximumEventAgeInSeconds: z.int() }),
      }),
    ),
    Description: noEffect,
  }),
  'AWS::ApiGatewayV2::Api': z.strictObject({
    Name: z.string(),
    ProtocolType: z.literal('HTTP'),
    Description: noEffect,
  }),
  'AWS::ApiGatewayV2::Stage': z.strictObject({
    ApiId: z.string(),
    StageName: z.literal('$default'),
    AutoDeploy: z.literal(true),
    // One machine is not defended against its own callers.
    DefaultRouteSettings: noEffect,
    AccessLogSettings: noEffect,
  }),
  'AWS::ApiGatewayV2::Integration': z.strictObject({
    ApiId: z.string(),
    IntegrationType: z.literal('AWS_PROXY'),
    IntegrationUri: z.string(),
    PayloadFormatVersion: z.literal('2.0'),
  }),
  'AWS::ApiGatewayV2::Route': z.strictObject({
    ApiId: z.string(),
    RouteKey: z.string().regex(/^[A-Z]+ \/\S*$/, 'is not a method and a path'),
    Target: z.string(),
    // The app verifies every token again, so that one check here is the same check.
    AuthorizationType: z.enum(['JWT', 'NONE']).optional(),
    AuthorizerId: noEffect,
  }),
} as const;
export type RunType = keyof typeof RUN;

/** Types that a boot may pass over, and why nothing is lost by it. */
export const WITHOUT_EFFECT: Readonly<Record<string, string>> = {
  'AWS::ApiGatewayV2::Authorizer': 'the app itself verifies every token',
  'AWS::CDK::Metadata': 'counts library versions',
  'AWS::CloudWatch::Alarm': 'nobody is on call for one machine',
  'AWS::CloudWatch::Dashboard': 'nothing is measured here',
  'AWS::Cognito::UserPool': 'the host is its own issuer',
  'AWS::Cognito::UserPoolClient': 'the host is its own issuer',
  'AWS::Lambda::Permission': 'who may call a function is a matter between services',
  'AWS::Logs::LogGroup': 'logs go to the console',
  'AWS::Logs::MetricFilter': 'nothing is measured here',
  'AWS::S3::Bucket': 'failed records go to the data folder',
  'AWS::S3::BucketPolicy': 'failed records go to the data folder',
  'AWS::SNS::Topic': 'alarms are not raised here',
  'AWS::SNS::TopicPolicy': 'alarms are not raised here',
};
