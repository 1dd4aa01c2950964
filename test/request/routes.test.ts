import { beforeEach, describe, expect, it } from 'vitest';
import { audienceApp } from '../../functions/api/app.ts';
import type { App } from '../../functions/api/route.ts';
import { approvalRoutes } from '../../functions/approval/approval.routes.ts';
import { assess } from '../../functions/approval/approval.store.ts';
import { recentOf } from '../../functions/request/recent.store.ts';
import { viewRequest } from '../../functions/request/register.store.ts';
import { pointRequestRoutes, requestRoutes } from '../../functions/request/request.routes.ts';
import type { Actor } from '../../functions/shared/actor.ts';
import { callerOf, testVerify } from '../support/caller.ts';
import { COUNTY, freshPost, furnish, who } from '../support/need.ts';
import { useTable } from '../support/table.ts';

const deps = useTable();
const apps = () => {
  const at = { ...deps, clock: deps.clock, why: async () => undefined };
  return {
    staff: audienceApp('staff', { verify: testVerify, log: deps.log }, (app) => {
      requestRoutes(app, at);
      approvalRoutes(app, { ...at, viewRequest: (county, id) => viewRequest(at, county, id) });
    }),
    point: audienceApp('point', { verify: testVerify, log: deps.log }, (app) => pointRequestRoutes(app, at)),
  };
};
const clerk = who('clerk-1', 'clerk');
const approver = who('approver-1', 'approver');
let post: Actor = who('post-1', 'point');
/** A post that has asked for nothing yet, and whoever is on duty there. */
beforeEach(async () => {
  post = { ...post, siteId: await freshPost(deps) };
});

const call = async (app: App, actor: Actor, method: string, path: string, body?: unknown, key?: string) => {
  const reply = await callerOf(app, actor).send(
    method,
    path,
    body,
    key === undefined ? {} : { 'idempotency-key': key },
  );
  return { status: reply.status, type: reply.headers.get('content-type'), body: reply.body };
};
const ask = (changes = {}) => ({
  siteId: post.siteId,
  recipients: 'post',
  needBy: '2022-05-13T01:00:00Z',
  reason: 'stock runs out tonight',
  lines: [{ itemId: 'mask', quantity: 6, unit: '盒' }],
  ...changes,
});

