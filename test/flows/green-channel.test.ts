import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { requestView } from '../../functions/request/view.ts';
import { clientFor } from '../../scenario/client.ts';
import { CHECKPOINT, OTHER_VILLAGE, type SmallCounty, smallCounty, VILLAGE } from '../support/county.ts';
import { useHost } from '../support/host.ts';

const on = useHost();
/** Fen a piece: one box is 1,000 yuan, within what the supply group decides; 200 boxes are beyond it. */
const DEAR = { reference: { priceFen: 2_000, perQuantity: 1 } };

const decide = (county: SmallCounty, by: 'approver' | 'headquarters', id: string, body: unknown) =>
  county.people[by].post(`/staff/requests/${id}/decision`, body, requestView);

describe('the green channel', () => {
  let county: SmallCounty;
  beforeAll(async () => {
    county = await smallCounty(on.host);
    await county.item('mask');
    await county.item('dear', DEAR);
    await county.stock('dear', 50);
  });
  const referred = (id: string, level: string) =>
    county.requestWhen(`it waits at ${level}`, id, ({ next }) => next.step === 'decision' && next.level === level);

  it('refers what is dear to the supply group, whose approver may cut it, and says why', async () => {
    const { id } = await county.ask({ siteId: VILLAGE, boxes: 20, itemId: 'dear', recipients: 'residents' });
    const waiting = await referred(id, 'supply-group');
    expect(waiting.referral.length).toBeGreaterThan(0);
    await decide(county, 'approver', id, {
      outcome: 'approved',
      note: '先发一半',
      lines: [{ n: 1, quantity: 10, unit: '盒' }],
    });
    const promised = await county.requestWhen('ten are promised', id, ({ lines }) => lines[0]?.planned === 500);
    expect(promised).toMatchObject({
      status: 'approved',
      decision: { outcome: 'approved', level: 'supply-group', note: '先发一半' },
      lines: [{ quantity: 1000, approved: 500 }],
    });
  });

  it('lets nobody decide on what they entered themselves', async () => {
    const both = clientFor({
      baseUrl: on.host.url,
      token: async () =>
        on.host.tokenOf({ sub: 'both', county: county.county, roles: ['clerk', 'approver', 'headquarters'] }),
    });
    const { id } = await county.ask({ siteId: VILLAGE, boxes: 20, itemId: 'dear', recipients: 'residents', by: both });
    await referred(id, 'supply-group');
    await expect(
      both.post(`/staff/requests/${id}/decision`, { outcome: 'approved' }, z.unknown()),
    ).rejects.toMatchObject({
      status: 403,
      code: 'own-request',
    });
  });

  it('leaves the dearest to headquarters, who may refuse with a reason', async () => {
    const { id } = await county.ask({ siteId: VILLAGE, boxes: 200, itemId: 'dear', recipients: 'residents' });
    await referred(id, 'headquarters');
    await expect(decide(county, 'approver', id, { outcome: 'approved' })).rejects.toMatchObject({
      status: 403,
      code: 'wrong-level',
    });
    await expect(decide(county, 'headquarters', id, { outcome: 'refused' })).rejects.toMatchObject({ status: 422 });
    await decide(county, 'headquarters', id, { outcome: 'refused', note: '超出全县库存' });
    expect(await county.request(id)).toMatchObject({
      status: 'refused',
      decision: { outcome: 'refused', level: 'headquarters', note: '超出全县库存' },
      lines: [{ status: 'refused', approved: 0, holds: [] }],
      next: { step: 'nothing' },
    });
  });

  it('gives back at once what a cancelled request was promised, to whoever waits', async () => {
    await county.stock('mask', 10);
    const first = await county.ask({ siteId: VILLAGE, boxes: 10, recipients: 'residents' });
    await county.requestWhen('all is promised', first.id, ({ lines }) => lines[0]?.planned === 500);
    await county.people.clerk.post(`/staff/requests/${first.id}/cancel`, { reason: '点位不再需要' }, z.unknown());
    expect(await county.request(first.id)).toMatchObject({ status: 'cancelled', lines: [{ holds: [] }] });
    const second = await county.ask({ siteId: OTHER_VILLAGE, boxes: 10, recipients: 'residents' });
    await county.requestWhen('it has come to the other', second.id, ({ lines }) => lines[0]?.planned === 500);
    await expect(
      county.people.clerk.post(`/staff/requests/${first.id}/cancel`, { reason: '再次' }, z.unknown()),
    ).rejects.toMatchObject({ status: 409, code: 'wrong-status' });
    expect(await county.balanced()).toBe(true);
  });
});

describe('silence', () => {
  it('takes a request to headquarters when its deadline passes, and lets a day of it go for the front line', async () => {
    const county = await smallCounty(on.host);
    const soon = { tier1: 1, tier2: 1, tier3: 1 };
    await county.policy({
      approval: {
        atOnceUpToFen: { tier1: 0, tier2: 0, tier3: 0 },
        decideMinutes: { supplyGroup: soon, headquarters: soon },
      },
    });
    await county.item('mask', { ...DEAR, norms: { tier1: { quantity: 5, days: 1 } } });
    await county.stock('mask', 50);
    const { id } = await county.ask({ siteId: CHECKPOINT, boxes: 4 });
    await county.requestWhen(
      'the supply group was silent',
      id,
      ({ next, events }) => next.level === 'headquarters' && events.some(({ name }) => name === 'RequestEscalated'),
    );
    // 20 people on post at 5 masks a day: two boxes of the four.
    const released = await county.requestWhen('a day is let go', id, ({ lines }) => lines[0]?.planned === 100);
    expect(released).toMatchObject({ status: 'approved', lines: [{ quantity: 200, approved: 100 }] });
    expect(released.events.map(({ name }) => name)).toContain('OneDayReleased');
  });
});
