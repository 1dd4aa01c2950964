import { PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, it } from 'vitest';
import { staffApp } from '../../functions/api/staff.handler.ts';
import { fundDocumentRow } from '../../functions/funds/document.ts';
import { encumbering, entered } from '../../functions/funds/encumbering.ts';
import { comingBack, openingFund } from '../../functions/funds/fund.store.ts';
import { creditRow, fundBody, fundRow, topUp } from '../../functions/funds/fund.ts';
import { spendingOf } from '../../functions/funds/spend.store.ts';
import type { Order } from '../../functions/purchase/order.ts';
import { purchaseRow } from '../../functions/purchase/purchase.ts';
import { type Action, insert, replace } from '../../functions/shared/actions.ts';
import type { Actor, Role } from '../../functions/shared/actor.ts';
import { commit } from '../../functions/shared/commit.store.ts';
import { type Key, keysOf } from '../../functions/shared/keys.ts';
import { Problem } from '../../functions/shared/problem.ts';
import { retrying } from '../../functions/shared/retrying.ts';
import { get } from '../../functions/shared/table.store.ts';
import { addItem, COUNTY } from '../stock/county.ts';
import { callerOf, testVerify } from '../support/caller.ts';
import { put } from '../support/need.ts';
import { useTable } from '../support/table.ts';

const deps = useTable({ stream: false });
const app = staffApp(deps, testVerify);
const as = (role: Role, county = COUNTY) => callerOf(app, { roles: [role], county });
const [headquarters, finance, clerk, auditor] = [as('headquarters'), as('finance'), as('clerk'), as('auditor')];
const keys = keysOf(COUNTY);
const system: Actor = { sub: 'green-channel', county: COUNTY, roles: ['system'] };

beforeAll(() => addItem(deps, 'mask'));

const SAID = { nameZh: '疫情防控专项资金', nameEn: 'Epidemic special fund', kind: 'special' };
/** A new fund with these credits. */
const funded = async (id: string, ...amounts: number[]): Promise<{ county: string; fundId: string }> => {
  await headquarters.put(`/staff/funds/${id}`, SAID);
  for (const [i, amountFen] of amounts.entries())
    expect(await finance.post(`/staff/funds/${id}/credits`, { amountFen, document: `DOC-${id}-${i}` })).toMatchObject({
      status: 201,
      body: { n: i + 1, amountFen },
    });
  return { county: COUNTY, fundId: id };
};
/** So many more credits of as much, at once. */
const gifted = async (of: { county: string; fundId: string }, many: number, amountFen: number) => {
  const row = await get(deps, fundRow, keysOf(of.county).fund(of.fundId));
  if (row === undefined) throw new Error(`There is no fund ${of.fundId}`);
  const credits = Array.from({ length: many }, (_, i) => ({
    n: row.credits + i + 1,
    document: `GIFT-${i}`,
    amountFen,
  }));
  await committed([
    replace(fundRow, { ...row, credits: row.credits + many }),
    topUp(of, many * amountFen),
    ...credits.map((one) => insert(creditRow, { ...of, ...one, ...by })),
    ...credits.map(({ document }) => entered(deps.ids, of, { kind: 'credited', amountFen, document, ...by })),
  ]);
};
const figuresOf = async (id: string) => (await auditor.get(`/staff/funds/${id}`)).body.figures;
const rowsOf = async (path: string) => (await auditor.get(path)).body.rows;

const committed = (actions: readonly Action[]): Promise<void> =>
  commit(deps, { actor: system, now: deps.clock.now(), actions, news: [] });
const by = { by: 'zhang', at: deps.time };
const forOrder = (order: number, amountFen: number, purchaseId = 'pur_1') => ({ purchaseId, order, amountFen });

