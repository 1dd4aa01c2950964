import { beforeEach, describe, expect, it } from 'vitest';
import { staffApp } from '../../functions/api/staff.handler.ts';
import { itemRow } from '../../functions/catalogue/item.ts';
import { siteRow } from '../../functions/catalogue/site.ts';
import { supplierBody, supplierRow } from '../../functions/catalogue/supplier.ts';
import { fundBalanceRow, fundRow } from '../../functions/funds/fund.ts';
import { noticeRow } from '../../functions/notices/notice.ts';
import { offerRow } from '../../functions/offers/offer.ts';
import { assess } from '../../functions/purchase/deciding.store.ts';
import { follow } from '../../functions/purchase/follow.store.ts';
import { MAX_PARTS } from '../../functions/purchase/order.ts';
import { remindOfPapers } from '../../functions/purchase/papers.store.ts';
import { type Purchase, purchaseRow } from '../../functions/purchase/purchase.ts';
import { lineRow } from '../../functions/request/line.ts';
import { requestRow } from '../../functions/request/request.ts';
import type { Role } from '../../functions/shared/actor.ts';
import { countyDay, plusDays, plusMinutes } from '../../functions/shared/clock.ts';
import { keysOf } from '../../functions/shared/keys.ts';
import { everyIndexed, get, ofType } from '../../functions/shared/table.store.ts';
import { type Progress, progressOf } from '../../functions/workflow/progress.ts';
import { MASK, offerOf, SUPPLIERS } from '../offers/market.ts';
import { type Caller, callerOf, isInChinese, type Reply, testVerify } from '../support/caller.ts';
import { aLine, aRequest, checkpoint, NOW, POLICY, put } from '../support/need.ts';
import { useTable } from '../support/table.ts';

const deps = useTable({ stream: false });
// Made once the table is there: what it hands on, it copies.
let app: ReturnType<typeof staffApp>;
let counties = 670_000;
let county = '';
const keys = () => keysOf(county);
const as = (sub: string, ...roles: Role[]) => callerOf(app, { sub, roles, county });
const clerk = () => as('clerk-1', 'clerk');
const buyer = () => as('buyer-1', 'buyer');
const storekeeper = () => as('storekeeper-1', 'storekeeper');
const finance = () => as('finance-1', 'finance');
const chief = () => as('chief-1', 'headquarters');

/** A county with masks, two warehouses, two shops and a fund of ¥1,000.00 that came as two credits. */
beforeEach(async () => {
  app ??= staffApp(deps, testVerify);
  counties += 1;
  county = String(counties);
  deps.time = NOW;
  await put(deps, itemRow, { ...MASK, county });
  for (const id of ['warehouse', 'other-warehouse'])
    await put(deps, siteRow, checkpoint({ county, id, kind: 'warehouse' }));
  for (const [id, names] of SUPPLIERS)
    await put(deps, supplierRow, {
      ...supplierBody.parse({ ...names, kind: 'pharmacy', township: '样例乡' }),
      ...{ county, id, version: 1 },
    });
  await chief().put('/staff/funds/special', { nameZh: '专项资金', nameEn: 'Special fund', kind: 'special' });
  for (const [i, amountFen] of [20_000, 80_000].entries())
    await finance().post('/staff/funds/special/credits', { amountFen, document: `样例拨款${i}` });
  const stands = { county, validUntil: plusMinutes(NOW, 10_000) };
  await put(deps, offerRow, offerOf(1, { ...stands, offerId: `ofr_${county}_1`, deliveryFeeFen: 1_000 }));
  await put(deps, offerRow, offerOf(2, { ...stands, offerId: `ofr_${county}_2`, priceFen: 2_500 }));
});

const read = async (id: string): Promise<Purchase> => {
  const row = await get(deps, purchaseRow, keys().purchase(id));
  if (row === undefined) throw new Error(`There is no purchase ${id}`);
  return row;
};
/** What the machine does next, with the row as it stands. */
const task = async (run: (of: typeof deps, at: Progress) => Promise<Progress>, id: string) =>
  run(deps, progressOf({ kind: 'purchase', attempt: (await read(id)).attempt, round: 0 }, await read(id), deps.time));
const figures = async () => (await clerk().get('/staff/funds/special')).body.figures;
const books = async () => (await clerk().get('/staff/reconciliation/funds')).body;
const toldOf = async (inbox: string) => {
  const rows = await everyIndexed(deps, { index: 'GSI2', at: keys().party(inbox), beginsWith: 'NOTICE#' });
  return ofType(noticeRow, rows).map(({ code }) => code);
};

/** Ten boxes at ¥22.00 and ¥10.00 for the delivery, ordered of shop 1: asked for by the clerk, chosen by the buyer. */
const ordered = async (asking = clerk(), choosing = buyer()): Promise<string> => {
  const body = { itemId: 'mask', quantity: 10, unit: '盒', placeId: 'warehouse', reason: '低于储备下限' };
  const { id } = (await asking.post('/staff/purchases', body)).body;
  expect((await choosing.post(`/staff/purchases/${id}/choice`, {})).status).toBe(200);
  await task(assess, id);
  expect((await read(id)).orders).toMatchObject([{ supplierId: 'shop-1', encumberedFen: 23_000 }]);
  return id;
};

