import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { itemRow } from '../../functions/catalogue/item.ts';
import { fundBalanceRow, fundBody, fundRow, openFund } from '../../functions/funds/fund.ts';
import { noteSweep, reconcileNext, viewOperations } from '../../functions/operations/figures.store.ts';
import { advancedRound, ageSeconds, pageOfRound, type Round, sinceOf } from '../../functions/operations/figures.ts';
import { requestRow } from '../../functions/request/request.ts';
import { plusMinutes } from '../../functions/shared/clock.ts';
import { balanceRow } from '../../functions/stock/balance.ts';
import { publishing } from '../../functions/trace/published.store.ts';
import { aRequest, COUNTY, mask, NOW, put } from '../support/need.ts';
import { useTable } from '../support/table.ts';

const table = useTable();
const logged: [code: string, data: Readonly<Record<string, unknown>>][] = [];
const deps = Object.assign(table, {
  publishing,
  log: {
    info: (code: string, data = {}) => void logged.push([code, data]),
    warn: () => {},
    error: (code: string, _: unknown, data = {}) => void logged.push([code, data]),
  },
});
const FUND = { nameZh: '捐赠资金', nameEn: 'Gifts', kind: 'gifts' };
const lastOf = (code: string) => logged.findLast(([one]) => one === code)?.[1];

describe('what is wrong', () => {
  it('is so since it was first found, and no longer once it is right', () => {
    const first = sinceOf(['a', 'b'], [], '1');
    expect(sinceOf(['b', 'c'], first, '2')).toEqual([
      { itemId: 'b', since: '1' },
      { itemId: 'c', since: '2' },
    ]);
  });

  it('is as old as the oldest of it', () => {
    expect(ageSeconds([plusMinutes(NOW, -2), plusMinutes(NOW, -5)], NOW)).toBe(300);
    expect(ageSeconds([], NOW)).toBe(0);
  });
});

const NEW_ROUND: Round = {
  ...{ county: COUNTY, version: 1, at: NOW, seen: 0, items: 0 },
  ...{ outOfBalance: [], fundsOutOfBalance: [], noticeHeld: [] },
};

describe('a round through the books', () => {
  it('names what is held until it is looked at again and agrees; of books that disagree it stays held', () => {
    const looked = { items: ['a', 'b'], out: [], held: [], fundsOut: [] };
    const first = advancedRound(NEW_ROUND, { ...looked, held: ['a', 'b'] }, '1');
    const second = advancedRound(first, { ...looked, out: ['a'] }, '2');
    expect(second.noticeHeld).toEqual([{ itemId: 'a', since: '1' }]);
    expect(advancedRound(second, looked, '3').noticeHeld).toEqual([]);
  });

  it('comes by every item within six runs from the second round on, however many there are', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1200 }), (count) => {
        const items = Array.from({ length: count }, (_, n) => `item-${n}`);
        let round = NEW_ROUND;
        const goRound = () => {
          const looked: string[] = [];
          let runs = 0;
          do {
            const from = Number(round.cursor ?? 0);
            const page = items.slice(from, from + pageOfRound(round));
            const end = from + page.length;
            looked.push(...page);
            runs += 1;
            round = advancedRound(
              round,
              { items: page, out: [], held: [], fundsOut: [], ...(end < count && { cursor: String(end) }) },
              NOW,
            );
          } while (round.cursor !== undefined);
          return { looked, runs };
        };
        goRound();
        const { looked, runs } = goRound();
        expect([looked, round.items, round.completedAt]).toEqual([items, count, NOW]);
        expect(runs).toBeLessThanOrEqual(6);
      }),
    );
  });
});

