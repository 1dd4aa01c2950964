import { beforeEach, describe, expect, it } from 'vitest';
import { staffApp } from '../../functions/api/staff.handler.ts';
import { itemRow } from '../../functions/catalogue/item.ts';
import { policyRow } from '../../functions/catalogue/policy.ts';
import { siteRow } from '../../functions/catalogue/site.ts';
import { supplierBody, supplierRow } from '../../functions/catalogue/supplier.ts';
import { fundBalanceRow, fundEntryRow, fundRow, openFund } from '../../functions/funds/fund.ts';
import { noticeRow } from '../../functions/notices/notice.ts';
import { offerRow } from '../../functions/offers/offer.ts';
import { assess, decide, escalate } from '../../functions/purchase/deciding.store.ts';
import { escalateNeeded } from '../../functions/purchase/escalate.store.ts';
import { follow } from '../../functions/purchase/follow.store.ts';
import { isLive } from '../../functions/purchase/order.ts';
import { type Purchase, purchaseRow } from '../../functions/purchase/purchase.ts';
import { remind } from '../../functions/purchase/remind.store.ts';
import { lineRow } from '../../functions/request/line.ts';
import { requestRow } from '../../functions/request/request.ts';
import type { Role } from '../../functions/shared/actor.ts';
import { plusMinutes } from '../../functions/shared/clock.ts';
import { eventRow } from '../../functions/shared/event.ts';
import { keysOf } from '../../functions/shared/keys.ts';
import { everyIndexed, get, ofType, partition } from '../../functions/shared/table.store.ts';
import { balanceRow } from '../../functions/stock/balance.ts';
import { type Progress, progressOf } from '../../functions/workflow/progress.ts';
import { MASK, offerOf, SUPPLIERS } from '../offers/market.ts';
import { callerOf, testVerify } from '../support/caller.ts';
import { aLine, anew, aRequest, checkpoint, NOW, POLICY, put } from '../support/need.ts';
import { useTable } from '../support/table.ts';
import { SPECIAL, submitted } from './purchases.ts';

const deps = useTable({ stream: false });
let counties = 660_000;
let county = '';
const keys = () => keysOf(county);
const as = (sub: string, ...roles: Role[]) => callerOf(staffApp(deps, testVerify), { sub, roles, county });
const clerk = () => as('clerk-1', 'clerk');
const buyer = () => as('buyer-1', 'buyer');

const fund = (id: string, availableFen: number, changes = {}) =>
  Promise.all([
    put(deps, fundRow, { ...SPECIAL, county, id, ...changes }),
    put(deps, fundBalanceRow, { ...openFund({ county, fundId: id }), budgetFen: availableFen, availableFen }),
  ]);
const offer = (n: number, of = {}) =>
  put(
    deps,
    offerRow,
    offerOf(n, { county, offerId: `ofr_${county}_${n}`, validUntil: plusMinutes(NOW, 10_000), ...of }),
  );

/** A county with masks, a warehouse, four shops and a fund of ¥10,000.00. */
beforeEach(async () => {
  counties += 1;
  county = String(counties);
  deps.time = NOW;
  await put(deps, itemRow, { ...MASK, county, poolMinimum: 6_000 });
  await put(deps, siteRow, checkpoint({ county }));
  await put(deps, siteRow, checkpoint({ county, id: 'warehouse', kind: 'warehouse' }));
  for (const [id, names] of SUPPLIERS)
    await put(deps, supplierRow, {
      ...supplierBody.parse({ ...names, kind: 'pharmacy', township: '样例乡' }),
      ...{ county, id, version: 1 },
    });
  await fund('special', 1_000_000);
});

const read = async (id: string): Promise<Purchase> => {
  const row = await get(deps, purchaseRow, keys().purchase(id));
  if (row === undefined) throw new Error(`There is no purchase ${id}`);
  return row;
};
const events = async (id: string) =>
  ofType(eventRow, await partition(deps, keys().purchase(id).PK, 'EVENT#')).map(({ name }) => name);
const balance = async (id = 'special') => {
  const { encumberedFen, availableFen } = (await get(deps, fundBalanceRow, keys().fundBalance(id))) ?? {};
  return { encumberedFen, availableFen };
};
const toldOf = async (inbox: string) => {
  const rows = await everyIndexed(deps, { index: 'GSI2', at: keys().party(inbox), beginsWith: 'NOTICE#' });
  return ofType(noticeRow, rows).map(({ code }) => code);
};
/** What the machine does next, with the row as it stands. */
const task = async (run: (of: typeof deps, at: Progress) => Promise<Progress>, id: string) =>
  run(deps, progressOf({ kind: 'purchase', attempt: (await read(id)).attempt, round: 0 }, await read(id), deps.time));
