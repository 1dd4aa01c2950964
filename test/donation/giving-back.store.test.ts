import { beforeEach, describe, expect, it } from 'vitest';
import { itemRow } from '../../functions/catalogue/item.ts';
import { siteRow } from '../../functions/catalogue/site.ts';
import { answerByCode } from '../../functions/donation/consent.store.ts';
import { type Donation, lotsOfGift } from '../../functions/donation/donation.ts';
import { giftBody } from '../../functions/donation/gift.ts';
import { lookAfterGift } from '../../functions/donation/look.store.ts';
import { receiveGift, receiveWalkIn } from '../../functions/donation/receive.store.ts';
import { giftReceivedBody } from '../../functions/donation/receiving.ts';
import { giftOf, registerGift } from '../../functions/donation/register.store.ts';
import { releaseGift } from '../../functions/donation/release.store.ts';
import { remindOfGift } from '../../functions/donation/remind.store.ts';
import { returnGift } from '../../functions/donation/return.store.ts';
import { screenGift } from '../../functions/donation/screen.store.ts';
import { walkInBody } from '../../functions/donation/walk-in.ts';
import { plusMinutes } from '../../functions/shared/clock.ts';
import type { Deps } from '../../functions/shared/deps.ts';
import { balanceRow } from '../../functions/stock/balance.ts';
import { getLot, movementsOfLot, shelvesOf } from '../../functions/stock/lot-shelves.store.ts';
import { whereabouts } from '../../functions/trace/whereabouts.ts';
import { type Progress, progressOf } from '../../functions/workflow/progress.ts';
import { anew, COUNTY, checkpoint, mask, put, village, who } from '../support/need.ts';
import { useTable } from '../support/table.ts';

const deps = useTable();
const storekeeper = who('storekeeper-1', 'storekeeper');
const donor = who('donor');
const KEY = 'kq3vX9yT2mP0aZ8cWf5LrA';
const SOON = '2022-06-20';
const LATE = '2023-05-12';
const FOR_VILLAGE = { to: 'sites', siteIds: ['village-1'] } as const;

beforeEach(async () => {
  deps.time = '2022-05-12T01:00:00.000Z';
  await put(deps, siteRow, checkpoint({ id: 'warehouse', kind: 'warehouse' }));
  await put(deps, siteRow, village());
  await put(deps, itemRow, mask({ category: '1' }));
});

/** The machine takes its step. */
const step = async (id: string, run: (deps: Deps, progress: Progress) => Promise<unknown>): Promise<Donation> => {
  const row = await giftOf(deps, COUNTY, id);
  await run(deps, progressOf({ kind: 'donation', attempt: row.attempt, round: 0 }, row, deps.time));
  return giftOf(deps, COUNTY, id);
};
const screened = (id: string) =>
  step(id, (on, progress) =>
    screenGift({ ...on, clock: deps.clock, shortageOf: async () => ({ short: 0, free: 0 }) }, progress),
  );
const brought = async (...useBys: readonly string[]): Promise<string> => {
  const body = walkInBody.parse({
    donor: { kind: 'person', anonymous: true },
    lines: useBys.map((useBy) => ({ itemId: 'mask', lots: [{ quantity: 1, unit: '盒', useBy }] })),
  });
  const id = await receiveWalkIn(deps, storekeeper, anew('storekeeper-1'), body, KEY);
  await screened(id);
  return id;
};
/** Ten boxes for a village are announced, and so many of them come. */
const announced = async (boxes: number, final: boolean, fallback: string): Promise<string> => {
  const body = giftBody.parse({
    donor: { kind: 'person', anonymous: true },
    wish: { for: FOR_VILLAGE, fallback },
    goods: [{ itemId: 'mask', quantity: 10, unit: '盒' }],
  });
  const id = await registerGift(deps, donor, anew('donor'), body, { channel: 'donor', key: `${KEY}${boxes}` });
  await screened(id);
  const lots = [{ quantity: boxes, unit: '盒' }];
  const count = giftReceivedBody.parse({ lines: [{ n: 1, lots, final }] });
  await receiveGift(deps, storekeeper, anew('storekeeper-1'), id, count);
  return id;
};
const goBack = (id: string) => returnGift(deps, storekeeper, anew('storekeeper-1'), id, { document: '样例签收单' });
/** Where each lot of the gift is, as its donor reads it. */
const trace = async (id: string) =>
  Promise.all(
    lotsOfGift(await giftOf(deps, COUNTY, id)).map(async (lotId) =>
      whereabouts(await movementsOfLot(deps, COUNTY, lotId), mask(), new Map()).map(
        ({ where, quantity }) => `${where} ${quantity}`,
      ),
    ),
  );
/** Whoever it is meant for needs all of it now. */
const promise = async (id: string): Promise<void> => {
  for (const lotId of lotsOfGift(await giftOf(deps, COUNTY, id)))
    for (const shelf of await shelvesOf(deps, await getLot(deps, COUNTY, lotId)))
      await put(deps, balanceRow, { ...shelf, held: shelf.onHand, free: 0 });
};

describe('what was not accepted at the desk', () => {
  it('goes back to its donor, which the trace says, and only once', async () => {
    const id = await brought(SOON);
    expect((await giftOf(deps, COUNTY, id)).status).toBe('declined');
    await goBack(id);
    expect(await trace(id)).toEqual([['returned 50']]);
    expect((await giftOf(deps, COUNTY, id)).status).toBe('declined');
    await expect(goBack(id)).rejects.toMatchObject({ status: 409, code: 'nothing-left' });
  });

  it('goes back while the rest of the gift stays', async () => {
    const id = await brought(LATE, SOON);
    await step(id, releaseGift);
    await goBack(id);
    expect(await trace(id)).toEqual([['held 50'], ['returned 50']]);
    await expect(goBack(id)).rejects.toMatchObject({ status: 409, code: 'nothing-left' });
  });
});

describe('a gift that its donor does not want back', () => {
  it('is given back by nobody, while the rest of it is yet to come or all of it is in the pool', async () => {
    const id = await announced(4, false, 'ask');
    await expect(goBack(id)).rejects.toMatchObject({ status: 409, code: 'wrong-status' });
    expect(await trace(id)).toEqual([['held 200']]);
    const other = await announced(10, true, 'ask');
    await expect(goBack(other)).rejects.toMatchObject({ status: 409, code: 'nothing-left' });
    expect(await trace(other)).toEqual([['held 500']]);
  });

  it('is not answered for where nothing is asked', async () => {
    const id = await announced(10, true, 'ask');
    await expect(answerByCode(deps, donor, anew('donor'), id, { decision: 'return' })).rejects.toMatchObject({
      ...{ status: 409, code: 'wrong-status', message: expect.stringContaining('nothing is asked of you now') },
    });
  });
});

describe.each([
  ['return', 'returning', 'given back'],
  ['ask', 'asking', 'asked about'],
])('a gift whose fallback is to %s', (fallback, status, _) => {
  it('goes on once those it is meant for have needed the rest, and nothing is left to be given back or asked about', async () => {
    const id = await announced(10, true, fallback);
    deps.time = plusMinutes(deps.time, 60 * 1_440);
    expect((await step(id, lookAfterGift)).status).toBe(status);
    deps.time = plusMinutes(deps.time, 10 * 1_440);
    expect(await step(id, remindOfGift)).toMatchObject({ status, reminders: 1 });
    await promise(id);
    deps.time = plusMinutes(deps.time, 10 * 1_440);
    expect(await step(id, remindOfGift)).toMatchObject({ status: 'received', dueAt: deps.time });
    expect((await step(id, lookAfterGift)).status).toBe('received');
  });
});
