import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { shortfallView } from '../../functions/delivery/shortfall.ts';
import { consignmentView } from '../../functions/delivery/view.ts';
import { issueView } from '../../functions/emergency/issue.ts';
import { itemAccount } from '../../functions/stock/reconciliation.ts';
import { queueRow } from '../../functions/workflow/queues.ts';
import { type Client, clientFor } from '../../scenario/client.ts';
import { CHECKPOINT, OTHER_VILLAGE, type SmallCounty, smallCounty, VILLAGE } from '../support/county.ts';
import { eventually } from '../support/eventually.ts';
import { useHost } from '../support/host.ts';

const on = useHost();

const evidenceAt = (occurredAt: string) => ({
  ...{ medium: 'paper', reference: '第二联', signatory: '样例签收人', occurredAt },
});
const transport = { carrier: '样例运输队', vehicle: '样例车1' };

/** A county with masks on its shelf, and a consignment in picking for a village that asked for so many boxes. */
const picked = async (boxes: number, stock = boxes) => {
  const county = await smallCounty(on.host);
  await county.item('mask');
  await county.stock('mask', stock);
  const { id: requestId } = await county.ask({ siteId: VILLAGE, boxes });
  await county.requestWhen('goods are promised', requestId, ({ lines }) => lines[0]?.planned === boxes * 50);
  const id = await county.open(VILLAGE);
  const { code = '' } = await county.pick(id);
  return { county, requestId, id, code };
};
const act = (by: Client, id: string, step: string, body: unknown, key?: string) =>
  by.post(`/staff/consignments/${id}/${step}`, body, consignmentView, key);
const accountsOf = async ({ people }: SmallCounty) => {
  const [account] = await people.auditor.all('/staff/reconciliation', itemAccount);
  expect(account).toMatchObject({ balanced: true, differences: [] });
  return account?.lots ?? [];
};

describe('papers of an outage', () => {
  it.each([['receipt', 'dispatch'] as const, ['dispatch', 'receipt'] as const])(
    'are entered %s first, and the ledger ends right',
    async (...order) => {
      const { county, id, requestId } = await picked(4);
      const { clerk, storekeeper } = county.people;
      const lines = [{ n: 1, good: 3, damaged: 1, unit: '盒', reasons: { damaged: 'wet' } }];
      const at = await county.now();
      const enter = {
        receipt: () => act(clerk, id, 'receipt', { evidence: evidenceAt(at), lines }),
        dispatch: () => act(storekeeper, id, 'dispatch', { ...transport, evidence: evidenceAt(at) }),
      };
      for (const paper of order) await enter[paper]();
      const done = await act(clerk, id, 'receipt', { evidence: evidenceAt(at), lines });
      expect(done).toMatchObject({ status: 'received', ...transport, dispatchedAt: at, receivedAt: at });
      expect(done.receiptEvidence).toMatchObject({ signatory: '样例签收人', enteredBy: 'sample-clerk' });
      expect(JSON.stringify(done.events)).not.toContain('样例签收人');
      await county.requestWhen('a box is need again', requestId, ({ lines: [line] }) => line?.short === 50);
      expect(await accountsOf(county)).toMatchObject([{ opening: 200, delivered: 150, damaged: 50, onHand: 0 }]);
    },
  );

  it('are not entered by whoever dispatched, before they happened, out of their time, or by a village', async () => {
    const { county, id } = await picked(2);
    const { clerk, storekeeper, auditor } = county.people;
    const before = await county.now();
    await county.dispatch(id);
    const lines = [{ n: 1, good: 100 }];
    const soon = new Date(Date.parse(before) + 86_400_000).toISOString();
    const now = await county.now();
    const refusals = [
      [storekeeper, evidenceAt(now), { status: 403, code: 'own-dispatch' }],
      [clerk, evidenceAt(soon), { status: 422, code: 'not-yet', errors: [{ path: 'evidence.occurredAt' }] }],
      [clerk, evidenceAt(before), { status: 422, code: 'wrong-order', errors: [{ path: 'evidence.occurredAt' }] }],
      [clerk, undefined, { status: 422, errors: [{ path: 'evidence' }] }],
      [auditor, evidenceAt(now), { status: 403, code: 'wrong-role' }],
    ] as const;
    for (const [by, evidence, refusal] of refusals)
      await expect(act(by, id, 'receipt', { evidence, lines })).rejects.toMatchObject(refusal);
    expect(await auditor.get(`/staff/consignments/${id}`, consignmentView)).toMatchObject({ status: 'dispatched' });
  });
});

