import { beforeAll, describe, expect, it } from 'vitest';
import { consignmentOf, openConsignment } from '../../functions/delivery/consignment.store.ts';
import { consignmentRow, MAX_LOT_LINES } from '../../functions/delivery/consignment.ts';
import { dispatch } from '../../functions/delivery/dispatch.store.ts';
import { linesOf } from '../../functions/delivery/lines.store.ts';
import { startPicking } from '../../functions/delivery/picking.store.ts';
import { receiveAtSite } from '../../functions/delivery/receipt.store.ts';
import { receiptBody } from '../../functions/delivery/receipt.ts';
import { settle } from '../../functions/delivery/settle.store.ts';
import { viewWaybill } from '../../functions/delivery/view.store.ts';
import { short } from '../../functions/request/line.ts';
import { requestRow } from '../../functions/request/request.ts';
import { replace } from '../../functions/shared/actions.ts';
import { eventRow } from '../../functions/shared/event.ts';
import { get, ofType, partition } from '../../functions/shared/table.store.ts';
import { lotRow } from '../../functions/stock/lot.ts';
import { movementRow } from '../../functions/stock/movement.ts';
import type { Progress } from '../../functions/workflow/progress.ts';
import { useTable } from '../support/table.ts';
import { anew, COUNTY, countyOn, keys, type Need, pointOf, storekeeper } from './county.ts';

const deps = useTable();
const county = countyOn(deps);

/** Carries what is planned for a site as far as its gate; answers the waybill's code. */
const carry = async (toId: string): Promise<{ id: string; code: string }> => {
  const { id } = await openConsignment(deps, storekeeper, { fromId: 'store', toId }, anew());
  await startPicking({ ...deps, divide: county.divide }, storekeeper, anew(), id);
  await dispatch(deps, storekeeper, anew(), id, { carrier: '乡镇干部', vehicle: '青D12345' });
  return { id, code: (await consignmentOf(deps, COUNTY, id)).code ?? expect.fail() };
};
const carried = async (site: string, onHand: number, need: Omit<Need, 'requestId' | 'siteId'>) => {
  await county.site(site);
  await county.shelf(`${site}-a`, onHand);
  await county.need({ requestId: `${site}-x`, siteId: site, planned: { [`${site}-a`]: need.approved }, ...need });
  return carry(site);
};
const confirm = (site: string, code: string, ...lines: object[]) =>
  receiveAtSite(deps, pointOf(site), anew(), code, receiptBody.parse({ lines }));
const requestAt = (id: string) => get(deps, requestRow, keys.request(id));
const movesOf = async (document: string, lotId: string) => {
  const moves = ofType(movementRow, await partition(deps, keys.lot(lotId).PK, 'MOVE#'));
  return moves.filter((movement) => movement.document === document);
};
const progressOf = async (id: string): Promise<Progress> => {
  const { attempt, status } = await consignmentOf(deps, COUNTY, id);
  return { kind: 'consignment', county: COUNTY, id, attempt, round: 3, status, secondsLeft: 1 };
};

beforeAll(async () => {
  await county.site('store', 'warehouse', 0);
  await county.item('mask');
});