/** The next deadline of the purchase has come. */
const due = async (run: Parameters<typeof task>[0], id: string) => {
  deps.time = (await read(id)).dueAt;
  return task(run, id);
};

const RESTOCK = { itemId: 'mask', placeId: 'warehouse', reason: '低于储备下限' };
const restock = async (body = {}) => (await clerk().post('/staff/purchases', { ...RESTOCK, ...body })).body.id;
/** Chosen for by buyer 1, and assessed. */
const bought = async (id: string, body = {}) => {
  const reply = await buyer().post(`/staff/purchases/${id}/choice`, body);
  expect([reply.status, reply.body.title]).toEqual([200, undefined]);
  await task(assess, id);
  return read(id);
};
/** A line of the front line that is approved for 100 boxes, and short of all of them. */
const shortLine = async () => {
  await put(deps, requestRow, aRequest({ county, status: 'approved', askedBy: 'point-1' }));
  await put(deps, lineRow, aLine({ county, status: 'open', quantity: 5_000, approved: 5_000 }));
};
const line = async () => get(deps, lineRow, keys().requestLine('req_1', 1));
const supply = (body: object, by = clerk()) =>
  by.post('/staff/requests/req_1/lines/1/supply', { placeId: 'warehouse', reason: '库存不足', ...body });
const met = async (received: number) => {
  const row = await line();
  if (row !== undefined) await put(deps, lineRow, { ...row, received });
};

describe('a restock of the pool', () => {
  it('is for what is neither free, nor expired, nor bought already', async () => {
    const shelf = { county, itemId: 'mask', placeId: 'warehouse', status: 'available', held: 0, division: 0 } as const;
    const lots = { designation: { to: 'all' }, source: 'existing', onHand: 500, free: 500 } as const;
    await put(deps, balanceRow, { ...shelf, ...lots, lotId: 'lot_1' });
    await put(deps, balanceRow, { ...shelf, ...lots, lotId: 'lot_2', useBy: '2022-05-11' });
    const first = await clerk().post('/staff/purchases', RESTOCK);
    expect(first.body).toMatchObject({ status: 'sourcing', quantity: 5_500, fundId: 'special', tier: 3 });
    expect(await toldOf('staff.buyer')).toEqual(['purchase-opened']);
    expect((await clerk().post('/staff/purchases', RESTOCK)).body).toMatchObject({
      ...{ status: 409, title: 'nothing-lacking' },
      detail: expect.stringContaining('储备下限 120 盒（6000个），可用 10 盒（500个），正在采购 110 盒（5500个）。'),
    });
    expect((await clerk().post('/staff/purchases', { ...RESTOCK, quantity: 2, unit: '盒' })).body.quantity).toBe(100);
  });

  it('is opened once when ten look at the same shelf', async () => {
    const replies = await Promise.all(
      Array.from({ length: 10 }, (_, i) => as(`clerk-${i}`, 'clerk').post('/staff/purchases', RESTOCK)),
    );
    expect(replies.map(({ status }) => status).toSorted()).toEqual([201, ...Array(9).fill(409)]);
  });

  it.each([
    ['an item that is not there', { itemId: 'none' }, 'itemId'],
    ['a place that keeps no stock', { placeId: 'checkpoint-1' }, 'placeId'],
    ['a fund that is not there', { fundId: 'none' }, 'fundId'],
    ['a fund that may not buy it', { fundId: 'food' }, 'fundId'],
    ['a unit without a conversion', { quantity: 1, unit: '车' }, 'unit'],
    ['a quantity without a unit', { quantity: 1 }, 'unit'],
    ['a time that has passed', { needBy: NOW }, 'needBy'],
    ['nothing to say why', { reason: '' }, 'reason'],
  ])('is refused for %s', async (_, body, path) => {
    await fund('food', 1_000, { mayBuy: { categories: ['1'], itemIds: [] } });
    const { status, body: problem } = await clerk().post('/staff/purchases', { ...RESTOCK, ...body });
    expect([status, problem.errors[0].path]).toEqual([422, path]);
  });

  it('is paid by the fund that has most among those that may buy it, where none is named', async () => {
    await fund('rich', 9_000_000, { mayBuy: { categories: ['1'], itemIds: [] } });
    await fund('gifts', 2_000_000, { mayBuy: { categories: ['2'], itemIds: [] } });
    expect((await read(await restock())).fundId).toBe('gifts');
  });

  it('repeated with the same key is one, with another body refused', async () => {
    const send = (reason: string) => clerk().post('/staff/purchases', { ...RESTOCK, reason }, 'key-of-one-restock');
    const [first, again] = [await send('a'), await send('a')];
    expect(again.body.id).toBe(first.body.id);
    expect((await send('b')).body.title).toBe('key-reused');
  });
});

