import { beforeAll, describe, expect, it } from 'vitest';
import { codeOf } from '../../functions/delivery/code.ts';
import { consignmentOf, openConsignment } from '../../functions/delivery/consignment.store.ts';
import { codeRow, gatheringRow, MAX_LOT_LINES } from '../../functions/delivery/consignment.ts';
import { dispatch } from '../../functions/delivery/dispatch.store.ts';
import { linesOf } from '../../functions/delivery/lines.store.ts';
import { cancelConsignment, type Divide, startPicking } from '../../functions/delivery/picking.store.ts';
import { viewConsignment } from '../../functions/delivery/view.store.ts';
import { insert } from '../../functions/shared/actions.ts';
import { get } from '../../functions/shared/table.store.ts';
import { useTable } from '../support/table.ts';
import { anew, COUNTY, countyOn, keys, storekeeper } from './county.ts';

const deps = useTable();
const county = countyOn(deps);
const TRUCK = { carrier: '乡镇干部', vehicle: '青D12345' };

const openFor = async (toId: string): Promise<string> =>
  (await openConsignment(deps, storekeeper, { fromId: 'store', toId }, anew())).id;
const pick = (id: string, divide: Divide = county.divide) => startPicking({ ...deps, divide }, storekeeper, anew(), id);
const send = (id: string) => dispatch(deps, storekeeper, anew(), id, TRUCK);
const heldOf = async (lotId: string) => {
  const { onHand, held, free } = (await county.balanceOf(lotId)) ?? expect.fail();
  return { onHand, held, free };
};

beforeAll(async () => {
  await county.site('store', 'warehouse', 0);
  await county.item('mask');
});