let papers = 0;
const boxes = (quantity: number, more = {}) => ({ quantity, unit: '盒', ...more });
const accept = (id: string, said: object, by: Caller = storekeeper(), key?: string): Promise<Reply> => {
  papers += 1;
  return by.post(`/staff/purchases/${id}/orders/1/goods-received`, { document: `送货单${papers}`, ...said }, key);
};
const whole = { lots: [boxes(10)] };
const bill = (id: string, amountFen: number, more: object = {}, by = finance()) => {
  papers += 1;
  const body = { number: `发票${papers}`, amountFen, issuedOn: countyDay(deps.time), ...more };
  return by.post(`/staff/purchases/${id}/orders/1/invoice`, body);
};
const settle = (id: string, body: object, by = chief()) =>
  by.post(`/staff/purchases/${id}/orders/1/invoice/resolution`, { reason: '已与供应商核对', ...body });
const pay = (id: string, amountFen: number, more: object = {}, by = finance()) => {
  papers += 1;
  const body = { document: `银付${papers}`, amountFen, paidOn: countyDay(deps.time), ...more };
  return by.post(`/staff/purchases/${id}/orders/1/payment`, body);
};
const file = (id: string, kind: string, by = clerk()) =>
  by.post(`/staff/purchases/${id}/papers`, { kind, reference: `${kind} 1` });
const saying = (reply: Reply) => {
  if (reply.status >= 400) expect(reply.body).toSatisfy(() => isInChinese(reply));
  return [reply.status, reply.body.title, ...(reply.body.errors ?? []).map(({ path }: { path: string }) => path)];
};

