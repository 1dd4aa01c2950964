import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { DEFAULT_POLICY, policy } from '../../functions/catalogue/policy.ts';
import { noticeView, staffNoticeView } from '../../functions/notices/view.ts';
import { queueCount, queueRow } from '../../functions/workflow/queues.ts';
import type { Client } from '../../scenario/client.ts';
import { CHECKPOINT, type SmallCounty, smallCounty, VILLAGE } from '../support/county.ts';
import { eventually } from '../support/eventually.ts';
import { useHost } from '../support/host.ts';
import { SECRET, startReceiver } from '../support/receiver.ts';

const receiver = await startReceiver();
// Ten minutes in a second.
const place = useHost({ speed: 600, env: { WEBHOOK_URL: receiver.url, WEBHOOK_SECRET: SECRET } });
afterAll(() => receiver.close());

const TEN = { tier1: 10, tier2: 10, tier3: 10 };
const NOTHING = { tier1: 0, tier2: 0, tier3: 0 };

type Notice = z.infer<typeof staffNoticeView>;
const inbox = (who: Client, status = 'open'): Promise<Notice[]> =>
  who.all(`/staff/notices?status=${status}`, staffNoticeView);
/** The first that was told of it, whether or not that is over: there may be more by now. */
const told = (who: Client, code: string, id?: string): Promise<Notice> =>
  eventually(
    `somebody is told of ${code}`,
    async () =>
      [...(await inbox(who)), ...(await inbox(who, 'done'))].findLast(
        (one) => one.code === code && (id === undefined || one.about.id === id),
      ),
    (found) => found !== undefined,
  ) as Promise<Notice>;

