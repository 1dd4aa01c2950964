import { once } from 'node:events';
import { createServer } from 'node:http';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { replay } from '../../bin/failures.ts';
import { match } from '../../local/http/event.ts';
import { type Door, listen } from '../../local/http/http.ts';
import type { RouteSpec } from '../../local/template/deployment.ts';

const log = { info: () => {}, warn: () => {}, error: () => {} };
const route = (key: string): RouteSpec => {
  const [method = '', path = ''] = key.split(' ');
  return { method, path, functionArn: `function of ${key}` };
};
const routes = ['ANY /staff/{proxy+}', 'GET /staff/openapi.json', 'GET /health', 'GET /sites/{id}'].map(route);

const CONSUMER = 'arn:aws:lambda:local:000000000000:function:Wake';

describe('a request goes', () => {
  const taken = (method: string, path: string) => match(routes, method, path)?.route.functionArn;

  it('to the route that fits it best, as at the gateway', () => {
    expect(taken('GET', '/staff/requests/1')).toBe('function of ANY /staff/{proxy+}');
    expect(taken('GET', '/staff/openapi.json')).toBe('function of GET /staff/openapi.json');
    expect(taken('POST', '/staff/openapi.json')).toBe('function of ANY /staff/{proxy+}');
    expect(taken('GET', '/health')).toBe('function of GET /health');
  });

  it('nowhere when no route fits', () => {
    for (const [method, path] of [
      ['POST', '/health'],
      ['GET', '/healthy'],
      ['GET', '/staff'],
      ['GET', '/sites/a/b'],
    ] as const)
      expect(taken(method, path)).toBeUndefined();
  });

  it('with what its variables stand for', () => {
    expect(match(routes, 'GET', '/staff/a/b%20c')?.parameters).toEqual({ proxy: 'a/b c' });
  });
});