describe('a receipt whose dispatch nobody has entered', () => {
  it('leaves the dispatch to be entered by somebody else, from before the receipt', async () => {
    const { county, id } = await picked(2);
    const { clerk, storekeeper } = county.people;
    const other = clientFor({
      baseUrl: on.host.url,
      token: () => on.host.tokenOf({ sub: 'sample-storekeeper-2', county: county.county, roles: ['storekeeper'] }),
    });
    const at = await county.now();
    const enter = (by: Client, line: object, occurredAt = at) =>
      act(by, id, 'receipt', { evidence: evidenceAt(occurredAt), lines: [line] });
    // Whoever picked them let them go, as long as nobody says otherwise; and a refused receipt says nothing.
    await expect(enter(storekeeper, { n: 1, good: 100 })).rejects.toMatchObject({ status: 403, code: 'own-dispatch' });
    await expect(enter(clerk, { n: 9, good: 100 })).rejects.toMatchObject({ status: 422 });
    await expect(enter(clerk, { n: 1, good: 100 }, '2020-01-01T00:00:00Z')).rejects.toMatchObject({
      code: 'wrong-order',
    });
    expect((await county.people.auditor.get(`/staff/consignments/${id}`, consignmentView)).status).toBe('picking');
    await enter(other, { n: 1, good: 100 });
    const papers = () => storekeeper.all('/staff/queues/papers', queueRow);
    expect(await papers()).toMatchObject([
      { kind: 'dispatch-paper', status: 'due', next: { path: `/staff/consignments/${id}/dispatch` } },
    ]);
    const file = (by: Client, occurredAt: string) =>
      act(by, id, 'dispatch', { ...transport, evidence: evidenceAt(occurredAt) });
    await expect(file(other, at)).rejects.toMatchObject({ status: 403, code: 'own-receipt' });
    await expect(file(clerk, at)).rejects.toMatchObject({ status: 403, code: 'wrong-role' });
    await expect(file(storekeeper, await county.now())).rejects.toMatchObject({ status: 422, code: 'wrong-order' });
    const { events, ...filed } = await file(storekeeper, at);
    expect(await papers()).toEqual([]);
    expect(filed).toMatchObject({ status: 'received', ...transport, dispatchedAt: at });
    expect(events.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['DispatchImplied', 'ConsignmentReceived', 'DispatchFiled']),
    );
    expect(await accountsOf(county)).toMatchObject([{ opening: 100, delivered: 100, inTransit: 0 }]);
  });
});

