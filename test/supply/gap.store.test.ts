import { beforeEach, describe, expect, it } from 'vitest';
import { staffApp } from '../../functions/api/staff.handler.ts';
import { itemRow } from '../../functions/catalogue/item.ts';
import { siteRow } from '../../functions/catalogue/site.ts';
import { fundBalanceRow, fundRow, openFund } from '../../functions/funds/fund.ts';
import { noticeRow } from '../../functions/notices/notice.ts';
import { purchaseRow } from '../../functions/purchase/purchase.ts';
import { type Line, lineRow } from '../../functions/request/line.ts';
import { requestRow } from '../../functions/request/request.ts';
import type { Role } from '../../functions/shared/actor.ts';
import { plusMinutes } from '../../functions/shared/clock.ts';
import { eventRow } from '../../functions/shared/event.ts';
import { keysOf } from '../../functions/shared/keys.ts';
import { everyIndexed, get, ofType, partition } from '../../functions/shared/table.store.ts';
import { appealRow } from '../../functions/supply/appeal.ts';
import { lookAfterGaps } from '../../functions/supply/gap.store.ts';
import { gapChase, gapRow } from '../../functions/supply/gap.ts';
import { chase } from '../../functions/workflow/chase.store.ts';
import { settleNotices } from '../../functions/workflow/duties.store.ts';
import { progressOf } from '../../functions/workflow/progress.ts';
import { MASK } from '../offers/market.ts';
import { SPECIAL } from '../purchase/purchases.ts';
import { callerOf, testVerify } from '../support/caller.ts';
import { aLine, aRequest, checkpoint, NOW, put } from '../support/need.ts';
import { useTable } from '../support/table.ts';

const deps = useTable({ stream: false });
let counties = 670_000;
let county = '';
const keys = () => keysOf(county);
const as = (sub: string, ...roles: Role[]) => callerOf(staffApp(deps, testVerify), { sub, roles, county });
const approver = () => as('approver-1', 'approver');

/** A county with a line of the front line that is approved for 100 boxes, and was promised none. */
beforeEach(async () => {
  counties += 1;
  county = String(counties);
  deps.time = NOW;
  await put(deps, itemRow, { ...MASK, county });
  await put(deps, siteRow, checkpoint({ county }));
  await put(deps, siteRow, checkpoint({ county, id: 'warehouse', kind: 'warehouse' }));
  await put(deps, fundRow, { ...SPECIAL, county });
  const money = { budgetFen: 1_000_000, availableFen: 1_000_000 };
  await put(deps, fundBalanceRow, { ...openFund({ county, fundId: 'special' }), ...money });
  await put(deps, requestRow, aRequest({ county, status: 'approved', askedBy: 'point-1' }));
  await put(deps, lineRow, aLine({ county, status: 'open', quantity: 5_000, approved: 5_000, rationale: 1 }));
});

const lineOf = async (): Promise<Line> => {
  const row = await get(deps, lineRow, keys().requestLine('req_1', 1));
  if (row === undefined) throw new Error('There is no line');
  return row;
};
const gap = () => get(deps, gapRow, keys().gap('req_1.01'));
const look = async () => lookAfterGaps(deps, county, [await lineOf()]);
const supply = (body: object, by = approver()) =>
  by.post('/staff/requests/req_1/lines/1/supply', { reason: '库存不足', ...body });
const BUY = { decision: 'buy', placeId: 'warehouse' };
const queue = async () => (await approver().get('/staff/queues/to-supply')).body.rows;
const told = async () => {
  const rows = await everyIndexed(deps, { index: 'GSI2', at: keys().party('staff.approver'), beginsWith: 'NOTICE#' });
  return ofType(noticeRow, rows).map(({ code, acknowledged }) => `${code}${acknowledged === undefined ? '' : ' over'}`);
};
const events = async () =>
  ofType(eventRow, await partition(deps, keys().gap('req_1.01').PK, 'EVENT#')).map(({ name }) => name);
/** What the wake consumer does with a row whose notices are over. */
const settled = () => settleNotices(deps, { kind: 'gap', county, id: 'req_1.01' });

