import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { staffApp } from '../../functions/api/staff.handler.ts';
import { countyDay, plusDays } from '../../functions/shared/clock.ts';
import { eventRow } from '../../functions/shared/event.ts';
import { keysOf } from '../../functions/shared/keys.ts';
import { get, ofType, partition } from '../../functions/shared/table.store.ts';
import { balanceRow } from '../../functions/stock/balance.ts';
import { keepsUntil, paperNumber } from '../../functions/stock/goods-received.ts';
import { lotRow } from '../../functions/stock/lot.ts';
import { movementRow } from '../../functions/stock/movement.ts';
import { callerOf, testVerify } from '../support/caller.ts';
import { runs } from '../support/random.ts';
import { useTable } from '../support/table.ts';
import { addItem, COUNTY, openCounty } from './county.ts';

const deps = useTable();
const app = staffApp(deps, testVerify);
const storekeeper = callerOf(app, { roles: ['storekeeper'] });
const keys = keysOf(COUNTY);

let papers = 0;
const note = (...lines: object[]) => {
  papers += 1;
  return { source: 'allocated', placeId: 'warehouse', document: `ZEKU-${papers}`, lines };
};
const masks = (change: object = {}) => ({ itemId: 'mask', quantity: 8, unit: '箱', ...change });
const pathsOf = (reply: { body: { errors: { path: string }[] } }) => reply.body.errors.map(({ path }) => path);

beforeAll(async () => {
  // 01:00 UTC on 12 May, 09:00 in the county.
  await openCounty(deps);
  await addItem(deps, 'cabbage', {
    baseUnit: 'gram',
    units: { 袋: 5000 },
    issueUnit: '袋',
    fresh: true,
    shelfLifeDays: 14,
  });
  await addItem(deps, 'test-kit', { shelfLifeDays: 365 });
  await addItem(deps, 'retired', { active: false });
});

