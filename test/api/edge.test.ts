import { createRoute, z } from '@hono/zod-openapi';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { audienceApp } from '../../functions/api/app.ts';
import { repeatedNames } from '../../functions/api/body.ts';
import { allow, answer, body, idempotencyHeader, onceOf, pageQuery, problems } from '../../functions/api/route.ts';
import { positive } from '../../functions/shared/quantity.ts';
import { callerOf, testVerify } from '../support/caller.ts';
import { runs } from '../support/random.ts';

const logged: string[] = [];
const log = { info: () => {}, warn: (code: string) => logged.push(code), error: (code: string) => logged.push(code) };

/** A small audience with one of each kind of route. */
const app = audienceApp('staff', { verify: testVerify, log }, (on) => {
  const seen = z.object({ quantity: z.int(), hash: z.string() });
  on.openapi(
    createRoute({
      method: 'post',
      path: '/staff/things',
      middleware: allow('clerk'),
      request: {
        headers: idempotencyHeader,
        body: body(z.strictObject({ lines: z.array(z.strictObject({ quantity: positive })).min(1) })),
      },
      responses: { 201: answer('Done.', seen), ...problems },
    }),
    async (c) => {
      const { lines } = c.req.valid('json');
      return c.json({ quantity: lines[0]?.quantity ?? 0, hash: (await onceOf(c)).bodyHash }, 201);
    },
  );
  on.openapi(
    createRoute({
      method: 'get',
      path: '/staff/things',
      request: { query: pageQuery },
      responses: { 200: answer('A list.', z.object({ limit: z.int() })), ...problems },
    }),
    (c) => c.json({ limit: c.req.valid('query').limit }, 200),
  );
  on.openapi(
    createRoute({
      method: 'get',
      path: '/staff/things/{id}',
      request: { params: z.object({ id: z.string() }) },
      responses: { 200: answer('One.', z.object({})), ...problems },
    }),
    (c) => {
      const failure = new Error('secret detail');
      failure.name = c.req.valid('param').id;
      throw failure;
    },
  );
});
const clerk = callerOf(app, { roles: ['clerk'] });
const one = { lines: [{ quantity: 1 }] };

describe('a body', () => {
  it.each([
    ['that is no JSON', '{"lines": [', 400, 'bad-json', undefined],
    ['that is empty', '', 400, 'bad-json', undefined],
    ['with NaN in it', '{"lines": [{"quantity": NaN}]}', 400, 'bad-json', undefined],
    ['that is null', 'null', 422, 'invalid', ''],
    ['that is a list', '[]', 422, 'invalid', ''],
    ['without what is required', '{}', 422, 'invalid', 'lines'],
    ['with an unknown field', '{"lines": [{"quantity": 1, "price": 2}]}', 422, 'invalid', 'lines[0].price'],
    [
      'with an unknown field that is no key',
      '{"lines": [{"quantity": 1}], "__proto__": 1}',
      422,
      'invalid',
      '__proto__',
    ],
    ['with 10^15', '{"lines": [{"quantity": 1000000000000000}]}', 422, 'invalid', 'lines[0].quantity'],
    ['with more than a double holds', '{"lines": [{"quantity": 1e400}]}', 422, 'invalid', 'lines[0].quantity'],
    ['with a fraction', '{"lines": [{"quantity": 0.5}]}', 422, 'invalid', 'lines[0].quantity'],
    ['with less than nothing', '{"lines": [{"quantity": -3}]}', 422, 'invalid', 'lines[0].quantity'],
    ['with a minus before nothing', '{"lines": [{"quantity": -0}]}', 422, 'invalid', 'lines[0].quantity'],
    ['with a number in quotes', '{"lines": [{"quantity": "3"}]}', 422, 'invalid', 'lines[0].quantity'],
    ['with a field twice', '{"lines": [{"quantity": 1, "quan\\u0074ity": 2}]}', 400, 'repeated-field', 'quantity'],
    ['of nothing but brackets', '['.repeat(20_000) + ']'.repeat(20_000), 422, 'invalid', ''],
    ['with a list for a number', '{"lines": [{"quantity": [3]}]}', 422, 'invalid', 'lines[0].quantity'],
  ])('%s is refused where it is wrong', async (_what, text, status, title, path) => {
    const reply = await clerk.send('POST', '/staff/things', text, { 'content-type': 'application/json' });
    expect(reply.headers.get('content-type')).toBe('application/problem+json');
    expect(reply).toMatchObject({ status, body: { status, title, type: `urn:green-channel:problem:${title}` } });
    expect(reply.body.errors.map((error: { path: string }) => error.path)).toEqual(path === undefined ? [] : [path]);
  });

  it('says plainly that a field is missing', async () => {
    expect((await clerk.post('/staff/things', {})).body.errors).toEqual([
      { path: 'lines', message: '必须填写。 This is required.' },
    ]);
  });

  it('is JSON and says so', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data'])
      expect(await clerk.send('POST', '/staff/things', one, { 'content-type': type })).toMatchObject({
        status: 415,
        body: { title: 'not-json' },
      });
    const charset = { 'content-type': 'application/json; charset=utf-8' };
    expect((await clerk.send('POST', '/staff/things', one, charset)).status).toBe(201);
    const bare = new Request('http://x/staff/things', {
      method: 'POST',
      headers: {
        authorization: `Bearer ${JSON.stringify({ sub: 's', county: '632323', roles: ['clerk'] })}`,
        'idempotency-key': 'key-of-bare',
      },
      body: new TextEncoder().encode(JSON.stringify(one)),
    });
    expect(bare.headers.get('content-type')).toBeNull();
    expect((await app.request(bare)).status).toBe(415);
  });

  it('is in UTF-8, and not mended where it is not', async () => {
    const bytes = Buffer.concat([
      Buffer.from('{"lines": [{"quantity": 1, "'),
      Buffer.from([0xff]),
      Buffer.from('": 1}]}'),
    ]);
    const reply = await app.request('/staff/things', {
      method: 'POST',
      headers: {
        authorization: `Bearer ${JSON.stringify({ sub: 's', county: '632323', roles: ['clerk'] })}`,
        ...{ 'idempotency-key': 'key-of-bytes', 'content-type': 'application/json' },
      },
      body: bytes,
    });
    expect([reply.status, await reply.json()]).toMatchObject([400, { title: 'not-utf-8' }]);
  });

  it('has each field once: told apart from words that look like fields, whatever is in it', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string({ unit: 'binary' }), (value, name) => {
        const json = JSON.stringify(value);
        expect(repeatedNames(json, JSON.parse(json))).toEqual([]);
        const twice = `{${JSON.stringify(name)}:${json},${JSON.stringify(name)} : ${json}}`;
        expect(repeatedNames(twice, JSON.parse(twice))).toContain(name);
      }),
      { numRuns: runs(50) },
    );
  });

  it('has a bound, whether it tells its length or not', async () => {
    const large = JSON.stringify({ lines: Array.from({ length: 20_000 }, () => ({ quantity: 1 })) });
    const told = { 'content-length': String(large.length) };
    for (const headers of [{}, told])
      expect(
        await clerk.send('POST', '/staff/things', large, { 'content-type': 'application/json', ...headers }),
      ).toMatchObject({
        status: 413,
        body: { title: 'too-large' },
      });
  });

  it('earns at most fifty errors', async () => {
    const lines = Array.from({ length: 5_000 }, () => ({ quantity: 0 }));
    expect((await clerk.post('/staff/things', { lines })).body.errors).toHaveLength(50);
  });

  it('is hashed as it was sent', async () => {
    const [first, second] = [await clerk.post('/staff/things', one), await clerk.post('/staff/things', one)];
    expect(first.body.hash).toBe(second.body.hash);
    expect((await clerk.post('/staff/things', { lines: [{ quantity: 2 }] })).body.hash).not.toBe(first.body.hash);
  });
});