describe('what a buyer looks at in the morning', () => {
  const listed = async (query = '') => (await buyer().get(`/staff/restock${query}`)).body;
  const shelf = (itemId: string, free: number, more = {}) =>
    put(deps, balanceRow, {
      ...{ county, itemId, lotId: `lot_${county}_${itemId}`, placeId: 'warehouse', status: 'available', held: 0 },
      ...{ division: 0, designation: { to: 'all' }, source: 'existing', onHand: free, free, ...more },
    });

  it('is what the pool lacks of its minimum, most in part first, with what is free and on order', async () => {
    const kept = (id: string, poolMinimum: number, more = {}) =>
      put(deps, itemRow, { ...MASK, county, id, poolMinimum, ...more });
    await Promise.all([kept('gown', 1_000), kept('glove', 100), kept('ample', 100), kept('past', 100)]);
    await Promise.all([kept('gone', 100, { active: false }), put(deps, itemRow, { ...MASK, county, id: 'unkept' })]);
    await Promise.all([shelf('mask', 600), shelf('gown', 750), shelf('ample', 100), shelf('glove', 75)]);
    await shelf('past', 100, { useBy: '2022-05-11' });
    const purchase = await restock({ quantity: 60, unit: '盒' });
    const { rows } = await listed();
    expect(rows).toMatchObject([
      { item: { id: 'past' }, free: 0, lacking: 100, lackingPercent: 100, purchases: [] },
      { item: { id: 'mask', baseName: '个' }, poolMinimum: 6_000, free: 600, onOrder: 3_000, lacking: 2_400 },
      { item: { id: 'glove' }, free: 75, onOrder: 0, lacking: 25, lackingPercent: 25 },
      { item: { id: 'gown' }, free: 750, lacking: 250, lackingPercent: 25 },
    ]);
    expect(rows[1]).toMatchObject({ lackingPercent: 40, purchases: [purchase] });
    await restock();
    const covered = (await listed()).rows;
    expect(covered.at(-1)).toMatchObject({ item: { id: 'mask' }, onOrder: 5_400, lacking: 0, lackingPercent: 0 });

    const pages = [];
    for (let query = '?limit=2'; query !== ''; ) {
      const page = await listed(query);
      pages.push(page.rows.map(({ item }: { item: { id: string } }) => item.id));
      query = page.cursor === undefined ? '' : `?limit=2&cursor=${page.cursor}`;
    }
    expect(pages).toEqual([
      ['past', 'glove'],
      ['gown', 'mask'],
    ]);
    expect((await listed('?cursor=bm90aGluZw')).title).toBe('bad-cursor');
    expect((await as('point-1', 'point').get('/staff/restock')).status).toBe(403);
  });

  it('is a sheet too; and an item says what it may cost and what the pool should have of it', async () => {
    const token = JSON.stringify({ sub: 'buyer-1', county, roles: ['buyer'] });
    const headers = { authorization: `Bearer ${token}`, accept: 'text/csv' };
    const sheet = await (await staffApp(deps, testVerify).request('/staff/restock', { headers })).text();
    const [heading, row] = sheet.split('\r\n');
    expect(heading).toContain('最低储备 poolMinimum,可分配 free,在购 onOrder,尚缺 lacking,尚缺百分比 lackingPercent');
    expect(row).toContain('6000,0,0,6000,100');
    await put(deps, itemRow, { ...MASK, county, poolMinimum: 6_000, marginCapPercent: 12 });
    const said = { poolMinimum: 6_000, marginCapPercent: 12 };
    expect((await buyer().get('/staff/items/mask')).body).toMatchObject(said);
    expect((await buyer().get('/staff/items')).body.rows).toMatchObject([said]);
  });
});