describe('staff', () => {
  it('ask, follow and cancel a request', async () => {
    await furnish(deps);
    const { staff } = apps();
    const made = await call(staff, clerk, 'POST', '/staff/requests', ask());
    expect(made).toMatchObject({ status: 201, body: { status: 'submitted', next: { step: 'assessment' } } });
    const path = `/staff/requests/${made.body.id}`;
    expect(await call(staff, who('a', 'auditor'), 'GET', path)).toMatchObject({ status: 200, body: made.body });
    const listed = await call(staff, clerk, 'GET', '/staff/requests?status=submitted&limit=200');
    expect(listed.body.rows.map(({ id }: { id: string }) => id)).toContain(made.body.id);
    expect(await call(staff, clerk, 'POST', `${path}/cancel`, { reason: 'a mistake' })).toMatchObject({
      status: 200,
      body: { status: 'cancelled', next: { step: 'nothing' } },
    });
    expect(await call(staff, clerk, 'POST', `${path}/cancel`, { reason: 'again' })).toMatchObject({
      status: 409,
      type: 'application/problem+json',
      body: { title: 'wrong-status' },
    });
  });

  it('may say the need-by by the county’s clock, and are told when it is weighed and what was rounded', async () => {
    await furnish(deps);
    const { staff } = apps();
    const few = { lines: [{ itemId: 'mask', quantity: 1, unit: '盒' }], needBy: '2022-05-13T09:00:00+08:00' };
    const shanghai = await call(staff, clerk, 'POST', '/staff/requests', ask(few));
    expect(shanghai).toMatchObject({
      status: 201,
      body: { needBy: '2022-05-13T01:00:00.000Z', lines: [{ reasons: [] }] },
    });

    const lines = [{ itemId: 'mask', quantity: 60, unit: 'piece' }];
    const late = await call(staff, clerk, 'POST', '/staff/requests', ask({ needBy: '2022-05-20T01:00:00Z', lines }));
    expect(late.body.lines[0].reasons).toEqual([
      {
        code: 'rounded-up',
        zh: '申请 60 piece，即 60个；按整盒发放，进为 2 盒（100个）。',
        en: 'Asked 60 piece, which is 60 piece; issued in whole 盒, it became 2 盒 (100 piece).',
      },
    ]);
    const { id } = late.body;
    const progress = { kind: 'request', county: COUNTY, id, attempt: 1, round: 0, status: 'submitted' } as const;
    await assess({ ...deps, recentOf }, { ...progress, secondsLeft: 1 });
    const [line] = (await call(staff, clerk, 'GET', `/staff/requests/${id}`)).body.lines;
    // Three days before it is needed, as policy says.
    expect(line).toMatchObject({ status: 'open', countsFrom: '2022-05-17T01:00:00.000Z' });
    expect(line.reasons).toContainEqual({
      code: 'not-weighed-yet',
      zh: '2022-05-17 09:00 前不参与分配。',
      en: 'Not divided before 2022-05-17 09:00.',
    });
  });

  it('get the same answer to the same key, and a refusal of another body under it', async () => {
    await furnish(deps);
    const { staff } = apps();
    const key = 'the-same-key';
    const first = await call(staff, clerk, 'POST', '/staff/requests', ask(), key);
    expect(await call(staff, clerk, 'POST', '/staff/requests', ask(), key)).toEqual(first);
    expect(await call(staff, clerk, 'POST', '/staff/requests', ask({ reason: 'other' }), key)).toMatchObject({
      status: 422,
      body: { title: 'key-reused' },
    });
  });

  it('decide what waits for a person; not who asked', async () => {
    await furnish(deps);
    const { staff } = apps();
    const { body } = await call(
      staff,
      clerk,
      'POST',
      '/staff/requests',
      ask({ confirmed: true, lines: [{ itemId: 'mask', quantity: 9, unit: '盒' }] }),
    );
    const path = `/staff/requests/${body.id}`;
    const progress = {
      kind: 'request',
      county: COUNTY,
      id: body.id,
      attempt: 1,
      round: 0,
      status: 'submitted',
    } as const;
    await assess({ ...deps, recentOf }, { ...progress, secondsLeft: 1 });
    expect((await call(staff, clerk, 'GET', path)).body.next).toMatchObject({
      step: 'decision',
      level: 'supply-group',
    });
    const asker = who('clerk-1', 'clerk', 'approver');
    const decision = { outcome: 'approved', note: '先给一半', lines: [{ n: 1, quantity: 4, unit: '盒' }] };
    expect(await call(staff, asker, 'POST', `${path}/decision`, decision)).toMatchObject({
      status: 403,
      body: { title: 'own-request' },
    });
    expect(await call(staff, clerk, 'POST', `${path}/decision`, decision)).toMatchObject({
      status: 403,
      body: { title: 'wrong-role' },
    });
    expect(await call(staff, approver, 'POST', `${path}/decision`, decision)).toMatchObject({
      status: 200,
      body: { status: 'approved', lines: [{ approved: 200, short: 200 }] },
    });
  });

  it('hear that nothing has failed when they retry what has not', async () => {
    await furnish(deps);
    const { staff } = apps();
    const { body } = await call(staff, clerk, 'POST', '/staff/requests', ask());
    expect(await call(staff, approver, 'POST', `/staff/requests/${body.id}/retry`)).toMatchObject({
      status: 409,
      body: { title: 'not-failed' },
    });
  });

  it.each([
    ['bad JSON', '{"siteId":', 400],
    ['an unknown field', { tier: 1 }, 422],
    ['no lines', { lines: [] }, 422],
    ['a negative quantity', { lines: [{ itemId: 'mask', quantity: -6, unit: '盒' }] }, 422],
    ['a fraction', { lines: [{ itemId: 'mask', quantity: 0.5, unit: '盒' }] }, 422],
    ['a quantity of 10^15', { lines: [{ itemId: 'mask', quantity: 1e15, unit: '盒' }] }, 422],
    ['an unknown unit', { lines: [{ itemId: 'mask', quantity: 6, unit: '件' }] }, 422],
    ['an unknown item', { lines: [{ itemId: 'gold', quantity: 6, unit: '盒' }] }, 422],
    ['an unknown site', { siteId: 'nowhere' }, 422],
    ['a date that is none', { needBy: 'tomorrow' }, 422],
    ['an odd quantity', { lines: [{ itemId: 'mask', quantity: 600, unit: '盒' }] }, 422],
  ])('are refused %s, and nothing changes', async (_what, change, status) => {
    await furnish(deps);
    const { staff } = apps();
    const count = async () => (await call(staff, clerk, 'GET', '/staff/requests?limit=200')).body.rows.length;
    const before = await count();
    const body = typeof change === 'string' ? change : ask(change);
    const refused = await call(staff, clerk, 'POST', '/staff/requests', body);
    expect(refused).toMatchObject({ status, type: 'application/problem+json' });
    expect(await count()).toBe(before);
  });

  it.each([
    ['GET', '/staff/requests/req_none', clerk, 404],
    ['GET', '/staff/requests?status=lost', clerk, 422],
    ['GET', '/staff/requests?siteId=nowhere', clerk, 404],
    ['GET', '/staff/requests?cursor=bad', clerk, 400],
    ['GET', '/staff/requests', post, 403],
    ['POST', '/staff/requests', approver, 403],
    ['POST', '/staff/requests/req_none/cancel', clerk, 404],
    ['POST', '/staff/requests/req_none/decision', approver, 404],
    ['POST', '/staff/requests/req_none/retry', approver, 404],
    ['POST', '/staff/requests/req_none/retry', clerk, 403],
  ])('%s %s of the wrong thing or caller is a clear refusal', async (method, path, actor, status) => {
    const body = path.endsWith('cancel')
      ? { reason: 'x' }
      : path.endsWith('decision')
        ? { outcome: 'approved' }
        : path.endsWith('requests') && method === 'POST'
          ? ask()
          : undefined;
    expect(await call(apps().staff, actor, method, path, body)).toMatchObject({
      status,
      type: 'application/problem+json',
    });
  });

  it('are told to send a key with every POST', async () => {
    const { staff } = apps();
    const reply = await callerOf(staff, clerk).send('POST', '/staff/requests', ask(), { 'idempotency-key': '' });
    expect([reply.status, reply.body.errors[0].path]).toEqual([422, 'idempotency-key']);
  });
});