describe('a fund', () => {
  it('is added by headquarters, with nothing in it, and a repeat changes nothing', async () => {
    for (const caller of [clerk, finance, as('buyer'), auditor])
      expect((await caller.put('/staff/funds/special', SAID)).status).toBe(403);
    const added = await headquarters.put('/staff/funds/special', SAID);
    expect(added).toMatchObject({
      status: 201,
      body: {
        ...{ id: 'special', version: 1, active: true, sample: false, mayBuy: { categories: [], itemIds: [] } },
        figures: { budgetFen: 0, encumberedFen: 0, spentFen: 0, availableFen: 0 },
      },
    });
    expect(added.headers.get('etag')).toBe('"1"');
    expect(await headquarters.put('/staff/funds/special', SAID)).toMatchObject({ status: 200, body: { version: 1 } });
  });

  it('is changed on the version that was read, and keeps its money; what GET gave may come back', async () => {
    await funded('changed', 500);
    const { body } = await auditor.get('/staff/funds/changed');
    const narrower = { ...body, mayBuy: { categories: ['2'], itemIds: ['mask'] }, reason: '县指挥部第12号会议纪要' };
    const late = await headquarters.put('/staff/funds/changed', { ...narrower, version: 1 });
    expect(late).toMatchObject({ status: 409, body: { title: 'changed-meanwhile' } });
    expect(late.body.changed).toMatchObject([{ name: 'FundCredited', by: 'finance' }]);
    const changed = await headquarters.put('/staff/funds/changed', narrower);
    expect(changed).toMatchObject({
      status: 200,
      body: { version: 3, credits: 1, mayBuy: { itemIds: ['mask'] }, figures: { budgetFen: 500, availableFen: 500 } },
    });
    expect(await rowsOf('/staff/funds/changed/events')).toMatchObject([
      { name: 'FundChanged', reason: '县指挥部第12号会议纪要' },
      { name: 'FundCredited', data: { amountFen: 500, document: 'DOC-changed-0', credit: 1 } },
      { name: 'FundAdded' },
    ]);
  });

  it('is not for an item that there is not', async () => {
    const reply = await headquarters.put('/staff/funds/odd', { ...SAID, mayBuy: { itemIds: ['mask', 'unicorn'] } });
    expect(reply).toMatchObject({ status: 422, body: { errors: [{ path: 'mayBuy.itemIds[1]' }] } });
    expect((await auditor.get('/staff/funds/odd')).status).toBe(404);
  });

  it('is nobody’s of another county', async () => {
    await funded('ours', 100);
    const stranger = as('headquarters', '110101');
    for (const path of ['', '/entries', '/credits'])
      expect((await stranger.get(`/staff/funds/ours${path}`)).status).toBe(404);
    expect((await stranger.post('/staff/funds/ours/credits', { amountFen: 1, document: 'X' })).status).toBe(404);
    expect((await stranger.get('/staff/funds')).body.rows).toEqual([]);
    expect((await stranger.get('/staff/reconciliation/funds')).body).toEqual({ rows: [], balanced: true });
    expect((await as('point').get('/staff/funds')).status).toBe(403);
  });
});