describe('booking goods in', () => {
  it('makes a lot, a balance and a movement of each line, and one goods received note with its event', async () => {
    const lotNo = '20220301';
    const reply = await storekeeper.post(
      '/staff/stock-receipts',
      note(masks({ lotNo }), masks({ quantity: 3, unit: '盒' })),
    );
    expect(reply).toMatchObject({
      status: 201,
      body: { lines: [{ quantity: 8000 }, { quantity: 150 }], by: 'storekeeper' },
    });
    const { id, lines } = reply.body;
    const { lotId } = lines[0];
    const shelf = { itemId: 'mask', placeId: 'warehouse', onHand: 8000, held: 0, free: 8000, source: 'allocated' };
    expect(await get(deps, balanceRow, keys.balance('mask', lotId, 'warehouse', 'available'))).toMatchObject(shelf);
    expect(await get(deps, lotRow, keys.lot(lotId))).toMatchObject({ lotNo, from: id, designation: { to: 'all' } });
    const effects = { received: 8000, onHand: 8000 };
    const moves = ofType(movementRow, await partition(deps, keys.lot(lotId).PK, 'MOVE#'));
    expect(moves).toMatchObject([{ kind: 'received', document: id, effects }]);
    const events = ofType(eventRow, await partition(deps, keys.goodsReceived(id).PK, 'EVENT#'));
    expect(events).toMatchObject([{ version: 1, name: 'GoodsReceived', by: 'storekeeper' }]);
    expect((await storekeeper.get(`/staff/stock-receipts/${id}`)).body).toEqual(reply.body);
  });

  it('opens the books with what was there before, and receives what comes from above', async () => {
    const { body } = await storekeeper.post('/staff/stock-receipts', { ...note(masks()), source: 'existing' });
    const moves = ofType(movementRow, await partition(deps, keys.lot(body.lines[0].lotId).PK, 'MOVE#'));
    expect(moves).toMatchObject([{ kind: 'opening', effects: { opening: 8000, onHand: 8000 } }]);
  });

  it('keeps quarantined goods apart', async () => {
    const { body } = await storekeeper.post('/staff/stock-receipts', note(masks({ status: 'quarantined' })));
    const at = (status: string) =>
      get(deps, balanceRow, keys.balance('mask', body.lines[0].lotId, 'warehouse', status));
    expect(await at('quarantined')).toMatchObject({ onHand: 8000 });
    expect(await at('available')).toBeUndefined();
  });

  it('takes 24 lines in one transaction, and not one more', async () => {
    const lines = Array.from({ length: 24 }, () => masks());
    expect((await storekeeper.post('/staff/stock-receipts', note(...lines))).body.lines).toHaveLength(24);
    expect((await storekeeper.post('/staff/stock-receipts', note(...lines, masks()))).status).toBe(422);
    expect((await storekeeper.post('/staff/stock-receipts', note())).status).toBe(422);
  });

  it('derives the last day of use from the day of making and the shelf life', async () => {
    const reply = await storekeeper.post(
      '/staff/stock-receipts',
      note(
        { itemId: 'test-kit', quantity: 1, unit: '箱', madeOn: '2022-02-01' },
        { itemId: 'test-kit', quantity: 1, unit: '箱', useBy: '2023-05-12' },
      ),
    );
    expect(reply.body.lines.map((line: { useBy: string }) => line.useBy)).toEqual(['2023-02-01', '2023-05-12']);
  });

  it.each([
    ['a use-by that is past', { useBy: '2022-05-11' }, 'useBy'],
    ['a day of making to come', { madeOn: '2022-05-13' }, 'madeOn'],
    ['a use-by before the day of making', { madeOn: '2022-05-10', useBy: '2022-05-09' }, 'useBy'],
    ['goods whose shelf life is over', { itemId: 'test-kit', madeOn: '2021-05-01' }, 'madeOn'],
    ['expiring goods without a date', { itemId: 'test-kit' }, 'useBy'],
    [
      'fresh goods beyond their shelf life',
      { itemId: 'cabbage', unit: '斤', madeOn: '2022-05-10', useBy: '2022-05-25' },
      'useBy',
    ],
    ['goods that keep longer than such goods do', { itemId: 'test-kit', useBy: '2023-05-13' }, 'useBy'],
    [
      'goods that keep longer than when they were made allows',
      { itemId: 'test-kit', madeOn: '2022-05-01', useBy: '2023-05-02' },
      'useBy',
    ],
    ['goods that keep for ever', { useBy: '9999-12-31' }, 'useBy'],
    ['goods made before anybody counted', { madeOn: '0001-01-01' }, 'madeOn'],
    ['a unit without a conversion', { unit: '件' }, 'unit'],
    ['a unit that objects happen to have', { unit: 'toString' }, 'unit'],
    ['more than anything can be', { quantity: 1_000_000_000, unit: '箱' }, 'quantity'],
    ['10^15', { quantity: 1e15 }, 'quantity'],
    ['half a case', { quantity: 1.5 }, 'quantity'],
    ['nothing', { quantity: 0 }, 'quantity'],
    ['less than nothing', { quantity: -1 }, 'quantity'],
    ['a quantity in words', { quantity: '8' }, 'quantity'],
    ['an item that does not exist', { itemId: 'no-such' }, 'itemId'],
    ['an item no longer in use', { itemId: 'retired' }, 'itemId'],
    [
      'goods for a site that does not exist',
      { designation: { to: 'sites', siteIds: ['hospital', 'nowhere'] } },
      'designation.siteIds[1]',
    ],
    ['goods for nobody in particular', { designation: { to: 'friends' } }, 'designation.to'],
    ['goods condemned on arrival', { status: 'condemned' }, 'status'],
    ['a 30th of February', { useBy: '2023-02-30' }, 'useBy'],
    ['an unknown field', { price: 5 }, 'price'],
  ])('refuses %s, with the path, and books nothing', async (_what, change, path) => {
    const paper = note(masks(), masks(change));
    const reply = await storekeeper.post('/staff/stock-receipts', paper);
    expect(reply.status).toBe(422);
    expect(pathsOf(reply)).toContain(`lines[1].${path}`);
    // The paper itself is still free.
    expect((await storekeeper.post('/staff/stock-receipts', { ...paper, lines: [masks()] })).status).toBe(201);
  });

  it('says everything that is wrong at once', async () => {
    const reply = await storekeeper.post('/staff/stock-receipts', {
      ...note(masks({ unit: '件', useBy: '2022-01-01' }), masks({ itemId: 'no-such' })),
      placeId: 'village',
    });
    expect(pathsOf(reply)).toEqual(['placeId', 'lines[0].unit', 'lines[0].useBy', 'lines[1].itemId']);
  });

  it('still takes goods on their last day, which is the county’s day', async () => {
    expect(countyDay('2022-05-12T15:59:59.000Z')).toBe('2022-05-12');
    expect(countyDay('2022-05-12T16:00:00.000Z')).toBe('2022-05-13');
    expect((await storekeeper.post('/staff/stock-receipts', note(masks({ useBy: '2022-05-12' })))).status).toBe(201);
  });
});