describe('what a line lacks and nobody brings', () => {
  it('stands in the queue with what to do, and is told of once, however often it is looked at', async () => {
    await Promise.all([look(), look(), look()]);
    await look();
    expect(await queue()).toMatchObject([
      {
        ...{ kind: 'gap', id: 'req_1.01', status: 'open', tier: 1, site: { id: 'checkpoint-1' }, overdue: false },
        next: { method: 'POST', path: '/staff/requests/req_1/lines/1/supply', zh: expect.stringContaining('等待') },
      },
    ]);
    expect([await told(), await events()]).toEqual([['gap-found'], ['GapFound']]);
    const [notice] = (await approver().get('/staff/notices')).body.rows;
    expect(notice.next.path).toBe('/staff/requests/req_1/lines/1/supply');
  });

  it('is neither found while it is sought, nor where it was decided on at the same moment', async () => {
    await Promise.all([supply(BUY), look(), look()]);
    await look();
    expect(await queue()).toEqual([]);
    expect((await told()).filter((code) => code === 'gap-found')).toEqual(await told());
  });

  it('is settled by whoever has it bought, in the same transaction, and its notice is over', async () => {
    await look();
    expect((await supply(BUY)).status).toBe(200);
    expect(await gap()).toMatchObject({ status: 'settled', over: { notices: [expect.any(String)] } });
    expect(await queue()).toEqual([]);
    await settled();
    expect([await told(), await events()]).toEqual([['gap-found over'], ['GapFound', 'GapSettled']]);
  });

  it('bought or asked for in part is a gap of the rest', async () => {
    await look();
    await supply({ ...BUY, quantity: 60, unit: '盒' });
    expect(await gap()).toMatchObject({ status: 'open', quantity: 2_000 });
    const letter = { to: '州物资保障组', document: '请调函 1', placeId: 'warehouse' };
    expect((await supply({ decision: 'ask-above', ...letter, quantity: 30, unit: '盒' })).status).toBe(200);
    expect(await gap()).toMatchObject({ status: 'open', quantity: 500 });
    expect((await supply({ decision: 'ask-above', ...letter, document: '请调函 2' })).status).toBe(200);
    expect((await gap())?.status).toBe('settled');
  });

  it('is undecided again when a purchase ends with less, and when those above refuse', async () => {
    const { purchaseId } = (await supply({ ...BUY, quantity: 60, unit: '盒' })).body;
    const letter = { to: '州物资保障组', document: '请调函 1', placeId: 'warehouse' };
    const { appealId } = (await supply({ decision: 'ask-above', ...letter })).body;
    await look();
    expect(await queue()).toEqual([]);
    const purchase = await get(deps, purchaseRow, keys().purchase(purchaseId));
    if (purchase !== undefined) await put(deps, purchaseRow, { ...purchase, status: 'delivered' });
    await look();
    expect(await gap()).toMatchObject({ status: 'open', quantity: 3_000 });
    await approver().post(`/staff/appeals/${appealId}/end`, { reason: '上级无货' });
    expect((await get(deps, appealRow, keys().appeal(appealId)))?.status).toBe('refused');
    await look();
    expect(await gap()).toMatchObject({ status: 'open', quantity: 5_000, attempt: 1 });
    expect(await told()).toEqual(['gap-found']);
  });

  it('left to wait is neither seen nor told of until then, and then it is again', async () => {
    await look();
    const until = plusMinutes(NOW, 600);
    expect((await supply({ decision: 'wait', until })).status).toBe(200);
    expect((await gap())?.status).toBe('settled');
    const { body } = await approver().get('/staff/requests/req_1');
    expect(body.lines[0].waits).toEqual({ by: 'approver-1', at: NOW, reason: '库存不足', until });
    await settled();
    deps.time = plusMinutes(NOW, 599);
    await look();
    expect(await queue()).toEqual([]);
    deps.time = until;
    await look();
    expect(await queue()).toMatchObject([{ id: 'req_1.01', dueAt: plusMinutes(until, 60), reminders: 0 }]);
    expect([(await gap())?.attempt, (await told()).toSorted()]).toEqual([2, ['gap-found', 'gap-found over']]);
  });

  it('left to wait and met meanwhile stays settled; and a later decision takes the place of the waiting', async () => {
    await supply({ decision: 'wait', until: plusMinutes(NOW, 600) });
    await supply({ ...BUY, quantity: 60, unit: '盒' });
    expect((await lineOf()).waits).toBeUndefined();
    await look();
    expect(await gap()).toMatchObject({ status: 'open', quantity: 2_000 });
    await put(deps, lineRow, { ...(await lineOf()), received: 2_000 });
    await look();
    expect((await gap())?.status).toBe('settled');
  });

  it('given up is settled at once', async () => {
    await look();
    expect((await supply({ decision: 'close-short' })).status).toBe(200);
    expect((await gap())?.status).toBe('settled');
  });

  it('is chased by its deadline, from the second on through headquarters too', async () => {
    await look();
    for (const reminders of [1, 2]) {
      const row = await gap();
      if (row === undefined) throw new Error('There is no gap');
      deps.time = row.dueAt;
      await chase(deps, progressOf({ kind: 'gap', attempt: 1, round: 0 }, row, deps.time), gapChase);
      expect(await gap()).toMatchObject({ reminders, dueAt: plusMinutes(deps.time, 60) });
    }
    await settled();
    expect((await told()).toSorted()).toEqual(['gap-found over', 'gap-overdue', 'gap-overdue over']);
    expect((await as('chief-1', 'headquarters').get('/staff/notices')).body.rows).toHaveLength(1);
    expect((await approver().get('/staff/queues/overdue')).body.rows).toContainEqual(
      expect.objectContaining({ kind: 'gap', reminders: 2 }),
    );
  });

  it('of many lines is told of a part at a time, the front line first', async () => {
    const many = await Promise.all(
      Array.from({ length: 60 }, (_, i) => {
        const of = { requestId: `req_${100 + i}`, status: 'open', approved: 50, rationale: 1 } as const;
        return put(deps, lineRow, aLine({ county, ...of, tier: i < 5 ? 1 : 3 }));
      }),
    );
    await lookAfterGaps(deps, county, many.toReversed());
    const first = await queue();
    expect((await approver().get('/staff/queues')).body.rows).toContainEqual(
      expect.objectContaining({ name: 'to-supply', count: 50 }),
    );
    expect(first.slice(0, 6).map((row: { tier: number }) => row.tier)).toEqual([1, 1, 1, 1, 1, 3]);
    await lookAfterGaps(deps, county, many);
    expect((await approver().get('/staff/queues')).body.rows).toContainEqual(
      expect.objectContaining({ name: 'to-supply', count: 60 }),
    );
  });
});
