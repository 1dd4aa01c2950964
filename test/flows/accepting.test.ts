import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { DEFAULT_POLICY, type PolicyBody, policy } from '../../functions/catalogue/policy.ts';
import { fundView } from '../../functions/funds/fund.ts';
import { fundAccount } from '../../functions/funds/reconciliation.ts';
import { noticeView } from '../../functions/notices/view.ts';
import { type PurchaseView, purchaseView } from '../../functions/purchase/view.ts';
import type { Role } from '../../functions/shared/actor.ts';
import { countyDay } from '../../functions/shared/clock.ts';
import { lotView } from '../../functions/stock/lot-view.ts';
import { itemStock } from '../../functions/stock/pool.ts';
import { appealView } from '../../functions/supply/appeal.ts';
import { supplyView } from '../../functions/supply/supply.ts';
import { queueRow } from '../../functions/workflow/queues.ts';
import { type Client, clientFor } from '../../scenario/client.ts';
import { CHECKPOINT, type SmallCounty, smallCounty } from '../support/county.ts';
import { eventually } from '../support/eventually.ts';
import { useHost } from '../support/host.ts';

const on = useHost();
const WAREHOUSE = 'warehouse';
/** As the times of day lie, it is night all day, or never. */
const [ALWAYS, NEVER] = [
  { from: '00:00', to: '23:59' },
  { from: '12:00', to: '12:00' },
];

const putPolicy = async ({ people: { headquarters } }: SmallCounty, purchase: Partial<PolicyBody['purchase']>) => {
  const { version } = await headquarters.get('/staff/policy', policy);
  const body = {
    ...DEFAULT_POLICY,
    allocation: { ...DEFAULT_POLICY.allocation, waveMinutes: 0 },
    purchase: { ...DEFAULT_POLICY.purchase, ...purchase },
  };
  await headquarters.put('/staff/policy', body, policy, `"${version}"`);
};

/** A county that has nothing, a fund of ¥1,000.00, and a shop that sells masks at ¥22.00 and ¥10.00 for the delivery. */
const buyingCounty = async (): Promise<SmallCounty> => {
  const county = await smallCounty(on.host);
  const { headquarters, finance, buyer } = county.people;
  await putPolicy(county, { night: NEVER });
  await headquarters.put(
    '/staff/suppliers/shop-1',
    { nameZh: '样例店', nameEn: 'Sample shop', kind: 'pharmacy', designated: true, township: '样例乡' },
    z.unknown(),
  );
  const fund = { nameZh: '疫情防控专项资金', nameEn: 'Epidemic special fund', kind: 'special' };
  await headquarters.put('/staff/funds/special', fund, z.unknown());
  await finance.post('/staff/funds/special/credits', { amountFen: 100_000, document: '样例拨款单' }, z.unknown());
  await county.item('mask', { reference: { priceFen: 2_000, perQuantity: 50 } });
  const [per, pack, available] = [1, 1, 100].map((quantity) => ({ quantity, unit: '盒' }));
  const validUntil = new Date(Date.parse(await county.now()) + 7 * 86_400_000).toISOString();
  const terms = { priceFen: 2_200, deliveryFeeFen: 1_000, leadMinutes: 300, channel: 'designated-shop' };
  const offer = { itemId: 'mask', supplierId: 'shop-1', per, pack, available, validUntil, document: '样例报价单' };
  await buyer.post('/staff/offers', { ...offer, ...terms }, z.unknown());
  return county;
};

/** Somebody of the county with several roles. */
const both = ({ county }: SmallCounty, ...roles: Role[]): Client =>
  clientFor({ baseUrl: on.host.url, token: () => on.host.tokenOf({ sub: roles.join('-'), county, roles }) });

const act = (by: Client, id: string, step: string, body: object): Promise<PurchaseView> =>
  by.post(`/staff/purchases/${id}/${step}`, body, purchaseView);
const purchaseWhen = ({ people: { auditor } }: SmallCounty, what: string, id: string, status: string) =>
  eventually(
    what,
    () => auditor.get(`/staff/purchases/${id}`, purchaseView),
    (of) => of.status === status,
  );