describe('one paper', () => {
  it('is booked once: a repeat is answered as before, another command is refused for ever', async () => {
    const paper = note(masks());
    const first = await storekeeper.post('/staff/stock-receipts', paper, 'the-same-key');
    expect(await storekeeper.post('/staff/stock-receipts', paper, 'the-same-key')).toMatchObject({
      status: 201,
      body: { id: first.body.id },
    });
    const again = await storekeeper.post('/staff/stock-receipts', {
      ...paper,
      document: ` ${paper.document.toLowerCase()}`,
    });
    expect(again).toMatchObject({ status: 409, body: { title: 'paper-booked', errors: [{ path: 'document' }] } });
    expect(again.body.detail).toContain(first.body.id);
    const asOther = await storekeeper.post('/staff/stock-receipts', { ...paper, source: 'existing' });
    expect([asOther.status, asOther.body.title]).toEqual([409, 'paper-booked']);
    expect(
      await storekeeper.post('/staff/stock-receipts', { ...paper, lines: [masks({ quantity: 9 })] }, 'the-same-key'),
    ).toMatchObject({
      status: 422,
      body: { title: 'key-reused' },
    });
  });

  it('is booked once when ten desks enter it at the same moment', async () => {
    const paper = note(masks({ itemId: 'mask', quantity: 1 }));
    const replies = await Promise.all(
      Array.from({ length: 10 }, () => storekeeper.post('/staff/stock-receipts', paper)),
    );
    expect(replies.map(({ status }) => status).toSorted()).toEqual([201, ...Array(9).fill(409)]);
    const twins = note(masks());
    const same = await Promise.all(
      Array.from({ length: 10 }, () => storekeeper.post('/staff/stock-receipts', twins, 'twins-of-one-key')),
    );
    expect(new Set(same.map(({ status, body }) => `${status} ${body.id}`)).size).toBe(1);
  });

  it('has one number, however it is typed', () => {
    expect(paperNumber('ｇｋ－００１')).toBe('GK-001');
    for (const same of ['银付 1号', ' 银付\u3000１ 号', '银付\u200b1号', '\ufeff银付1号\u2060'])
      expect(paperNumber(same)).toBe('银付1号');
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(paperNumber(paperNumber(text))).toBe(paperNumber(text));
        expect(paperNumber(`  ${text}\t`)).toBe(paperNumber(text));
      }),
      { numRuns: runs(100) },
    );
  });

  it('is entered by a storekeeper', async () => {
    for (const role of ['clerk', 'approver', 'headquarters', 'auditor', 'point'] as const)
      expect((await callerOf(app, { roles: [role] }).post('/staff/stock-receipts', note(masks()))).status).toBe(403);
    const elsewhere = callerOf(app, { roles: ['storekeeper'], county: '110101' });
    expect((await elsewhere.post('/staff/stock-receipts', note(masks()))).status).toBe(422);
  });
});

describe('given a shelf life in days', () => {
  it.each([
    ['24 months across a leap day', '2022-03-01', 730, '2024-03-01'],
    ['half a year', '2022-03-01', 180, '2022-09-01'],
    ['a year from the last day of a leap February', '2024-02-29', 365, '2025-02-28'],
    ['two weeks', '2022-05-12', 14, '2022-05-26'],
    ['45 days, which is no whole month', '2022-05-12', 45, '2022-06-26'],
  ])('then a label that says %s is believed, and not a day more', (_what, madeOn, days, until) => {
    expect(keepsUntil(madeOn, days)).toBe(until);
  });

  it('then never less than the days, nor more than half a month on top', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('2019-01-01'), max: new Date('2031-01-01'), noInvalidDate: true }),
        fc.integer({ min: 1, max: 3_650 }),
        (date, days) => {
          const madeOn = date.toISOString().slice(0, 10);
          const until = keepsUntil(madeOn, days);
          expect(until >= plusDays(madeOn, days) && until <= plusDays(madeOn, days + 17)).toBe(true);
        },
      ),
      { numRuns: runs(500) },
    );
  });
});