describe('money comes into a fund', () => {
  const path = '/staff/funds/topped/credits';
  beforeAll(() => headquarters.put('/staff/funds/topped', SAID));

  it('by finance or headquarters alone', async () => {
    for (const caller of [clerk, as('buyer'), as('storekeeper'), auditor])
      expect((await caller.post(path, { amountFen: 1, document: 'NOT-MINE' })).status).toBe(403);
    expect((await headquarters.post(path, { amountFen: 700, document: '泽财〔2022〕1号' })).status).toBe(201);
  });

  it('once a document, however it is typed and whoever sends it again', async () => {
    const body = { amountFen: 300, document: '泽财-2022-2', giftId: 'gft_1' };
    const first = await finance.post(path, body, 'credit-key-1');
    expect(first).toMatchObject({ status: 201, body: { n: 2, amountFen: 300, giftId: 'gft_1', by: 'finance' } });
    expect(await finance.post(path, body, 'credit-key-1')).toMatchObject({ status: 201, body: first.body });
    const again = await headquarters.post(path, { ...body, document: '泽财－２０２２－２ ' });
    expect(again).toMatchObject({ status: 409, body: { title: 'document-credited', errors: [{ path: 'document' }] } });
    expect(await figuresOf('topped')).toMatchObject({ budgetFen: 1000, availableFen: 1000 });
  });

  it('once when six desks enter the same document at the same moment, and each time for different ones', async () => {
    const post = (document: string) => finance.post(path, { amountFen: 10, document });
    const same = await Promise.all(Array.from({ length: 6 }, () => post('SAME')));
    expect(same.map(({ status }) => status).toSorted()).toEqual([201, 409, 409, 409, 409, 409]);
    const others = await Promise.all(['A', 'B', 'C'].map((name) => post(`OTHER-${name}`)));
    expect(others.map(({ body }) => body.n).toSorted()).toEqual([4, 5, 6]);
    expect(await figuresOf('topped')).toMatchObject({ budgetFen: 1040, availableFen: 1040 });
  });

  it('once a document in the whole county, at the same moment too, and whoever comes later is told where', async () => {
    await Promise.all(['west', 'east'].map((id) => headquarters.put(`/staff/funds/${id}`, SAID)));
    const post = (id: string) => finance.post(`/staff/funds/${id}/credits`, { amountFen: 10, document: 'ONE-RECEIPT' });
    const both = await Promise.all([post('west'), post('east'), post('west'), post('east')]);
    expect(both.map(({ status }) => status).toSorted()).toEqual([201, 409, 409, 409]);
    const took = both.find(({ status }) => status === 201)?.body.fundId;
    const later = await post(took === 'west' ? 'east' : 'west');
    expect(later).toMatchObject({ status: 409, body: { title: 'document-credited', errors: [{ path: 'document' }] } });
    expect(later.body.detail).toContain(`资金 ${took} 的第 1 笔`);
    expect(later.body.detail).toContain(`as credit 1 of ${took}`);
  });

  it.each([
    ['a fund', keys.fundDocument('elder', 'OLD-1'), { fundId: 'elder', credit: 1 }, '资金 elder 的第 1 笔'],
    ['a gift', keys.creditedDocument('OLD-2'), { donationId: 'gft_OLD' }, '捐赠 gft_OLD'],
  ])('not on a document that was kept beside %s before', async (_whose, key, of, where) => {
    await headquarters.put('/staff/funds/elder', SAID);
    const number = key.PK.split('#').at(-1);
    const type = 'fundId' in of ? fundDocumentRow.type : 'bank-reference';
    const Item = { ...key, type, v: 1, county: COUNTY, number, ...of };
    await deps.dynamo.send(new PutCommand({ TableName: deps.table, Item }));
    const again = await finance.post('/staff/funds/elder/credits', { amountFen: 1, document: number });
    expect(again).toMatchObject({ status: 409, body: { title: 'document-credited' } });
    expect(again.body.detail).toContain(where);
  });

  it.each([
    ['nothing', { amountFen: 0 }, 'amountFen'],
    ['part of a fen', { amountFen: 0.5 }, 'amountFen'],
    ['more than can be counted exactly', { amountFen: 100_000_000_000 }, 'amountFen'],
    ['no document', { document: ' ' }, 'document'],
    ['a giver who is no id', { giftId: '张三 先生' }, 'giftId'],
  ])('never as %s', async (_what, wrong, at) => {
    const reply = await finance.post(path, { amountFen: 5, document: 'WRONG', ...wrong });
    expect(reply).toMatchObject({ status: 422, body: { errors: [{ path: at }] } });
  });

  it('and is listed, the newest first, as pages and as a sheet', async () => {
    const [one] = await rowsOf(`${path}?limit=1`);
    expect(one).toMatchObject({ n: 6 });
    expect((await rowsOf(path)).map(({ n }: { n: number }) => n)).toEqual([6, 5, 4, 3, 2, 1]);
    const entries = await rowsOf('/staff/funds/topped/entries');
    expect(entries).toHaveLength(6);
    expect(entries.at(-1)).toMatchObject({ kind: 'credited', amountFen: 700, document: '泽财〔2022〕1号' });
    const token = JSON.stringify({ sub: 'auditor', county: COUNTY, roles: ['auditor'] });
    const headers = { authorization: `Bearer ${token}`, accept: 'text/csv' };
    const sheet = await (await app.request('/staff/funds/topped/entries', { headers })).text();
    expect(sheet.split('\r\n')[0]).toContain('类别 kind,金额分 amountFen,单据号 document');
    expect(await rowsOf('/staff/funds?limit=200')).toContainEqual(
      expect.objectContaining({ id: 'topped', figures: expect.objectContaining({ budgetFen: 1040 }) }),
    );
  });
});