describe('the shortfall of an approved line', () => {
  beforeEach(shortLine);

  it('is bought for whoever asked, in its tier and by its need-by', async () => {
    const { status, body } = await supply({ decision: 'buy' });
    expect([status, body]).toEqual([200, { requestId: 'req_1', n: 1, short: 5_000, purchaseId: expect.any(String) }]);
    expect(await read(body.purchaseId)).toMatchObject({
      ...{ tier: 1, quantity: 5_000, needBy: '2022-05-13T01:00:00.000Z', askedBy: 'clerk-1' },
      need: { requestId: 'req_1', n: 1, askedBy: 'point-1' },
    });
    expect((await line())?.purchases).toEqual([body.purchaseId]);
  });

  it('is bought once, whoever decides at the same moment, and never beyond what is short', async () => {
    const replies = await Promise.all(
      Array.from({ length: 8 }, (_, i) => supply({ decision: 'buy', quantity: 60, unit: '盒' }, as(`c-${i}`, 'clerk'))),
    );
    expect(replies.map(({ status }) => status).toSorted()).toEqual([200, ...Array(7).fill(422)]);
    expect(replies.find(({ status }) => status === 422)?.body).toMatchObject({
      title: 'more-than-lacking',
      errors: [{ path: 'quantity', message: expect.stringContaining('3000 are being bought for it') }],
    });
    expect((await supply({ decision: 'buy' })).status).toBe(200);
    expect((await supply({ decision: 'buy' })).body.title).toBe('nothing-lacking');
  });

  it('that those above are asked for is neither asked of them again nor bought besides', async () => {
    const above = { decision: 'ask-above', to: '州物资保障组', document: '请调函 1', quantity: 60, unit: '盒' };
    const rush = await Promise.all([1, 2, 3].map(() => supply(above)));
    expect(rush.map(({ status }) => status).toSorted()).toEqual([200, 422, 422]);
    const { purchaseId } = (await supply({ decision: 'buy' })).body;
    expect((await read(purchaseId)).quantity).toBe(2_000);
    const more = { ...above, document: '请调函 2', quantity: undefined, unit: undefined };
    expect((await supply(more)).body).toMatchObject({ status: 409, title: 'nothing-lacking' });
  });

  it('is left to wait until a time, which the request remembers', async () => {
    const until = plusMinutes(NOW, 600);
    const wait = (at: string) =>
      clerk().post('/staff/requests/req_1/lines/1/supply', { decision: 'wait', until: at, reason: '车队在途' });
    expect((await wait(until)).status).toBe(200);
    const [event] = ofType(eventRow, await partition(deps, keys().request('req_1').PK, 'EVENT#'));
    expect(event).toMatchObject({
      name: 'ShortfallLeftToWait',
      reason: '车队在途',
      data: { n: 1, short: 5_000, until },
    });
    expect((await wait(NOW)).body.errors[0].path).toBe('until');
  });

  it('is given up by an approver, not by a clerk', async () => {
    const body = { decision: 'close-short', reason: '县内已无货源' };
    const give = (by: ReturnType<typeof as>) => by.post('/staff/requests/req_1/lines/1/supply', body);
    expect((await give(clerk())).body.title).toBe('wrong-role');
    expect((await give(as('approver-1', 'approver'))).body).toEqual({ requestId: 'req_1', n: 1, short: 0 });
    expect((await line())?.status).toBe('closed');
    expect((await supply({ decision: 'buy' })).body.title).toBe('wrong-status');
  });

  it('is not decided on where nothing is short, or nobody approved it, or by whom it is no business of', async () => {
    expect((await supply({ decision: 'buy' }, as('auditor-1', 'auditor'))).status).toBe(403);
    expect((await supply({ decision: 'buy' }, buyer())).status).toBe(403);
    expect((await supply({ decision: 'borrow' })).status).toBe(422);
    await met(5_000);
    expect((await supply({ decision: 'buy' })).body.title).toBe('nothing-short');
    await put(deps, requestRow, aRequest({ county, status: 'submitted' }));
    expect((await supply({ decision: 'buy' })).body.title).toBe('wrong-status');
    expect(
      (
        await clerk().post('/staff/requests/req_1/lines/9/supply', {
          decision: 'buy',
          placeId: 'warehouse',
          reason: 'x',
        })
      ).status,
    ).toBe(404);
  });
});

