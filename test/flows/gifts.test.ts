import { randomBytes, randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { DEFAULT_POLICY, type PolicyBody, policy } from '../../functions/catalogue/policy.ts';
import { donorGiftView } from '../../functions/donation/donor-view.ts';
import { donationSummary, giftView } from '../../functions/donation/view.ts';
import { fundView } from '../../functions/funds/fund.ts';
import { poolItem } from '../../functions/stock/pool.ts';
import { giftTrace } from '../../functions/trace/gift-trace.ts';
import { neededItem } from '../../functions/trace/needs.ts';
import { noticeRow } from '../../functions/trace/public-notice.ts';
import { type Client, clientFor } from '../../scenario/client.ts';
import { CHECKPOINT, type SmallCounty, smallCounty, VILLAGE } from '../support/county.ts';
import { eventually } from '../support/eventually.ts';
import { useHost } from '../support/host.ts';

const hosted = useHost({ speed: 3_600 });
const registered = z.object({ trackingCode: z.string(), gift: donorGiftView });
const nonce = () => randomBytes(16).toString('base64url');

let county: SmallCounty;
let donor: Client;
let today = '';

/** Headquarters changes how gifts are taken in; whatever it does not name is as it is by default. */
const rule = async (changes: Partial<PolicyBody['donation']>): Promise<void> => {
  const { headquarters } = county.people;
  const { county: _, version, ...now } = await headquarters.get('/staff/policy', policy);
  const donation = { ...DEFAULT_POLICY.donation, lookMinutes: 60, ...changes };
  await headquarters.put('/staff/policy', { ...now, donation }, policy, `"${version}"`);
};

beforeAll(async () => {
  county = await smallCounty(hosted.host);
  donor = clientFor({ baseUrl: hosted.host.url });
  await rule({});
  await county.item('mask', { shelfLifeDays: 730, frontLineReserve: 0 });
  await county.item('other');
  today = (await county.now()).slice(0, 10);
});

/** A gift of masks, made this month and certified: nothing speaks against it. */
const masks = (boxes: number, line: Record<string, unknown> = {}) => ({
  donor: { kind: 'company', name: '样例公司', phone: '13800000000' },
  goods: [{ itemId: 'mask', quantity: boxes, unit: '盒', madeOn: today, certificates: ['样例合格证'], ...line }],
});
const give = (body: unknown, key = nonce()) =>
  donor.post(`/donor/donations?county=${county.county}`, body, registered, key);
const follow = (code: string) => donor.get(`/donor/donations/${code}`, donorGiftView);
const when = (code: string, status: string, withinMs?: number) =>
  eventually(
    `the gift is ${status}`,
    () => follow(code),
    (gift) => gift.status === status,
    withinMs,
  );
const staff = (id: string) => county.people.auditor.get(`/staff/donations/${id}`, giftView);
const countIn = (id: string, lots: unknown[], more: Record<string, unknown> = {}) =>
  county.people.storekeeper.post(
    `/staff/donations/${id}/goods-received`,
    { lines: [{ n: 1, lots, final: true, ...more }] },
    giftView,
  );
/** Some days from the first on: on a fast clock midnight comes in between. */
const days = (): string =>
  `from=${today}&to=${new Date(Date.parse(today) + 20 * 86_400_000).toISOString().slice(0, 10)}`;
const pool = async (itemId: string) =>
  (await county.people.auditor.get(`/staff/stock/${itemId}`, z.object({ item: poolItem }))).item;

describe('a gift of goods', () => {
  it('is registered without an account, screened, counted in and reaches a village, where its donor sees it end', async () => {
    const { trackingCode, gift } = await give(masks(4));
    expect(gift.status).toBe('registered');
    await when(trackingCode, 'expected');
    await expect(donor.text(`/donor/donations/${trackingCode}/acknowledgement`)).rejects.toMatchObject({
      ...{ status: 409, code: 'nothing-received' },
    });
    await countIn(gift.id, [{ quantity: 3, unit: '盒', madeOn: today, lotNo: 'A1' }]);
    const received = await when(trackingCode, 'received');
    expect(received.lines[0]).toMatchObject({
      declared: { quantity: 4, unit: '盒' },
      counted: { zh: '3 盒（150个）' },
    });
    expect((await pool('mask')).bySource).toEqual([{ source: 'donated', onHand: 150, held: 0, free: 150 }]);

    const request = await county.ask({ siteId: VILLAGE, boxes: 3, recipients: 'residents' });
    const consignment = await county.open(VILLAGE).catch(() => county.gathering(VILLAGE));
    const { code = '' } = await county.pick(consignment);
    await county.dispatch(consignment);
    await county.receive(VILLAGE, code);
    await county.requestWhen('it is closed', request.id, ({ status }) => status === 'closed');
    await when(trackingCode, 'closed');
    const { trace } = await donor.get(`/donor/donations/${trackingCode}`, z.object({ trace: giftTrace }));
    expect(trace.lines[0]?.lots).toMatchObject([
      { cameIn: 150, portions: [{ where: 'delivered', quantity: 150, site: { id: VILLAGE } }] },
    ]);
    expect(await county.balanced()).toBe(true);

    const figures = await eventually(
      'the public notice tells of it',
      () =>
        donor.all(`/public/notice?county=${county.county}&level=site&source=donated&itemId=mask&${days()}`, noticeRow),
      (rows) => rows.some(({ figure }) => figure === 'given'),
    );
    expect(figures.map(({ figure, quantity, tier, site }) => ({ figure, quantity, tier, at: site?.id }))).toEqual([
      { figure: 'received', quantity: 150, tier: undefined, at: undefined },
      { figure: 'given', quantity: 150, tier: 3, at: VILLAGE },
    ]);
    const path = `/public/notice?county=${county.county}&level=site&${days()}`;
    const sheet = await fetch(new URL(path, hosted.host.url), { headers: { accept: 'text/csv' } });
    expect(await sheet.text()).toMatch(/^\uFEFF?日期 day(?![\s\S]*(样例公司|13800000000))/);
  });

  it('is looked for where anything is short, before it is given', async () => {
    await county.item('quilt');
    await county.ask({ siteId: CHECKPOINT, boxes: 2, itemId: 'quilt' });
    const needs = await eventually(
      'the quilts are known to be short',
      () => donor.all(`/donor/needs?county=${county.county}`, neededItem),
      (rows) => rows.some(({ itemId, short }) => itemId === 'quilt' && short > 0),
    );
    expect(needs.find(({ itemId }) => itemId === 'quilt')).toMatchObject({ short: 100, surplus: 0 });
    const named = z.object({ id: z.string(), nameZh: z.string() }).loose();
    const sites = await donor.all(`/donor/sites?county=${county.county}`, named);
    expect(sites.map(({ id }) => id)).toEqual(expect.arrayContaining([VILLAGE, CHECKPOINT]));
    expect(sites.map(({ id }) => id)).not.toContain('warehouse');
    const items = await donor.all(`/donor/items?county=${county.county}`, named);
    expect(items.find(({ id }) => id === 'quilt')).toMatchObject({ units: expect.arrayContaining(['盒']) });
  });

  it('sent twice under one key is one gift with one code; with another body it is refused', async () => {
    const key = nonce();
    const first = await give(masks(1), key);
    const again = await give(masks(1), key);
    expect(again.trackingCode).toBe(first.trackingCode);
    expect(again.gift.id).toBe(first.gift.id);
    await expect(give(masks(2), key)).rejects.toMatchObject({ status: 422, code: 'key-reused' });
    await expect(give(masks(1), 'short-key')).rejects.toMatchObject({ status: 422, code: 'invalid' });
  });

  it('that is expired is declined, for reasons that its donor can read', async () => {
    const { trackingCode } = await give(masks(1, { madeOn: undefined, useBy: '2020-01-01' }));
    const { lines } = await when(trackingCode, 'declined');
    expect(lines[0]?.reasons.map(({ code }) => code)).toEqual(['expired']);
    expect(lines[0]?.reasons[0]?.zh).toContain('已过期');
  });

  it('that nobody knows waits for a person, who maps it; no other role may', async () => {
    const { trackingCode, gift } = await give({
      donor: { kind: 'person', anonymous: true },
      goods: [{ what: '口罩 五箱', quantity: 5, unit: '箱', certificates: [] }],
    });
    await when(trackingCode, 'review');
    const queue = z.object({ rows: z.array(z.object({ id: z.string(), next: z.object({ path: z.string() }) })) });
    const { rows } = await county.people.approver.get('/staff/queues/to-screen', queue);
    expect(rows.find(({ id }) => id === gift.id)?.next.path).toBe(`/staff/donations/${gift.id}/screening`);
    const said = { n: 1, outcome: 'accept', itemId: 'mask', as: { quantity: 20, unit: '盒' }, reason: '已电话核对' };
    const path = `/staff/donations/${gift.id}/screening`;
    await expect(county.people.clerk.post(path, { lines: [said] }, giftView)).rejects.toMatchObject({ status: 403 });
    await expect(
      county.people.approver.post(path, { lines: [{ ...said, as: undefined }] }, giftView),
    ).rejects.toMatchObject({ status: 422, errors: [{ path: 'lines[0].unit' }] });
    const { lines } = await county.people.approver.post(path, { lines: [said] }, giftView);
    expect(lines[0]).toMatchObject({ itemId: 'mask', quantity: 1_000, screening: { outcome: 'accept' } });
    await expect(county.people.approver.post(path, { lines: [said] }, giftView)).rejects.toMatchObject({
      ...{ status: 409, code: 'wrong-status' },
    });
    await when(trackingCode, 'expected');
    await donor.post(`/donor/donations/${trackingCode}/withdrawal`, { reason: '已另行捐出' }, donorGiftView, nonce());
    expect((await follow(trackingCode)).status).toBe('withdrawn');
  });

  it('that is declined never reaches stock', async () => {
    const before = await pool('other');
    const { trackingCode, gift } = await give({
      ...masks(1),
      wish: { for: { to: 'sites', siteIds: [VILLAGE] }, related: true },
      goods: [{ itemId: 'other', quantity: 1, unit: '盒', certificates: ['样例合格证'] }],
    });
    const { lines } = await when(trackingCode, 'declined');
    expect(lines[0]?.reasons.map(({ code }) => code)).toEqual(['interested-party']);
    await expect(countIn(gift.id, [{ quantity: 1, unit: '盒' }])).rejects.toMatchObject({ status: 409 });
    expect(await pool('other')).toEqual(before);
  });

  it('that never comes is asked for, then lapses; should it still come, it is counted in', async () => {
    await rule({ expectMinutes: 30, lapseMinutes: 60 });
    const { trackingCode, gift } = await give(masks(2));
    await when(trackingCode, 'lapsed');
    await rule({});
    await countIn(gift.id, [{ quantity: 2, unit: '盒', madeOn: today }]);
    expect((await when(trackingCode, 'received')).lines[0]?.counted?.zh).toBe('2 盒（100个）');
  });

  it('for a village that does not need it goes nowhere else before its donor has said so', async () => {
    await rule({ wishDays: 1 });
    await county.item('towel');
    const { trackingCode, gift } = await give({
      ...masks(1),
      wish: { for: { to: 'sites', siteIds: [VILLAGE] } },
      goods: [{ itemId: 'towel', quantity: 2, unit: '盒', certificates: ['样例合格证'] }],
    });
    await when(trackingCode, 'expected');
    await countIn(gift.id, [{ quantity: 2, unit: '盒' }]);
    const request = await county.ask({ siteId: 'checkpoint', boxes: 1, itemId: 'towel' });
    // The day after it came: up to 24 seconds on this clock.
    await when(trackingCode, 'asking', 40_000);
    expect((await county.request(request.id)).lines[0]).toMatchObject({ planned: 0 });
    await donor.post(`/donor/donations/${trackingCode}/consent`, { decision: 'county' }, donorGiftView, nonce());
    await county.requestWhen('it is promised', request.id, ({ lines }) => (lines[0]?.planned ?? 0) > 0);
    expect((await staff(gift.id)).consents).toMatchObject([{ decision: 'county', given: 'by-code' }]);
  });
});

describe('a gift at the desk', () => {
  it('is counted and set apart, gets a code on its slip, and is for use once it is screened', async () => {
    await county.item('glove', { shelfLifeDays: 730 });
    const lots = [{ quantity: 2, unit: '盒', madeOn: today }];
    const body = {
      donor: { kind: 'person', anonymous: true },
      lines: [{ itemId: 'glove', lots, certificates: ['样例合格证'] }],
    };
    const { trackingCode, gift } = await county.people.storekeeper.post('/staff/donations/walk-in', body, registered);
    await when(trackingCode, 'received');
    expect(await pool('glove')).toMatchObject({ onHand: 100, quarantined: 0 });
    const page = await fetch(new URL('/staff/donations/walk-in', hosted.host.url), {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await hosted.host.tokenOf({ sub: 'desk', county: county.county, roles: ['clerk'] })}`,
        ...{ 'content-type': 'application/json', accept: 'text/html', 'idempotency-key': randomUUID() },
      },
      body: JSON.stringify(body),
    });
    expect(await page.text()).toMatch(new RegExp(`${county.county}(-[0-9A-Z]{4}){4}`));
    expect((await staff(gift.id)).channel).toBe('walk-in');
  });

  it('that keeps too short stays set apart, and is screened by somebody else', async () => {
    await county.item('milk', { shelfLifeDays: 365 });
    const soon = new Date(Date.parse(today) + 40 * 86_400_000).toISOString().slice(0, 10);
    const { trackingCode, gift } = await county.people.storekeeper.post(
      '/staff/donations/walk-in',
      {
        donor: { kind: 'person', anonymous: true },
        lines: [{ itemId: 'milk', lots: [{ quantity: 1, unit: '盒', useBy: soon }], certificates: ['样例合格证'] }],
      },
      registered,
    );
    const { lines } = await when(trackingCode, 'declined');
    expect(lines[0]?.reasons.map(({ code }) => code)).toEqual(['short-dated']);
    expect(await pool('milk')).toMatchObject({ onHand: 0, quarantined: 50 });
    expect((await staff(gift.id)).lines[0]?.counted[0]?.quantity).toBe(50);
  });

  it('is for use only where it keeps long enough, lot by lot', async () => {
    await county.item('juice', { shelfLifeDays: 730 });
    const [late, soon] = [700, 40].map((of) =>
      new Date(Date.parse(today) + of * 86_400_000).toISOString().slice(0, 10),
    );
    const lots = [
      { quantity: 1, unit: '盒', useBy: late },
      { quantity: 8, unit: '个', useBy: soon },
    ];
    const line = { itemId: 'juice', lots, certificates: ['样例合格证'] };
    const { trackingCode, gift } = await county.people.storekeeper.post(
      '/staff/donations/walk-in',
      { donor: { kind: 'person', anonymous: true }, lines: [line] },
      registered,
    );
    await when(trackingCode, 'received');
    expect(await pool('juice')).toMatchObject({ onHand: 50, quarantined: 8 });
    expect((await staff(gift.id)).lines[0]?.asked).toEqual({ quantity: 58, unit: '个' });
  });

  it('is refused in the words of the desk', async () => {
    const lots = [{ quantity: 1, unit: '盒', useBy: '2020-01-01' }];
    const take = (line: Record<string, unknown>) =>
      county.people.clerk.post(
        '/staff/donations/walk-in',
        { donor: { kind: 'person', anonymous: true }, lines: [line] },
        registered,
      );
    await expect(take({ itemId: 'nothing-such', lots })).rejects.toMatchObject({
      ...{ status: 422, errors: [{ path: 'lines[0].itemId' }] },
    });
    await expect(take({ itemId: 'mask', lots })).rejects.toMatchObject({
      ...{ status: 422, errors: [{ path: 'lines[0].lots[0].useBy' }] },
    });
    await expect(take({ itemId: 'mask', lots, declaredFen: 1e12 })).rejects.toMatchObject({
      ...{ status: 422, errors: [{ path: 'lines[0].declaredFen' }] },
    });
  });
});

describe('a gift of money', () => {
  it('credits a fund once when finance has found it, and its receipt is issued once', async () => {
    const fund = { nameZh: '捐赠资金', nameEn: 'Gifts', kind: 'gifts' };
    await county.people.headquarters.put('/staff/funds/gifts', fund, z.unknown());
    const { trackingCode, gift } = await give({
      donor: { kind: 'company', name: '样例公司' },
      money: { amountFen: 500_000 },
    });
    await when(trackingCode, 'expected');
    expect((await follow(trackingCode)).statusZh).toBe('待到账');
    const path = `/staff/donations/${gift.id}/money-received`;
    const body = { amountFen: 480_000, document: '样例回单 1', receivedOn: today, fundId: 'gifts' };
    const { finance, clerk } = county.people;
    await expect(clerk.post(path, body, giftView)).rejects.toMatchObject({ status: 403 });
    await expect(finance.post(path, { ...body, fundId: undefined }, giftView)).rejects.toMatchObject({
      ...{ status: 422, errors: [{ path: 'fundId' }] },
    });
    expect((await finance.post(path, body, giftView)).statusZh).toBe('已到账');
    expect(await follow(trackingCode)).toMatchObject({
      ...{ statusZh: '已到账', money: { promisedFen: 500_000, receivedFen: 480_000 } },
    });
    const { figures } = await finance.get('/staff/funds/gifts', fundView);
    expect(figures).toMatchObject({ budgetFen: 480_000, availableFen: 480_000 });
    await expect(finance.post(path, { ...body, document: '样例回单 2' }, giftView)).rejects.toThrow(
      /现为“已到账”，不能改为“已到账”/,
    );
    expect(await donor.text(`/donor/donations/${trackingCode}/acknowledgement`)).toContain('不是捐赠票据');
    await finance.post(`/staff/donations/${gift.id}/receipt`, { number: '样例票据 1' }, giftView);
    const page = await donor.text(`/donor/donations/${trackingCode}/acknowledgement`);
    expect(page).toMatch(/样例公司[\s\S]*¥4,800\.00[\s\S]*样例票据 1/);
    expect(await clerk.text(`/staff/donations/${gift.id}/acknowledgement`)).toBe(page);
    await expect(
      finance.post(`/staff/donations/${gift.id}/receipt`, { number: '样例票据 2' }, giftView),
    ).rejects.toMatchObject({ status: 409, code: 'receipt-issued' });
  });

  it('with a wish has a fund of its own, which the same bank reference opens once', async () => {
    const wished = { donor: { kind: 'company', name: '样例公司' }, money: { amountFen: 100_000, mayBuy: ['mask'] } };
    const [one, other] = [await give(wished), await give(wished)];
    await Promise.all([when(one.trackingCode, 'expected'), when(other.trackingCode, 'expected')]);
    const body = { amountFen: 100_000, document: '样例回单 9', receivedOn: today };
    const { finance } = county.people;
    const { money } = await finance.post(`/staff/donations/${one.gift.id}/money-received`, body, giftView);
    const fund = await finance.get(`/staff/funds/${money?.confirmed?.fundId}`, fundView);
    expect(fund).toMatchObject({ kind: 'gifts', mayBuy: { itemIds: ['mask'] }, figures: { availableFen: 100_000 } });
    await county.item('spoon', { poolMinimum: 100 });
    const spoons = { itemId: 'spoon', placeId: 'warehouse', fundId: fund.id, reason: '样例：补足储备' };
    await expect(county.people.clerk.post('/staff/purchases', spoons, z.unknown())).rejects.toMatchObject({
      ...{ status: 422, code: 'fund-may-not-buy' },
    });
    await expect(
      finance.post(`/staff/donations/${other.gift.id}/money-received`, { ...body, document: '样例回单９' }, giftView),
    ).rejects.toMatchObject({ status: 409, code: 'document-credited' });
    const unrestricted = await give({ donor: { kind: 'person', anonymous: true }, money: { amountFen: 1_000 } });
    await when(unrestricted.trackingCode, 'expected');
    const path = `/staff/donations/${unrestricted.gift.id}/money-received`;
    const others = { amountFen: 1_000, document: '样例回单 10', receivedOn: today };
    await expect(finance.post(path, { ...others, fundId: fund.id }, giftView)).rejects.toMatchObject({
      ...{ status: 409, code: 'fund-of-a-gift', errors: [{ path: 'fundId' }] },
    });
    const opened = { ...fund, mayBuy: { categories: [], itemIds: [] } };
    await expect(county.people.headquarters.put(`/staff/funds/${fund.id}`, opened, fundView)).rejects.toMatchObject({
      ...{ status: 422, errors: [{ path: 'mayBuy' }] },
    });
    const special = { nameZh: '样例专项资金', nameEn: 'Special', kind: 'special' };
    await county.people.headquarters.put('/staff/funds/special', special, z.unknown());
    const credits = '/staff/funds/special/credits';
    const credit = { amountFen: 1_000, document: '样例回单 9' };
    await expect(finance.post(credits, credit, z.unknown())).rejects.toThrow(`捐赠 ${one.gift.id}`);
    await finance.post(credits, { ...credit, document: '样例回单 10' }, z.unknown());
    await expect(finance.post(path, { ...others, fundId: 'special' }, giftView)).rejects.toMatchObject({
      ...{ status: 409, code: 'document-credited', errors: [{ path: 'document' }] },
    });
  });

  it('that is another sum than was promised is credited only once that is confirmed', async () => {
    const { trackingCode, gift } = await give({
      donor: { kind: 'company', name: '样例公司' },
      money: { amountFen: 500_000, mayBuy: ['mask'] },
    });
    await when(trackingCode, 'expected');
    const path = `/staff/donations/${gift.id}/money-received`;
    const body = { amountFen: 50_000, document: '样例回单 11', receivedOn: today };
    const { finance } = county.people;
    await expect(finance.post(path, body, giftView)).rejects.toMatchObject({
      ...{ status: 422, code: 'odd-amount', errors: [{ path: 'amountFen' }] },
    });
    expect((await follow(trackingCode)).statusZh).toBe('待到账');
    await finance.post(path, { ...body, confirmed: true }, giftView);
    expect((await follow(trackingCode)).money).toMatchObject({ promisedFen: 500_000, receivedFen: 50_000 });
  });
});

describe('a tracking code', () => {
  it('that is wrong and a gift that there is not are answered alike', async () => {
    const { trackingCode } = await give(masks(1));
    const wrong = `${trackingCode.slice(0, -1)}${trackingCode.endsWith('0') ? '1' : '0'}`;
    const answers = await Promise.all(
      [wrong, 'nonsense', `000000${trackingCode.slice(6)}`].map(async (code) => {
        const reply = await fetch(new URL(`/donor/donations/${code}`, hosted.host.url));
        return `${reply.status} ${await reply.text()}`;
      }),
    );
    expect(new Set(answers).size).toBe(1);
    expect(answers[0]).toMatch(/^404 .*unknown-code/);
    expect((await follow(trackingCode.toLowerCase().replaceAll('-', ' '))).status).toBeDefined();
  });

  it('that was lost is replaced by another, and follows nothing any more', async () => {
    const { trackingCode, gift } = await give(masks(1));
    const path = `/staff/donations/${gift.id}/tracking-code`;
    const fresh = await county.people.clerk.post(path, { reason: '已核对登记电话' }, registered);
    expect((await follow(fresh.trackingCode)).id).toBe(gift.id);
    await expect(follow(trackingCode)).rejects.toMatchObject({ status: 404 });
  });

  it('leads to nothing that its donor wrote once that is erased, not even words beside the goods', async () => {
    const words = '样例某人 13900001111';
    const { trackingCode, gift } = await give({
      donor: { kind: 'person', name: words, phone: '13900001111' },
      goods: [{ what: `${words} 的口罩`, quantity: 5, unit: '箱', certificates: [] }],
    });
    await when(trackingCode, 'review');
    await donor.post(`/donor/donations/${trackingCode}/withdrawal`, { reason: `我是${words}` }, donorGiftView, nonce());
    const path = `/staff/donations/${gift.id}/erasure`;
    await county.people.headquarters.post(path, { reference: '样例申请书 2' }, giftView);
    const left = await county.people.auditor.text(`/staff/donations/${gift.id}`);
    expect(`${left}${JSON.stringify(await follow(trackingCode))}`).not.toMatch(/样例某人|13900001111/);
  });

  it('opens nothing that says who gave, and erasure takes that away while the gift stays', async () => {
    const { trackingCode, gift } = await give(masks(1));
    expect(JSON.stringify(await follow(trackingCode))).not.toContain('样例公司');
    const read = (by: Client) => by.get(`/staff/donations/${gift.id}`, giftView);
    const { clerk, auditor, storekeeper } = county.people;
    expect((await read(clerk)).donor).toMatchObject({ name: '样例公司', phone: '13800000000' });
    for (const by of [auditor, storekeeper]) expect(JSON.stringify(await read(by))).not.toMatch(/样例公司|138000/);
    const path = `/staff/donations/${gift.id}/erasure`;
    await expect(county.people.clerk.post(path, { reference: '样例申请书 1' }, giftView)).rejects.toMatchObject({
      status: 403,
    });
    const { donor: left, id } = await county.people.headquarters.post(path, { reference: '样例申请书 1' }, giftView);
    expect({ ...left, id }).toEqual({ id: gift.id, kind: 'company', anonymous: true, erasedAt: expect.any(String) });
  });
});

it('gifts are listed without their donors', async () => {
  const rows = await county.people.auditor.all('/staff/donations', donationSummary);
  expect(rows.length).toBeGreaterThan(3);
  expect(JSON.stringify(rows)).not.toContain('样例公司');
});