describe('goods of an order', () => {
  it('that come in parts are lots of the pool, spent to the fen from the oldest credits, with where they came from', async () => {
    const id = await ordered();
    const said = {
      lots: [boxes(4, { lotNo: 'A' }), boxes(2, { lotNo: 'B', status: 'quarantined' })],
      damaged: boxes(1),
      note: '一盒进水',
    };
    const first = await accept(id, said);
    expect(first.body).toMatchObject({
      ...{ status: 'ordered', accepted: 300, outstanding: 200 },
      orders: [
        {
          ...{ status: 'confirmed', encumberedFen: 9_200, spentFen: 13_800 },
          parts: [{ accepted: 300, damaged: 50, wrong: 0, spentFen: 13_800, by: 'storekeeper-1' }],
        },
      ],
    });
    expect(await figures()).toEqual({
      budgetFen: 100_000,
      encumberedFen: 9_200,
      spentFen: 13_800,
      availableFen: 77_000,
    });
    expect(await toldOf('staff.buyer')).toContain('delivery-differs');

    const last = await accept(id, { lots: [boxes(5)], placeId: 'other-warehouse' });
    expect(last.body).toMatchObject({
      ...{ status: 'delivered', accepted: 550, outstanding: 0, orders: [{ status: 'closed', spentFen: 23_000 }] },
      notes: [{ code: 'over-delivered' }],
    });
    expect(await figures()).toEqual({ budgetFen: 100_000, encumberedFen: 0, spentFen: 23_000, availableFen: 77_000 });
    expect(await toldOf('staff.finance')).toEqual(['to-bill']);

    const note = (await clerk().get(`/staff/stock-receipts/${last.body.orders[0].parts[1].noteId}`)).body;
    const bought = { purchaseId: id, order: 1, supplierId: 'shop-1', fundId: 'special' };
    expect(note).toMatchObject({ source: 'procured', placeId: 'other-warehouse', bought });
    const lot = (await clerk().get(`/staff/lots/${note.lines[0].lotId}`)).body;
    expect(lot).toMatchObject({ source: 'procured', bought: { ...bought, costFen: 8_800 } });
    const { balances, item } = (await clerk().get('/staff/stock/mask')).body;
    expect([item.onHand, item.quarantined, balances.length]).toEqual([450, 100, 3]);

    const spent = (await clerk().get('/staff/funds/special/entries')).body.rows.filter(
      ({ kind }: { kind: string }) => kind === 'spent',
    );
    expect(spent).toMatchObject([
      {
        ...{ purchaseId: id, order: 1, amountFen: 9_200, lots: [{ lotId: lot.id, amountFen: 8_800 }] },
        credits: [
          { n: 1, amountFen: 6_200 },
          { n: 2, amountFen: 3_000 },
        ],
      },
      { amountFen: 13_800, lots: [{ amountFen: 8_800 }, { amountFen: 4_400 }], other: { amountFen: 600 } },
    ]);
    expect(await books()).toMatchObject({ balanced: true });
    expect((await clerk().get('/staff/reconciliation?itemId=mask')).body.balanced).toBe(true);
  });

  it('of which nothing is good change nothing but the file; what will not come is released, and the next offer tried', async () => {
    const id = await ordered();
    const none = await accept(id, { damaged: boxes(10), note: '全部进水', final: true });
    expect(none.body).toMatchObject({
      status: 'ordered',
      orders: [{ status: 'closed', spentFen: 0, encumberedFen: 0 }],
    });
    expect(none.body.orders[0].parts[0].noteId).toBeUndefined();
    expect(await figures()).toMatchObject({ encumberedFen: 0, spentFen: 0, availableFen: 100_000 });
    await task(follow, id);
    expect((await read(id)).orders).toMatchObject([{ status: 'closed' }, { supplierId: 'shop-2', status: 'placed' }]);
    expect(await books()).toMatchObject({ balanced: true });
  });

  it('are counted once, however often the count is sent and whoever sends the paper again', async () => {
    const id = await ordered();
    const said = { document: '送货单甲', lots: [boxes(2)] };
    const once = await accept(id, said, storekeeper(), 'counted-once');
    expect(await accept(id, said, storekeeper(), 'counted-once')).toMatchObject({ body: once.body });
    expect(saying(await accept(id, whole, storekeeper(), 'counted-once'))).toEqual([422, 'key-reused']);
    const spoilt = { document: '送货单丙', damaged: boxes(1), note: '进水' };
    expect((await accept(id, spoilt)).status).toBe(200);
    expect(saying(await accept(id, spoilt))).toEqual([409, 'paper-booked', 'document']);
    const again = { ...said, document: ' 送货单甲 ' };
    expect(saying(await accept(id, again))).toEqual([409, 'paper-booked', 'document']);
    const second = as('storekeeper-2', 'storekeeper');
    const rush = await Promise.all(
      Array.from({ length: 5 }, () => accept(id, { document: '送货单乙', lots: [boxes(1)] }, second)),
    );
    expect(rush.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409]);
    expect((await read(id)).orders[0]?.parts.map(({ accepted }) => accepted)).toEqual([100, 0, 50]);
    expect(await figures()).toMatchObject({ encumberedFen: 16_100, spentFen: 6_900 });
  });

  it('on one paper are booked once, by whichever door', async () => {
    const lines = [{ itemId: 'mask', ...boxes(10), useBy: '2024-01-01' }];
    const receive = (document: string, source = 'allocated') =>
      storekeeper().post('/staff/stock-receipts', { source, placeId: 'warehouse', document, lines });
    const [id, other] = [await ordered(), await ordered()];
    const first = await accept(id, { document: '送货单-01', lots: [boxes(2)] });
    const { noteId } = first.body.orders[0].parts[0];
    for (const source of ['allocated', 'existing']) {
      const again = await receive('送货单－０１', source);
      expect(saying(again)).toEqual([409, 'paper-booked', 'document']);
      expect(again.body.detail).toMatch(new RegExp(`^“送货单－０１”已经入账：${noteId}。`));
    }
    const { id: stockNote } = (await receive('送货单-02')).body;
    const late = await accept(id, { document: '送货单-02', lots: [boxes(2)] });
    expect(saying(late)).toEqual([409, 'paper-booked', 'document']);
    expect(late.body.detail).toContain(stockNote);
    const spoilt = { document: '送货单-03', damaged: boxes(1), note: '进水' };
    expect((await accept(id, spoilt)).status).toBe(200);
    expect((await receive('送货单-03')).body.detail).toContain(id);

    const rush = await Promise.all([
      ...[1, 2, 3].map(() => receive('送货单-04')),
      ...[id, other, id].map((one) => accept(one, { document: '送货单-04', lots: [boxes(1)] })),
    ]);
    expect(rush.map(({ status }) => status).filter((status) => status < 300)).toHaveLength(1);

    await accept(other, { ...whole, document: '送货单-05' });
    const row = await read(id);
    await put(deps, purchaseRow, { ...row, orders: row.orders.map((one) => ({ ...one, supplierId: 'shop-2' })) });
    expect(saying(await accept(id, { document: '送货单-05', lots: [boxes(1)] }))).toEqual([200, undefined]);
    expect((await receive('送货单-05')).status).toBe(409);
  });

  it('of several orders at the same moment are all spent, each credit once', async () => {
    const ids = [];
    for (let i = 0; i < 4; i += 1) ids.push(await ordered());
    const replies = await Promise.all(ids.map((id, i) => accept(id, whole, as(`storekeeper-${i}`, 'storekeeper'))));
    expect(replies.map(saying)).toEqual(ids.map(() => [200, undefined]));
    expect(await figures()).toMatchObject({ encumberedFen: 0, spentFen: 92_000, availableFen: 8_000 });
    expect(await books()).toMatchObject({ balanced: true });
  });

  it('are refused, by field, where the count cannot be, and nothing has changed', async () => {
    const id = await ordered();
    const before = await read(id);
    for (const [said, answer] of [
      [{ lots: [{ quantity: 1, unit: '桶' }] }, ['invalid', 'lots[0].unit']],
      [{ lots: [boxes(1)], damaged: boxes(1) }, ['invalid', 'note']],
      [{ ...whole, placeId: 'nowhere' }, ['invalid', 'placeId']],
      [{ lots: [] }, ['invalid', 'lots']],
      [{ lots: [boxes(3)], final: true }, ['note-missing', 'note']],
      [{ lots: [boxes(21)] }, ['odd-quantity', 'lots']],
      [{ ...whole, price: 1 }, ['invalid', 'price']],
    ] as const)
      expect(saying(await accept(id, said)), JSON.stringify(said)).toEqual([422, ...answer]);
    const nowhere = `/staff/purchases/${id}/orders/2/goods-received`;
    expect(saying(await storekeeper().post(nowhere, { document: '送货单', ...whole }))).toEqual([404, 'unknown-order']);
    expect(saying(await accept('pur_none', whole))).toEqual([404, 'unknown-purchase']);
    expect(await read(id)).toEqual(before);
  });

  it('that come just after their order lapsed are accepted while nothing has replaced it, from what the fund then has', async () => {
    const withdrawn = { by: 'buyer-2', at: NOW, reason: '售完' };
    const [id, part, poor] = [await ordered(), await ordered(), await ordered()];
    const other = { county, offerId: `ofr_${county}_2`, priceFen: 2_500, validUntil: plusMinutes(NOW, 10_000) };
    await put(deps, offerRow, offerOf(2, { ...other, withdrawn }));
    deps.time = (await read(poor)).dueAt;
    for (const one of [id, part, poor]) {
      await task(follow, one);
      expect(await read(one)).toMatchObject({ status: 'sourcing', orders: [{ status: 'lapsed', encumberedFen: 0 }] });
    }
    const { body } = await accept(id, whole);
    expect(body).toMatchObject({ status: 'delivered', orders: [{ status: 'closed', spentFen: 23_000 }] });
    expect(body.notes.at(-1).code).toBe('accepted-late');
    expect(await figures()).toEqual({ budgetFen: 100_000, encumberedFen: 0, spentFen: 23_000, availableFen: 77_000 });
    expect(saying(await bill(id, 23_000))).toEqual([200, undefined]);

    const some = await accept(part, { lots: [boxes(4)] });
    expect(some.body).toMatchObject({ status: 'sourcing', accepted: 200, orders: [{ status: 'closed' }] });
    expect(saying(await accept(part, { lots: [boxes(1)] }))).toEqual([409, 'wrong-status']);
    expect(await figures()).toMatchObject({ encumberedFen: 0, spentFen: 32_200, availableFen: 67_800 });
    expect(await books()).toMatchObject({ balanced: true });

    const before = await get(deps, fundBalanceRow, keys().fundBalance('special'));
    if (before === undefined) throw new Error('There is no balance');
    await put(deps, fundBalanceRow, { ...before, availableFen: 22_999 });
    expect(saying(await accept(poor, whole))).toEqual([409, 'fund-exhausted', 'fundId']);
    await put(deps, fundBalanceRow, before);
    const fund = await get(deps, fundRow, keys().fund('special'));
    if (fund === undefined) throw new Error('There is no fund');
    await put(deps, fundRow, { ...fund, active: false });
    expect(saying(await accept(poor, whole))).toEqual([409, 'fund-may-not-buy']);
    expect((await read(poor)).orders).toMatchObject([{ status: 'lapsed', parts: [] }]);
  });

  it('are refused once the order is over, and said to be; and beyond so many parts', async () => {
    const id = await ordered();
    const [first] = (await read(id)).orders;
    if (first === undefined) throw new Error('Nothing is ordered');
    const nothing = { document: '样例', accepted: 0, damaged: 1, wrong: 0, spentFen: 0, by: 'storekeeper-1', at: NOW };
    const parts = Array.from({ length: MAX_PARTS }, () => nothing);
    await put(deps, purchaseRow, { ...(await read(id)), orders: [{ ...first, parts }] });
    expect(saying(await accept(id, whole))).toEqual([409, 'too-many-parts']);
    await put(deps, purchaseRow, { ...(await read(id)), orders: [first] });
    deps.time = plusMinutes(first.confirmBy, 1);
    await task(follow, id);
    expect(saying(await accept(id, whole))).toEqual([409, 'wrong-status']);
    expect(await books()).toMatchObject({ balanced: true });
  });
});