describe('a choice of offers', () => {
  it('is made by a buyer who did not ask, and names who else was to choose from', async () => {
    await offer(1);
    const id = await restock();
    const choose = (by: ReturnType<typeof as>, body = {}) => by.post(`/staff/purchases/${id}/choice`, body);
    expect((await choose(clerk())).status).toBe(403);
    expect((await choose(as('clerk-1', 'buyer'))).body.title).toBe('duties-apart');
    expect((await choose(buyer())).body.errors[0].path).toBe('singleSource');
    expect((await choose(buyer(), { singleSource: '仅一家有货', fundId: 'none' })).body.errors[0].path).toBe('fundId');
    await offer(2);
    const { body } = await choose(buyer(), {
      leftOut: { offerIds: [`ofr_${county}_1`], reason: '质量存疑' },
      singleSource: '另一家质量存疑',
    });
    expect(body).toMatchObject({ status: 'submitted', next: { step: 'assessment' }, totalFen: 264_000 });
    expect(body.choice.orders).toMatchObject([{ supplierId: 'shop-2', quantity: 6_000 }]);
    expect((await choose(buyer())).body.title).toBe('wrong-status');
  });

  it('takes of an offer what nobody has ordered yet', async () => {
    await offer(1, { availableQuantity: 4_000 });
    await offer(2, { priceFen: 2_300 });
    await bought(await restock({ quantity: 60, unit: '盒' }));
    const second = await bought(await restock({ quantity: 60, unit: '盒' }));
    expect(second.choice?.orders.map(({ supplierId, quantity }) => [supplierId, quantity])).toEqual([
      ['shop-1', 1_000],
      ['shop-2', 2_000],
    ]);
  });

  it('asks nobody again who has declined it', async () => {
    await offer(1);
    const id = await restock({ quantity: 10, unit: '盒' });
    await bought(id, { singleSource: '仅此一家' });
    await buyer().post(`/staff/purchases/${id}/orders/1/decline`, { reason: '没货了' });
    expect((await read(id)).status).toBe('sourcing');
    const again = await buyer().post(`/staff/purchases/${id}/choice`, { singleSource: '仅此一家' });
    expect(again.body).toMatchObject({ status: 409, title: 'no-offer' });
  });

  it('without an offer leaves the purchase as it was', async () => {
    const id = await restock();
    expect((await buyer().post(`/staff/purchases/${id}/choice`, {})).body.title).toBe('no-offer');
    expect((await read(id)).version).toBe(1);
  });

  it('is at once ordered, and its money set aside with an entry in the fund’s book', async () => {
    await Promise.all([offer(1), offer(2)]);
    const purchase = await bought(await restock());
    expect(purchase).toMatchObject({ status: 'ordered', decision: { level: 'at-once', by: 'green-channel' } });
    expect(await balance()).toEqual({ encumberedFen: 264_000, availableFen: 736_000 });
    const entries = ofType(fundEntryRow, await partition(deps, keys().fund('special').PK, 'ENTRY#'));
    expect(entries).toMatchObject([{ kind: 'encumbered', amountFen: 264_000, purchaseId: purchase.id, order: 1 }]);
    // Asked again, it finds done what it did.
    await task(assess, purchase.id);
    expect(await read(purchase.id)).toEqual(purchase);
    expect(await events(purchase.id)).toEqual(['PurchaseOpened', 'OffersChosen', 'PurchaseApproved']);
  });

  it('split into several purchases is not all bought at once', async () => {
    await Promise.all([offer(1), offer(2)]);
    const levels = [];
    for (const _ of [1, 2, 3]) {
      const { status, level } = await bought(await restock({ quantity: 80, unit: '盒' }));
      levels.push(level ?? status);
    }
    expect(levels).toEqual(['ordered', 'ordered', 'supply-group']);
  });

  it('is not all bought at once where many are assessed at the same moment', async () => {
    await Promise.all([offer(1), offer(2)]);
    // 20 times ¥880.00, of which ¥5,000.00 is bought at once.
    const ids = await Promise.all(
      Array.from({ length: 20 }, async (_, i) => {
        const id = `pur_race_${i}`;
        const { choice, ...of } = submitted({ county, id, quantity: 2_000 });
        const orders = [{ ...offerOf(1), offerId: `ofr_${county}_1`, quantity: 2_000, totalFen: 88_000 }];
        const chosen = choice && { ...choice, orders, alternates: [], totalFen: 88_000, atMostFen: 88_000 };
        await put(deps, purchaseRow, { ...of, ...(chosen && { choice: chosen }) });
        return id;
      }),
    );
    await Promise.all(ids.map((id) => task(assess, id)));
    const rows = await Promise.all(ids.map(read));
    expect(rows.filter(({ status }) => status === 'ordered')).toHaveLength(5);
    expect(rows.filter(({ level }) => level === 'supply-group')).toHaveLength(15);
  });

  it('goes back to the buyer where an offer was withdrawn before it was assessed', async () => {
    await Promise.all([offer(1), offer(2)]);
    const id = await restock();
    await buyer().post(`/staff/purchases/${id}/choice`, {});
    await offer(1, { withdrawn: { by: 'buyer-2', at: NOW, reason: '售完' } });
    await task(assess, id);
    expect(await read(id)).toMatchObject({ status: 'sourcing', orders: [] });
    expect(await balance()).toEqual({ encumberedFen: 0, availableFen: 1_000_000 });
  });
});