describe('a query', () => {
  it.each([
    ['?limit=0', 'limit'],
    ['?limit=201', 'limit'],
    ['?limit=1.5', 'limit'],
    ['?limit=many', 'limit'],
    ['?limit=1&limit=2', 'limit'],
    ['?page=2', 'page'],
    ['/x?verbose=1', 'verbose'],
  ])('%s is refused by name', async (query, path) => {
    const reply = await clerk.get(`/staff/things${query}`);
    expect(reply).toMatchObject({ status: 422, body: { title: 'invalid', errors: [{ path }] } });
  });

  it('has a default', async () => {
    expect((await clerk.get('/staff/things')).body).toEqual({ limit: 50 });
  });
});

describe('a command', () => {
  it.each([[''], ['short'], ['with spaces in it'], ['x'.repeat(129)]])(
    'needs a usable idempotency key, not "%s"',
    async (key) => {
      const reply = await clerk.post('/staff/things', one, key);
      expect(reply).toMatchObject({
        status: 422,
        body: { detail: '请求头不合要求。 The headers do not fit the schema.' },
      });
      expect(new Set(reply.body.errors.map((error: { path: string }) => error.path))).toEqual(
        new Set(['idempotency-key']),
      );
    },
  );

  it('is told when it has none', async () => {
    const reply = await app.request('/staff/things', {
      method: 'POST',
      headers: {
        authorization: `Bearer ${JSON.stringify({ sub: 's', county: '632323', roles: ['clerk'] })}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify(one),
    });
    expect(reply.status).toBe(422);
    expect(await reply.json()).toMatchObject({
      errors: [{ path: 'idempotency-key', message: expect.stringContaining('Idempotency-Key') }],
    });
  });
});

describe('a caller', () => {
  it('signs in before anything else is said', async () => {
    const reply = await app.request('/staff/things', { method: 'POST', body: 'x' });
    expect(reply.status).toBe(401);
    expect(reply.headers.get('www-authenticate')).toBe('Bearer');
    expect((await app.request('/staff/openapi.json')).status).toBe(200);
  });

  it('hears of a wrong role before a wrong body', async () => {
    expect(await callerOf(app, { roles: ['auditor'] }).post('/staff/things', { nonsense: 1 })).toMatchObject({
      status: 403,
      body: { title: 'wrong-role' },
    });
    expect((await callerOf(app, { roles: [] }).post('/staff/things', one)).status).toBe(403);
  });

  it('hears that a path does not exist, or does not take the method', async () => {
    expect(await clerk.get('/staff/nothing')).toMatchObject({ status: 404, body: { title: 'no-such-path' } });
    const wrong = await clerk.send('DELETE', '/staff/things');
    expect(wrong).toMatchObject({ status: 405, body: { title: 'wrong-method' } });
    expect(wrong.headers.get('allow')).toBe('GET, POST');
    expect((await clerk.put('/staff/things/x', {})).headers.get('allow')).toBe('GET');
  });

  it('hears nothing of the inside when something fails there', async () => {
    const reply = await clerk.get('/staff/things/TypeError');
    expect(reply).toMatchObject({ status: 500, body: { title: 'internal' } });
    expect(JSON.stringify(reply.body)).not.toContain('secret');
    const busy = await clerk.get('/staff/things/ThrottlingException');
    expect(busy).toMatchObject({ status: 503, body: { title: 'busy' } });
    expect(busy.headers.get('retry-after')).toBe('2');
    expect(logged).toEqual(['API-500', 'API-503']);
  });
});
