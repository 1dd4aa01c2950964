import { beforeAll, describe, expect, it } from 'vitest';
import { planSummary, planView } from '../../functions/distribution/view.ts';
import { staffNoticeView } from '../../functions/notices/view.ts';
import { queueRow } from '../../functions/workflow/queues.ts';
import type { Client } from '../../scenario/client.ts';
import { CHECKPOINT, OTHER_VILLAGE, type SmallCounty, smallCounty, VILLAGE } from '../support/county.ts';
import { eventually } from '../support/eventually.ts';
import { useHost } from '../support/host.ts';

const hosted = useHost({ speed: 600 });
const PLANS = '/staff/distribution-plans';
let county: SmallCounty;

beforeAll(async () => {
  county = await smallCounty(hosted.host);
  await county.item('mask');
  await county.item('suit', { posts: ['hospital'] });
  await county.stock('mask', 40);
});

/** Masks for the residents of all villages: 600 in each, one mask each, twelve boxes of 50. */
const bodyOf = async (changes: Record<string, unknown> = {}) => ({
  reason: '样例捐赠口罩分发到村',
  needBy: new Date(Date.parse(await county.now()) + 48 * 3_600_000).toISOString(),
  recipients: 'residents',
  target: { to: 'kinds', kinds: ['village'] },
  lines: [{ itemId: 'mask', norm: { quantity: 1, unit: '个', per: 'person' } }],
  ...changes,
});
const plan = async (by: Client, changes: Record<string, unknown> = {}) =>
  by.post(PLANS, await bodyOf(changes), planView);
const view = (id: string) => county.people.auditor.get(`${PLANS}/${id}`, planView);
const decide = (by: Client, id: string, body: unknown = { outcome: 'approved' }) =>
  by.post(`${PLANS}/${id}/decision`, body, planView);

