import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { lotView, recipients } from '../../functions/stock/lot-view.ts';
import { itemStock } from '../../functions/stock/pool.ts';
import { stocktakeView } from '../../functions/stock/stocktake-view.ts';
import { CHECKPOINT, smallCounty, VILLAGE } from '../support/county.ts';
import { eventually } from '../support/eventually.ts';
import { useHost } from '../support/host.ts';

const on = useHost();

describe('a lot that turns out to be bad', () => {
  it('is recalled from the road, the shelf and those who wait for it, and ends disposed of', async () => {
    const county = await smallCounty(on.host);
    const { storekeeper, headquarters, auditor, approver } = county.people;
    await county.item('mask');
    await county.stock('mask', 20);
    const { balances } = await auditor.get('/staff/stock/mask', itemStock);
    const path = `/staff/lots/${balances[0]?.lotId}`;

    // One site has some, one has some coming, and the first waits for more, which is being picked.
    const planned = async (siteId: string, boxes: number) => {
      const { id } = await county.ask({ siteId, boxes });
      await county.requestWhen('goods are promised', id, ({ lines }) => lines[0]?.planned === boxes * 50);
      return { request: id, consignment: await county.open(siteId) };
    };
    const first = await planned(CHECKPOINT, 4);
    const { code = '' } = await county.pick(first.consignment);
    await county.dispatch(first.consignment);
    await county.receive(CHECKPOINT, code);
    const second = await planned(VILLAGE, 2);
    const { code: late = '' } = await county.pick(second.consignment);
    await county.dispatch(second.consignment);
    const third = await planned(CHECKPOINT, 3);
    await county.pick(third.consignment);

    const recall = () => storekeeper.post(`${path}/recall`, { reason: 'maker-notice' }, lotView);
    await expect(recall()).rejects.toMatchObject({ status: 409, code: 'in-picking' });
    await storekeeper.post(`/staff/consignments/${third.consignment}/cancel`, { reason: '召回' }, z.unknown());
    expect(await recall()).toMatchObject({ recall: { active: true }, picking: [] });
    const { item } = await auditor.get('/staff/stock/mask', itemStock);
    expect(item).toMatchObject({ onHand: 0, held: 0, free: 0, quarantined: 700 });
    await county.requestWhen('nothing is promised any more', third.request, ({ lines }) => lines[0]?.short === 150);
    expect(await auditor.get(`${path}/recipients`, recipients)).toMatchObject({
      received: [{ siteId: CHECKPOINT, quantity: 200 }],
      underway: [{ siteId: VILLAGE, quantity: 100, consignmentId: second.consignment }],
    });
    await expect(
      headquarters.post(`${path}/release`, { placeId: 'warehouse', reason: 'inspected' }, z.unknown()),
    ).rejects.toMatchObject({ status: 409, code: 'lot-recalled' });

    // What was on the road arrives; the sweep then owes nobody anything any more.
    await county.receive(VILLAGE, late);
    const told = await eventually(
      'everybody is told',
      () => auditor.get(path, lotView),
      ({ recall: { owed } = {} }) => owed === undefined,
      90_000,
    );
    expect(told.recall?.active).toBe(true);

    const all = { placeId: 'warehouse', reason: 'recalled', note: '召回' };
    await storekeeper.post(`${path}/condemn`, all, z.unknown());
    const proof = { method: 'handed-over', evidence: '处置单1号', witness: '监销单1号' };
    const disposal = { lotId: balances[0]?.lotId, ...all, ...proof };
    await expect(storekeeper.post('/staff/disposals', disposal, z.unknown())).rejects.toMatchObject({ status: 403 });
    await approver.post('/staff/disposals', disposal, z.unknown());
    expect((await auditor.get('/staff/stock/mask', itemStock)).item).toMatchObject({ condemned: 0, quarantined: 0 });
    expect(await county.balanced()).toBe(true);

    // A place that is counted while goods come in.
    const { id } = await storekeeper.post('/staff/stocktakes', { placeId: 'warehouse' }, stocktakeView);
    await county.stock('mask', 2);
    const find = { itemId: 'mask', quantity: 1, unit: '盒' };
    await storekeeper.post(`/staff/stocktakes/${id}/counts`, { lines: [find], complete: true }, stocktakeView);
    const done = await approver.post(`/staff/stocktakes/${id}/approval`, {}, stocktakeView);
    expect(done).toMatchObject({ status: 'closed', differing: 1 });
    expect((await auditor.get('/staff/stock/mask', itemStock)).item).toMatchObject({ quarantined: 50 });
    expect(await county.balanced()).toBe(true);
  });
});