describe('a consignment that cannot be delivered', () => {
  it('comes back: whole goods are planned again, broken ones are condemned, missing ones are looked for', async () => {
    const { county, id, requestId } = await picked(6);
    const { storekeeper, headquarters, auditor } = county.people;
    await county.dispatch(id);
    const body = {
      reason: 'road-blocked',
      lines: [
        {
          ...{ n: 1, unit: '盒', good: 3, damaged: 1, missing: 2 },
          reasons: { damaged: 'broken', missing: 'lost-on-the-way' },
        },
      ],
    };
    await expect(act(storekeeper, id, 'return', { ...body, lines: [{ n: 1, good: 299 }] })).rejects.toMatchObject({
      status: 422,
      errors: [{ path: 'lines[0].good' }],
    });
    const back = await act(storekeeper, id, 'return', body, 'return-0001');
    expect(await act(storekeeper, id, 'return', body, 'return-0001')).toMatchObject({ shortfallId: back.shortfallId });
    await expect(act(storekeeper, id, 'return', body)).rejects.toMatchObject({ status: 409, code: 'wrong-status' });
    await county.requestWhen('what came back is promised again', requestId, ({ lines: [line] }) => {
      return line?.planned === 150 && line.short === 150 && line.inTransit === 0;
    });
    const lost = `/staff/shortfalls/${back.shortfallId}`;
    const resolve = (by: Client, ...outcomes: object[]) =>
      by.post(`${lost}/resolution`, { outcomes, reference: '报告 1', note: '样例' }, shortfallView);
    await expect(resolve(storekeeper, { n: 1, outcome: 'lost', quantity: 50 })).rejects.toMatchObject({
      code: 'own-dispatch',
    });
    await expect(resolve(headquarters, { n: 1, outcome: 'lost', quantity: 101 })).rejects.toMatchObject({
      ...{ status: 422, errors: [{ path: 'outcomes[0].quantity' }] },
    });
    await resolve(storekeeper, { n: 1, outcome: 'returned', quantity: 1, unit: '盒' });
    const done = await resolve(headquarters, { n: 1, outcome: 'lost', quantity: 50 });
    expect(done).toMatchObject({ status: 'resolved', lines: [{ lost: 50, returned: 50, unaccounted: 0 }] });
    await county.requestWhen('all that is left is promised', requestId, ({ lines: [line] }) => line?.planned === 200);
    expect(await accountsOf(county)).toMatchObject([{ opening: 300, onHand: 250, lost: 50, unaccounted: 0 }]);
    expect(await auditor.all('/staff/shortfalls', shortfallView)).toEqual([]);
  });

  it('goes to another site that lacks the same, and is need again where it was going', async () => {
    const { county, id, requestId } = await picked(4);
    const { storekeeper } = county.people;
    const { id: other } = await county.ask({ siteId: OTHER_VILLAGE, boxes: 3 });
    await county.requestWhen('the other village waits', other, ({ lines: [line] }) => line?.short === 150);
    await county.dispatch(id);
    const redirect = (toId: string) => act(storekeeper, id, 'redirect', { toId, reason: 'road-blocked' });
    await expect(redirect(VILLAGE)).rejects.toMatchObject({ status: 422, errors: [{ path: 'toId' }] });
    await expect(redirect('warehouse')).rejects.toMatchObject({ status: 422, code: 'a-warehouse' });
    const sent = await redirect(OTHER_VILLAGE);
    expect(sent).toMatchObject({ to: { id: OTHER_VILLAGE }, redirectedFrom: VILLAGE, status: 'dispatched' });
    expect((await county.request(requestId)).lines).toMatchObject([{ inTransit: 0, short: 200 }]);
    expect((await county.request(other)).lines).toMatchObject([{ inTransit: 150, short: 0 }]);
    await county.receive(OTHER_VILLAGE, sent.code ?? '');
    await county.requestWhen('the other village is served', other, ({ status }) => status === 'closed');
    expect(await accountsOf(county)).toMatchObject([{ opening: 200, delivered: 200 }]);
  });

  it('goes to residents instead of the front line only by headquarters’ decision', async () => {
    const county = await smallCounty(on.host);
    await county.item('mask');
    await county.stock('mask', 2);
    await county.ask({ siteId: CHECKPOINT, boxes: 2 });
    const id = await county.gathering(CHECKPOINT);
    await county.pick(id);
    await county.dispatch(id);
    const { storekeeper, headquarters, clerk } = county.people;
    const redirect = (by: Client) => act(by, id, 'redirect', { toId: VILLAGE, reason: 'not-needed' });
    await expect(redirect(clerk)).rejects.toMatchObject({ status: 403, code: 'wrong-role' });
    await expect(redirect(storekeeper)).rejects.toMatchObject({ status: 403, code: 'wrong-level' });
    expect(await redirect(headquarters)).toMatchObject({ to: { id: VILLAGE }, tier: 3 });
  });
});

