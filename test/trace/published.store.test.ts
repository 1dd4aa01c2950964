import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, it } from 'vitest';
import { itemRow } from '../../functions/catalogue/item.ts';
import { siteRow } from '../../functions/catalogue/site.ts';
import { reconcileNext, viewOperations } from '../../functions/operations/figures.store.ts';
import { lineRow, openOf, openRow } from '../../functions/request/line.ts';
import { plusMinutes } from '../../functions/shared/clock.ts';
import { balanceRow } from '../../functions/stock/balance.ts';
import { lotRow } from '../../functions/stock/lot.ts';
import { type Effects, type Movement, movementRow } from '../../functions/stock/movement.ts';
import { needsNow } from '../../functions/trace/needs.store.ts';
import { publicNotice } from '../../functions/trace/public-notice.store.ts';
import type { NoticeRow } from '../../functions/trace/public-notice.ts';
import { publishing } from '../../functions/trace/published.store.ts';
import { aLine, COUNTY, checkpoint, keys, mask, put, village } from '../support/need.ts';
import { useTable } from '../support/table.ts';

const table = useTable();
const logged: [code: string, data: Readonly<Record<string, unknown>>][] = [];
const deps = Object.assign(table, {
  publishing,
  log: {
    info: () => {},
    warn: () => {},
    error: (code: string, _: unknown, data = {}) => void logged.push([code, data]),
  },
});

const [MORNING, DAY] = ['2022-05-12T01:00:00.000Z', '2022-05-12'];
const NEXT_DAY = '2022-05-13';
/** The county's midnight is 16:00 UTC. */
const AFTER_MIDNIGHT = '2022-05-12T16:30:00.000Z';
const AFTER_ONE = '2022-05-12T17:00:00.000Z';

const round = async (at: string): Promise<void> => {
  table.time = at;
  await reconcileNext(deps, COUNTY);
};
const notice = async (asked: Partial<Parameters<typeof publicNotice>[2]> = {}) =>
  (await publicNotice(deps, COUNTY, { limit: 200, level: 'county', from: DAY, to: '2022-05-20', ...asked })).rows;
const said = (rows: readonly NoticeRow[]) =>
  rows.map(
    ({ day, itemId, figure, quantity, closed }) => `${day} ${itemId} ${figure} ${quantity}${closed ? ' closed' : ''}`,
  );

let count = 0;
/** What happened to the one lot of an item, and what lies on its shelf after it. */
const moves = async (
  itemId: string,
  effects: Effects,
  change: Partial<Movement> = {},
  onHand = 0,
): Promise<Movement> => {
  count += 1;
  const lotId = `lot_${itemId}`;
  const [place, of] = [{ placeId: 'warehouse', status: 'available' as const }, { source: 'donated' as const }];
  const shelf = { ...place, ...of, onHand, held: 0, free: onHand, designation: { to: 'all' as const }, division: 0 };
  await put(deps, balanceRow, { county: COUNTY, itemId, lotId, ...shelf });
  return put(deps, movementRow, {
    ...{ county: COUNTY, id: `mov_${count}`, lotId, itemId, kind: 'received', placeId: 'warehouse', effects },
    ...{ shelves: { available: effects.onHand ?? 0 }, document: 'grn_1', at: table.time, by: 'keeper', ...change },
  });
};
const received = (itemId: string, n: number, onHand: number) => moves(itemId, { received: n, onHand: n }, {}, onHand);
const issued = (itemId: string, n: number, onHand: number, toId = 'village-1') =>
  moves(
    itemId,
    { onHand: -n, delivered: n },
    { kind: 'issued', toId, served: { tier2: n }, reason: '张三急用' },
    onHand,
  );

