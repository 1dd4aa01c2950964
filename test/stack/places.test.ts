import { describe, expect, it } from 'vitest';
import { type GreenChannelOptions, greenChannelApp } from '../../lib/app.ts';
import { readable, synthesised } from '../support/synthesised.ts';

const oidc = { issuer: 'https://id.example.cn', jwksUri: 'https://id.example.cn/keys', audience: 'green-channel' };
const refusal = (options: Omit<GreenChannelOptions, 'bundling'>) => () =>
  greenChannelApp({ ...options, bundling: false });
const routesOf = ({ of }: ReturnType<typeof synthesised>): Record<string, unknown> =>
  Object.fromEntries(
    of('AWS::ApiGatewayV2::Route').map(({ Properties }) => [Properties['RouteKey'], Properties['AuthorizationType']]),
  );

/** What runs in the regions of China, as far as this system uses it. */
const IN_CHINA = [
  'AWS::ApiGatewayV2::Api',
  'AWS::ApiGatewayV2::Authorizer',
  'AWS::ApiGatewayV2::Integration',
  'AWS::ApiGatewayV2::Route',
  'AWS::ApiGatewayV2::Stage',
  'AWS::CloudWatch::Alarm',
  'AWS::CloudWatch::Dashboard',
  'AWS::DynamoDB::Table',
  'AWS::Events::Rule',
  'AWS::IAM::Policy',
  'AWS::IAM::Role',
  'AWS::Lambda::EventSourceMapping',
  'AWS::Lambda::Function',
  'AWS::Lambda::Permission',
  'AWS::Logs::LogGroup',
  'AWS::Logs::MetricFilter',
  'AWS::S3::Bucket',
  'AWS::S3::BucketPolicy',
  'AWS::SNS::Topic',
  'AWS::SNS::TopicPolicy',
  'AWS::StepFunctions::StateMachine',
];

describe('in China', () => {
  const china = synthesised({ target: 'aws-cn', ...oidc });

  it('uses only services that are there: no user pool, no CloudFront', () => {
    expect([...china.types].sort()).toEqual(IN_CHINA);
  });

  it('names no partition, region or address that is elsewhere', () => {
    expect(china.text).not.toMatch(/arn:aws:|us-east-1|cognito|cloudfront/);
  });

  it('opens no route to strangers without an ICP filing', () => {
    expect(routesOf(china)).toEqual({ 'ANY /staff/{proxy+}': 'JWT', 'ANY /point/{proxy+}': 'JWT' });
  });

  it('has the gateway and the apps trust the issuer that was given', () => {
    expect(china.of('AWS::ApiGatewayV2::Authorizer').map(({ Properties }) => Properties['JwtConfiguration'])).toEqual([
      { Issuer: oidc.issuer, Audience: [oidc.audience] },
    ]);
    const trusting = china
      .of('AWS::Lambda::Function')
      .map(({ Properties }) => Properties['Environment'].Variables)
      .filter((variables) => variables.ISSUER !== undefined);
    expect(trusting).toHaveLength(2);
    for (const variables of trusting)
      expect(variables).toMatchObject({ ISSUER: oidc.issuer, JWKS_URI: oidc.jwksUri, AUDIENCE: oidc.audience });
  });

  it('opens them with one, and leaves tokens to the apps where the gateway cannot reach the issuer', () => {
    const filed = synthesised({ target: 'aws-cn', ...oidc, icp: true, gatewayAuthorizer: false });
    expect(Object.keys(routesOf(filed))).toHaveLength(7);
    expect(new Set(Object.values(routesOf(filed)))).toEqual(new Set(['NONE']));
    expect(filed.types.has('AWS::ApiGatewayV2::Authorizer')).toBe(false);
  });

  it('says in one sentence what is missing', () => {
    expect(refusal({ target: 'aws-cn' })).toThrow('There are no user pools in aws-cn: give -c issuer=…');
    expect(refusal({ target: 'aws-cn', issuer: oidc.issuer })).toThrow('give -c jwksUri=… and -c audience=… too.');
    expect(refusal({ target: 'aws-cn', ...oidc, gatewayAuthorizer: false })).toThrow(
      'Without an ICP filing every route',
    );
  });
});

describe('elsewhere', () => {
  it('signs people in by a user pool of its own', () => {
    const elsewhere = synthesised({ target: 'aws' });
    const [pool] = elsewhere.of('AWS::Cognito::UserPool');
    const [authorizer] = elsewhere.of('AWS::ApiGatewayV2::Authorizer');
    expect(readable(authorizer?.Properties['JwtConfiguration'].Issuer)).toBe(
      `https://cognito-idp.<AWS::Region>.<AWS::URLSuffix>/<${pool?.id}>`,
    );
    expect(elsewhere.text).not.toMatch(/arn:aws:/);
  });

  it('leaves the user pool out where the county has an issuer', () => {
    expect([...synthesised({ target: 'aws', ...oidc }).types].filter((type) => type.includes('Cognito'))).toEqual([]);
  });
});

describe('with a table that was restored', () => {
  const stream = 'arn:aws:dynamodb:eu-west-1:111122223333:table/restored/stream/2022-05-12T01:00:00.000';
  const back = synthesised({ target: 'aws', restoredTable: 'restored', restoredStream: stream });

  it('everything that runs uses it, and the table before stays as it is', () => {
    const names = back
      .of('AWS::Lambda::Function')
      .map(({ Properties }) => Properties['Environment'].Variables.TABLE_NAME);
    expect(new Set(names)).toEqual(new Set(['restored']));
    const read = back.of('AWS::Lambda::EventSourceMapping').map(({ Properties }) => Properties['EventSourceArn']);
    expect(new Set(read)).toEqual(new Set([stream]));
    expect(JSON.stringify(back.of('AWS::IAM::Policy'))).not.toMatch(/ImportValue[^}]*[Ss]upply/);
    expect(back.of('AWS::DynamoDB::Table')).toHaveLength(1);
  });

  it('says in one sentence what is missing', () => {
    const sentence = 'A restored table comes with its stream';
    expect(refusal({ target: 'aws', restoredTable: 'restored' })).toThrow(sentence);
    expect(refusal({ target: 'aws', restoredStream: stream })).toThrow(sentence);
    expect(refusal({ target: 'aws', restoredTable: 'other', restoredStream: stream })).toThrow(sentence);
  });
});
