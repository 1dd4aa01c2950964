import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, it } from 'vitest';
import { audienceApp } from '../../functions/api/app.ts';
import { itemRow } from '../../functions/catalogue/item.ts';
import { siteRow } from '../../functions/catalogue/site.ts';
import { deskRoutes } from '../../functions/donation/desk.routes.ts';
import { giftByCode } from '../../functions/donation/follow.store.ts';
import { giftPaperRoutes } from '../../functions/donation/paper.routes.ts';
import { giftOf } from '../../functions/donation/register.store.ts';
import { screenGift } from '../../functions/donation/screen.store.ts';
import { progressOf } from '../../functions/workflow/progress.ts';
import { callerOf, testVerify } from '../support/caller.ts';
import { COUNTY, checkpoint, mask, put, village } from '../support/need.ts';
import { useTable } from '../support/table.ts';

const deps = useTable();
const app = audienceApp('staff', { verify: testVerify, log: deps.log }, (on) => {
  deskRoutes(on, deps);
  giftPaperRoutes(on, deps);
});
const clerk = callerOf(app, { roles: ['clerk'] });
const donor = { kind: 'person', anonymous: true };
const brought = { donor, lines: [{ itemId: 'mask', lots: [{ quantity: 4, unit: '盒', useBy: '2023-05-12' }] }] };
const announced = { donor, goods: [{ itemId: 'mask', quantity: 4, unit: '盒' }] };

let keys = 0;
const secret = (): string => {
  keys += 1;
  return `sample-secret-key-of-the-desk-${keys}`;
};
const stored = async (): Promise<string> => {
  const { Items = [] } = await deps.dynamo.send(new ScanCommand({ TableName: deps.table }));
  return JSON.stringify(Items);
};

beforeAll(async () => {
  await put(deps, siteRow, checkpoint({ id: 'warehouse', kind: 'warehouse' }));
  await put(deps, siteRow, village());
  await put(deps, itemRow, mask({ category: '1' }));
  await put(
    deps,
    itemRow,
    mask({ id: 'rice', nameZh: '大米', category: '1', baseUnit: 'gram', units: { 袋: 20_000 }, issueUnit: '袋' }),
  );
});

describe('a code that the desk gives out', () => {
  it.each([
    ['with what is brought', '/staff/donations/walk-in', brought],
    ['with what is announced', '/staff/donations', announced],
  ])('%s is made of a key that stands nowhere, and told again to nobody else', async (_, path, body) => {
    const key = secret();
    const { status, body: first } = await clerk.post(path, body, key);
    expect(status).toBe(201);
    expect((await clerk.post(path, body, key)).body.trackingCode).toBe(first.trackingCode);
    expect(await stored()).not.toContain(key);
    expect(await clerk.post(path, body, 'guessable')).toMatchObject({
      ...{ status: 422, body: { errors: [{ path: 'idempotency-key' }] } },
    });
  });

  it('in place of one that was lost is so too, and a repeat of the first registration is told none that is wrong', async () => {
    const [first, second] = [secret(), secret()];
    const { gift, trackingCode } = (await clerk.post('/staff/donations', announced, first)).body;
    const path = `/staff/donations/${gift.id}/tracking-code`;
    const reason = { reason: '已核对登记电话' };
    const fresh = (await clerk.post(path, reason, second)).body.trackingCode;
    expect(fresh).not.toBe(trackingCode);
    expect((await clerk.post(path, reason, second)).body.trackingCode).toBe(fresh);
    expect((await giftByCode(deps, fresh)).id).toBe(gift.id);
    expect(await clerk.post('/staff/donations', announced, first)).toMatchObject({
      ...{ status: 409, body: { title: 'code-replaced' } },
    });
    expect(await stored()).not.toContain(second);
    expect((await clerk.post(path, reason, 'guessable')).status).toBe(422);
  });
});

describe('the papers of a gift at the desk', () => {
  const wish = { for: { to: 'sites', siteIds: ['village-1'] }, fallback: 'return' };
  const page = async (method: string, path: string, body?: unknown): Promise<string> => {
    const actor = { sub: 'clerk-2', county: COUNTY, roles: ['clerk'] };
    const reply = await app.request(path, {
      method,
      headers: {
        ...{ authorization: `Bearer ${JSON.stringify(actor)}`, accept: 'text/html' },
        ...(body !== undefined && { 'content-type': 'application/json', 'idempotency-key': secret() }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return reply.text();
  };
  const taken = async (...lines: readonly unknown[]): Promise<{ slip: string; id: string }> => {
    const slip = await page('POST', '/staff/donations/walk-in', { donor, wish, lines });
    return { slip, id: /gft_\w+/.exec(slip)?.[0] ?? '' };
  };
  const screened = async (id: string): Promise<void> => {
    const row = await giftOf(deps, COUNTY, id);
    const progress = progressOf({ kind: 'donation', attempt: row.attempt, round: 0 }, row, deps.time);
    await screenGift({ ...deps, clock: deps.clock, shortageOf: async () => ({ short: 0, free: 0 }) }, progress);
  };
  const rice = { itemId: 'rice', lots: [{ quantity: 40, unit: '斤' }] };
  const shortDated = { itemId: 'mask', lots: [{ quantity: 2, unit: '盒', useBy: '2022-06-20' }] };

  it('say how it stands, for whom it is, where the code is typed, and how much it is in the unit of who brought it', async () => {
    const { slip } = await taken(rice);
    for (const said of ['待筛查', '限第一村使用', '退还捐赠人', '/donor/donations/', '40 斤（20000克）'])
      expect(slip).toContain(said);
  });

  it('thank for what was accepted only, on the day it came, and say what was not and why', async () => {
    const { id } = await taken(rice, shortDated);
    await screened(id);
    const paper = await page('GET', `/staff/donations/${id}/acknowledgement`);
    const [thanks = '', declined = ''] = paper.split('以下物资未接收');
    expect(thanks).toMatch(/大米[\s\S]*40 斤（20000克）[\s\S]*2022-05-12/);
    expect(thanks).not.toContain('口罩');
    expect(declined).toMatch(/口罩[\s\S]*暂不接收[\s\S]*限第一村使用/);
  });

  it('thank for nothing where nothing was accepted', async () => {
    const { id } = await taken(shortDated);
    expect(await page('GET', `/staff/donations/${id}/acknowledgement`)).toContain('nothing-received');
    await screened(id);
    expect(await page('GET', `/staff/donations/${id}/acknowledgement`)).toContain('nothing-received');
  });
});