describe('the fund of a gift', () => {
  const path = '/staff/funds/gft-one';
  const wish = { nameZh: '定向捐款', nameEn: 'Gift', kind: 'gifts', mayBuy: { itemIds: ['mask'] } };
  const serves = { to: 'sites', siteIds: ['village'] };
  beforeAll(async () => {
    const said = fundBody.parse({ ...wish, serves });
    const of = { county: COUNTY, fundId: 'gft-one' };
    const money = { amountFen: 700, document: 'GIFT-ONE', giftId: 'gft_ONE', ...by };
    await committed(openingFund(deps, of, said, money).actions);
  });

  it('is opened by its gift alone: nobody takes its id before', async () => {
    const taken = await headquarters.put('/staff/funds/gft-two', SAID);
    expect(taken).toMatchObject({ status: 422, body: { errors: [{ path: 'id' }] } });
    expect((await auditor.get('/staff/funds/gft-two')).status).toBe(404);
  });

  it('keeps what its donor wished, whoever asks; what it is called and whether it is open may change', async () => {
    const { body } = await auditor.get(path);
    expect(body).toMatchObject({ giftId: 'gft_ONE', serves, figures: { availableFen: 700 } });
    const open = { ...body, kind: 'special', mayBuy: { itemIds: [] }, serves: { to: 'all' } };
    const opened = await headquarters.put(path, open);
    expect(opened).toMatchObject({ status: 422 });
    expect(opened.body.errors.map((error: { path: string }) => error.path)).toEqual(['kind', 'mayBuy', 'serves']);
    expect((await auditor.get(path)).body).toEqual(body);
    const closed = await headquarters.put(path, { ...body, giftId: 'gft_OTHER', nameZh: '样例捐款', active: false });
    expect(closed).toMatchObject({
      status: 200,
      body: { ...wish, giftId: 'gft_ONE', nameZh: '样例捐款', active: false, serves },
    });
  });

  it('takes in no other money, but what was spent from it and comes back is that gift’s still', async () => {
    const other = await finance.post(`${path}/credits`, { amountFen: 5, document: 'OTHERS', giftId: 'gft_ONE' });
    expect(other).toMatchObject({ status: 409, body: { title: 'fund-of-a-gift', errors: [{ path: 'fundId' }] } });
    expect(other.body.detail).toMatch(/资金 gft-one 专用于捐赠 gft_ONE[\s\S]*no other money/);
    const back = { amountFen: 5, document: 'pur_1#1', ...by };
    await committed((await comingBack(deps, { county: COUNTY, fundId: 'gft-one' }, back)).actions);
    expect(await rowsOf(`${path}/credits`)).toMatchObject([{ n: 2, document: 'pur_1#1', giftId: 'gft_ONE' }, { n: 1 }]);
  });

  it('is one still where it was opened before its gift was written down on it', async () => {
    const row = { county: COUNTY, id: 'gft-elder', version: 1, credits: 1, ...fundBody.parse({ ...wish, serves }) };
    await put(deps, fundRow, row);
    const reply = await headquarters.put('/staff/funds/gft-elder', { ...row, kind: 'other' });
    expect(reply).toMatchObject({ status: 422, body: { errors: [{ path: 'kind' }] } });
    const other = await finance.post('/staff/funds/gft-elder/credits', { amountFen: 5, document: 'OTHERS' });
    expect(other).toMatchObject({ status: 409, body: { title: 'fund-of-a-gift' } });
  });
});

