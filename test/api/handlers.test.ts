import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SFNClient } from '@aws-sdk/client-sfn';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { LambdaEvent } from 'hono/aws-lambda';
import { describe, expect, it } from 'vitest';
import * as point from '../../functions/api/point.handler.ts';
import * as open from '../../functions/api/public.handler.ts';
import * as staff from '../../functions/api/staff.handler.ts';

const aws = {
  dynamo: DynamoDBDocumentClient.from(new DynamoDBClient({ region: 'local' })),
  workflows: new SFNClient({ region: 'local' }),
};
const env = {
  TABLE_NAME: 'table',
  ISSUER: 'https://issuer.example',
  JWKS_URI: 'https://issuer.example/jwks',
  AUDIENCE: 'green-channel',
};

/** What the HTTP API sends, payload format 2.0. */
const event = (method: string, path: string): LambdaEvent => ({
  version: '2.0',
  routeKey: '$default',
  rawPath: path,
  rawQueryString: '',
  headers: { host: 'example' },
  isBase64Encoded: false,
  body: null,
  requestContext: {
    accountId: '1',
    apiId: '1',
    authentication: null,
    authorizer: {},
    domainName: 'example',
    domainPrefix: 'example',
    http: { method, path, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'test' },
    requestId: '1',
    routeKey: '$default',
    stage: '$default',
    time: '',
    timeEpoch: 0,
  },
});

describe('the entries', () => {
  it('answer HTTP API events', async () => {
    const health = await open.create(env, aws)(event('GET', '/health'));
    expect(JSON.parse(health.body)).toMatchObject({ status: 'ok', version: '0.1.0', rehearsal: false });
    for (const create of [staff.create, point.create]) {
      const reply = await create(env, aws)(event('GET', '/staff/items'));
      expect(reply).toMatchObject({ statusCode: 401, headers: { 'content-type': 'application/problem+json' } });
    }
  });

  it('say that they play when time runs fast', async () => {
    const REHEARSAL_CLOCK = `${new Date().toISOString()} 60`;
    const health = await open.create({ ...env, REHEARSAL_CLOCK }, aws)(event('GET', '/health'));
    expect(JSON.parse(health.body)).toMatchObject({ rehearsal: true });
  });

  it('do not start without what they need, and start nothing when they are only loaded', () => {
    for (const name of ['TABLE_NAME', 'ISSUER', 'JWKS_URI', 'AUDIENCE'])
      expect(() => staff.create({ ...env, [name]: '' }, aws)).toThrow(name);
    expect([staff.handler, point.handler, open.handler]).toEqual([undefined, undefined, undefined]);
  });
});