/** Ten boxes for the pool, ordered at once, and confirmed. */
const ordered = async (county: SmallCounty, asking: Client, buying: Client): Promise<string> => {
  const body = { itemId: 'mask', quantity: 10, unit: '盒', placeId: WAREHOUSE, reason: '低于储备下限' };
  const { id } = await asking.post('/staff/purchases', body, purchaseView);
  await act(buying, id, 'choice', { singleSource: '县内仅此一家' });
  await purchaseWhen(county, 'it is ordered', id, 'ordered');
  await act(buying, id, 'orders/1/confirmation', { reference: '样例确认单' });
  return id;
};
const refused = (status: number, code: string) => expect.objectContaining({ status, code });
const queued = async (by: Client, name: string) =>
  (await by.all(`/staff/queues/${name}`, queueRow)).map(({ id }) => id);
const boxes = (quantity: number) => ({ quantity, unit: '盒' });

describe('what was bought', () => {
  it('is accepted in parts, serves who waits, is billed, paid and filed, and every fen is accounted for', async () => {
    const county = await buyingCounty();
    const { clerk, buyer, storekeeper, finance, headquarters, auditor } = county.people;
    const { id: requestId } = await county.ask({ siteId: CHECKPOINT, boxes: 4 });
    await county.requestWhen('it is approved', requestId, ({ status }) => status === 'approved');
    const id = await ordered(county, clerk, buyer);
    expect(await queued(storekeeper, 'to-accept')).toContain(id);

    const first = {
      document: '送货单1号',
      lots: [boxes(6)],
      damaged: boxes(1),
      wrong: boxes(1),
      note: '一盒进水，一盒不符',
    };
    const part = await act(storekeeper, id, 'orders/1/goods-received', first);
    expect(part).toMatchObject({ status: 'ordered', accepted: 300, outstanding: 200 });
    await county.requestWhen('the goods are promised', requestId, ({ lines }) => lines[0]?.planned === 200);
    const [shelf] = (await auditor.get('/staff/stock/mask', itemStock)).balances;
    expect(await auditor.get(`/staff/lots/${shelf?.lotId}`, lotView)).toMatchObject({
      ...{ source: 'procured', bought: { purchaseId: id, order: 1, supplierId: 'shop-1', costFen: 13_200 } },
    });
    await expect(act(storekeeper, id, 'orders/1/goods-received', first)).rejects.toEqual(refused(409, 'paper-booked'));

    const rest = { document: '送货单2号', lots: [boxes(3)], final: true, note: '少一盒，供应商无货' };
    await act(storekeeper, id, 'orders/1/goods-received', rest);
    // Nobody waits at the door any more; the clerk may have papers to file, and finance waits for a bill.
    expect(await queued(storekeeper, 'to-accept')).not.toContain(id);
    // One box is lacking, and nobody else sells it: the buyer gives it up.
    await purchaseWhen(county, 'a buyer has to choose anew', id, 'sourcing');
    expect(await act(buyer, id, 'cancel', { reason: '余量不再采购' })).toMatchObject({ status: 'delivered' });
    const { figures } = await finance.get('/staff/funds/special', fundView);
    expect(figures).toEqual({ budgetFen: 100_000, encumberedFen: 0, spentFen: 20_700, availableFen: 79_300 });

    expect(await queued(finance, 'to-settle')).toContain(id);
    const today = countyDay(await county.now());
    const bill = { number: '发票00017', amountFen: 23_000, issuedOn: today };
    const held = await act(finance, id, 'orders/1/invoice', bill);
    expect(held.orders).toMatchObject([{ invoice: { status: 'held' } }]);
    const told = await headquarters.all('/staff/notices', noticeView);
    expect(told.find(({ code }) => code === 'invoice-held')?.zh).toMatch(/¥230\.00.*¥207\.00.*¥23\.00/);
    const voucher = { document: '银付1号', amountFen: 20_700, paidOn: today };
    await expect(act(finance, id, 'orders/1/payment', voucher)).rejects.toEqual(refused(409, 'held'));
    const corrected = { outcome: 'corrected', number: '发票00018', amountFen: 20_701, issuedOn: today, reason: '重开' };
    const settle = (amountFen: number) =>
      act(headquarters, id, 'orders/1/invoice/resolution', { ...corrected, amountFen });
    await expect(settle(20_701)).rejects.toEqual(refused(422, 'above-accepted'));
    await settle(20_700);
    await act(finance, id, 'orders/1/payment', voucher);
    expect(await queued(finance, 'to-settle')).not.toContain(id);
    expect(await queued(clerk, 'papers')).toContain(id);
    const { missing } = await act(clerk, id, 'papers', { kind: 'signed-need', reference: '需求单12号' });
    expect(missing).toEqual([]);

    const closed = await purchaseWhen(county, 'it is closed', id, 'closed');
    expect(closed.events.map(({ name }) => name)).toEqual(expect.arrayContaining(['GoodsAccepted', 'OrderPaid']));
    const { rows, balanced } = await auditor.get(
      '/staff/reconciliation/funds',
      z.object({ rows: z.array(fundAccount), balanced: z.boolean() }),
    );
    expect([rows.length, balanced]).toEqual([1, true]);
    expect(await county.balanced()).toBe(true);
  });

  it('is never accepted by whoever asked or bought, nor paid by whoever bought; at night headquarters may, and says why', async () => {
    const county = await buyingCounty();
    const { buyer, storekeeper, finance } = county.people;
    const [asks, buys] = [both(county, 'headquarters', 'storekeeper'), both(county, 'buyer', 'storekeeper', 'finance')];
    const id = await ordered(county, asks, buys);
    const whole = { document: '送货单1号', lots: [boxes(10)] };
    const accept = (by: Client, override?: string) =>
      act(by, id, 'orders/1/goods-received', { ...whole, ...(override !== undefined && { override }) });
    for (const by of [asks, buys]) await expect(accept(by)).rejects.toEqual(refused(403, 'duties-apart'));
    await expect(accept(buyer)).rejects.toEqual(refused(403, 'wrong-role'));
    await expect(accept(buys, '人手不足')).rejects.toEqual(refused(403, 'not-headquarters'));
    await expect(accept(asks, '人手不足')).rejects.toEqual(refused(403, 'not-night'));
    await putPolicy(county, { night: ALWAYS });
    const delivered = await accept(asks, '夜间仅一人值守');
    expect(delivered.overrides).toMatchObject([{ step: 'accept', reason: '夜间仅一人值守' }]);
    await expect(accept(storekeeper)).rejects.toEqual(refused(409, 'wrong-status'));

    const today = countyDay(await county.now());
    const bill = (by: Client) =>
      act(by, id, 'orders/1/invoice', { number: '发票1号', amountFen: 23_000, issuedOn: today });
    const pay = (by: Client) =>
      act(by, id, 'orders/1/payment', { document: '银付1号', amountFen: 23_000, paidOn: today });
    await expect(bill(buys)).rejects.toEqual(refused(403, 'duties-apart'));
    await bill(finance);
    await expect(pay(buys)).rejects.toEqual(refused(403, 'duties-apart'));
    expect((await pay(finance)).orders).toMatchObject([{ payment: { by: 'sample-finance' } }]);
  });
});