describe('a receipt that was booked wrongly', () => {
  it('is corrected after closing: what was not there is need again, and what turned up is not sent twice', async () => {
    const { county, id, requestId, code } = await picked(4, 10);
    const { clerk, storekeeper } = county.people;
    await county.dispatch(id);
    await county.receive(VILLAGE, code);
    await county.requestWhen('the request closes', requestId, ({ status }) => status === 'closed');
    const correct = (by: Client, line: object) =>
      county
        .now()
        .then((at) =>
          act(by, id, 'receipt-correction', { reason: '误记', evidence: evidenceAt(at), lines: [{ n: 1, ...line }] }),
        );
    const short = { good: 100, missing: 100, reasons: { missing: 'short-packed' } };
    await expect(correct(storekeeper, short)).rejects.toMatchObject({ status: 403, code: 'own-dispatch' });
    await expect(correct(clerk, { good: 200 })).rejects.toMatchObject({ status: 422, errors: [{ path: 'lines[0]' }] });
    const corrected = await correct(clerk, short);
    expect(corrected.shortfallId).toBeDefined();
    await county.requestWhen('two boxes are promised again', requestId, ({ status, lines: [line] }) => {
      return status === 'approved' && line?.planned === 100 && line.received === 100;
    });
    // The boxes were there after all: what was promised for them goes back to the pool.
    await correct(clerk, { good: 200 });
    await county.requestWhen('it closes again', requestId, ({ status, lines: [line] }) => {
      return status === 'closed' && line?.planned === 0 && line.received === 200;
    });
    expect(await accountsOf(county)).toMatchObject([{ opening: 500, onHand: 300, delivered: 200, held: 0 }]);
    const { events } = await county.request(requestId);
    expect(events.map(({ name }) => name)).toEqual(expect.arrayContaining(['RequestReopened', 'RequestClosed']));
  });
});

