import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { DEFAULT_POLICY, type PolicyBody, policy } from '../../functions/catalogue/policy.ts';
import { fundView } from '../../functions/funds/fund.ts';
import { noticeView } from '../../functions/notices/view.ts';
import { type PurchaseView, purchaseView } from '../../functions/purchase/view.ts';
import type { Role } from '../../functions/shared/actor.ts';
import { supplyView } from '../../functions/supply/supply.ts';
import { queueRow } from '../../functions/workflow/queues.ts';
import { type Client, clientFor } from '../../scenario/client.ts';
import { CHECKPOINT, type SmallCounty, smallCounty } from '../support/county.ts';
import { eventually } from '../support/eventually.ts';
import { useHost } from '../support/host.ts';

const on = useHost();
const WAREHOUSE = 'warehouse';
/** ¥20.00 a box before the emergency: ¥26.00 is the ceiling. */
const REFERENCE = { reference: { priceFen: 2_000, perQuantity: 50 } };

/** A county that has nothing, a fund of ¥100,000.00 and two shops. */
const poorCounty = async (changes: Partial<PolicyBody['purchase']> = {}): Promise<SmallCounty> => {
  const county = await smallCounty(on.host);
  const { headquarters, finance } = county.people;
  const { version } = await headquarters.get('/staff/policy', policy);
  const body = {
    ...DEFAULT_POLICY,
    allocation: { ...DEFAULT_POLICY.allocation, waveMinutes: 0 },
    purchase: { ...DEFAULT_POLICY.purchase, ...changes },
  };
  await headquarters.put('/staff/policy', body, policy, `"${version}"`);
  for (const id of ['shop-1', 'shop-2'])
    await headquarters.put(
      `/staff/suppliers/${id}`,
      { nameZh: `样例${id}`, nameEn: `Sample ${id}`, kind: 'pharmacy', designated: true, township: '样例乡' },
      z.unknown(),
    );
  await headquarters.put(
    '/staff/funds/special',
    { nameZh: '疫情防控专项资金', nameEn: 'Epidemic special fund', kind: 'special' },
    z.unknown(),
  );
  await finance.post('/staff/funds/special/credits', { amountFen: 10_000_000, document: '样例拨款单' }, z.unknown());
  await county.item('mask', REFERENCE);
  await offer(county, 'shop-1', 2_200);
  await offer(county, 'shop-2', 2_300);
  return county;
};

const offer = async (county: SmallCounty, supplierId: string, priceFen: number, itemId = 'mask') => {
  const validUntil = new Date(Date.parse(await county.now()) + 7 * 86_400_000).toISOString();
  const [per, pack, available] = [1, 1, 1_000].map((quantity) => ({ quantity, unit: '盒' }));
  const body = { itemId, supplierId, priceFen, per, pack, available, leadMinutes: 300, channel: 'designated-shop' };
  await county.people.buyer.post('/staff/offers', { ...body, validUntil, document: '样例报价单' }, z.unknown());
};

/** Somebody of the county with several roles. */
const both = ({ county }: SmallCounty, ...roles: Role[]): Client =>
  clientFor({ baseUrl: on.host.url, token: () => on.host.tokenOf({ sub: roles.join('-'), county, roles }) });

const restock = (by: Client, boxes: number, itemId = 'mask'): Promise<PurchaseView> =>
  by.post(
    '/staff/purchases',
    { itemId, quantity: boxes, unit: '盒', placeId: WAREHOUSE, reason: '低于储备下限' },
    purchaseView,
  );
const act = (by: Client, id: string, step: string, body: object = {}): Promise<PurchaseView> =>
  by.post(`/staff/purchases/${id}/${step}`, body, purchaseView);
const purchaseWhen = (county: SmallCounty, what: string, id: string, holds: (of: PurchaseView) => boolean) =>
  eventually(what, () => county.people.auditor.get(`/staff/purchases/${id}`, purchaseView), holds);
const referredTo = (county: SmallCounty, level: string, id: string) =>
  purchaseWhen(county, `it waits at ${level}`, id, ({ next }) => next.step === 'decision' && next.level === level);
const figuresOf = async (county: SmallCounty) =>
  (await county.people.finance.get('/staff/funds/special', fundView)).figures;
const refused = (status: number, code: string) => expect.objectContaining({ status, code });