describe('a bill', () => {
  it('that matches is paid, and with the last paper the purchase is closed; nothing more is done to it', async () => {
    const id = await ordered();
    await accept(id, whole);
    const billed = await bill(id, 23_000);
    expect(billed.body).toMatchObject({ status: 'delivered', orders: [{ invoice: { status: 'matched' } }] });
    const kinds = () => read(id).then(async () => (await clerk().get(`/staff/purchases/${id}`)).body.missing);
    expect((await kinds()).map(({ kind }: { kind: string }) => kind).sort()).toEqual([
      ...['payment-voucher', 'quotes', 'signed-need'],
    ]);
    await file(id, 'signed-need');
    expect(saying(await file(id, 'signed-need'))).toEqual([409, 'paper-filed']);
    expect(saying(await file(id, 'signed-approval'))).toEqual([422, 'paper-not-needed', 'kind']);
    expect(saying(await file(id, 'invoice'))).toEqual([422, 'invalid', 'kind']);
    expect(saying(await file(id, 'quotes', storekeeper()))).toEqual([403, 'wrong-role']);
    await file(id, 'quotes', buyer());
    const closed = await pay(id, 23_000);
    expect(closed.body).toMatchObject({ status: 'closed', missing: [], orders: [{ payment: { amountFen: 23_000 } }] });
    expect(saying(await pay(id, 23_000))).toEqual([409, 'paid']);
    expect(saying(await file(id, 'quotes'))).toEqual([409, 'wrong-status']);
    expect(await books()).toMatchObject({ balanced: true });
  });

  it('that does not match is held: headquarters hears of it, finance cannot pay, and never more than was accepted is', async () => {
    const id = await ordered();
    await accept(id, { lots: [boxes(9)], final: true, note: '少一盒' });
    const held = await bill(id, 23_000);
    expect(held.body.orders).toMatchObject([{ invoice: { status: 'held', amountFen: 23_000 } }]);
    expect(held.body.missing).toContainEqual(expect.objectContaining({ kind: 'payment-voucher', held: true }));
    for (const inbox of ['staff.headquarters', 'staff.finance']) expect(await toldOf(inbox)).toContain('invoice-held');
    expect(saying(await pay(id, 20_700))).toEqual([409, 'held']);
    const corrected = { outcome: 'corrected', number: '更正发票', issuedOn: countyDay(NOW) };
    expect(saying(await settle(id, corrected))).toEqual([422, 'invalid', 'amountFen']);
    expect(saying(await settle(id, { ...corrected, amountFen: 20_701 }))).toEqual([422, 'above-accepted', 'amountFen']);
    expect(saying(await settle(id, { outcome: 'pay-accepted' }, finance()))).toEqual([403, 'wrong-role']);
    const settled = await settle(id, { outcome: 'pay-accepted' });
    expect(settled.body.orders[0].invoice).toMatchObject({ status: 'matched', amountFen: 20_700 });
    expect(settled.body.orders[0].invoice.resolved).toMatchObject({ by: 'chief-1', was: 23_000 });
    expect(saying(await settle(id, { outcome: 'pay-accepted' }))).toEqual([409, 'not-held']);
    expect(saying(await pay(id, 23_000))).toEqual([422, 'not-payable', 'amountFen']);
    expect((await pay(id, 20_700)).body.orders).toMatchObject([{ payment: { amountFen: 20_700 } }]);
  });

  it('of less than was accepted gives the fund back what the supplier forgoes, as a credit of its own', async () => {
    const id = await ordered();
    await accept(id, whole);
    await bill(id, 20_000);
    const before = await figures();
    await settle(id, { outcome: 'pay-accepted' });
    expect(await figures()).toEqual({
      ...before,
      budgetFen: before.budgetFen + 3_000,
      availableFen: before.availableFen + 3_000,
    });
    expect((await pay(id, 20_000)).status).toBe(200);
    expect(await books()).toMatchObject({ balanced: true });
  });

  it('is asked for until it is there, whatever else is filed meanwhile', async () => {
    const id = await ordered();
    await accept(id, whole);
    const asked = (await read(id)).orders[0]?.asks ?? [];
    expect(asked).toHaveLength(1);
    await file(id, 'signed-need');
    expect((await read(id)).over?.notices).not.toEqual(expect.arrayContaining(asked));
    await bill(id, 23_000);
    expect((await read(id)).over?.notices).toEqual(expect.arrayContaining(asked));
  });

  it('and a voucher are entered once, by whomever and for whatever', async () => {
    const [one, other, third] = [await ordered(), await ordered(), await ordered()];
    for (const id of [one, other, third]) await accept(id, whole);
    expect((await bill(one, 23_000, { number: '发票-001' })).status).toBe(200);
    expect(saying(await bill(one, 23_000))).toEqual([409, 'invoiced']);
    expect(saying(await bill(other, 23_000, { number: '发票－001' }))).toEqual([409, 'invoice-entered', 'number']);
    await bill(other, 23_001);
    const corrected = { outcome: 'corrected', amountFen: 23_000, issuedOn: countyDay(NOW) };
    expect(saying(await settle(other, { ...corrected, number: '发票-001' }))).toEqual([
      ...[409, 'invoice-entered', 'number'],
    ]);
    expect((await settle(other, { ...corrected, number: '发票-002' })).status).toBe(200);
    await bill(third, 23_000);
    expect((await pay(one, 23_000, { document: '银付-1' })).status).toBe(200);
    expect(saying(await pay(other, 23_000, { document: ' 银付－1' }))).toEqual([409, 'voucher-entered', 'document']);
    const rush = await Promise.all([1, 2, 3].map((n) => pay(third, 23_000, { document: `银付-同时${n}` })));
    expect(rush.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
  });

  it('is refused before all has come, of tomorrow, and from whom it is no business of', async () => {
    const id = await ordered();
    const tomorrow = plusDays(countyDay(NOW), 1);
    expect(saying(await bill(id, 23_000))).toEqual([409, 'still-open']);
    expect(saying(await pay(id, 23_000))).toEqual([409, 'no-invoice']);
    await accept(id, whole);
    expect(saying(await bill(id, 23_000, { issuedOn: tomorrow }))).toEqual([422, 'not-yet', 'issuedOn']);
    expect(saying(await bill(id, 23_000, {}, buyer()))).toEqual([403, 'wrong-role']);
    expect(saying(await bill(id, 0))).toEqual([422, 'invalid', 'amountFen']);
    await bill(id, 23_000);
    expect(saying(await pay(id, 23_000, { paidOn: tomorrow }))).toEqual([422, 'not-yet', 'paidOn']);
    expect(saying(await pay(id, 23_000, {}, clerk()))).toEqual([403, 'wrong-role']);
  });
});

describe('demand, purchase, acceptance and payment', () => {
  it('are four people’s: whoever asked or bought does not accept, and whoever bought does not pay', async () => {
    const [asking, buying] = [as('asks', 'clerk', 'storekeeper'), as('buys', 'buyer', 'storekeeper', 'finance')];
    const id = await ordered(asking, buying);
    for (const by of [asking, buying]) expect(saying(await accept(id, whole, by))).toEqual([403, 'duties-apart']);
    await buying.post(`/staff/purchases/${id}/orders/1/confirmation`, { reference: '样例确认' });
    await accept(id, whole, as('third', 'storekeeper'));
    expect(saying(await bill(id, 23_000, {}, buying))).toEqual([403, 'duties-apart']);
    await bill(id, 23_000);
    expect(saying(await pay(id, 23_000, {}, buying))).toEqual([403, 'duties-apart']);
    expect((await pay(id, 23_000)).status).toBe(200);
  });

  it('count whoever wrote an offer down, or took a supplier’s no, among those who bought', async () => {
    const [id, other] = [await ordered(), await ordered()];
    const [writer, teller] = [as('buyer', 'storekeeper', 'finance'), as('teller', 'buyer', 'storekeeper', 'finance')];
    expect((await teller.post(`/staff/purchases/${other}/orders/1/decline`, { reason: '已售完' })).status).toBe(200);
    const next = { document: '送货单-次', ...whole };
    const refused = await teller.post(`/staff/purchases/${other}/orders/2/goods-received`, next);
    expect(saying(refused)).toEqual([403, 'duties-apart']);
    expect(refused.body.detail).toMatch(/^办理过“采购”的人不能再办理“验收”/);
    expect(saying(await accept(id, whole, writer))).toEqual([403, 'duties-apart']);
    await accept(id, whole);
    expect(saying(await bill(id, 23_000, {}, writer))).toEqual([403, 'duties-apart']);
    await bill(id, 23_000);
    expect(saying(await pay(id, 23_000, {}, writer))).toEqual([403, 'duties-apart']);
  });

  it('are one person’s at night only, who is of headquarters and says why; which stays on the file', async () => {
    const [chiefAsks, asks] = [as('chief-asks', 'headquarters'), as('asks', 'clerk', 'storekeeper')];
    const [id, own] = [await ordered(chiefAsks), await ordered(asks)];
    const because = { ...whole, override: '夜间无人值守' };
    expect(saying(await accept(id, because, chiefAsks))).toEqual([403, 'not-night']);
    deps.time = '2022-05-12T13:00:00.000Z';
    expect(saying(await accept(id, whole, chiefAsks))).toEqual([403, 'duties-apart']);
    expect(saying(await accept(own, because, asks))).toEqual([403, 'not-headquarters']);
    // Nobody overrides what does not bind him: who is no storekeeper does not accept for others.
    expect(saying(await accept(own, because, chiefAsks))).toEqual([403, 'wrong-role']);
    const done = await accept(id, because, chiefAsks);
    expect(done.body).toMatchObject({
      ...{ status: 'delivered', overrides: [{ step: 'accept', by: 'chief-asks', reason: '夜间无人值守' }] },
    });
  });
});

describe('goods that were asked for from above', () => {
  it('are not accepted by whoever asked for them, nor by whoever asked for the need', async () => {
    await put(deps, requestRow, aRequest({ county, status: 'approved', askedBy: 'point-1' }));
    await put(deps, lineRow, aLine({ county, status: 'open', asked: boxes(10), quantity: 500, approved: 500 }));
    const letter = { decision: 'ask-above', placeId: 'warehouse', to: '样例州物资保障组', document: '请调函1号' };
    const asking = { ...letter, reason: '库存不足' };
    const { appealId } = (await clerk().post('/staff/requests/req_1/lines/1/supply', asking)).body;
    const count = (by: Caller) =>
      by.post(`/staff/appeals/${appealId}/goods-received`, { document: '调拨单1号', lots: [boxes(10)] });
    for (const sub of ['clerk-1', 'point-1'])
      expect(saying(await count(as(sub, 'storekeeper'))), sub).toEqual([403, 'duties-apart']);
    expect(saying(await count(storekeeper()))).toEqual([200, undefined]);
  });
});

describe('a delivered purchase', () => {
  it('has what is missing chased by whoever brings it, and later by headquarters; complete, it is closed', async () => {
    const id = await ordered();
    await accept(id, whole);
    const before = await read(id);
    await task(remindOfPapers, id);
    expect(await read(id)).toEqual(before);

    deps.time = plusMinutes(NOW, POLICY.purchase.papersMinutes);
    expect((await read(id)).dueAt).toBe(deps.time);
    await task(remindOfPapers, id);
    expect(await toldOf('staff.buyer')).toContain('purchase-papers-overdue');
    expect(await toldOf('staff.headquarters')).not.toContain('purchase-papers-overdue');
    expect(await toldOf('staff.finance')).not.toContain('purchase-papers-overdue');

    deps.time = (await read(id)).dueAt;
    await task(remindOfPapers, id);
    expect(await toldOf('staff.headquarters')).toContain('purchase-papers-overdue');
    deps.time = plusMinutes(NOW, POLICY.purchase.invoiceMinutes);
    await task(remindOfPapers, id);
    expect(await toldOf('staff.finance')).toContain('purchase-papers-overdue');
    expect(await read(id)).toMatchObject({ status: 'delivered', reminders: 3 });

    await bill(id, 23_000);
    await file(id, 'signed-need');
    await file(id, 'quotes');
    await pay(id, 23_000);
    expect(await read(id)).toMatchObject({ status: 'closed', reminders: 0 });
    // As it would stand had somebody put the last paper there without closing it.
    await put(deps, purchaseRow, { ...(await read(id)), status: 'delivered', dueAt: deps.time });
    await task(remindOfPapers, id);
    expect((await read(id)).status).toBe('closed');
  });
});

describe('the file of a purchase', () => {
  const HOSTILE = '<script>alert("张三")</script>';
  const viewed = async (id: string) => (await as('auditor-1', 'auditor').get(`/staff/purchases/${id}/file`)).body;
  /** The sheet to print, without its marks: what a reader sees. */
  const printed = async (id: string) => {
    const token = JSON.stringify({ sub: 'auditor-1', county, roles: ['auditor'] });
    const headers = { authorization: `Bearer ${token}`, accept: 'text/html' };
    const reply = await app.request(`/staff/purchases/${id}/file`, { headers });
    const html = await reply.text();
    return { reply, html, read: html.replaceAll(/<style>[\s\S]*<\/style>|<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ') };
  };
  /** Bought for a line of the checkpoint that lacks ten boxes. */
  const forNeed = async (reason: string): Promise<string> => {
    const stamp = { by: 'supply-1', at: NOW, level: 'supply-group', policyVersion: 7 } as const;
    await put(deps, siteRow, checkpoint({ county }));
    await put(
      deps,
      requestRow,
      aRequest({ county, status: 'approved', decision: { outcome: 'approved', reasons: [], ...stamp } }),
    );
    await put(deps, lineRow, aLine({ county, status: 'open', asked: boxes(10), quantity: 500, approved: 500 }));
    const said = { decision: 'buy', placeId: 'warehouse', reason };
    return (await clerk().post('/staff/requests/req_1/lines/1/supply', said)).body.purchaseId;
  };

  it('that is over tells all of it: need, basis, people, offers, prices, goods, bill, payment and the money it came from', async () => {
    const id = await forNeed(HOSTILE);
    expect(await viewed(id)).toMatchObject({ status: 'sourcing', orders: [], papers: [], alternates: [], drawn: [] });
    expect((await printed(id)).read).toContain('尚未选定货源');
    await buyer().post(`/staff/purchases/${id}/choice`, {});
    await task(assess, id);
    await buyer().post(`/staff/purchases/${id}/orders/1/confirmation`, { reference: '样例确认单' });
    deps.time = '2022-05-12T13:00:00.000Z';
    await accept(id, { lots: [boxes(6)], damaged: boxes(1), wrong: boxes(1), note: HOSTILE, document: '送货单甲' });
    const because = { lots: [boxes(5)], document: '送货单乙', override: `夜间${HOSTILE}` };
    await accept(id, because, as('clerk-1', 'headquarters'));
    await bill(id, 22_999, { number: '发票甲' });
    await settle(id, { outcome: 'corrected', number: '发票乙', amountFen: 23_000, issuedOn: countyDay(NOW) });
    await pay(id, 23_000, { document: '银付甲' });
    await file(id, 'signed-need');
    await file(id, 'quotes');

    const of = await viewed(id);
    expect(of).toMatchObject({
      ...{ status: 'closed', quantity: 500, reason: HOSTILE, encumberedFen: 0, spentFen: 23_000 },
      ...{
        need: { requestId: 'req_1', n: 1, site: { id: 'checkpoint-1' } },
        asked: { zh: '10 盒（500个）' },
        basis: POLICY.purchase.basis,
      },
      ...{ fund: { id: 'special' }, place: { id: 'warehouse' }, decision: { outcome: 'approved', level: 'at-once' } },
      choice: { reasons: [{ code: 'chosen' }, { code: 'next-to-try' }] },
      alternates: [{ supplier: { id: 'shop-2', nameZh: '样例乙店' }, price: { zh: '25.00 元 / 1 盒（50个）' } }],
      overrides: [{ step: 'accept', by: 'clerk-1', reason: `夜间${HOSTILE}` }],
      orders: [
        {
          ...{ supplier: { nameZh: '样例甲店' }, price: { zh: '22.00 元 / 1 盒（50个）' }, totalFen: 23_000 },
          ...{ accepted: 550, parts: [{ accepted: 300, damaged: 50, wrong: 50, note: HOSTILE }, { accepted: 250 }] },
          priceCheck: { zh: expect.stringMatching(/限价/) },
          invoice: { number: '发票乙', status: 'matched', resolved: { was: 22_999 } },
          payment: { document: '银付甲', amountFen: 23_000 },
        },
      ],
      drawn: [
        { document: '样例拨款0', amountFen: 20_000 },
        { document: '样例拨款1', amountFen: 3_000 },
      ],
      notes: [{ code: 'over-delivered' }],
    });
    expect(of.people.map(({ step, by }: { step: string; by: string }) => `${step} ${by}`)).toEqual([
      ...['ask clerk-1', 'approve supply-1', 'ask clerk-1', 'buy buyer-1', 'approve green-channel', 'buy buyer-1'],
      ...['accept storekeeper-1', 'accept clerk-1', 'bill finance-1', 'settle chief-1', 'pay finance-1'],
    ]);
    const costs: { lotId?: string; zh?: string; amountFen: number }[] = of.costs;
    expect(costs.map(({ amountFen }) => amountFen).sort()).toEqual([600, 400, 13_200, 8_800].sort());
    expect(costs.filter(({ lotId }) => lotId === undefined)).toMatchObject([
      { zh: expect.stringContaining('运费') },
      { zh: expect.stringContaining('运费') },
    ]);
    expect(of.papers.map(({ kind, missing }: { kind: string; missing: boolean }) => [kind, missing])).toEqual(
      [
        'signed-need',
        'quotes',
        'order-confirmation',
        'acceptance-note',
        'acceptance-note',
        'invoice',
        'payment-voucher',
      ].map((kind) => [kind, false]),
    );

    const { reply, html, read: page } = await printed(id);
    expect(reply.headers.get('content-type')).toMatch(/^text\/html/);
    expect(reply.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(html).not.toContain('<script');
    expect(html.split('&lt;script&gt;')).toHaveLength(4);
    for (const said of [
      ...[
        '已办结',
        '县界卡点 申请 req_1 第 1 项',
        '由 supply-1 批准（物资保障组）',
        `依据 ${POLICY.purchase.basis.document}`,
        ...POLICY.purchase.basis.waives,
      ],
      ...[
        '样例乙店，25.00 元',
        '限价',
        '合格 300 个',
        '破损 50 个',
        '错货 50 个',
        '确认凭据 样例确认单',
        '运费 ¥10.00',
      ],
      ...[
        '发票乙 ¥230.00',
        '原 ¥229.99 不符',
        '经 chief-1 裁定：已与供应商核对',
        '银付甲 ¥230.00',
        '（样例拨款0）¥200.00',
        '（样例拨款1）¥30.00',
      ],
      ...['已支出 ¥230.00，尚冻结 ¥0.00', '签字的需求单：signed-need 1', '多到', '夜间一人兼办“验收”', '审批 绿色通道'],
    ])
      expect(page).toContain(said);
    for (const absent of ['缺：', '三单相符']) expect(page).not.toContain(absent);
  });

  it('that is half done says what it lacks, by when, and what is overdue', async () => {
    const id = await ordered();
    await accept(id, { lots: [boxes(4)] });
    deps.time = plusMinutes(NOW, POLICY.purchase.papersMinutes);
    const of = await viewed(id);
    expect(of).toMatchObject({ status: 'ordered', encumberedFen: 13_800, spentFen: 9_200 });
    expect(of.need).toBeUndefined();
    const lacking = of.papers.filter(({ missing }: { missing: boolean }) => missing);
    expect(lacking).toMatchObject([
      { kind: 'acceptance-note', order: 1, overdue: true },
      { kind: 'signed-need', dueAt: deps.time, overdue: true },
      { kind: 'quotes', dueAt: deps.time, overdue: true },
    ]);
    const { read: page } = await printed(id);
    for (const said of [
      '已下单',
      '补充储备',
      '缺：签字的需求单，',
      '前补齐（已逾期）',
      '未到',
      '未付',
      '尚冻结 ¥138.00',
    ])
      expect(page).toContain(said);

    await accept(id, { lots: [boxes(6)] });
    deps.time = plusMinutes(deps.time, 1);
    expect((await printed(id)).read).toMatch(/缺：发票（订单 1），[^（]* 前补齐 /);
    await bill(id, 23_000);
    expect((await printed(id)).read).toContain('三单相符');
    expect(saying(await clerk().get('/staff/purchases/pur_none/file'))).toEqual([404, 'unknown-purchase']);
    expect((await as('point-1', 'point').get(`/staff/purchases/${id}/file`)).status).toBe(403);
  });
});