describe('picking', () => {
  it('takes what a site is planned across its requests, merged by lot, and gives it a code', async () => {
    await county.site('p1');
    await county.shelf('p1-a', 100);
    await county.shelf('p1-b', 100);
    const sooner = '2022-05-12T12:00:00.000Z';
    await county.need({ requestId: 'p1-x', siteId: 'p1', approved: 60, planned: { 'p1-a': 40, 'p1-b': 20 } });
    await county.need({
      requestId: 'p1-y',
      siteId: 'p1',
      tier: 1,
      needBy: sooner,
      approved: 30,
      planned: { 'p1-a': 30 },
    });
    const id = await openFor('p1');
    expect(
      (await viewConsignment(deps, COUNTY, id)).preview?.lines.map(({ lotId, quantity }) => [lotId, quantity]),
    ).toEqual([
      ['p1-a', 70],
      ['p1-b', 20],
    ]);
    await pick(id);
    const view = await viewConsignment(deps, COUNTY, id);
    expect(view).toMatchObject({
      ...{ status: 'picking', tier: 1, pickedBy: 'storekeeper-1', preview: undefined },
      next: { step: 'dispatch', dueAt: '2022-05-12T02:00:00.000Z' },
      lines: [
        {
          n: 1,
          lotId: 'p1-a',
          quantity: 70,
          shares: [
            { requestId: 'p1-y', quantity: 30 },
            { requestId: 'p1-x', quantity: 40 },
          ],
        },
        { n: 2, lotId: 'p1-b', quantity: 20 },
      ],
      events: [{ name: 'ConsignmentOpened' }, { name: 'PickingStarted', data: { waiting: 0 } }],
    });
    expect((await county.lineAt('p1-x')).holds.map(({ consignmentId }) => consignmentId)).toEqual([id, id]);
    expect(await heldOf('p1-a')).toEqual({ onHand: 100, held: 70, free: 30 });
    expect(await get(deps, gatheringRow, keys.gathering('store', 'p1'))).toBeUndefined();
    expect(await get(deps, codeRow, keys.code(view.code ?? ''))).toMatchObject({ consignmentId: id });
    // What is planned from now on gathers in another.
    await county.need({ requestId: 'p1-z', siteId: 'p1', approved: 10, planned: { 'p1-b': 10 } });
    expect((await openConsignment(deps, storekeeper, { fromId: 'store', toId: 'p1' }, anew())).opened).toBe(true);
  });

  it('is refused when nothing is planned any more, and the consignment gathers on', async () => {
    await county.site('p2');
    await county.shelf('p2-a', 100);
    await county.need({ requestId: 'p2-x', siteId: 'p2', approved: 60, planned: { 'p2-a': 60 } });
    const id = await openFor('p2');
    await county.plan('p2-x', 1, {});
    await expect(pick(id)).rejects.toMatchObject({ status: 409, code: 'nothing-to-pick' });
    expect((await consignmentOf(deps, COUNTY, id)).status).toBe('planned');
  });

  it('leaves at their place goods of the same lot and site that lie in another warehouse', async () => {
    await county.site('p3');
    await county.site('depot', 'warehouse', 0);
    await county.shelf('p3-a', 100);
    await county.need({ requestId: 'p3-x', siteId: 'p3', approved: 60, planned: { 'p3-a': 40 } });
    const open = openConsignment(deps, storekeeper, { fromId: 'depot', toId: 'p3' }, anew());
    await expect(open).rejects.toMatchObject({ status: 409, code: 'nothing-planned' });
  });

  it('divides each item the site waits for once more, and picks by that division', async () => {
    await county.site('p4');
    await county.shelf('p4-a', 100);
    await county.need({ requestId: 'p4-x', siteId: 'p4', approved: 60, planned: { 'p4-a': 60 } });
    const id = await openFor('p4');
    const asked: string[] = [];
    await pick(id, async (of, at, itemId) => {
      asked.push(itemId);
      // The front line came in between: this division leaves the village a third.
      if (asked.length === 1) await county.plan('p4-x', 1, { 'p4-a': 20 });
      return county.divide(of, at, itemId);
    });
    expect(asked).toEqual(['mask']);
    expect((await linesOf(deps, COUNTY, id)).map(({ quantity }) => quantity)).toEqual([20]);
  });

  it('never rests on a division that is no longer the last: it divides again', async () => {
    await county.site('p5');
    await county.shelf('p5-a', 100);
    await county.need({ requestId: 'p5-x', siteId: 'p5', approved: 60, planned: { 'p5-a': 60 } });
    const id = await openFor('p5');
    let times = 0;
    await pick(id, async (of, at, itemId) => {
      const division = await county.divide(of, at, itemId);
      times += 1;
      // Another item's line of the same item moves the head after we have looked.
      if (times === 1) {
        await county.need({ requestId: 'p5-y', siteId: 'p1', approved: 40, planned: { 'p5-a': 40 } });
      }
      return division;
    });
    expect(times).toBe(2);
    expect((await consignmentOf(deps, COUNTY, id)).status).toBe('picking');
  });

  it('leaves to the next consignment what opened after the items were divided', async () => {
    await county.site('p9');
    await county.shelf('p9-a', 100);
    await county.item('gown');
    await county.shelf('p9-g', 100, { itemId: 'gown' });
    await county.need({ requestId: 'p9-x', siteId: 'p9', approved: 60, planned: { 'p9-a': 60 } });
    const id = await openFor('p9');
    await pick(id, async (of, at, itemId) => {
      const division = await county.divide(of, at, itemId);
      await county.need({ requestId: 'p9-y', siteId: 'p9', itemId: 'gown', approved: 60, planned: { 'p9-g': 60 } });
      return division;
    });
    expect((await linesOf(deps, COUNTY, id)).map(({ lotId }) => lotId)).toEqual(['p9-a']);
    expect((await county.lineAt('p9-y')).holds).toMatchObject([{ lotId: 'p9-g', quantity: 60 }]);
  });

  it('leaves goods that would expire on the way, and says so when nothing else is left', async () => {
    await county.site('p6');
    await county.shelf('p6-a', 100, { useBy: '2022-05-11' });
    await county.need({ requestId: 'p6-x', siteId: 'p6', approved: 60, planned: { 'p6-a': 60 } });
    const id = await openFor('p6');
    await expect(pick(id)).rejects.toThrow(/expire/);
    const { preview } = await viewConsignment(deps, COUNTY, id);
    expect(preview).toMatchObject({ lines: [], waiting: [{ lotId: 'p6-a', quantity: 60, why: 'expires' }] });
  });

  it('fills one consignment, and the next one takes what waited', async () => {
    await county.site('p7');
    const lots = Array.from({ length: 40 }, (_, i) => `p7-${String(i).padStart(2, '0')}`);
    await Promise.all(lots.map((lot) => county.shelf(lot, 10)));
    const planned = (from: number) => Object.fromEntries(lots.slice(from, from + 20).map((lot) => [lot, 10]));
    await county.need(
      { requestId: 'p7-x', siteId: 'p7', approved: 200, planned: planned(0) },
      { requestId: 'p7-x', n: 2, siteId: 'p7', approved: 200, planned: planned(20) },
    );
    const first = await openFor('p7');
    await pick(first);
    await send(first);
    const second = await openFor('p7');
    await pick(second);
    await send(second);
    const carried = (await Promise.all([first, second].map((id) => linesOf(deps, COUNTY, id)))).map(
      (lines) => lines.length,
    );
    expect(carried).toEqual([MAX_LOT_LINES, 40 - MAX_LOT_LINES]);
    expect(await county.lineAt('p7-x', 2)).toMatchObject({ holds: [], dispatched: 200 });
  });

  it('takes another code when one is taken', async () => {
    await county.site('p8');
    await county.shelf('p8-a', 100);
    await county.need({ requestId: 'p8-x', siteId: 'p8', approved: 60, planned: { 'p8-a': 60 } });
    const taken = codeOf('AAAAAAA');
    await county.write(insert(codeRow, { county: COUNTY, code: taken, consignmentId: 'con_other' }));
    const codes = ['AAAAAAA', 'AAAAAAA', 'BBBBBBB'];
    const ids = { ...deps.ids, code: () => codes.shift() ?? 'CCCCCCC' };
    const id = await openFor('p8');
    await startPicking({ ...deps, ids, divide: county.divide }, storekeeper, anew(), id);
    expect((await consignmentOf(deps, COUNTY, id)).code).toBe(codeOf('BBBBBBB'));
  });
});