/** The checkpoint asks for boxes that the pool has not got, and a clerk has them bought. */
const boughtForNeed = async (county: SmallCounty, boxes: number) => {
  const { clerk, buyer } = county.people;
  const { id } = await county.ask({ siteId: CHECKPOINT, boxes });
  await county.requestWhen('it is approved', id, ({ status }) => status === 'approved');
  const body = { decision: 'buy', placeId: WAREHOUSE, reason: '库存不足，一线急需' };
  const { purchaseId = '' } = await clerk.post(`/staff/requests/${id}/lines/1/supply`, body, supplyView);
  expect((await county.people.buyer.all('/staff/queues/to-source', queueRow)).map((row) => row.id)).toContain(
    purchaseId,
  );
  await act(buyer, purchaseId, 'choice', { note: '两家询价' });
  return { requestId: id, purchaseId };
};

describe('what the pool lacks', () => {
  let county: SmallCounty;
  beforeAll(async () => {
    county = await poorCounty();
  });

  it('is bought at once within price, limit and fund, and confirmed by the supplier', async () => {
    const { buyer, clerk } = county.people;
    const { requestId, purchaseId } = await boughtForNeed(county, 4);
    const ordered = await purchaseWhen(county, 'it is ordered', purchaseId, ({ status }) => status === 'ordered');
    expect(ordered).toMatchObject({
      ...{ tier: 1, quantity: 200, decision: { level: 'at-once', by: 'green-channel' }, next: { step: 'orders' } },
      orders: [{ supplierId: 'shop-1', status: 'placed', quantity: 200, encumberedFen: 8_800 }],
    });
    expect(ordered.need).toMatchObject({ requestId, n: 1 });
    expect(await figuresOf(county)).toMatchObject({ encumberedFen: 8_800, availableFen: 9_991_200 });
    expect((await buyer.all('/staff/queues/to-confirm', queueRow)).map(({ id }) => id)).toContain(purchaseId);
    const confirmed = await act(buyer, purchaseId, 'orders/1/confirmation', { reference: '样例确认单' });
    expect(confirmed.orders).toMatchObject([{ status: 'confirmed' }]);
    expect((await buyer.all('/staff/queues/to-confirm', queueRow)).map(({ id }) => id)).not.toContain(purchaseId);
    await expect(act(clerk, purchaseId, 'cancel', { reason: '不需要' })).rejects.toEqual(
      refused(409, 'confirmed-orders'),
    );
  });

  it('in quantity waits for the supply group, which may send it back before it approves', async () => {
    const { clerk, buyer, approver } = county.people;
    const { id } = await restock(clerk, 300);
    await act(buyer, id, 'choice');
    expect((await referredTo(county, 'supply-group', id)).referral.map(({ code }) => code)).toEqual([
      'over-at-once-limit',
    ]);
    expect((await approver.all('/staff/queues/to-approve', queueRow)).map((row) => row.id)).toContain(id);
    await expect(act(approver, id, 'decision', { outcome: 'returned' })).rejects.toEqual(refused(422, 'note-missing'));
    await act(approver, id, 'decision', { outcome: 'returned', note: '再询一家' });
    await act(buyer, id, 'choice');
    await referredTo(county, 'supply-group', id);
    expect(await act(approver, id, 'decision', { outcome: 'approved' })).toMatchObject({
      ...{ status: 'ordered', decision: { by: 'sample-approver', level: 'supply-group' } },
      papers: [{ kind: 'signed-need' }, { kind: 'quotes' }, { kind: 'signed-approval' }],
    });
    await expect(act(approver, id, 'decision', { outcome: 'approved' })).rejects.toEqual(refused(409, 'wrong-status'));
  });

  it('above its ceiling is headquarters’ only to approve, with the numbers', async () => {
    const { clerk, buyer, approver, headquarters } = county.people;
    await county.item('dear', REFERENCE);
    await offer(county, 'shop-1', 2_601, 'dear');
    const { id } = await restock(clerk, 1, 'dear');
    await act(buyer, id, 'choice', { singleSource: '仅此一家有货' });
    const { referral } = await referredTo(county, 'headquarters', id);
    expect(referral[0]).toMatchObject({ code: 'above-ceiling', zh: expect.stringMatching(/¥26\.01.*限价 ¥26\.00/) });
    await expect(act(approver, id, 'decision', { outcome: 'approved' })).rejects.toEqual(refused(403, 'wrong-level'));
    expect((await act(headquarters, id, 'decision', { outcome: 'approved' })).status).toBe('ordered');
  });

  it('is never asked for, chosen and approved by the same person, whatever their roles', async () => {
    const { clerk, buyer } = county.people;
    const [askBuy, askApprove, buyApprove] = [
      both(county, 'clerk', 'buyer'),
      both(county, 'clerk', 'approver'),
      both(county, 'buyer', 'approver'),
    ];
    const own = await restock(askBuy, 300);
    await expect(act(askBuy, own.id, 'choice')).rejects.toEqual(refused(403, 'duties-apart'));
    const asked = await restock(askApprove, 300);
    const chosen = await restock(clerk, 300);
    await act(buyer, asked.id, 'choice');
    await act(buyApprove, chosen.id, 'choice');
    for (const [by, { id }] of [
      [askApprove, asked],
      [buyApprove, chosen],
    ] as const) {
      await referredTo(county, 'supply-group', id);
      await expect(act(by, id, 'decision', { outcome: 'approved' })).rejects.toEqual(refused(403, 'duties-apart'));
      await expect(act(by, id, 'decision', { outcome: 'approved', override: '人手不足' })).rejects.toEqual(
        refused(403, 'not-headquarters'),
      );
    }
    await expect(act(clerk, own.id, 'choice')).rejects.toEqual(refused(403, 'wrong-role'));
    await expect(act(buyer, chosen.id, 'decision', { outcome: 'approved' })).rejects.toEqual(
      refused(403, 'wrong-role'),
    );
  });
});

