import { beforeAll, describe, expect, it } from 'vitest';
import { staffApp } from '../../functions/api/staff.handler.ts';
import { callerOf, testVerify } from '../support/caller.ts';
import { useTable } from '../support/table.ts';
import { addItem, openCounty, promise } from './county.ts';

const deps = useTable();
const app = staffApp(deps, testVerify);
const storekeeper = callerOf(app, { roles: ['storekeeper'] });
const auditor = callerOf(app, { roles: ['auditor'] });

const receive = async (document: string, source: string, ...lines: object[]): Promise<string[]> => {
  const { body } = await storekeeper.post('/staff/stock-receipts', { source, placeId: 'warehouse', document, lines });
  return body.lines.map(({ lotId }: { lotId: string }) => lotId);
};

beforeAll(async () => {
  await openCounty(deps);
  await addItem(deps, 'gloves');
  const masks = (quantity: number, rest: object = {}) => ({ itemId: 'mask', quantity, unit: '盒', ...rest });
  const [existing] = await receive(
    'P-1',
    'existing',
    masks(10, { useBy: '2022-05-20' }),
    masks(4, { useBy: '2022-05-12' }),
  );
  await receive('P-2', 'allocated', masks(20, { useBy: '2022-08-01' }), masks(6, { status: 'quarantined' }), masks(1));
  const hold = { lotId: existing ?? '', placeId: 'warehouse', quantity: 150 };
  await promise(deps, 'req-1', { itemId: 'mask', tier: 1, holds: [hold] });
});

describe('the pool', () => {
  it('is one line an item, whatever its sources, and shows each source', async () => {
    const { body } = await auditor.get('/staff/stock');
    expect(body.rows).toMatchObject([
      { itemId: 'gloves', onHand: 0, held: 0, free: 0, bySource: [] },
      {
        itemId: 'mask',
        issueSize: 50,
        onHand: 1750,
        held: 150,
        free: 1600,
        expired: 0,
        quarantined: 300,
        nearestUseBy: '2022-05-12',
        bySource: [
          { source: 'existing', onHand: 700, held: 150, free: 550 },
          { source: 'allocated', onHand: 1050, held: 0, free: 1050 },
        ],
      },
    ]);
  });

  it('shows what has expired overnight, in the county’s time', async () => {
    deps.time = '2022-05-12T16:30:00.000Z';
    const { body } = await auditor.get('/staff/stock/mask');
    deps.time = '2022-05-12T01:00:00.000Z';
    expect(body.item).toMatchObject({ expired: 200, nearestUseBy: '2022-05-20' });
  });

  it('shows an item shelf by shelf, first expiring first, with what happened lately', async () => {
    const { body } = await auditor.get('/staff/stock/mask');
    expect(body.balances.map(({ useBy }: { useBy?: string }) => useBy)).toEqual([
      '2022-05-12',
      '2022-05-20',
      '2022-08-01',
      undefined,
      undefined,
    ]);
    expect(body.balances[1]).toMatchObject({ onHand: 500, held: 150, free: 350, status: 'available' });
    expect(body.recentMovements).toHaveLength(5);
    const ids = body.recentMovements.map(({ id }: { id: string }) => id);
    expect(ids).toEqual(ids.toSorted().toReversed());
  });

  it('goes page by page, refuses an unknown item, and is for staff', async () => {
    const first = (await auditor.get('/staff/stock?limit=1')).body;
    expect(first.rows).toMatchObject([{ itemId: 'gloves' }]);
    expect((await auditor.get(`/staff/stock?limit=1&cursor=${first.cursor}`)).body.rows).toMatchObject([
      { itemId: 'mask' },
    ]);
    expect((await auditor.get('/staff/stock/no-such')).status).toBe(404);
    expect((await callerOf(app, { roles: ['point'] }).get('/staff/stock')).status).toBe(403);
    const elsewhere = callerOf(app, { roles: ['storekeeper'], county: '110101' });
    expect((await elsewhere.get('/staff/stock/mask')).status).toBe(404);
  });
});