describe('a distribution plan', () => {
  it('reaches villages that never asked: proposed, decided by somebody else, apportioned and delivered', async () => {
    const { clerk, approver, auditor } = county.people;
    const proposal = await plan(clerk);
    expect(proposal).toMatchObject({
      ...{ status: 'submitted', tier: 3, siteCount: 2, leftOut: 0, next: { step: 'decision', level: 'supply-group' } },
      lines: [{ total: 1_200, free: 2_000, beyond: 0 }],
    });
    expect(proposal.sites.map(({ site, requestId, lines }) => [site.id, requestId, lines[0]?.quantity])).toEqual([
      [OTHER_VILLAGE, undefined, 600],
      [VILLAGE, undefined, 600],
    ]);
    const { id } = proposal;
    const queued = await auditor.all('/staff/queues/to-approve', queueRow);
    expect(queued.find((row) => row.id === id)?.next.path).toBe(`${PLANS}/${id}/decision`);
    const told = await approver.all('/staff/notices', staffNoticeView);
    expect(told.find(({ about }) => about.id === id)).toMatchObject({ code: 'plan-to-decide' });

    await decide(approver, id);
    const opened = await eventually(
      'its needs are open',
      () => view(id),
      ({ status }) => status === 'opened',
    );
    expect(opened.decision).toMatchObject({ outcome: 'approved', by: 'sample-approver' });
    const requestId = opened.sites.find(({ site }) => site.id === VILLAGE)?.requestId ?? '';
    const request = await county.requestWhen('it is apportioned', requestId, ({ lines }) => lines[0]?.planned === 600);
    expect(request).toMatchObject({ status: 'approved', planId: id, tier: 3, site: { id: VILLAGE } });
    expect(request.decision).toMatchObject({ by: 'sample-approver', level: 'supply-group' });

    const consignment = await county.open(VILLAGE).catch(() => county.gathering(VILLAGE));
    const { code = '' } = await county.pick(consignment);
    await county.dispatch(consignment);
    await county.receive(VILLAGE, code);
    await county.requestWhen('it is closed', requestId, ({ status }) => status === 'closed');
    const { sites } = await view(id);
    expect(sites.map(({ site, lines }) => [site.id, lines[0]?.need?.status, lines[0]?.need?.received])).toEqual([
      [OTHER_VILLAGE, 'open', 0],
      [VILLAGE, 'closed', 600],
    ]);
    expect(await county.balanced()).toBe(true);
    const done = await county.people.point(VILLAGE).all('/point/notices', staffNoticeView.partial());
    expect(done.map(({ code: of }) => of)).toContain('planned-for-site');
  });

  it('counts what its sites have for the same days, and yields to the front line like any other need', async () => {
    const { clerk, approver } = county.people;
    await county.item('glove');
    await county.stock('glove', 12);
    const { id } = await plan(clerk, {
      target: { to: 'sites', siteIds: [OTHER_VILLAGE] },
      lines: [{ itemId: 'glove', norm: { quantity: 1, unit: '个', per: 'person', days: 1 } }],
    });
    await decide(approver, id);
    const { sites } = await eventually(
      'it has all the gloves',
      () => view(id),
      (found) => found.sites[0]?.lines[0]?.need?.planned === 600,
    );
    await county.ask({ siteId: CHECKPOINT, boxes: 2, itemId: 'glove' });
    await eventually(
      'two boxes go to the checkpoint',
      () => county.request(sites[0]?.requestId ?? ''),
      ({ lines }) => lines[0]?.planned === 500,
    );
    await expect(
      plan(clerk, {
        target: { to: 'sites', siteIds: [OTHER_VILLAGE] },
        lines: [{ itemId: 'glove', norm: { quantity: 1, unit: '个', per: 'person', days: 1 } }],
      }),
    ).rejects.toMatchObject({ status: 422, code: 'nobody-to-serve' });
  });

  it('is decided once, never by whoever planned it, and by nobody else than who decides', async () => {
    const { clerk, approver, headquarters, storekeeper } = county.people;
    await county.item('soap');
    const lines = [{ itemId: 'soap', norm: { quantity: 1, unit: '盒', per: 'person' } }];
    const { id } = await plan(approver, { lines });
    await expect(decide(approver, id)).rejects.toMatchObject({ status: 403, code: 'own-request' });
    await expect(decide(clerk, id)).rejects.toMatchObject({ status: 403, code: 'wrong-role' });
    await expect(decide(headquarters, id, { outcome: 'refused' })).rejects.toMatchObject({
      ...{ status: 422, code: 'note-missing', errors: [{ path: 'note' }] },
    });
    const refusing = { outcome: 'refused', note: '暂不发放' };
    const both = await Promise.allSettled([decide(headquarters, id, refusing), decide(headquarters, id, refusing)]);
    expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(both.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { status: 409, code: 'wrong-status' },
    });
    expect(await view(id)).toMatchObject({
      status: 'refused',
      decision: { note: '暂不发放' },
      next: { step: 'nothing' },
    });
    await expect(plan(storekeeper)).rejects.toMatchObject({ status: 403, code: 'wrong-role' });

    const off = await plan(clerk, { lines });
    const cancelled = await clerk.post(`${PLANS}/${off.id}/cancellation`, { reason: '标准有误' }, planView);
    expect(cancelled).toMatchObject({ status: 'cancelled', ended: { reason: '标准有误', by: 'sample-clerk' } });
    await expect(decide(approver, off.id)).rejects.toMatchObject({ status: 409, code: 'wrong-status' });
    const ids = (await county.people.auditor.all(`${PLANS}?status=cancelled`, planSummary)).map((row) => row.id);
    expect(ids).toEqual([off.id]);
    await expect(view('dpl_0')).rejects.toMatchObject({ status: 404, code: 'unknown-distribution-plan' });
  });

  it.each([
    [
      'an unknown item',
      { lines: [{ itemId: 'cloak', norm: { quantity: 1, unit: '个', per: 'person' } }] },
      'lines[0].itemId',
    ],
    [
      'an unknown unit',
      { lines: [{ itemId: 'mask', norm: { quantity: 1, unit: '袋', per: 'person' } }] },
      'lines[0].norm.unit',
    ],
    [
      'an item for other posts',
      { lines: [{ itemId: 'suit', norm: { quantity: 1, unit: '个', per: 'person' } }] },
      'lines[0].itemId',
    ],
    ['an unknown site', { target: { to: 'sites', siteIds: [VILLAGE, 'nowhere'] } }, 'target.siteIds[1]'],
    ['a warehouse', { target: { to: 'sites', siteIds: ['warehouse'] } }, 'target.siteIds[0]'],
    ['warehouses', { target: { to: 'kinds', kinds: ['warehouse'] } }, 'target.kinds[0]'],
    [
      'a township of its own',
      { target: { to: 'kinds', kinds: ['village'], townships: ['无名乡'] } },
      'target.townships[0]',
    ],
    ['no norm', { lines: [{ itemId: 'mask' }] }, 'lines[0].norm'],
    ['a day that is over', { needBy: '2020-01-01T00:00:00Z' }, 'needBy'],
  ])('of %s is refused, and there is none', async (_, changes, path) => {
    const before = await county.people.auditor.all(PLANS, planSummary);
    await expect(plan(county.people.clerk, changes)).rejects.toMatchObject({ status: 422, errors: [{ path }] });
    expect(await county.people.auditor.all(PLANS, planSummary)).toHaveLength(before.length);
  });

  it('is listed as a sheet with Chinese headings', async () => {
    const token = await hosted.host.tokenOf({ sub: 'sample-auditor', county: county.county, roles: ['auditor'] });
    const headers = { accept: 'text/csv', authorization: `Bearer ${token}` };
    const sheet = await (await fetch(new URL(PLANS, hosted.host.url), { headers })).text();
    const headings = sheet.split('\n')[0]?.trim().split(',') ?? [];
    expect(headings.filter((heading) => !/\p{Script=Han}/u.test(heading))).toEqual([]);
    expect(sheet).toContain('已撤销');
  });
});