describe('a point confirms', () => {
  it('that all came in good order: the line is served', async () => {
    const { id, code } = await carried('a1', 100, { approved: 60 });
    await confirm('a1', code, { n: 1, good: 60 });
    expect(await county.lineAt('a1-x')).toMatchObject({ status: 'closed', received: 60, dispatched: 0 });
    expect(await county.bucketsOf('a1-a')).toEqual({ opening: 100, onHand: 40, delivered: 60 });
    expect(await consignmentOf(deps, COUNTY, id)).toMatchObject({ status: 'received', receivedBy: 'point-a1' });
  });

  it('missing and damaged goods: they are need again at once on the same line, and unaccounted or damaged', async () => {
    const { code } = await carried('a2', 100, { approved: 60 });
    await confirm('a2', code, {
      n: 1,
      good: 40,
      damaged: 5,
      missing: 15,
      reasons: { damaged: 'wet', missing: 'lost-on-the-way' },
      note: '一箱未见',
    });
    const line = await county.lineAt('a2-x');
    expect(line).toMatchObject({ status: 'open', received: 40, dispatched: 0, holds: [] });
    expect(short(line)).toBe(20);
    expect(await county.bucketsOf('a2-a')).toEqual({
      ...{ opening: 100, onHand: 40 },
      delivered: 40,
      damaged: 5,
      unaccounted: 15,
    });
  });

  it('extra goods: they are a found lot of their own, delivered there, and count to no need', async () => {
    const { id, code } = await carried('a3', 100, { approved: 60 });
    await confirm('a3', code, { n: 1, good: 60, extra: 10, reasons: { extra: 'over-packed' } });
    expect(await county.lineAt('a3-x')).toMatchObject({ received: 60, status: 'closed' });
    expect(await county.bucketsOf('a3-a')).toMatchObject({ delivered: 60 });
    const [line] = await linesOf(deps, COUNTY, id);
    expect(line?.found).toMatchObject({ good: 60, extra: 10, reasons: { extra: 'over-packed' } });
    const events = ofType(eventRow, await partition(deps, keys.consignment(id).PK, 'EVENT#'));
    expect(events.at(-1)).toMatchObject({
      name: 'ConsignmentReceived',
      data: { differences: [{ n: 1, damaged: 0, missing: 0, extra: 10 }] },
    });
  });

  it('more extra goods than were sent only when it says so twice', async () => {
    const { code } = await carried('a7', 100, { approved: 60 });
    const odd = { n: 1, good: 60, extra: 61, reasons: { extra: 'over-packed' } };
    await expect(confirm('a7', code, odd)).rejects.toMatchObject({
      ...{ status: 422, code: 'odd-quantity', errors: [{ path: 'lines[0].extra' }] },
    });
    expect(await county.bucketsOf('a7-a')).toMatchObject({ inTransit: 60 });
    const { lines, confirmed } = receiptBody.parse({ lines: [odd], confirmed: true });
    await receiveAtSite(deps, pointOf('a7'), anew(), code, { lines, confirmed });
    expect(await county.lineAt('a7-x')).toMatchObject({ received: 60, status: 'closed' });
  });

  it('the same once more, or with a lost reply: nothing more happens, and the answer is the same, for ever', async () => {
    const { id, code } = await carried('a4', 100, { approved: 60 });
    const lines = receiptBody.parse({
      lines: [{ n: 1, good: 50, missing: 10, reasons: { missing: 'short-packed' } }],
    }).lines;
    const answers = await Promise.all([1, 2, 3].map(() => receiveAtSite(deps, pointOf('a4'), anew(), code, { lines })));
    const months = { ...deps, clock: { now: () => '2022-09-01T00:00:00.000Z' } };
    answers.push(await receiveAtSite(months, pointOf('a4'), anew(), code, { lines }));
    expect(new Set(answers)).toEqual(new Set([id]));
    // Dispatched once, delivered once.
    expect((await movesOf(id, 'a4-a')).map(({ kind }) => kind).sort()).toEqual(['delivered', 'dispatched']);
    expect(await county.lineAt('a4-x')).toMatchObject({ received: 50, dispatched: 0 });
  });

  it('something else after that: refused, since it takes a correction', async () => {
    const { code } = await carried('a5', 100, { approved: 60 });
    await confirm('a5', code, { n: 1, good: 60 });
    const again = confirm('a5', code, { n: 1, good: 50, missing: 10, reasons: { missing: 'short-packed' } });
    await expect(again).rejects.toMatchObject({ status: 409, code: 'already-received' });
    expect(await county.bucketsOf('a5-a')).toMatchObject({ delivered: 60 });
  });

  it('two different counts at the same moment: one is booked, the other told', async () => {
    const { code } = await carried('a6', 100, { approved: 60 });
    const both = await Promise.allSettled([
      confirm('a6', code, { n: 1, good: 60 }),
      confirm('a6', code, { n: 1, good: 50, missing: 10, reasons: { missing: 'short-packed' } }),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const { delivered = 0, unaccounted = 0 } = await county.bucketsOf('a6-a');
    expect(delivered + unaccounted).toBe(60);
  });
});

describe('a point cannot confirm', () => {
  it('another site’s waybill: for it there is none', async () => {
    const { code } = await carried('b1', 100, { approved: 60 });
    await expect(confirm('a1', code, { n: 1, good: 60 })).rejects.toMatchObject({
      status: 404,
      code: 'unknown-waybill',
    });
    await expect(viewWaybill(deps, pointOf('a1'), code)).rejects.toMatchObject({ status: 404 });
    const elsewhere = { ...pointOf('b1'), county: '632324' };
    await expect(viewWaybill(deps, elsewhere, code)).rejects.toMatchObject({ status: 404 });
    const { siteId, ...nobody } = pointOf('b1');
    await expect(viewWaybill(deps, nobody, code)).rejects.toMatchObject({ status: 403, code: 'wrong-site' });
  });

  it('a mistyped code', async () => {
    const { code } = await carried('b2', 100, { approved: 60 });
    const wrong = `${code.slice(0, -1)}${code.endsWith('A') ? 'B' : 'A'}`;
    await expect(confirm('b2', wrong, { n: 1, good: 60 })).rejects.toMatchObject({
      status: 422,
      code: 'mistyped-code',
    });
    await confirm('b2', ` ${code.slice(0, 4).toLowerCase()}-${code.slice(4)}`, { n: 1, good: 60 });
  });

  it('what has not left', async () => {
    await county.site('b3');
    await county.shelf('b3-a', 100);
    await county.need({ requestId: 'b3-x', siteId: 'b3', approved: 60, planned: { 'b3-a': 60 } });
    const { id } = await openConsignment(deps, storekeeper, { fromId: 'store', toId: 'b3' }, anew());
    await startPicking({ ...deps, divide: county.divide }, storekeeper, anew(), id);
    const { code } = await consignmentOf(deps, COUNTY, id);
    await expect(confirm('b3', code ?? '', { n: 1, good: 60 })).rejects.toMatchObject({
      status: 409,
      code: 'wrong-status',
    });
  });

  it('a count that does not add up, and nothing is booked of it', async () => {
    const { code } = await carried('b4', 100, { approved: 60 });
    await expect(confirm('b4', code, { n: 1, good: 59 })).rejects.toMatchObject({
      ...{ status: 422, code: 'invalid', errors: [{ path: 'lines[0].good' }] },
    });
    expect(await county.bucketsOf('b4-a')).toMatchObject({ inTransit: 60 });
  });
});

describe('the fullest consignment', () => {
  it('is picked, dispatched and received with ten extras, each in one transaction; more extras are refused', async () => {
    await county.site('full');
    const lots = Array.from({ length: MAX_LOT_LINES }, (_, i) => `f-${String(i).padStart(2, '0')}`);
    await Promise.all(lots.map((lot) => county.shelf(lot, 10)));
    for (const lot of lots) {
      await county.need({ requestId: `rq-${lot}`, siteId: 'full', approved: 10, planned: { [lot]: 10 } });
    }
    const { id, code } = await carry('full');
    const count = (extras: number) =>
      lots.map((_, i) => {
        const reasons = { damaged: 'wet', ...(i < extras && { extra: 'over-packed' }) };
        return { n: i + 1, good: 9, damaged: 1, extra: i < extras ? 2 : 0, reasons };
      });
    await expect(confirm('full', code, ...count(11))).rejects.toMatchObject({
      ...{ status: 422, code: 'too-many-extras', errors: [{ path: 'lines[10].extra' }] },
    });
    await confirm('full', code, ...count(10));
    for (const lot of lots) expect(await county.bucketsOf(lot)).toEqual({ opening: 10, delivered: 9, damaged: 1 });
    expect((await consignmentOf(deps, COUNTY, id)).status).toBe('received');
  });
});

describe('a need in two consignments', () => {
  it('keeps what the first brought when the second comes short', async () => {
    await county.site('two');
    await county.shelf('two-a', 100);
    await county.need({ requestId: 'two-x', siteId: 'two', approved: 100, planned: { 'two-a': 50 } });
    const first = await carry('two');
    await county.plan('two-x', 1, { 'two-a': 50 });
    const second = await carry('two');
    await confirm('two', second.code, { n: 1, good: 30, missing: 20, reasons: { missing: 'lost-on-the-way' } });
    expect(await county.lineAt('two-x')).toMatchObject({ received: 30, dispatched: 50, status: 'open' });
    await confirm('two', first.code, { n: 1, good: 50 });
    const line = await county.lineAt('two-x');
    expect(line).toMatchObject({ received: 80, dispatched: 0, status: 'open' });
    expect(short(line)).toBe(20);
  });
});

describe('after the receipt', () => {
  it('requests that wait for nothing more are closed, once; others stay', async () => {
    await county.site('s1');
    await county.shelf('s1-a', 100);
    await county.need({ requestId: 's1-x', siteId: 's1', approved: 30, planned: { 's1-a': 30 } });
    await county.need(
      { requestId: 's1-y', siteId: 's1', approved: 30, planned: { 's1-a': 30 } },
      { requestId: 's1-y', n: 2, siteId: 's1', approved: 10 },
    );
    const wait = { token: 'waiting', status: 'approved', execution: 's1-x-1', round: 2 };
    await county.write(replace(requestRow, { ...((await requestAt('s1-x')) ?? expect.fail()), wait }));
    const { id, code } = await carry('s1');

    const early = await settle(deps, await progressOf(id));
    expect(early.status).toBe('dispatched');
    expect((await requestAt('s1-x'))?.status).toBe('approved');

    await confirm('s1', code, { n: 1, good: 60 });
    const progress = await progressOf(id);
    const answers = await Promise.all([settle(deps, progress), settle(deps, progress)]);
    await settle(deps, progress);
    expect(answers).toEqual([progress, progress].map((of) => ({ ...of, secondsLeft: 1 })));
    expect(await requestAt('s1-x')).toMatchObject({ status: 'closed', resume: { token: 'waiting' }, version: 3 });
    expect((await requestAt('s1-y'))?.status).toBe('approved');
    const events = ofType(eventRow, await partition(deps, keys.request('s1-x').PK, 'EVENT#'));
    expect(events.map(({ name, by }) => [name, by])).toEqual([['RequestClosed', 'green-channel']]);
  });

  it('an execution that is no longer the consignment’s own settles nothing', async () => {
    const { id, code } = await carried('s2', 100, { approved: 60 });
    await confirm('s2', code, { n: 1, good: 60 });
    const present = await consignmentOf(deps, COUNTY, id);
    const old = await progressOf(id);
    await county.write(replace(consignmentRow, { ...present, attempt: 2 }));
    expect(await settle(deps, old)).toMatchObject({ status: 'superseded' });
    expect((await requestAt('s2-x'))?.status).toBe('approved');
    await settle(deps, { ...old, attempt: 2 });
    expect((await requestAt('s2-x'))?.status).toBe('closed');
  });
});

describe('found goods', () => {
  it('have a lot that says where they came to light', async () => {
    const { id, code } = await carried('z1', 100, { approved: 60 });
    const made: string[] = [];
    const ids = {
      ...deps.ids,
      next: (prefix: Parameters<typeof deps.ids.next>[0]) => {
        const next = deps.ids.next(prefix);
        if (prefix === 'lot') made.push(next);
        return next;
      },
    };
    const { lines } = receiptBody.parse({ lines: [{ n: 1, good: 60, extra: 10, reasons: { extra: 'over-packed' } }] });
    await receiveAtSite({ ...deps, ids }, pointOf('z1'), anew(), code, { lines });
    const [lotId = ''] = made;
    expect(await get(deps, lotRow, keys.lot(lotId))).toMatchObject({ source: 'found', itemId: 'mask', from: id });
    expect(await county.bucketsOf(lotId)).toEqual({ found: 10, delivered: 10 });
  });
});