describe('money is set aside', () => {
  it('for exactly 60 of a hundred who ask at once where it suffices for 60, and the others are told the figure', async () => {
    const of = await funded('sixty', 60_050);
    const asked = await Promise.allSettled(
      Array.from({ length: 100 }, (_, i) =>
        retrying(() => committed(encumbering(deps.ids, of, { encumbered: [forOrder(1, 1_000, `pur_${i}`)] }, by))),
      ),
    );
    const refused = asked.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
    expect(refused).toHaveLength(40);
    for (const reason of refused) {
      expect(reason).toBeInstanceOf(Problem);
      expect(reason).toMatchObject({ status: 409, code: 'fund-exhausted' });
      expect(reason.zh).toContain('可用 ¥0.50，需要 ¥10.00，还差 ¥9.50。');
    }
    expect(await figuresOf('sixty')).toEqual({
      ...{ budgetFen: 60_050, encumberedFen: 60_000, spentFen: 0, availableFen: 50 },
    });
    expect((await rowsOf('/staff/funds/sixty/entries?limit=200')).length).toBe(61);
  });

  it('of no fund that there is not', async () => {
    const of = { county: COUNTY, fundId: 'none' };
    const encumbered = committed(encumbering(deps.ids, of, { encumbered: [forOrder(1, 1)] }, by));
    await expect(encumbered).rejects.toMatchObject({ status: 404, code: 'unknown-fund' });
    const spending = spendingOf(deps, of, { ...paying(1, 'lot_1'), releasedFen: 0 });
    await expect(spending).rejects.toMatchObject({ status: 404, code: 'unknown-fund' });
  });
});

const paying = (spentFen: number, lotId: string) => ({
  ...{ spentFen, purchaseId: 'pur_1', order: 1, lots: [{ lotId, amountFen: spentFen }], ...by },
});

/** A purchase of masks with one order, as far as the books look at it. */
const purchased = (fundId: string, id: string, order: Pick<Order, 'encumberedFen' | 'spentFen'>) =>
  put(deps, purchaseRow, {
    ...{ county: COUNTY, id, version: 1, status: 'ordered', dueAt: deps.time, attempt: 1, reminders: 0 },
    ...{ tier: 3, needBy: deps.time, itemId: 'mask', quantity: 100, reason: '储备', placeId: 'warehouse', fundId },
    ...{ basis: { document: '财办库〔2020〕23号', waives: [] }, papers: [], overrides: [], notes: [], at: deps.time },
    ...{ askedBy: 'clerk', odd: [], referral: [], rounds: [] },
    orders: [
      {
        ...{ offerId: 'ofr_1', supplierId: 'shop', priceFen: 100, perQuantity: 1, packQuantity: 1, channel: 'other' },
        ...{ availableQuantity: 500, leadMinutes: 60, deliveryFeeFen: 0, validUntil: deps.time },
        ...{ n: 1, round: 1, quantity: 100, status: 'confirmed', placedAt: deps.time, confirmBy: deps.time },
        ...{ deliverBy: deps.time, parts: [], ...order },
      },
    ],
  });