describe('a consignment called off while it is picked', () => {
  it('gives its goods back as planned ones, joined with what was planned since', async () => {
    await county.site('c1');
    await county.shelf('c1-a', 100);
    await county.need({ requestId: 'c1-x', siteId: 'c1', approved: 60, planned: { 'c1-a': 40 } });
    const id = await openFor('c1');
    await pick(id);
    await county.plan('c1-x', 1, { 'c1-a': 20 });
    await cancelConsignment(deps, storekeeper, anew(), id, 'The truck broke down');
    expect((await county.lineAt('c1-x')).holds).toEqual([{ lotId: 'c1-a', placeId: 'store', quantity: 60 }]);
    expect(await heldOf('c1-a')).toEqual({ onHand: 100, held: 60, free: 40 });
    const view = await viewConsignment(deps, COUNTY, id);
    expect(view).toMatchObject({ status: 'cancelled', next: { step: 'nothing' } });
    expect(view.events.at(-1)).toMatchObject({ name: 'ConsignmentCancelled', reason: 'The truck broke down' });
    await expect(pick(id)).rejects.toMatchObject({ code: 'wrong-status' });
  });
});

describe('dispatch', () => {
  it('takes goods off the shelf and puts them on their way, in equal measure', async () => {
    await county.site('d1', 'village', 90);
    await county.shelf('d1-a', 100);
    await county.need({ requestId: 'd1-x', siteId: 'd1', approved: 60, planned: { 'd1-a': 40 } });
    const id = await openFor('d1');
    await pick(id);
    await send(id);
    expect(await heldOf('d1-a')).toEqual({ onHand: 60, held: 0, free: 60 });
    expect(await county.bucketsOf('d1-a')).toEqual({ opening: 100, onHand: 60, inTransit: 40 });
    expect(await county.lineAt('d1-x')).toMatchObject({ holds: [], dispatched: 40, received: 0, status: 'open' });
    const view = await viewConsignment(deps, COUNTY, id);
    // 90 minutes of road, then the four hours that a point has to confirm.
    expect(view).toMatchObject({
      status: 'dispatched',
      ...TRUCK,
      next: { step: 'receipt', dueAt: '2022-05-12T06:30:00.000Z' },
    });
  });

  it('is only for what is picked, and only once', async () => {
    await county.site('d2');
    await county.shelf('d2-a', 100);
    await county.need({ requestId: 'd2-x', siteId: 'd2', approved: 60, planned: { 'd2-a': 40 } });
    const id = await openFor('d2');
    await expect(send(id)).rejects.toMatchObject({ status: 409, code: 'wrong-status' });
    await pick(id);
    const replies = await Promise.allSettled([send(id), send(id)]);
    expect(replies.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await county.bucketsOf('d2-a')).toMatchObject({ inTransit: 40 });
    await expect(cancelConsignment(deps, storekeeper, anew(), id, 'Too late')).rejects.toMatchObject({
      code: 'wrong-status',
    });
  });

  it('refuses goods that stood too long, and calling off is the way out', async () => {
    await county.site('d3');
    await county.shelf('d3-a', 100, { useBy: '2022-05-12' });
    await county.need({ requestId: 'd3-x', siteId: 'd3', approved: 60, planned: { 'd3-a': 40 } });
    const id = await openFor('d3');
    await pick(id);
    const later = { ...deps, clock: { now: () => '2022-05-12T15:30:00.000Z' } };
    await expect(dispatch(later, storekeeper, anew(), id, TRUCK)).rejects.toMatchObject({
      ...{ status: 409, code: 'expires-on-the-way', errors: [{ path: 'lines[0]' }] },
    });
    await cancelConsignment(later, storekeeper, anew(), id, 'Expires');
    expect(await heldOf('d3-a')).toEqual({ onHand: 100, held: 40, free: 60 });
  });
});