describe('a point', () => {
  it('asks for its own site, without having to name it', async () => {
    await furnish(deps);
    const { point } = apps();
    const { siteId: _own, ...rest } = ask();
    const made = await call(point, post, 'POST', '/point/requests', rest);
    expect(made).toMatchObject({ status: 201, body: { site: { id: post.siteId }, askedBy: 'post-1' } });
    const listed = await call(point, post, 'GET', '/point/requests');
    expect(listed.body.rows[0]?.id).toBe(made.body.id);
    expect(await call(point, post, 'GET', `/point/requests/${made.body.id}`)).toMatchObject({ status: 200 });
    expect(
      await call(point, post, 'POST', `/point/requests/${made.body.id}/cancel`, { reason: 'a mistake' }),
    ).toMatchObject({ status: 200, body: { status: 'cancelled' } });
  });

  it('does nothing for another site', async () => {
    await furnish(deps);
    const { point } = apps();
    const other: Actor = { ...post, siteId: 'village-1' };
    const { body } = await call(point, post, 'POST', '/point/requests', ask());
    const wrong = { status: 403, body: { title: 'wrong-site' } };
    expect(await call(point, other, 'POST', '/point/requests', ask())).toMatchObject(wrong);
    expect(await call(point, other, 'GET', `/point/requests/${body.id}`)).toMatchObject(wrong);
    expect(await call(point, other, 'POST', `/point/requests/${body.id}/cancel`, { reason: 'spite' })).toMatchObject(
      wrong,
    );
    expect((await call(point, other, 'GET', '/point/requests')).body.rows).toEqual([]);
    expect(await call(point, who('p', 'point'), 'GET', '/point/requests')).toMatchObject(wrong);
  });

  it('is refused a sign-in of staff', async () => {
    expect(await call(apps().point, clerk, 'POST', '/point/requests', ask())).toMatchObject({ status: 403 });
  });
});

describe('the description', () => {
  it.each(['staff', 'point'] as const)('of %s lists what it takes and answers', async (audience) => {
    const { body } = await call(apps()[audience], clerk, 'GET', `/${audience}/openapi.json`);
    const taken = body.paths[`/${audience}/requests`]?.post;
    expect(taken?.requestBody.content['application/json']?.schema.required).toContain('lines');
    expect(Object.keys(taken?.responses ?? {})).toEqual(['201', 'default']);
  });
});