describe('a fund that does not suffice', () => {
  it('affords exactly so many of a hundred purchases approved at once; the others are told the figure', async () => {
    // 60 times ¥2,200.00.
    await fund('special', 60 * 220_000);
    await Promise.all([offer(1), offer(2)]);
    const orders = [{ ...offerOf(1), offerId: `ofr_${county}_1`, quantity: 5_000, totalFen: 220_000 }];
    const ids = Array.from({ length: 100 }, (_, i) => `pur_${i}`);
    for (const id of ids) {
      const { choice, ...of } = submitted({ county, id, level: 'headquarters' });
      await put(deps, purchaseRow, { ...of, ...(choice && { choice: { ...choice, orders } }) });
    }
    const actor = { sub: 'chief-1', county, roles: ['headquarters' as const] };
    const replies = await Promise.allSettled(ids.map((id) => decide(deps, actor, anew(), id, { outcome: 'approved' })));
    expect(replies.filter(({ status }) => status === 'fulfilled')).toHaveLength(60);
    const refused = replies.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
    expect(new Set(refused.map(({ status, code, zh }) => `${status} ${code}: ${zh}`))).toEqual(
      new Set(['409 fund-exhausted: 资金 special 可用 ¥0.00，需要 ¥2,200.00，还差 ¥2,200.00。']),
    );
    expect(await balance()).toEqual({ encumberedFen: 60 * 220_000, availableFen: 0 });
    const rows = await Promise.all(ids.map(read));
    expect(rows.filter(({ status }) => status === 'ordered')).toHaveLength(60);
    expect(rows.flatMap((row) => row.orders.filter(isLive))).toHaveLength(60);
  });

  it('is headquarters’ to hear of, with the figures, where rivals took its money during the assessment', async () => {
    await Promise.all([offer(1), offer(2)]);
    const id = await restock();
    await buyer().post(`/staff/purchases/${id}/choice`, {});
    let rival = true;
    const dynamo = Object.assign(Object.create(deps.dynamo), {
      send: async (command: { constructor: { name: string } }) => {
        if (rival && command.constructor.name === 'TransactWriteCommand') {
          rival = false;
          await fund('special', 100_000);
        }
        return deps.dynamo.send(command as never);
      },
    });
    await task((of, at) => assess({ ...of, clock: deps.clock, dynamo }, at), id);
    expect(await read(id)).toMatchObject({
      ...{ status: 'submitted', level: 'headquarters', orders: [] },
      referral: [
        { code: 'fund-short', zh: expect.stringContaining('可用 ¥1,000.00，本次需要 ¥2,640.00，缺 ¥1,640.00') },
      ],
    });
    expect(await toldOf('staff.headquarters')).toEqual(['purchase-referred']);
  });

  it('keeps no decline from being entered: what cannot be ordered is sourced again', async () => {
    await Promise.all([offer(1), offer(2, { priceFen: 2_500 })]);
    const { id } = await bought(await restock());
    await fund('other', 0);
    const left = await get(deps, fundBalanceRow, keys().fundBalance('special'));
    if (left !== undefined) await put(deps, fundBalanceRow, { ...left, availableFen: 0, spentFen: left.availableFen });
    const reply = await buyer().post(`/staff/purchases/${id}/orders/1/decline`, { reason: '售完' });
    expect(reply.body).toMatchObject({ status: 'sourcing', orders: [{ status: 'declined' }] });
    expect(reply.body.notes.map(({ code }: { code: string }) => code)).toEqual(['fund-exhausted', 'sourced-again']);
    expect(await balance()).toEqual({ encumberedFen: 0, availableFen: 264_000 });
    expect(await toldOf('staff.headquarters')).toEqual(['purchase-sourced-again']);
  });
});

