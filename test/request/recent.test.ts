import { beforeEach, describe, expect, it } from 'vitest';
import { audienceApp } from '../../functions/api/app.ts';
import { approvalRoutes } from '../../functions/approval/approval.routes.ts';
import { assess } from '../../functions/approval/approval.store.ts';
import { itemRow } from '../../functions/catalogue/item.ts';
import { siteRow } from '../../functions/catalogue/site.ts';
import { lineRow } from '../../functions/request/line.ts';
import { recentOf } from '../../functions/request/recent.store.ts';
import { viewRequest } from '../../functions/request/register.store.ts';
import { requestRoutes } from '../../functions/request/request.routes.ts';
import { requestRow } from '../../functions/request/request.ts';
import { plusMinutes } from '../../functions/shared/clock.ts';
import { callerOf, testVerify } from '../support/caller.ts';
import { aLine, COUNTY, freshPost, mask, put, stored, village } from '../support/need.ts';
import { useTable } from '../support/table.ts';

const deps = Object.assign(useTable(), { recentOf, why: async () => undefined });
const app = audienceApp('staff', { verify: testVerify, log: deps.log }, (on) => {
  requestRoutes(on, deps);
  approvalRoutes(on, { ...deps, clock: deps.clock, viewRequest: (county, id) => viewRequest(deps, county, id) });
});
const clerk = callerOf(app, { roles: ['clerk'] });
const DAY = 24 * 60;

let here = '';
const ask = (boxes: number, change = {}) =>
  clerk.post('/staff/requests', {
    siteId: here,
    recipients: 'post',
    needBy: plusMinutes(deps.time, DAY),
    reason: '值守补充',
    lines: [{ itemId: 'mask', quantity: boxes, unit: '盒' }],
    ...change,
  });
/** The green channel looks at it, as its machine would have it do. */
const decided = async (id: string) => {
  const progress = { kind: 'request', county: COUNTY, id, attempt: 1, round: 0, status: 'submitted' } as const;
  await assess(deps, { ...progress, secondsLeft: 1 });
  return (await clerk.get(`/staff/requests/${id}`)).body;
};
const approvedAtOnce = async (boxes: number, change = {}) => {
  const { body } = await ask(boxes, change);
  expect(await decided(body.id)).toMatchObject({ status: 'approved', decision: { level: 'at-once' } });
  return body.id as string;
};
/** All of it has come. */
const received = async (id: string) => {
  const [line = aLine()] = (await stored(deps, id)).lines;
  await put(deps, lineRow, { ...line, status: 'closed', received: line.approved });
};
const codes = ({ referral }: { referral: { code: string }[] }) => referral.map(({ code }) => code);

beforeEach(async () => {
  deps.time = '2022-05-12T01:00:00.000Z';
  here = await freshPost(deps);
  await put(deps, itemRow, mask());
});

describe('a request split into several', () => {
  it('is held against the norm as one: six boxes are three days of a hundred people', async () => {
    await approvedAtOnce(4);
    const odd = await ask(3);
    expect(odd).toMatchObject({
      status: 422,
      body: { title: 'odd-quantity', errors: [{ path: 'lines[0].quantity' }] },
    });
    expect(odd.body.errors[0].message).toContain('申请 3 盒（150');
    expect(odd.body.errors[0].message).toContain('此前已批 4 盒（200');
    const meant = await ask(3, { confirmed: true });
    const waiting = await decided(meant.body.id);
    expect(waiting).toMatchObject({ status: 'submitted', next: { step: 'decision' } });
    expect(codes(waiting)).toEqual(['over-norm']);
    await approvedAtOnce(2);
  });

  it('is held against what may be approved at once as one', async () => {
    await put(deps, itemRow, mask({ id: 'dear', norms: {}, reference: { priceFen: 60_000, perQuantity: 1 } }));
    const dear = (boxes: number) => ask(boxes, { lines: [{ itemId: 'dear', quantity: boxes, unit: '盒' }] });
    const first = await dear(1);
    expect(await decided(first.body.id)).toMatchObject({ decision: { level: 'at-once' } });
    const second = await decided((await dear(1)).body.id);
    expect(codes(second)).toEqual(['over-at-once-limit']);
    expect(second.referral[0].zh).toContain('3 天内已即时批准 ¥30,000.00');
    expect((await clerk.post(`/staff/requests/${first.body.id}/cancel`, { reason: '不再需要' })).status).toBe(200);
    expect(await decided((await dear(1)).body.id)).toMatchObject({ decision: { level: 'at-once' } });
  });

  it('in two halves at the same moment does not pass either', async () => {
    const halves = await Promise.all([ask(4, { confirmed: true }), ask(4, { confirmed: true })]);
    const ends = [];
    // Whichever is looked at first: the later of the two knows of the other.
    for (const { body } of halves.toReversed()) ends.push((await decided(body.id)).status);
    expect(ends.toSorted()).toEqual(['approved', 'submitted']);
  });

  it('in two wholes at the same moment passes once, though both were odd when they were asked for', async () => {
    const whole = { confirmed: true };
    // The first knows of something that is called off again: over the norm only with it.
    const gone = (await ask(6)).body.id;
    const [first, second] = [(await ask(6, whole)).body.id, (await ask(6, whole)).body.id];
    expect((await stored(deps, first)).request.odd).toMatchObject([{ code: 'over-norm' }]);
    await clerk.post(`/staff/requests/${gone}/cancel`, { reason: '不再需要' });
    expect((await decided(second)).status).toBe('submitted');
    expect((await decided(first)).status).toBe('approved');
  });

  it('in two wholes far over what sites ask for, but within the norm, passes once', async () => {
    const ids = [(await ask(6)).body.id, (await ask(6, { confirmed: true })).body.id];
    for (const id of ids) {
      const { request } = await stored(deps, id);
      const odd = [{ n: 1, code: 'over-median', zh: '十倍', en: 'ten times' }];
      await put(deps, requestRow, { ...request, odd });
    }
    const ends = [];
    for (const id of ids.toReversed()) ends.push((await decided(id)).status);
    expect(ends).toEqual(['submitted', 'approved']);
  });

  it('is not held against what waits for a person anyway, though nobody has looked at it yet', async () => {
    await put(deps, itemRow, mask({ id: 'dear', norms: {}, reference: { priceFen: 9_000_000, perQuantity: 50 } }));
    await ask(1, { lines: [{ itemId: 'dear', quantity: 1, unit: '盒' }] });
    await ask(9, { confirmed: true });
    expect(await decided((await ask(2)).body.id)).toMatchObject({ decision: { level: 'at-once' } });
  });
});