describe('at three in the morning', () => {
  it('goods leave booked, before those of a lower tier, never against a designation, and their papers are chased', async () => {
    const county = await smallCounty(on.host);
    const { storekeeper, headquarters, approver } = county.people;
    await county.item('mask');
    await county.policy({ delivery: { papersMinutes: 2 } });
    await county.stock('mask', 4);
    const { id: village } = await county.ask({ siteId: VILLAGE, boxes: 3 });
    await county.requestWhen('the village is promised three', village, ({ lines: [line] }) => line?.planned === 150);
    const [lot] = await accountsOf(county);
    const body = {
      ...{ siteId: CHECKPOINT, recipients: 'post', fromId: 'warehouse', reason: '凌晨告急' },
      ...{ authorisedBy: '样例值班领导', takenBy: '样例领物人' },
    };
    const lines = (quantity: number) => [{ itemId: 'mask', lotId: lot?.lotId, quantity, unit: '盒' }];
    const issue = (quantity: number, by = storekeeper) =>
      by.post('/staff/emergency-issues', { ...body, lines: lines(quantity) }, issueView);
    await expect(issue(5)).rejects.toMatchObject({ status: 422, errors: [{ path: 'lines[0].quantity' }] });
    await expect(issue(1, approver)).rejects.toMatchObject({ status: 403, code: 'wrong-role' });
    // At three in the morning the label is what is at hand; this one has no number on it.
    await expect(
      storekeeper.post(
        '/staff/emergency-issues',
        { ...body, lines: [{ itemId: 'mask', lotNo: '20220301', quantity: 1, unit: '盒' }] },
        issueView,
      ),
    ).rejects.toMatchObject({ status: 422, errors: [{ path: 'lines[0].lotNo' }] });
    const issued = await issue(2);
    expect(issued).toMatchObject({ status: 'papers-due', overridden: [{ siteId: VILLAGE, quantity: 50 }] });
    expect(issued).toMatchObject({ authorisedBy: '样例值班领导', takenBy: '样例领物人', next: { step: 'papers' } });
    expect(await county.request(issued.requestId)).toMatchObject({
      ...{ status: 'closed', tier: 1, lines: [{ received: 100, short: 0 }] },
    });
    expect((await county.request(village)).lines).toMatchObject([{ planned: 100, short: 50 }]);
    expect(await accountsOf(county)).toMatchObject([{ opening: 200, onHand: 100, held: 100, delivered: 100 }]);

    const at = `/staff/emergency-issues/${issued.id}`;
    await eventually(
      'the papers are chased',
      () => headquarters.get(at, issueView),
      ({ next }) => next.reminders > 0,
    );
    const papers = { reference: '出库单 3', finding: 'in-order' };
    await expect(storekeeper.post(`${at}/papers`, papers, issueView)).rejects.toMatchObject({ code: 'wrong-role' });
    expect(await headquarters.post(`${at}/papers`, papers, issueView)).toMatchObject({ status: 'filed' });
    await expect(approver.post(`${at}/papers`, papers, issueView)).rejects.toMatchObject({ code: 'wrong-status' });
  });

  it('what the front line is promised stays promised, and nobody files the papers of his own issue', async () => {
    const county = await smallCounty(on.host);
    await county.item('mask');
    await county.stock('mask', 3);
    const { id } = await county.ask({ siteId: CHECKPOINT, boxes: 2 });
    await county.requestWhen('two are promised', id, ({ lines: [line] }) => line?.planned === 100);
    const [lot] = await accountsOf(county);
    const both = clientFor({
      baseUrl: on.host.url,
      token: () => on.host.tokenOf({ sub: 'sample-both', county: county.county, roles: ['storekeeper', 'approver'] }),
    });
    const issue = (quantity: number) =>
      both.post(
        '/staff/emergency-issues',
        {
          ...{ siteId: CHECKPOINT, recipients: 'post', fromId: 'warehouse', reason: '凌晨告急' },
          ...{ authorisedBy: '样例值班领导', takenBy: '样例领物人' },
          lines: [{ itemId: 'mask', lotId: lot?.lotId, quantity, unit: '盒' }],
        },
        issueView,
      );
    await expect(issue(2)).rejects.toMatchObject({
      status: 409,
      code: 'promised',
      errors: [{ path: 'lines[0].quantity' }],
    });
    const { id: issued } = await issue(1);
    await expect(
      both.post(`/staff/emergency-issues/${issued}/papers`, { reference: '1', finding: 'in-order' }, issueView),
    ).rejects.toMatchObject({ status: 403, code: 'own-issue' });
    expect((await county.request(id)).lines).toMatchObject([{ planned: 100 }]);
  });

  it('goods given for others stay where they are', async () => {
    const county = await smallCounty(on.host);
    const { storekeeper } = county.people;
    await county.item('mask');
    const designation = { to: 'sites', siteIds: [VILLAGE] };
    const line = { itemId: 'mask', quantity: 2, unit: '盒', lotNo: 'GK-001', designation };
    const note = { source: 'existing', placeId: 'warehouse', document: 'GIFT-1', lines: [line] };
    const { lines } = await storekeeper.post(
      '/staff/stock-receipts',
      note,
      z.object({ lines: z.array(z.object({ lotId: z.string() })) }),
    );
    await expect(
      storekeeper.post(
        '/staff/emergency-issues',
        {
          ...{ siteId: CHECKPOINT, recipients: 'post', fromId: 'warehouse', reason: '告急' },
          ...{ authorisedBy: '样例领导', takenBy: '样例领物人' },
          lines: [{ itemId: 'mask', lotId: lines[0]?.lotId, quantity: 1, unit: '盒' }],
        },
        z.unknown(),
      ),
    ).rejects.toMatchObject({ status: 422, errors: [{ path: 'lines[0].lotId' }] });
    const issued = await storekeeper.post(
      '/staff/emergency-issues',
      {
        ...{ siteId: VILLAGE, recipients: 'residents', fromId: 'warehouse', reason: '告急', confirmed: true },
        ...{ authorisedBy: '样例领导', takenBy: '样例领物人' },
        lines: [{ itemId: 'mask', lotNo: 'gk-001', quantity: 1, unit: '盒' }],
      },
      issueView,
    );
    expect(issued.lines).toMatchObject([{ lotId: lines[0]?.lotId, quantity: 50 }]);
  });
});