describe('orders', () => {
  beforeEach(async () => {
    await Promise.all([offer(1), offer(2, { priceFen: 2_300 })]);
  });
  const at = (id: string, step: string, body: object, by = buyer()) =>
    by.post(`/staff/purchases/${id}/orders/${step}`, body);

  /** Needs are looked at long before a supplier has to have answered. */
  const lookSoon = () =>
    put(deps, policyRow, { ...POLICY, county, purchase: { ...POLICY.purchase, followMinutes: 10 } });

  it('are confirmed by a buyer who did not ask, once', async () => {
    const { id } = await bought(await restock());
    const deliverBy = plusMinutes(NOW, 2_000);
    expect((await at(id, '1/confirmation', { reference: 'x' }, as('clerk-1', 'buyer'))).body.title).toBe(
      'duties-apart',
    );
    expect((await at(id, '2/confirmation', { reference: 'x' })).status).toBe(404);
    expect((await at(id, '1/confirmation', { reference: 'x', deliverBy: NOW })).body.errors[0].path).toBe('deliverBy');
    const { body } = await at(id, '1/confirmation', { reference: 'x', deliverBy });
    expect(body.orders).toMatchObject([
      { status: 'confirmed', deliverBy, confirmed: { by: 'buyer-1', reference: 'x' } },
    ]);
    expect((await read(id)).dueAt).toBe(deliverBy);
    expect((await at(id, '1/confirmation', { reference: 'x' })).body.title).toBe('wrong-status');
    expect((await clerk().post(`/staff/purchases/${id}/cancel`, { reason: '不需要' })).body).toMatchObject({
      ...{ title: 'confirmed-orders', errors: [{ path: 'orders[0]' }] },
    });
  });

  it('that are declined are ordered of the next in the same step, and the fund moves by the difference', async () => {
    const { id } = await bought(await restock());
    const { body } = await at(id, '1/decline', { reason: '售完' });
    expect(body.orders).toMatchObject([{ status: 'declined' }, { status: 'placed', supplierId: 'shop-2' }]);
    expect(await balance()).toEqual({ encumberedFen: 276_000, availableFen: 724_000 });
  });

  it('that nobody confirms lead to the next offer, then back to a buyer, without a person', async () => {
    const { id } = await bought(await restock());
    await due(follow, id);
    expect((await read(id)).orders).toMatchObject([{ status: 'lapsed' }, { status: 'placed' }]);
    const before = await read(id);
    // Again for the same deadline: it has been looked after.
    await task(follow, id);
    expect(await read(id)).toEqual(before);
    await due(follow, id);
    expect(await read(id)).toMatchObject({ status: 'sourcing', quantity: 6_000 });
    expect(await balance()).toEqual({ encumberedFen: 0, availableFen: 1_000_000 });
    expect(await toldOf('staff.buyer')).toEqual(
      expect.arrayContaining(['purchase-followed', 'purchase-sourced-again']),
    );
  });

  it('of a second round stand on the file beside the first, with everybody who bought and approved', async () => {
    const { id } = await bought(await restock());
    for (const n of [1, 2]) await at(id, `${n}/decline`, { reason: '售完' });
    await offer(3);
    const other = as('buyer-2', 'buyer');
    expect((await other.post(`/staff/purchases/${id}/choice`, { singleSource: '其余均已谢绝' })).status).toBe(200);
    await task(assess, id);
    const { body } = await clerk().get(`/staff/purchases/${id}/file`);
    expect(body.rounds).toMatchObject([{ choice: { by: 'buyer-1' }, decision: { level: 'at-once' } }]);
    expect(body.orders.map(({ round }: { round: number }) => round)).toEqual([1, 1, 2]);
    expect(body.people.flatMap(({ step, by }: Record<string, string>) => (step === 'buy' ? [by] : []))).toEqual([
      ...['buyer-1', 'buyer-2'],
    ]);
    const authorization = `Bearer ${JSON.stringify({ sub: 'clerk-1', roles: ['clerk'], county })}`;
    const page = await staffApp(deps, testVerify).request(`/staff/purchases/${id}/file`, {
      headers: { authorization, accept: 'text/html' },
    });
    expect(await page.text()).toMatch(/采购（第 2 轮）.*buyer-2.*第 1 轮（.*批准（绿色通道即时.*第 2 轮（/s);
    expect((await clerk().get(`/staff/purchases/${id}`)).body.rounds).toHaveLength(1);
  });

  it('of a need that is met otherwise are called off, and the purchase ends', async () => {
    await lookSoon();
    await shortLine();
    const { id } = await bought((await supply({ decision: 'buy' })).body.purchaseId);
    await met(5_000);
    await due(follow, id);
    expect(await read(id)).toMatchObject({ status: 'cancelled', orders: [{ status: 'cancelled' }] });
    expect(await balance()).toEqual({ encumberedFen: 0, availableFen: 1_000_000 });
  });

  it('of a need that was bought twice are called off of the second', async () => {
    await lookSoon();
    await shortLine();
    const first = await bought((await supply({ decision: 'buy', quantity: 60, unit: '盒' })).body.purchaseId);
    const second = await bought((await supply({ decision: 'buy' })).body.purchaseId);
    await met(2_000);
    await due(follow, first.id);
    await due(follow, second.id);
    expect([(await read(first.id)).status, (await read(second.id)).status]).toEqual(['ordered', 'cancelled']);
  });

  it('that are looked at for a need that stands are left alone, without an event', async () => {
    await shortLine();
    const { id } = await bought((await supply({ decision: 'buy' })).body.purchaseId);
    await at(id, '1/confirmation', { reference: 'x', deliverBy: plusMinutes(NOW, 500) });
    const told = await events(id);
    deps.time = plusMinutes(NOW, 100);
    await task(follow, id);
    expect(await events(id)).toEqual(told);
  });
});

