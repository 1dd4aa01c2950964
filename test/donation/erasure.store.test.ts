import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import { siteRow } from '../../functions/catalogue/site.ts';
import { donorOf, eraseDonor, withdrawByCode } from '../../functions/donation/care.store.ts';
import { giftBody } from '../../functions/donation/gift.ts';
import { giftOf, registerGift } from '../../functions/donation/register.store.ts';
import { screenGift } from '../../functions/donation/screen.store.ts';
import type { Actor } from '../../functions/shared/actor.ts';
import { progressOf } from '../../functions/workflow/progress.ts';
import { anew, COUNTY, checkpoint, put } from '../support/need.ts';
import { useTable } from '../support/table.ts';

const deps = useTable();
const donor: Actor = { sub: 'donor', county: COUNTY, roles: [] };
const chief: Actor = { sub: 'chief', county: COUNTY, roles: ['headquarters'] };
const SAID = '样例某人';

beforeEach(() => put(deps, siteRow, checkpoint({ id: 'warehouse', kind: 'warehouse' })));

const tableHolds = async (words: string): Promise<boolean> => {
  const { Items = [] } = await deps.dynamo.send(new ScanCommand({ TableName: deps.table }));
  return JSON.stringify(Items).includes(words);
};

describe('a donor who asks to be forgotten', () => {
  it('is named nowhere in the whole table: not in the gift, its reasons, its events or its idempotency markers', async () => {
    const body = giftBody.parse({
      donor: { kind: 'person', name: SAID, contact: SAID, phone: '13900001111' },
      note: `${SAID}的留言`,
      goods: [{ what: `${SAID}的口罩`, quantity: 5, unit: '箱' }],
    });
    const origin = { channel: 'donor', key: 'kq3vX9yT2mP0aZ8cWf5LrA' } as const;
    const id = await registerGift(deps, donor, anew('donor'), body, origin);
    const row = await giftOf(deps, COUNTY, id);
    const progress = progressOf({ kind: 'donation', attempt: row.attempt, round: 0 }, row, deps.time);
    await screenGift({ ...deps, clock: deps.clock, shortageOf: async () => ({ short: 0, free: 0 }) }, progress);
    await withdrawByCode(deps, donor, anew('donor'), id, { reason: `我是${SAID}` });
    expect((await donorOf(deps, await giftOf(deps, COUNTY, id))).withdrawal).toBe(`我是${SAID}`);
    expect(await tableHolds(SAID)).toBe(true);

    await eraseDonor(deps, chief, anew('chief'), id, { reference: '样例申请书 1' });
    expect(await tableHolds(SAID)).toBe(false);
    expect(await tableHolds('13900001111')).toBe(false);
    const left = await giftOf(deps, COUNTY, id);
    expect(left).toMatchObject({ status: 'withdrawn', lines: [{ asked: { quantity: 5, unit: '箱' } }] });
  });
});
