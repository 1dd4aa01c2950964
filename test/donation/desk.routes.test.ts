import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, it } from 'vitest';
import { audienceApp } from '../../functions/api/app.ts';
import { itemRow } from '../../functions/catalogue/item.ts';
import { siteRow } from '../../functions/catalogue/site.ts';
import { deskRoutes } from '../../functions/donation/desk.routes.ts';
import { giftByCode } from '../../functions/donation/follow.store.ts';
import { giftPaperRoutes } from '../../functions/donation/paper.routes.ts';
import { callerOf, testVerify } from '../support/caller.ts';
import { checkpoint, mask, put, village } from '../support/need.ts';
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
  await put(deps, itemRow, mask());
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