describe('a supplier who does not answer', () => {
  it('is replaced by the next without a person; when nobody is left, a buyer chooses anew', async () => {
    const soon = { tier1: 1, tier2: 1, tier3: 1 };
    const county = await poorCounty({ confirmMinutes: soon });
    const { purchaseId } = await boughtForNeed(county, 4);
    const again = await purchaseWhen(
      county,
      'both were tried',
      purchaseId,
      ({ status, orders }) => status === 'sourcing' && orders.length === 2,
    );
    expect(again.orders).toMatchObject([
      { supplierId: 'shop-1', status: 'lapsed', encumberedFen: 0 },
      { supplierId: 'shop-2', status: 'lapsed', encumberedFen: 0 },
    ]);
    expect(again.notes.map(({ code }) => code)).toEqual([
      ...['order-unconfirmed', 'next-tried'],
      ...['order-unconfirmed', 'sourced-again'],
    ]);
    expect(again.events.map(({ by }) => by)).toEqual([
      ...['sample-clerk', 'sample-buyer', 'green-channel', 'green-channel', 'green-channel'],
    ]);
    expect(await figuresOf(county)).toMatchObject({ encumberedFen: 0, availableFen: 10_000_000 });
  });
});

describe('a need that is met from elsewhere', () => {
  it('has its unconfirmed orders called off, and their money is free again', async () => {
    const county = await poorCounty({ followMinutes: 1 });
    const { requestId, purchaseId } = await boughtForNeed(county, 4);
    await purchaseWhen(county, 'it is ordered', purchaseId, ({ status }) => status === 'ordered');
    await county.stock('mask', 4);
    await county.requestWhen('the goods are promised', requestId, ({ lines }) => lines[0]?.short === 0);
    const over = await purchaseWhen(county, 'it is over', purchaseId, ({ status }) => status === 'cancelled');
    expect(over).toMatchObject({ orders: [{ status: 'cancelled' }], next: { step: 'nothing' } });
    expect(over.notes.map(({ code }) => code)).toEqual(['surplus-cancelled', 'not-needed']);
    expect(await figuresOf(county)).toMatchObject({ encumberedFen: 0, availableFen: 10_000_000 });
  });
});