describe('what a site had before', () => {
  it('counts for the days that it was for, and no longer', async () => {
    await received(await approvedAtOnce(6));
    deps.time = plusMinutes(deps.time, 2 * DAY);
    expect((await ask(1)).status).toBe(422);
    deps.time = plusMinutes(deps.time, DAY);
    expect((await ask(6)).status).toBe(201);
  });

  it('counts until it has come, however late that is', async () => {
    const id = await approvedAtOnce(6);
    deps.time = plusMinutes(deps.time, 10 * DAY);
    expect((await ask(1)).status).toBe(422);
    await received(id);
    expect((await ask(6)).status).toBe(201);
  });

  it('counts when it was received today, though it was asked for weeks ahead', async () => {
    const id = await approvedAtOnce(6, { needBy: plusMinutes(deps.time, 10 * DAY) });
    await received(id);
    deps.time = plusMinutes(deps.time, 10 * DAY);
    expect((await ask(1)).status).toBe(422);
  });

  it('lets who asks for a day’s need each day go on at once', async () => {
    for (let day = 0; day < 6; day += 1) {
      await received(await approvedAtOnce(2));
      deps.time = plusMinutes(deps.time, DAY - 10);
    }
  });

  it('counts for the same people only, and not where it was refused, cancelled or waits for a person', async () => {
    await put(deps, siteRow, village({ id: here }));
    // Ten on post: a box of 50 is their norm; 600 residents have 18.
    await approvedAtOnce(18, { recipients: 'residents' });
    const many = await ask(9, { confirmed: true });
    expect((await decided(many.body.id)).next.step).toBe('decision');
    const given = await ask(1);
    await clerk.post(`/staff/requests/${given.body.id}/cancel`, { reason: '不再需要' });
    await approvedAtOnce(1);
    expect((await ask(1)).status).toBe(422);
  });

  /** Other asks for one day each, called off as fast as they were made. */
  const calledOff = async (like: string, times: number) => {
    const { request } = await stored(deps, like);
    for (let n = 0; n < times; n += 1)
      await put(deps, requestRow, { ...request, id: deps.ids.next('req'), coverDays: 1, status: 'cancelled' });
  };

  it('is all looked through where a site asks five times a day for weeks', async () => {
    const id = await approvedAtOnce(1);
    await calledOff(id, 290);
    await approvedAtOnce(5);
    expect((await ask(1)).status).toBe(422);
  });

  it('is more than is looked through where a site asks all day, whatever the oldest was for: a person decides', async () => {
    await received(await approvedAtOnce(6));
    deps.time = plusMinutes(deps.time, DAY);
    const few = (await ask(1, { confirmed: true })).body.id;
    await calledOff(few, 300);
    deps.time = plusMinutes(deps.time, DAY);
    const next = await decided((await ask(2, { confirmed: true })).body.id);
    expect(codes(next)).toContain('asked-often');
  });
});