describe('the front door', () => {
  let door: Door;
  let reply: (event: unknown) => unknown;
  const events: unknown[] = [];
  const call = (path: string, init?: RequestInit) => fetch(door.url + path, init);

  beforeAll(async () => {
    door = await listen('127.0.0.1', 0, log);
  });
  afterAll(() => door.close());
  afterEach(() => {
    events.length = 0;
  });

  it('is shut until the house is ready', async () => {
    const shut = await call('/health');
    expect([shut.status, shut.headers.get('content-type')]).toEqual([503, 'application/problem+json']);
    expect(await shut.json()).toMatchObject({ status: 503, title: 'starting', errors: [] });
    door.publish({ '/.well-known/keys': { keys: [] } });
    expect((await call('/health')).status).toBe(503);
    const functions = async (_: string, event: unknown) => {
      events.push(event);
      return reply(event);
    };
    door.open(routes, functions, { forOperators: [CONSUMER] });
    expect(await (await call('/.well-known/keys')).json()).toEqual({ keys: [] });
  });

  it('hands a request over in payload format 2.0', async () => {
    reply = () => ({ statusCode: 200 });
    await call('/staff/requests?limit=2&of=a&of=b', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json; charset=utf-8', 'Idempotency-Key': 'k', Cookie: 'a=1; b=2' },
      body: '{"物":1}',
    });
    expect(events[0]).toMatchObject({
      version: '2.0',
      routeKey: 'ANY /staff/{proxy+}',
      rawPath: '/staff/requests',
      rawQueryString: 'limit=2&of=a&of=b',
      queryStringParameters: { limit: '2', of: 'a,b' },
      pathParameters: { proxy: 'requests' },
      cookies: ['a=1', 'b=2'],
      headers: { 'idempotency-key': 'k', 'content-type': 'application/json; charset=utf-8' },
      requestContext: { http: { method: 'POST', path: '/staff/requests' }, stage: '$default' },
      body: '{"物":1}',
      isBase64Encoded: false,
    });
  });

  it('hands over as bytes what calls itself text and is none', async () => {
    reply = () => ({ statusCode: 200 });
    const body = Buffer.from([0x7b, 0xff, 0x7d]);
    await call('/staff/requests', { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    expect(events[0]).toMatchObject({ body: body.toString('base64'), isBase64Encoded: true });
  });

  it('carries bytes as base64, both ways', async () => {
    reply = () => ({ statusCode: 200, body: Buffer.from([0, 255]).toString('base64'), isBase64Encoded: true });
    const response = await call('/staff/photos', {
      method: 'POST',
      headers: { 'content-type': 'image/png' },
      body: Buffer.from([1, 254]),
    });
    expect(events[0]).toMatchObject({ body: Buffer.from([1, 254]).toString('base64'), isBase64Encoded: true });
    expect([...(await response.bytes())]).toEqual([0, 255]);
  });

  it('answers with the status, headers, cookies and body the function gives', async () => {
    reply = () => ({ statusCode: 201, headers: { etag: '"1"' }, cookies: ['a=1', 'b=2'], body: 'made' });
    const response = await call('/staff/x');
    expect([response.status, response.headers.get('etag'), await response.text()]).toEqual([201, '"1"', 'made']);
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  });

  describe('asked from this machine to give records to a consumer again', () => {
    const failure = (functionArn: string) => ({
      place: 'data/failures/Wake/1.json',
      requestContext: { functionArn, condition: 'RetryAttemptsExhausted' },
      timestamp: '2022-05-12T01:00:00.000Z',
      payload: '{"Records":[{"eventID":"1"}]}',
    });
    const cloud = () =>
      new LambdaClient({
        endpoint: door.url,
        region: 'local',
        credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      });

    it('gives them, and tells what it made of them', async () => {
      reply = () => ({ batchItemFailures: [] });
      expect(await replay(cloud(), failure(CONSUMER))).toBeUndefined();
      expect(events).toEqual([{ Records: [{ eventID: '1' }] }]);
      reply = () => {
        throw new Error('the pool is on fire');
      };
      expect(await replay(cloud(), failure(CONSUMER))).toContain('the pool is on fire');
    });

    it('gives nothing to any other function, and nothing for callers of a proxy', async () => {
      await expect(replay(cloud(), failure('arn:aws:lambda:local:000000000000:function:Fail'))).rejects.toThrow();
      const path = `/2015-03-31/functions/${encodeURIComponent(CONSUMER)}/invocations`;
      const passedOn = await call(path, { method: 'POST', body: '{}', headers: { 'x-forwarded-for': '203.0.113.9' } });
      expect(passedOn.status).toBe(404);
      expect(events).toEqual([]);
    });
  });

  it('tells nobody why a function failed', async () => {
    reply = () => {
      throw new Error('the secret of the house');
    };
    const response = await call('/staff/x');
    expect(response.status).toBe(500);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(await response.json()).toMatchObject({ status: 500, title: 'internal' });
  });

  it('answers what is nowhere in the words of the apps', async () => {
    const response = await call('/nowhere');
    expect([response.status, response.headers.get('content-type')]).toEqual([404, 'application/problem+json']);
    expect(await response.json()).toMatchObject({ title: 'no-such-path', detail: 'There is no /nowhere here.' });
  });

  it('refuses more than a function may be sent, and stays open', async () => {
    reply = () => ({ statusCode: 200 });
    const response = await call('/staff/x', { method: 'POST', body: 'x'.repeat(7 * 1024 * 1024) });
    expect(response.status).toBe(413);
    expect(events).toEqual([]);
    expect((await call('/staff/x')).status).toBe(200);
  });

  it('answers what it took in before it closes', async () => {
    const other = await listen('127.0.0.1', 0, log);
    const begun = Promise.withResolvers<void>();
    const go = Promise.withResolvers<void>();
    other.open(routes, async () => {
      begun.resolve();
      await go.promise;
      return { statusCode: 200, body: 'done' };
    });
    const response = fetch(`${other.url}/staff/x`);
    await begun.promise;
    const closed = other.close();
    go.resolve();
    expect(await (await response).text()).toBe('done');
    await closed;
    await expect(fetch(`${other.url}/staff/x`)).rejects.toThrow();
  });

  it('says in one sentence that its port is taken, or that its address is not here', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    await expect(listen('127.0.0.1', port, log)).rejects.toThrow(
      `Port ${port} of 127.0.0.1 is taken: set PORT to another.`,
    );
    await expect(listen('192.0.2.1', 0, log)).rejects.toThrow('192.0.2.1 is not an address of this machine');
    other.close();
  });
});
