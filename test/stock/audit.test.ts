import { beforeAll, describe, expect, it } from 'vitest';
import { staffApp } from '../../functions/api/staff.handler.ts';
import { type Caller, callerOf, testVerify } from '../support/caller.ts';
import { useTable } from '../support/table.ts';
import { addItem, openCounty } from './county.ts';

const deps = useTable();
let storekeeper: Caller;
let auditor: Caller;

beforeAll(async () => {
  const app = staffApp(deps, testVerify);
  [storekeeper, auditor] = [callerOf(app, { roles: ['storekeeper'] }), callerOf(app, { roles: ['auditor'] })];
  await openCounty(deps);
});

let papers = 0;
const received = async (itemId: string, quantity: number) => {
  papers += 1;
  const lines = [{ itemId, quantity, unit: 'piece' }];
  const paper = { source: 'existing', placeId: 'warehouse', document: `P-${papers}`, lines };
  const { body } = await storekeeper.post('/staff/stock-receipts', paper);
  return { id: body.id as string, lotId: body.lines[0].lotId as string };
};
const adjusted = async (itemId: string, lotId: string, change: number, reason: string): Promise<string> => {
  const what = { itemId, lotId, placeId: 'warehouse', change, unit: 'piece', reason };
  return (await storekeeper.post('/staff/adjustments', what)).body.id;
};
/** Every row of a list, so many a page. */
const all = async (path: string, limit: number) => {
  const rows: Record<string, unknown>[] = [];
  for (let cursor = ''; ; ) {
    const { body } = await auditor.get(`${path}${path.includes('?') ? '&' : '?'}limit=${limit}${cursor}`);
    expect(body.rows.length).toBeLessThanOrEqual(limit);
    rows.push(...body.rows);
    if (body.cursor === undefined) return rows;
    cursor = `&cursor=${body.cursor}`;
  }
};

describe('an auditor', () => {
  it('follows a lot and an item through every movement, page by page', async () => {
    await addItem(deps, 'tube');
    const lots = [];
    for (const quantity of [100, 200, 300]) lots.push((await received('tube', quantity)).lotId);
    for (const lotId of lots) {
      await adjusted('tube', lotId, -1, 'lost');
      await adjusted('tube', lotId, 1, 'found');
    }
    const ofLot = await all(`/staff/lots/${lots[1]}/movements`, 2);
    expect(ofLot).toMatchObject([
      { lotId: lots[1], kind: 'opening', effects: { opening: 200, onHand: 200 }, by: 'storekeeper', at: deps.time },
      { kind: 'adjusted', reason: 'lost', effects: { onHand: -1, lost: 1 } },
      { kind: 'adjusted', reason: 'found', effects: { onHand: 1, found: 1 } },
    ]);
    const whole = await all('/staff/stock/tube/movements', 200);
    expect(whole.map(({ lotId }) => lotId)).toEqual(lots.flatMap((lotId) => [lotId, lotId, lotId]));
    for (const limit of [1, 2, 3, 4]) expect(await all('/staff/stock/tube/movements', limit)).toEqual(whole);
    expect((await auditor.get('/staff/lots/lot_none/movements')).status).toBe(404);
    expect((await auditor.get('/staff/stock/none/movements')).status).toBe(404);
    for (const cursor of ['x', '..', 'bm90LWpzb24.', '.bm90LWpzb24'])
      expect((await auditor.get(`/staff/stock/tube/movements?cursor=${cursor}`)).status).toBe(400);
  });

  it('lists what was booked in and what was adjusted, the newest first', async () => {
    await addItem(deps, 'swab');
    const notes = [await received('swab', 10), await received('swab', 20)];
    const changes = [];
    for (const { lotId } of notes) changes.push(await adjusted('swab', lotId, -1, 'damaged'));
    const ids = (rows: Record<string, unknown>[]) => rows.map(({ id }) => id);
    expect(ids(await all('/staff/stock-receipts', 1)).slice(0, 2)).toEqual(notes.map(({ id }) => id).toReversed());
    expect(ids(await all('/staff/adjustments?itemId=swab', 1))).toEqual(changes.toReversed());
    expect(ids(await all('/staff/adjustments', 50)).slice(0, 2)).toEqual(changes.toReversed());
    expect((await auditor.get('/staff/adjustments?itemId=none')).status).toBe(404);
  });
});