describe('what was asked for from above', () => {
  const tell = (by: Client, id: string, step: string, body: object, key?: string) =>
    by.post(`/staff/appeals/${id}/${step}`, body, appealView, key);
  const letter = { placeId: WAREHOUSE, to: '样例州物资保障组', document: '请调函1号', reason: '一线库存不足' };
  /** The checkpoint asks for four boxes that the pool has not got, and somebody asks those above for them. */
  const askedAbove = async (county: SmallCounty, by: Client) => {
    const { id } = await county.ask({ siteId: CHECKPOINT, boxes: 4 });
    await county.requestWhen('it is approved', id, ({ status }) => status === 'approved');
    const body = { decision: 'ask-above', ...letter };
    const { appealId = '' } = await by.post(`/staff/requests/${id}/lines/1/supply`, body, supplyView);
    return { requestId: id, appealId };
  };

  it('is promised, chased, counted in by part and over, fills the need that it was asked for, and is closed', async () => {
    const county = await buyingCounty();
    const { clerk, storekeeper, buyer, auditor } = county.people;
    const { requestId, appealId } = await askedAbove(county, clerk);
    const more = { decision: 'ask-above', ...letter, ...boxes(5) };
    await expect(clerk.post(`/staff/requests/${requestId}/lines/1/supply`, more, supplyView)).rejects.toEqual(
      refused(422, 'more-than-lacking'),
    );
    expect(await auditor.get(`/staff/appeals/${appealId}`, appealView)).toMatchObject({
      ...{ status: 'asked', tier: 1, quantity: 200, need: { requestId, n: 1 }, outstanding: 200 },
      next: { step: 'answer', overdue: false },
    });
    expect(await queued(clerk, 'from-above')).toContain(appealId);

    const expectedAt = new Date(Date.parse(await county.now()) + 60_000).toISOString();
    const promise = { ...boxes(4), expectedAt, reference: '调拨通知1号' };
    await expect(tell(buyer, appealId, 'promise', promise)).rejects.toEqual(refused(403, 'wrong-role'));
    await expect(tell(clerk, appealId, 'promise', { ...promise, unit: '袋' })).rejects.toEqual(refused(422, 'invalid'));
    expect(await tell(clerk, appealId, 'promise', promise)).toMatchObject({ status: 'promised', outstanding: 200 });
    const inbox = () => clerk.all('/staff/notices', noticeView);
    const told = await eventually('those above are chased', inbox, (all) => all.length > 0);
    expect(told[0]).toMatchObject({
      code: 'appeal-overdue',
      zh: expect.stringMatching(/4 盒（200个）.*已过预计到达时间/),
    });
    expect(await queued(clerk, 'overdue')).toContain(appealId);

    const part = { document: '调拨单1号', lots: [boxes(2)], damaged: boxes(1), note: '一盒进水' };
    await expect(tell(clerk, appealId, 'goods-received', part)).rejects.toEqual(refused(403, 'wrong-role'));
    const first = await tell(storekeeper, appealId, 'goods-received', part, 'appeal-part-1');
    expect(first).toMatchObject({ status: 'promised', came: 100, outstanding: 100, arrivals: [{ damaged: 50 }] });
    expect(await tell(storekeeper, appealId, 'goods-received', part, 'appeal-part-1')).toMatchObject({ came: 100 });
    await expect(tell(storekeeper, appealId, 'goods-received', part)).rejects.toEqual(refused(409, 'paper-booked'));
    const rest = { document: '调拨单2号', lots: [boxes(3)] };
    expect(await tell(storekeeper, appealId, 'goods-received', rest)).toMatchObject({
      ...{ status: 'closed', came: 250, outstanding: 0, next: { step: 'nothing' } },
    });
    await eventually('nobody is asked for it any more', inbox, (all) => all.length === 0);
    await expect(tell(storekeeper, appealId, 'goods-received', { ...rest, document: '调拨单3号' })).rejects.toEqual(
      refused(409, 'wrong-status'),
    );
    await expect(tell(clerk, appealId, 'end', { reason: '已足' })).rejects.toEqual(refused(409, 'wrong-status'));

    await county.requestWhen('the need is filled', requestId, ({ lines }) => lines[0]?.planned === 200);
    const { item, balances } = await auditor.get('/staff/stock/mask', itemStock);
    expect(item).toMatchObject({ free: 50, bySource: [{ source: 'allocated', onHand: 250, held: 200 }] });
    expect(balances).toHaveLength(2);
    expect(await county.balanced()).toBe(true);
  });

  it('is never counted in by whoever asked for it; refused from above, it is over', async () => {
    const county = await buyingCounty();
    const { storekeeper, clerk, auditor } = county.people;
    const { requestId, appealId } = await askedAbove(county, storekeeper);
    const whole = { document: '调拨单1号', lots: [boxes(4)] };
    await expect(tell(storekeeper, appealId, 'goods-received', whole)).rejects.toEqual(refused(403, 'duties-apart'));
    expect(await tell(clerk, appealId, 'end', { reason: '州级无货' })).toMatchObject({
      ...{ status: 'refused', outstanding: 0, ended: { by: 'sample-clerk', reason: '州级无货' } },
    });
    const promise = { ...boxes(4), expectedAt: await county.now(), reference: '调拨通知1号' };
    await expect(tell(clerk, appealId, 'promise', promise)).rejects.toEqual(refused(409, 'wrong-status'));
    expect(await queued(clerk, 'from-above')).toEqual([]);
    const over = await auditor.all('/staff/appeals?status=refused', appealView);
    expect(over.map(({ id }) => id)).toEqual([appealId]);
    expect((await county.request(requestId)).lines).toMatchObject([{ short: 200 }]);
  });
});