describe('at the same moment', () => {
  const seeds = Array.from({ length: 3 }, (_, i) => `s${i}`);

  it.each(seeds)('picking and a request’s cancelling: exactly one wins (%s)', async (site) => {
    await county.site(site);
    await county.shelf(`${site}-a`, 100);
    await county.need({ requestId: `${site}-x`, siteId: site, approved: 60, planned: { [`${site}-a`]: 60 } });
    const id = await openFor(site);
    const [picked, cancelled] = await Promise.allSettled([pick(id), county.cancelLine(`${site}-x`)]);
    const line = await county.lineAt(`${site}-x`);
    expect([picked.status, cancelled.status].sort()).toEqual(['fulfilled', 'rejected']);
    expect(line.status).toBe(picked.status === 'fulfilled' ? 'open' : 'cancelled');
    expect((await heldOf(`${site}-a`)).held).toBe(picked.status === 'fulfilled' ? 60 : 0);
    if (picked.status === 'rejected') expect(picked.reason).toMatchObject({ code: 'nothing-to-pick' });
  });

  it('picking and an allocator that gives the goods to the front line: holds and shelf always agree', async () => {
    await county.site('r1');
    await county.site('r2');
    await county.shelf('r-a', 100);
    await county.need({ requestId: 'r1-x', siteId: 'r1', approved: 100, planned: { 'r-a': 100 } });
    await county.need({ requestId: 'r2-x', siteId: 'r2', tier: 1, approved: 100 });
    const id = await openFor('r1');
    const takeBack = async () => {
      // A rival division, in two transactions as an allocator's chunks are.
      await county.plan('r1-x', 1, {});
      await county.plan('r2-x', 1, { 'r-a': 100 });
    };
    const [picked, taken] = await Promise.allSettled([pick(id), takeBack()]);
    const [village, post] = [await county.lineAt('r1-x'), await county.lineAt('r2-x')];
    const held = [...village.holds, ...post.holds].reduce((sum, { quantity }) => sum + quantity, 0);
    expect(await heldOf('r-a')).toEqual({ onHand: 100, held, free: 100 - held });
    const inPicking = village.holds.filter(({ consignmentId }) => consignmentId === id);
    expect(inPicking.length).toBe(picked.status === 'fulfilled' ? 1 : 0);
    expect(picked.status === 'fulfilled' && taken.status === 'fulfilled').toBe(false);
  });

  it('two storekeepers who pick, and one who calls off: the goods are in one place', async () => {
    await county.site('t1');
    await county.shelf('t1-a', 100);
    await county.need({ requestId: 't1-x', siteId: 't1', approved: 60, planned: { 't1-a': 60 } });
    const id = await openFor('t1');
    const picks = await Promise.allSettled([
      pick(id),
      pick(id),
      cancelConsignment(deps, storekeeper, anew(), id, 'No'),
    ]);
    const { status } = await consignmentOf(deps, COUNTY, id);
    const { holds } = await county.lineAt('t1-x');
    expect(picks.slice(0, 2).filter((one) => one.status === 'fulfilled').length).toBeLessThanOrEqual(1);
    expect(holds).toEqual([
      { lotId: 't1-a', placeId: 'store', quantity: 60, ...(status === 'picking' && { consignmentId: id }) },
    ]);
    expect(await heldOf('t1-a')).toEqual({ onHand: 100, held: 60, free: 40 });
  });

  it('dispatch and calling off: one of them', async () => {
    await county.site('u1');
    await county.shelf('u1-a', 100);
    await county.need({ requestId: 'u1-x', siteId: 'u1', approved: 60, planned: { 'u1-a': 60 } });
    const id = await openFor('u1');
    await pick(id);
    const both = await Promise.allSettled([send(id), cancelConsignment(deps, storekeeper, anew(), id, 'No')]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const line = await county.lineAt('u1-x');
    const sent = both[0].status === 'fulfilled';
    expect([line.dispatched, line.holds.length]).toEqual(sent ? [60, 0] : [0, 1]);
    expect((await county.bucketsOf('u1-a'))['inTransit']).toBe(sent ? 60 : undefined);
  });
});