describe('what a need lacks and nobody brings', () => {
  const gapsOf = async ({ people: { approver } }: SmallCounty) => approver.all('/staff/queues/to-supply', queueRow);
  const gapsWhen = (county: SmallCounty, what: string, length: number) =>
    eventually(
      what,
      () => gapsOf(county),
      (rows) => rows.length === length,
    );
  const told = async ({ people: { approver } }: SmallCounty) =>
    (await approver.all('/staff/notices', noticeView)).filter(({ code }) => code.startsWith('gap'));

  it('waits in a queue for somebody to decide, again after it was left to wait, and after what was bought did not come', async () => {
    const county = await poorCounty();
    const { clerk, approver, buyer, storekeeper } = county.people;
    const { id } = await county.ask({ siteId: CHECKPOINT, boxes: 4 });
    const [gap] = await gapsWhen(county, 'the gap is found', 1);
    expect(gap).toMatchObject({ kind: 'gap', tier: 1, site: { id: CHECKPOINT }, overdue: false });
    const path = `/staff/requests/${id}/lines/1/supply`;
    expect(gap?.next).toMatchObject({ method: 'POST', path });
    expect(await told(county)).toMatchObject([{ code: 'gap-found', next: { path } }]);
    await expect(buyer.post(path, { decision: 'wait', until: gap?.dueAt, reason: '等' }, supplyView)).rejects.toEqual(
      refused(403, 'wrong-role'),
    );

    const until = new Date(Date.parse(await county.now()) + 3 * 60_000).toISOString();
    await clerk.post(path, { decision: 'wait', until, reason: '车队在途' }, supplyView);
    expect(await gapsOf(county)).toEqual([]);
    expect((await county.request(id)).lines[0]?.waits).toMatchObject({ until, reason: '车队在途', by: 'sample-clerk' });
    await eventually(
      'the notice is over',
      () => told(county),
      (notices) => notices.length === 0,
    );
    await gapsWhen(county, 'the wait is over', 1);
    expect(Date.parse(await county.now())).toBeGreaterThanOrEqual(Date.parse(until));
    expect(await told(county)).toHaveLength(1);

    const body = { decision: 'buy', placeId: WAREHOUSE, reason: '库存不足，一线急需' };
    const { purchaseId = '' } = await clerk.post(path, body, supplyView);
    expect(await gapsOf(county)).toEqual([]);
    expect((await county.request(id)).lines[0]?.waits).toBeUndefined();
    await act(buyer, purchaseId, 'choice');
    await purchaseWhen(county, 'it is ordered', purchaseId, ({ status }) => status === 'ordered');
    for (const n of [1, 2]) {
      await act(buyer, purchaseId, `orders/${n}/confirmation`, { reference: `样例确认单 ${n}` });
      const nothing = { document: `样例送货单 ${n}`, final: true, note: '供应商无货' };
      await expect(act(storekeeper, purchaseId, `orders/${n}/goods-received`, nothing)).rejects.toMatchObject({
        ...{ status: 422, code: 'invalid' },
        message: expect.stringContaining(`/orders/{n}/decline`),
      });
      await act(buyer, purchaseId, `orders/${n}/decline`, { reason: '供应商无货' });
    }
    await purchaseWhen(county, 'nobody is left', purchaseId, ({ status }) => status === 'sourcing');
    expect(await gapsOf(county)).toEqual([]);
    await act(clerk, purchaseId, 'cancel', { reason: '无货源' });
    await gapsWhen(county, 'nothing came of it', 1);

    await approver.post(path, { decision: 'close-short', reason: '县内已无货源' }, supplyView);
    expect(await gapsOf(county)).toEqual([]);
    await eventually(
      'the notice is over',
      () => told(county),
      (notices) => notices.length === 0,
    );
    expect(await figuresOf(county)).toMatchObject({ encumberedFen: 0, availableFen: 10_000_000 });
  });

  it('and is met from elsewhere while a buyer is asked to choose, is bought no more', async () => {
    const county = await poorCounty({ sourceMinutes: { tier1: 2, tier2: 2, tier3: 2 } });
    const { clerk, buyer } = county.people;
    const { id } = await county.ask({ siteId: CHECKPOINT, boxes: 4 });
    await county.requestWhen('it is approved', id, ({ status }) => status === 'approved');
    const body = { decision: 'buy', placeId: WAREHOUSE, reason: '库存不足，一线急需' };
    const { purchaseId = '' } = await clerk.post(`/staff/requests/${id}/lines/1/supply`, body, supplyView);
    await county.stock('mask', 4);
    const over = await purchaseWhen(county, 'it is over', purchaseId, ({ status }) => status === 'cancelled');
    expect([over.notes.map(({ code }) => code), over.events.at(-1)?.name]).toEqual([
      ['not-needed'],
      'PurchaseNotNeeded',
    ]);
    expect(await buyer.all('/staff/queues/to-source', queueRow)).toEqual([]);
    await eventually(
      'buyers are asked no more',
      () => buyer.all('/staff/notices', noticeView),
      (notices) => notices.length === 0,
    );
    expect(await gapsOf(county)).toEqual([]);
  });
});