describe('while nobody decides and nobody picks', () => {
  let county: SmallCounty;
  let request = '';
  beforeAll(async () => {
    county = await smallCounty(place.host);
    const { headquarters } = county.people;
    const { version } = await headquarters.get('/staff/policy', policy);
    await headquarters.put(
      '/staff/policy',
      {
        ...DEFAULT_POLICY,
        approval: {
          ...DEFAULT_POLICY.approval,
          atOnceUpToFen: NOTHING,
          decideMinutes: { supplyGroup: TEN, headquarters: TEN },
        },
        allocation: { ...DEFAULT_POLICY.allocation, waveMinutes: 0 },
        delivery: { ...DEFAULT_POLICY.delivery, pickMinutes: TEN },
      },
      policy,
      `"${version}"`,
    );
    await county.item('mask', { reference: { priceFen: 100, perQuantity: 1 } });
    await county.stock('mask', 20);
    request = (await county.ask({ siteId: CHECKPOINT, boxes: 4 })).id;
  });

  it('each is told in turn, and headquarters from the second missed deadline on', async () => {
    const { approver, headquarters, storekeeper } = county.people;
    expect(await told(approver, 'request-referred', request)).toMatchObject({
      ...{ inbox: 'staff.approver', about: { kind: 'request', id: request } },
      next: { method: 'POST', path: `/staff/requests/${request}/decision` },
    });
    expect(await told(headquarters, 'request-escalated', request)).toHaveProperty('dueAt');
    expect((await told(headquarters, 'one-day-released', request)).next.path).toBe(`/staff/requests/${request}`);
    const consignment = await county.gathering(CHECKPOINT);
    expect(await told(storekeeper, 'picking-overdue', consignment)).toMatchObject({
      next: { path: `/staff/consignments/${consignment}/picking` },
      zh: expect.stringContaining('已逾期 1 次'),
    });
    const escalated = await told(headquarters, 'picking-overdue', consignment);
    expect(escalated.zh).toContain('已逾期 2 次');
    const [first] = await county.people.storekeeper.all('/staff/queues/to-pick', queueRow);
    expect(first).toMatchObject({
      ...{ kind: 'consignment', id: consignment, tier: 1, overdue: true, site: { id: CHECKPOINT } },
      next: { path: escalated.next.path },
    });
    const { rows: counts } = await storekeeper.get('/staff/queues', z.object({ rows: z.array(queueCount) }));
    for (const name of ['to-pick', 'overdue'])
      expect(counts.find((queue) => queue.name === name)?.overdue, name).not.toBe('0');
  });

  it('the site is told what was decided, and its notices are nobody else’s', async () => {
    const [own, other] = [county.people.point(CHECKPOINT), county.people.point(VILLAGE)];
    const [notice] = await own.all('/point/notices', noticeView);
    expect(notice).toMatchObject({ about: { id: request }, next: { path: `/point/requests/${request}` } });
    expect(notice).not.toHaveProperty('webhook');
    expect(await other.all('/point/notices', noticeView)).toEqual([]);
    const path = `/point/notices/${notice?.id}/acknowledgement`;
    await expect(other.post(path, undefined, noticeView)).rejects.toMatchObject({ status: 404 });
    await expect(county.people.clerk.post(path, undefined, noticeView)).rejects.toMatchObject({ status: 403 });
    const read = await own.post(path, undefined, noticeView);
    expect(read).toMatchObject({ status: 'done', acknowledged: { by: `sample-point-${CHECKPOINT}` } });
    expect(await own.post(path, undefined, noticeView)).toEqual(read);
    expect(await own.all('/point/notices', noticeView)).toEqual([]);
    expect(await own.all('/point/notices?status=done', noticeView)).toEqual([read]);
  });

  it('whoever holds the role acknowledges, and nobody else', async () => {
    const { headquarters, clerk, auditor } = county.people;
    const { id } = await told(headquarters, 'one-day-released', request);
    const path = `/staff/notices/${id}/acknowledgement`;
    for (const stranger of [clerk, auditor])
      await expect(stranger.post(path, undefined, noticeView)).rejects.toMatchObject({
        ...{ status: 403, code: 'other-inbox' },
      });
    await expect(headquarters.post(path.replace(id, 'not_none'), undefined, noticeView)).rejects.toMatchObject({
      ...{ status: 404, code: 'unknown-notice' },
    });
    expect((await headquarters.post(path, undefined, staffNoticeView)).status).toBe('done');
    expect((await inbox(headquarters)).filter((one) => one.id === id)).toEqual([]);
    expect((await inbox(headquarters, 'done')).map((one) => one.id)).toContain(id);
  });

  it('what is done asks nobody any more', async () => {
    const { storekeeper, headquarters } = county.people;
    const id = await county.gathering(CHECKPOINT);
    const asked = async () =>
      [...(await inbox(storekeeper)), ...(await inbox(headquarters))].filter(
        ({ about, code }) => about.id === id && code === 'picking-overdue',
      );
    expect(await asked()).not.toEqual([]);
    await county.pick(id);
    await eventually('its notices are over', asked, ({ length }) => length === 0, 45_000);
    const over = (await inbox(storekeeper, 'done')).filter(({ about }) => about.id === id);
    expect(over).toContainEqual(
      expect.objectContaining({ acknowledged: { by: 'green-channel', at: expect.any(String) } }),
    );
  });

  it('the newest come first, page by page, and only what is asked for', async () => {
    const { headquarters } = county.people;
    const all = await eventually(
      'two pages of them',
      () => inbox(headquarters, 'done'),
      ({ length }) => length > 3,
    );
    expect(all.map(({ at }) => at)).toEqual(
      all
        .map(({ at }) => at)
        .toSorted()
        .toReversed(),
    );
    const page = z.object({ rows: z.array(staffNoticeView), cursor: z.string().optional() });
    const newest = await headquarters.get('/staff/notices?status=done&limit=2', page);
    const next = await headquarters.get(`/staff/notices?status=done&limit=2&cursor=${newest.cursor}`, page);
    const shown = [...newest.rows, ...next.rows].map(({ id }) => id);
    expect(new Set(shown).size).toBe(4);
    await expect(headquarters.get('/staff/notices?status=all', page)).rejects.toMatchObject({ status: 422 });
    await expect(headquarters.get('/staff/notices?cursor=eA', page)).rejects.toMatchObject({ code: 'bad-cursor' });
  });

  it('every notice also reaches the webhook, signed, and names nobody', async () => {
    const { headquarters } = county.people;
    const known = (await inbox(headquarters)).map(({ id }) => id);
    await eventually(
      'all of them are heard of',
      async () => new Set(receiver.heard.map(({ id }) => id)),
      (heard) => known.every((id) => heard.has(id)),
    );
    expect(receiver.forged).toEqual([]);
    expect(receiver.heard.map(({ raw }) => raw).join()).not.toContain('sample-');
    await eventually(
      'their rows say so',
      () => inbox(headquarters),
      (rows) => rows.filter(({ id }) => known.includes(id)).every(({ webhook }) => webhook?.state === 'delivered'),
    );
  });
});