beforeAll(async () => {
  await put(deps, siteRow, village());
  await put(deps, siteRow, checkpoint());
  for (const id of ['gloves', 'mask']) {
    await put(deps, itemRow, mask({ id }));
    const lot = { id: `lot_${id}`, itemId: id, source: 'donated' as const, designation: { to: 'all' as const } };
    await put(deps, lotRow, { county: COUNTY, version: 1, from: 'grn_1', at: MORNING, ...lot });
  }
  table.time = MORNING;
});

describe('the public notice', () => {
  it('tells what a round through the books has read, by names of the catalogue, at each level', async () => {
    await received('mask', 1_000, 1_000);
    await issued('mask', 100, 900);
    await issued('mask', 20, 880, 'checkpoint-1');
    await round('2022-05-12T02:00:00.000Z');
    expect(said(await notice())).toEqual([`${DAY} mask received 1000`, `${DAY} mask given 120`]);
    expect((await notice({ level: 'township' })).map(({ township, quantity }) => [township, quantity])).toEqual([
      [undefined, 1_000],
      ['Zequ', 120],
    ]);
    const [, , atVillage] = await notice({ level: 'site' });
    expect(atVillage).toMatchObject({
      ...{ day: DAY, source: 'donated', tier: 2, quantity: 100, zh: '2 盒（100个）', nameZh: '医用外科口罩' },
      ...{ site: { id: 'village-1', nameZh: '第一村' }, closed: false, verifiedAt: '2022-05-12T02:00:00.000Z' },
    });
    expect(await notice({ source: 'procured' })).toEqual([]);
    expect(JSON.stringify(await notice({ level: 'site' }))).not.toContain('张三');
  });

  it('keeps the township that a site lay in when its figure was made public', async () => {
    await put(deps, siteRow, village({ township: 'Elsewhere' }));
    await round('2022-05-12T03:00:00.000Z');
    expect((await notice({ level: 'township' })).at(-1)?.township).toBe('Zequ');
  });

  it('closes a day an hour after midnight, and counts what is recorded later on its own day', async () => {
    await round(AFTER_MIDNIGHT);
    expect((await notice({ day: DAY, from: undefined, to: undefined })).map(({ closed }) => closed)).toEqual([
      false,
      false,
    ]);
    await round(AFTER_ONE);
    await issued('mask', 30, 850);
    await received('gloves', 10, 10);
    await round(plusMinutes(AFTER_ONE, 60));
    expect(said(await notice())).toEqual([
      ...[`${DAY} mask received 1000 closed`, `${DAY} mask given 120 closed`],
      ...[`${NEXT_DAY} gloves received 10`, `${NEXT_DAY} mask given 30`],
    ]);
    expect((await notice({ itemId: 'mask' })).map(({ verifiedAt }) => verifiedAt)).toEqual([
      ...[AFTER_ONE, AFTER_ONE, plusMinutes(AFTER_ONE, 60)],
    ]);
    expect((await viewOperations(deps, COUNTY)).reconciliation?.noticeHeld).toEqual([]);
  });

  it('comes page by page, each figure once', async () => {
    const all = await notice({ level: 'site' });
    for (const limit of [1, 2, 3]) {
      const pages: NoticeRow[] = [];
      let cursor: string | undefined;
      do {
        const page = await publicNotice(deps, COUNTY, { limit, level: 'site', from: DAY, to: NEXT_DAY, cursor });
        expect(page.rows.length).toBeLessThanOrEqual(limit);
        pages.push(...page.rows);
        cursor = page.cursor;
      } while (cursor !== undefined);
      expect(pages).toEqual(all);
    }
    for (const cursor of ['x', `${NEXT_DAY}.0`, '2022-05-01.0.', `${DAY}.0.x`])
      await expect(notice({ cursor }), cursor).rejects.toMatchObject({ code: 'bad-cursor' });
  });

  it.each([
    ['two ways of saying when', { day: DAY }, 'day'],
    ['an end alone', { from: undefined }, 'from'],
    ['an end before its start', { to: '2022-05-11' }, 'to'],
    ['more than a month', { to: '2022-06-12' }, 'to'],
  ])('is refused for %s', async (_what, asked, path) => {
    await expect(notice(asked)).rejects.toMatchObject({ status: 422, errors: [{ path }] });
  });

  it('holds a figure that fell without a correction, says so to staff, and goes on once it is there again', async () => {
    const gone = await issued('mask', 50, 800);
    await round('2022-05-13T02:00:00.000Z');
    // Somebody takes a movement away and makes the shelf fit.
    await deps.dynamo.send(new DeleteCommand({ TableName: table.table, Key: { ...movementRow.keyOf(gone) } }));
    const corrected = await moves('mask', { onHand: -1, disposed: 1 }, { kind: 'disposed', reason: 'expired' }, 849);
    await round('2022-05-13T03:00:00.000Z');
    expect(said(await notice({ itemId: 'mask', from: NEXT_DAY }))).toEqual([`${NEXT_DAY} mask given 80`]);
    expect((await notice({ itemId: 'mask', from: NEXT_DAY }))[0]?.verifiedAt).toBe('2022-05-13T02:00:00.000Z');
    expect(logged.at(-1)).toEqual([
      'NOTICE-HELD',
      { county: COUNTY, itemId: 'mask', days: [{ day: NEXT_DAY, figures: ['given donated 2 village-1'] }] },
    ]);
    const since = '2022-05-13T03:00:00.000Z';
    expect((await viewOperations(deps, COUNTY)).reconciliation).toMatchObject({
      ...{ outOfBalance: [], noticeHeld: [{ itemId: 'mask', since }] },
    });
    await put(deps, movementRow, gone);
    await moves('mask', {}, { ...corrected, id: 'mov_none', effects: {}, shelves: {} }, 799);
    await round('2022-05-13T04:00:00.000Z');
    expect((await notice({ itemId: 'mask', from: NEXT_DAY }))[0]?.verifiedAt).toBe('2022-05-13T04:00:00.000Z');
    expect((await viewOperations(deps, COUNTY)).reconciliation?.noticeHeld).toEqual([]);
  });

  it('leaves an item as it was whose books do not balance', async () => {
    await received('gloves', 5, 99);
    await round('2022-05-13T05:00:00.000Z');
    expect(said(await notice({ itemId: 'gloves' }))).toEqual([`${NEXT_DAY} gloves received 10`]);
    await moves('gloves', {}, {}, 15);
    await round('2022-05-13T06:00:00.000Z');
    expect(said(await notice({ itemId: 'gloves' }))).toEqual([`${NEXT_DAY} gloves received 15`]);
  });

  it('is made up for days on which nobody could look, and closes each', async () => {
    table.time = '2022-05-14T02:00:00.000Z';
    await received('gloves', 7, 22);
    await round('2022-05-29T02:00:00.000Z');
    expect(said(await notice({ itemId: 'gloves' }))).toEqual([
      ...[`${NEXT_DAY} gloves received 15 closed`, '2022-05-14 gloves received 7 closed'],
    ]);
  });

  it('says beside it what is short and what is too much', async () => {
    const line = aLine({ status: 'open', itemId: 'gloves', approved: 50, needBy: plusMinutes(table.time, 60) });
    await put(deps, lineRow, line);
    await put(deps, openRow, openOf(line));
    await round(plusMinutes(table.time, 10));
    const { rows } = await needsNow(deps, COUNTY, { limit: 50 });
    expect(rows.map(({ itemId, short, surplus, at }) => [itemId, short, surplus, at])).toEqual([
      ['gloves', 28, 0, table.time],
      ['mask', 0, 799, table.time],
    ]);
    expect(rows[1]?.surplusWords.zh).toBe('799个');
    await put(deps, itemRow, mask({ active: false }));
    expect((await needsNow(deps, COUNTY, { limit: 50 })).rows.map(({ itemId }) => itemId)).toEqual(['gloves']);
    expect(keys.publishedItem('mask').SK).toBe('ITEM#mask');
  });
});