describe('money is spent', () => {
  it('first in first out, by several at once, and every fen of it can be followed', async () => {
    // More credits than are read at once.
    const of = await funded('spent', 100);
    await gifted(of, 30, 10);
    await committed(encumbering(deps.ids, of, { encumbered: [forOrder(1, 390)] }, by));
    const spend = (spentFen: number, lotId: string, releasedFen = 0) =>
      retrying(async () => {
        const { actions, credits } = await spendingOf(deps, of, { ...paying(spentFen, lotId), releasedFen });
        await committed(actions);
        return credits;
      });
    const drawn = (await Promise.all([spend(60, 'lot_1'), spend(5, 'lot_2'), spend(35, 'lot_3')])).flat();
    expect(drawn.reduce((sum, { n, amountFen }) => sum + (n === 1 ? amountFen : 0), 0)).toBe(100);
    const rest = await spend(275, 'lot_4', 15);
    expect(rest).toEqual([
      ...Array.from({ length: 27 }, (_, i) => ({ n: i + 2, amountFen: 10 })),
      { n: 29, amountFen: 5 },
    ]);
    expect(await figuresOf('spent')).toEqual({ budgetFen: 400, encumberedFen: 0, spentFen: 375, availableFen: 25 });
    expect(await rowsOf('/staff/funds/spent/entries?limit=2')).toMatchObject([
      { kind: 'released', amountFen: 15, purchaseId: 'pur_1', order: 1 },
      { kind: 'spent', amountFen: 275, lots: [{ lotId: 'lot_4', amountFen: 275 }], credits: rest },
    ]);
    await purchased('spent', 'pur_1', { encumberedFen: 0, spentFen: 375 });
    const [account] = (await rowsOf('/staff/reconciliation/funds?limit=200')).filter(
      ({ fundId }: { fundId: string }) => fundId === 'spent',
    );
    expect(account).toMatchObject({ balanced: true, differences: [] });
    expect(account.credits.at(28)).toEqual({ n: 29, document: 'GIFT-27', amountFen: 10, spentFen: 5 });
  });

  it('never beyond what is set aside, nor for nothing that is named', async () => {
    const of = await funded('careful', 100);
    await committed(encumbering(deps.ids, of, { encumbered: [forOrder(1, 40)] }, by));
    await expect(spendingOf(deps, of, { ...paying(30, 'lot_1'), releasedFen: 11 })).rejects.toMatchObject({
      code: 'changed-meanwhile',
    });
    await expect(spendingOf(deps, of, { ...paying(30, 'lot_1'), lots: [], releasedFen: 0 })).rejects.toThrow(
      '30 fen are spent of pur_1, and 0 are accounted for',
    );
    const nothing = await spendingOf(deps, of, { ...paying(0, 'lot_1'), releasedFen: 40 });
    expect(nothing.credits).toEqual([]);
    await committed(nothing.actions);
    expect(await figuresOf('careful')).toMatchObject({ encumberedFen: 0, spentFen: 0, availableFen: 100 });
  });
});

describe('the reconciliation of funds', () => {
  it('finds a purchase that holds money that nobody entered, and a row that cannot be read', async () => {
    await funded('wrong', 100);
    await purchased('wrong', 'pur_9', { encumberedFen: 30, spentFen: 0 });
    const harm = (key: Key, name: string, value: number) =>
      deps.dynamo.send(
        new UpdateCommand({
          ...{ TableName: deps.table, Key: { ...key }, UpdateExpression: 'SET #n = :v' },
          ...{ ExpressionAttributeNames: { '#n': name }, ExpressionAttributeValues: { ':v': value } },
        }),
      );
    await funded('unread', 100);
    await funded('unread-figures', 100);
    await harm(keys.fund('unread'), 'credits', 0.5);
    await harm(keys.fundBalance('unread-figures'), 'spentFen', -1);
    const { body } = await auditor.get('/staff/reconciliation/funds?limit=200');
    expect(body.balanced).toBe(false);
    const of = (id: string) => body.rows.find(({ fundId }: { fundId: string }) => fundId === id);
    expect(of('wrong').differences).toEqual([
      { identity: 'order-encumbered', purchaseId: 'pur_9', order: 1, expected: 0, actual: 30 },
    ]);
    expect(of('unread')).toMatchObject({ balanced: false, differences: [{ identity: 'readable' }] });
    expect(of('unread-figures').differences).toMatchObject([
      { identity: 'readable', row: expect.stringMatching(/FUND#unread-figures BALANCE$/) },
      { identity: 'figures-known' },
      { identity: 'budget' },
    ]);
    expect(of('topped')).toMatchObject({ balanced: true });
  });
});