describe('silence', () => {
  it('of the supply group leads to headquarters, whose silence buys nothing', async () => {
    await Promise.all([offer(1), offer(2)]);
    const id = await restock({ quantity: 300, unit: '盒' });
    expect(await bought(id)).toMatchObject({ status: 'submitted', level: 'supply-group' });
    await due(escalate, id);
    expect(await read(id)).toMatchObject({ level: 'headquarters', reminders: 1 });
    await due(escalate, id);
    expect(await read(id)).toMatchObject({ status: 'submitted', reminders: 2, orders: [] });
    expect(await toldOf('staff.headquarters')).toEqual(['purchase-escalated', 'purchase-undecided']);
  });

  it('of buyers is said, and to headquarters from the second deadline on', async () => {
    const id = await restock();
    await due(remind, id);
    expect(await toldOf('staff.headquarters')).toEqual([]);
    await due(remind, id);
    expect(await toldOf('staff.headquarters')).toEqual(['sourcing-overdue']);
    expect(await read(id)).toMatchObject({ status: 'sourcing', reminders: 2 });
  });

  it('of a decider leaves nothing to approve of a need that has been met meanwhile', async () => {
    await Promise.all([offer(1), offer(2)]);
    await put(deps, requestRow, aRequest({ county, status: 'approved', askedBy: 'point-1' }));
    await put(deps, lineRow, aLine({ county, status: 'open', quantity: 15_000, approved: 15_000 }));
    await put(deps, policyRow, {
      ...POLICY,
      county,
      approval: { ...POLICY.approval, atOnceUpToFen: { tier1: 0, tier2: 0, tier3: 0 } },
    });
    const { purchaseId } = (await supply({ decision: 'buy' })).body;
    expect(await bought(purchaseId)).toMatchObject({ status: 'submitted', level: 'supply-group' });
    const say = (body: object) => as('approver-1', 'approver').post(`/staff/purchases/${purchaseId}/decision`, body);
    await met(15_000);
    const { status, body } = await say({ outcome: 'approved' });
    expect([status, body.title]).toEqual([409, 'not-needed']);
    expect(await balance()).toEqual({ encumberedFen: 0, availableFen: 1_000_000 });
    await met(14_999);
    expect((await say({ outcome: 'approved' })).body.status).toBe('ordered');
  });

  it('of buyers about a need that has been met ends the purchase, and they are asked no more', async () => {
    await shortLine();
    const { purchaseId } = (await supply({ decision: 'buy' })).body;
    await met(5_000);
    expect((await buyer().post(`/staff/purchases/${purchaseId}/choice`, {})).body.title).toBe('not-needed');
    await due(remind, purchaseId);
    expect(await read(purchaseId)).toMatchObject({ status: 'cancelled', notes: [{ code: 'not-needed' }] });
    expect((await read(purchaseId)).over?.notices).toHaveLength(1);
    expect(await toldOf('staff.buyer')).toEqual(['purchase-opened']);
  });

  it('of a decider about a need that has been met ends the purchase, and headquarters hears no more of it', async () => {
    await Promise.all([offer(1), offer(2)]);
    await shortLine();
    await put(deps, policyRow, {
      ...{ ...POLICY, county },
      approval: { ...POLICY.approval, atOnceUpToFen: { tier1: 0, tier2: 0, tier3: 0 } },
    });
    const { purchaseId } = (await supply({ decision: 'buy' })).body;
    expect(await bought(purchaseId)).toMatchObject({ status: 'submitted', level: 'supply-group' });
    await met(4_999);
    await due(escalateNeeded, purchaseId);
    expect(await read(purchaseId)).toMatchObject({ status: 'submitted', level: 'headquarters' });
    await met(5_000);
    await due(escalateNeeded, purchaseId);
    const over = await read(purchaseId);
    expect(over).toMatchObject({ status: 'cancelled', notes: [{ code: 'not-needed' }], orders: [] });
    expect([over.level, over.notices]).toEqual([undefined, undefined]);
    expect((await events(purchaseId)).at(-1)).toBe('PurchaseNotNeeded');
    expect(await toldOf('staff.headquarters')).toEqual(['purchase-escalated']);
    expect(await balance()).toEqual({ encumberedFen: 0, availableFen: 1_000_000 });
  });
});

describe('purchases', () => {
  it('are listed by status and by item, for all staff, and as a sheet', async () => {
    const id = await restock();
    const list = async (query: string) =>
      (await as('auditor-1', 'auditor').get(`/staff/purchases${query}`)).body.rows.map((row: { id: string }) => row.id);
    expect(await list('')).toEqual([id]);
    expect(await list('?status=sourcing')).toEqual([id]);
    expect(await list('?status=ordered')).toEqual([]);
    expect(await list('?itemId=mask')).toEqual([id]);
    const authorization = `Bearer ${JSON.stringify({ sub: 'auditor-1', roles: ['auditor'], county })}`;
    const sheet = await staffApp(deps, testVerify).request('/staff/purchases', {
      headers: { authorization, accept: 'text/csv' },
    });
    const [headings = '', ...lines] = (await sheet.text()).trim().split('\r\n');
    expect(headings).toContain('item.nameZh');
    expect(lines).toEqual([expect.stringContaining(id)]);
    expect((await clerk().get('/staff/purchases?itemId=none')).status).toBe(404);
    expect((await clerk().get('/staff/purchases/pur_none')).status).toBe(404);
  });

  it('are called off before anything is ordered, once', async () => {
    const id = await restock();
    const cancel = () => clerk().post(`/staff/purchases/${id}/cancel`, { reason: '不需要' });
    expect((await cancel()).body).toMatchObject({ status: 'cancelled', next: { step: 'nothing' } });
    expect((await cancel()).body.title).toBe('wrong-status');
    // What was called off is lacking again.
    expect((await read(await restock())).quantity).toBe(6_000);
  });
});