describe('the figures of a county', () => {
  beforeAll(async () => {
    await put(table, itemRow, mask());
    await put(table, itemRow, mask({ id: 'gloves' }));
  });
  const minutesAgo = (minutes: number) => plusMinutes(table.time, -minutes);

  it('say what was not sent, what failed and what is overdue, and since when', async () => {
    await put(table, requestRow, aRequest({ id: 'req_1', start: minutesAgo(7) }));
    await put(table, requestRow, aRequest({ id: 'req_2', start: minutesAgo(3) }));
    await put(table, requestRow, aRequest({ id: 'req_3', failure: { error: 'x', cause: 'y', at: minutesAgo(9) } }));
    await put(
      table,
      requestRow,
      aRequest({ id: 'req_4', dueAt: minutesAgo(-9), lateSince: minutesAgo(21), reminders: 1 }),
    );
    await put(table, requestRow, aRequest({ id: 'req_5', dueAt: minutesAgo(1) }));
    await put(table, requestRow, aRequest({ id: 'req_6', dueAt: minutesAgo(-9) }));
    await noteSweep(deps, COUNTY, { failures: 0, undivided: [] });
    expect(lastOf('SWEPT')).toEqual({ county: COUNTY, unsettledSeconds: 0, unsentSeconds: 420, failed: 1 });
    const { unsent, failed, overdue, sweep } = await viewOperations(deps, COUNTY);
    expect(unsent[0]).toEqual({ kind: 'request', mark: 'start', count: 2, oldest: minutesAgo(7) });
    expect(failed[0]).toEqual({ kind: 'request', count: 1, oldest: minutesAgo(9) });
    expect(overdue[0]).toEqual({ kind: 'request', status: 'submitted', count: 2, oldest: minutesAgo(21) });
    expect(sweep).toEqual({ at: table.time, failures: 0 });
  });

  it('say how long an item has not been divided, and nothing of it once it is', async () => {
    await noteSweep(deps, COUNTY, { failures: 1, undivided: ['mask'] });
    const since = table.time;
    table.time = plusMinutes(table.time, 6);
    await noteSweep(deps, COUNTY, { failures: 2, undivided: ['gloves', 'mask'] });
    expect(lastOf('SWEPT')).toMatchObject({ unsettledSeconds: 360 });
    expect((await viewOperations(deps, COUNTY)).unsettled).toEqual([
      { itemId: 'mask', since },
      { itemId: 'gloves', since: table.time },
    ]);
    await noteSweep(deps, COUNTY, { failures: 0, undivided: [] });
    expect((await viewOperations(deps, COUNTY)).unsettled).toEqual([]);
  });

  it('name an item whose books disagree until they agree again', async () => {
    await reconcileNext(deps, COUNTY);
    expect(lastOf('RECONCILED')).toEqual({ county: COUNTY, items: 2, outOfBalance: 0 });
    // Goods that no movement brought.
    await put(table, balanceRow, {
      ...{ county: COUNTY, itemId: 'mask', lotId: 'lot_1', placeId: 'warehouse', status: 'available' },
      ...{ onHand: 5, held: 0, free: 5, designation: { to: 'all' }, source: 'existing', division: 0 },
    });
    await reconcileNext(deps, COUNTY);
    expect(lastOf('OUT-OF-BALANCE')).toMatchObject({ itemId: 'mask' });
    expect(lastOf('RECONCILED')).toMatchObject({ outOfBalance: 1 });
    const { reconciliation } = await viewOperations(deps, COUNTY);
    expect(reconciliation).toEqual({
      at: table.time,
      completedAt: table.time,
      outOfBalance: [{ itemId: 'mask', since: table.time }],
      fundsOutOfBalance: [],
      noticeHeld: [],
    });
  });

  it('name a fund whose books disagree, beside the items', async () => {
    await put(table, fundRow, { ...fundBody.parse(FUND), county: COUNTY, id: 'gifts', version: 1, credits: 0 });
    // Money that nobody credited.
    await put(table, fundBalanceRow, {
      ...openFund({ county: COUNTY, fundId: 'gifts' }),
      budgetFen: 5,
      availableFen: 5,
    });
    await reconcileNext(deps, COUNTY);
    expect(lastOf('OUT-OF-BALANCE')).toEqual({
      ...{ county: COUNTY, fundId: 'gifts' },
      differences: [{ identity: 'budget', expected: 0, actual: 5 }],
    });
    expect(lastOf('RECONCILED')).toMatchObject({ outOfBalance: 2 });
    expect((await viewOperations(deps, COUNTY)).reconciliation?.fundsOutOfBalance).toEqual([
      { fundId: 'gifts', since: table.time },
    ]);
  });
});
