import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { divide } from '../../functions/allocation/divide.store.ts';
import { staffApp } from '../../functions/api/staff.handler.ts';
import { type Line, lineRow, plannedQuantity } from '../../functions/request/line.ts';
import { keysOf } from '../../functions/shared/keys.ts';
import { get } from '../../functions/shared/table.store.ts';
import { MAX_RELEASES, released } from '../../functions/stock/adjustment.ts';
import { balanceRow } from '../../functions/stock/balance.ts';
import { callerOf, testVerify } from '../support/caller.ts';
import { runs } from '../support/random.ts';
import { useTable } from '../support/table.ts';
import { addItem, COUNTY, openCounty, promise } from './county.ts';

const deps = useTable();
const app = staffApp(deps, testVerify);
const storekeeper = callerOf(app, { roles: ['storekeeper'] });
const keys = keysOf(COUNTY);

beforeAll(() => openCounty(deps));

let papers = 0;
/** A lot of its own item, so that the tests do not meet. */
const stocked = async (quantity: number) => {
  papers += 1;
  const itemId = `mask-${papers}`;
  await addItem(deps, itemId);
  const { body } = await storekeeper.post('/staff/stock-receipts', {
    source: 'existing',
    placeId: 'warehouse',
    document: `P-${papers}`,
    lines: [{ itemId, quantity, unit: 'piece' }],
  });
  const { lotId } = body.lines[0];
  const at = { itemId, lotId, placeId: 'warehouse' };
  return {
    ...at,
    hold: (amount: number, consignmentId?: string) => ({
      lotId,
      placeId: 'warehouse',
      quantity: amount,
      ...(consignmentId !== undefined && { consignmentId }),
    }),
    adjust: (change: number, rest: object = {}) =>
      storekeeper.post('/staff/adjustments', {
        ...at,
        change,
        unit: 'piece',
        reason: 'miscounted',
        note: '盘点',
        ...rest,
      }),
    shelf: (status = 'available') => get(deps, balanceRow, keys.balance(itemId, lotId, 'warehouse', status)),
    balanced: async () => (await storekeeper.get(`/staff/reconciliation?itemId=${itemId}`)).body,
  };
};
const lineOf = (requestId: string) => get(deps, lineRow, keys.requestLine(requestId, 1));

describe('an adjustment', () => {
  it('records what was counted, up and down, with its reason', async () => {
    const lot = await stocked(500);
    const up = await lot.adjust(2, { unit: '盒', reason: 'found', note: '后排货架' });
    expect(up).toMatchObject({ status: 201, body: { change: 100, reason: 'found', released: [] } });
    expect(await lot.adjust(-30, { reason: 'damaged' })).toMatchObject({ status: 201, body: { change: -30 } });
    expect(await lot.shelf()).toMatchObject({ onHand: 570, held: 0, free: 570 });
    expect((await storekeeper.get(`/staff/adjustments/${up.body.id}`)).body).toEqual(up.body);
    const { balanced, rows } = await lot.balanced();
    expect({ balanced, lot: rows[0].lots[0] }).toMatchObject({
      balanced: true,
      lot: { opening: 500, found: 100, damaged: 30, onHand: 570 },
    });
  });

  it('stands in the account under what became of the goods', async () => {
    const lot = await stocked(1_000);
    for (const [change, reason] of [
      [-10, 'damaged'],
      [-20, 'lost'],
      [-40, 'expired'],
      [-50, 'miscounted'],
      [3, 'found'],
      [5, 'entry-error'],
    ] as const)
      expect((await lot.adjust(change, { reason })).status).toBe(201);
    const { balanced, rows } = await lot.balanced();
    expect(balanced).toBe(true);
    expect(rows[0].lots[0]).toMatchObject({
      ...{ opening: 1_000, found: 3, adjustedUp: 5 },
      ...{ onHand: 888, damaged: 10, lost: 20, adjustedDown: 90 },
    });
  });

  it('of many goods says what became of them: more than a tenth of the shelf, or than ten issue units', async () => {
    const noNote = { note: undefined };
    const small = await stocked(400);
    expect((await small.adjust(-1, { unit: '盒', ...noNote })).status).toBe(201);
    expect(await small.adjust(-51, noNote)).toMatchObject({ status: 422, body: { errors: [{ path: 'note' }] } });
    expect((await small.adjust(-51)).status).toBe(201);
    const large = await stocked(10_000);
    expect((await large.adjust(-10, { unit: '盒', ...noNote })).status).toBe(201);
    expect(await large.adjust(-501, noNote)).toMatchObject({ status: 422, body: { errors: [{ path: 'note' }] } });
    expect((await large.adjust(5_000, { reason: 'found', ...noNote })).status).toBe(201);
  });

  it('is done once under one key', async () => {
    const lot = await stocked(100);
    const shelf = { itemId: lot.itemId, lotId: lot.lotId, placeId: 'warehouse' };
    const body = { ...shelf, change: -10, unit: 'piece', reason: 'lost' };
    const send = () => storekeeper.post('/staff/adjustments', body, `adjust-${lot.lotId}`);
    const replies = await Promise.all([send(), send(), send()]);
    expect(new Set(replies.map(({ body: { id } }) => id)).size).toBe(1);
    expect(await lot.shelf()).toMatchObject({ onHand: 90 });
  });

  it('takes planned goods back from the weakest claims, as little as it can, in whole issue units', async () => {
    const lot = await stocked(300);
    const { itemId } = lot;
    await promise(deps, `front-${itemId}`, { itemId, tier: 1, holds: [lot.hold(100)] });
    await promise(deps, `soon-${itemId}`, {
      itemId,
      tier: 3,
      holds: [lot.hold(100)],
      needBy: '2022-05-13T00:00:00.000Z',
    });
    await promise(deps, `late-${itemId}`, {
      itemId,
      tier: 3,
      holds: [lot.hold(100)],
      needBy: '2022-05-14T00:00:00.000Z',
    });
    const reply = await lot.adjust(-110, { reason: 'expired' });
    expect(reply).toMatchObject({
      status: 201,
      body: {
        released: [
          { lineId: `late-${itemId}.01`, tier: 3, quantity: 100 },
          { lineId: `soon-${itemId}.01`, tier: 3, quantity: 50 },
        ],
      },
    });
    expect(await lot.shelf()).toMatchObject({ onHand: 190, held: 150, free: 40 });
    const left = await Promise.all(['front', 'soon', 'late'].map((name) => lineOf(`${name}-${itemId}`)));
    expect(left.map((line) => line && plannedQuantity(line))).toEqual([100, 50, 0]);
    // Its own hand would not wake the allocator: this change must.
    expect(left.map((line) => line?.division)).toEqual([1, 1, 1]);
    expect((await lot.balanced()).rows).toMatchObject([{ balanced: true, differences: [] }]);
  });

  it('leaves goods in picking alone, and names the consignments with their numbers', async () => {
    const lot = await stocked(300);
    const { itemId } = lot;
    await promise(deps, `a-${itemId}`, { itemId, tier: 3, holds: [lot.hold(100, 'con_A'), lot.hold(50)] });
    await promise(deps, `b-${itemId}`, { itemId, tier: 2, holds: [lot.hold(50, 'con_A'), lot.hold(50, 'con_B')] });
    const reply = await lot.adjust(-101);
    expect(reply).toMatchObject({ status: 409, body: { title: 'in-picking' } });
    expect(reply.body.detail).toContain('200 are in picking; 100 can be written off now');
    expect(reply.body.errors.map(({ message }: { message: string }) => message)).toEqual([
      'con_A is picking 150.',
      'con_B is picking 50.',
    ]);
    expect(await lot.shelf()).toMatchObject({ onHand: 300, held: 250 });
    expect((await lot.adjust(-100)).status).toBe(201);
    expect(await lot.shelf()).toMatchObject({ onHand: 200, held: 200, free: 0 });
    expect(await lineOf(`a-${itemId}`)).toMatchObject({ holds: [lot.hold(100, 'con_A')] });
  });

  it('never takes more than is there', async () => {
    const lot = await stocked(100);
    expect(await lot.adjust(-101)).toMatchObject({ status: 409, body: { title: 'more-than-on-hand' } });
    expect(await lot.adjust(-1, { status: 'quarantined' })).toMatchObject({ status: 409 });
    expect(await lot.shelf()).toMatchObject({ onHand: 100 });
  });

  it('opens a shelf for goods of the lot found where none were', async () => {
    const lot = await stocked(100);
    expect((await lot.adjust(7, { status: 'quarantined', reason: 'found' })).status).toBe(201);
    expect((await lot.adjust(7, { status: 'quarantined', reason: 'found' })).status).toBe(201);
    expect(await lot.shelf('quarantined')).toMatchObject({ onHand: 14, free: 14, source: 'existing' });
    expect((await lot.balanced()).balanced).toBe(true);
  });

  it('never lets a shelf grow past what numbers can hold, whoever counts beside', async () => {
    const lot = await stocked(100);
    const replies = await Promise.all([1, 2, 3].map(() => lot.adjust(600_000_000, { reason: 'found' })));
    expect(replies.map(({ status }) => status).toSorted()).toEqual([201, 422, 422]);
    expect(await lot.shelf()).toMatchObject({ onHand: 600_000_100 });
  });

  it('says how much can be written off at once when very many are promised the goods', async () => {
    const lot = await stocked(50 * (MAX_RELEASES + 2));
    const holds = [lot.hold(50)];
    await Promise.all(
      Array.from({ length: MAX_RELEASES + 2 }, (_, n) =>
        promise(deps, `many-${n}`, { itemId: lot.itemId, tier: 3, holds }),
      ),
    );
    const reply = await lot.adjust(-50 * (MAX_RELEASES + 2));
    expect(reply).toMatchObject({ status: 409, body: { title: 'too-many-holders' } });
    expect(reply.body.detail).toContain(`at most ${50 * MAX_RELEASES},`);
    expect((await lot.adjust(-50 * MAX_RELEASES)).body.released).toHaveLength(MAX_RELEASES);
    expect((await lot.adjust(-100)).body.released).toHaveLength(2);
    expect(await lot.shelf()).toMatchObject({ onHand: 0, held: 0, free: 0 });
  });

  it('keeps the books while people write off and plan at once', async () => {
    const lot = await stocked(1_000);
    const { itemId } = lot;
    await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        n % 2 === 0
          ? lot.adjust(-60)
          : promise(deps, `busy-${n}-${itemId}`, { itemId, tier: 3, holds: [lot.hold(100)] }).catch(() => undefined),
      ),
    );
    expect(await lot.shelf()).toMatchObject({ onHand: 700 });
    expect((await lot.balanced()).rows).toMatchObject([{ balanced: true, differences: [] }]);
  });

  it('finds a shelf again whose exhausted balance was taken away, with what the lot was booked with', async () => {
    const lot = await stocked(20);
    await lot.adjust(-20);
    await divide(deps, COUNTY, lot.itemId);
    expect(await lot.shelf()).toBeUndefined();
    expect((await storekeeper.get(`/staff/stock/${lot.itemId}`)).body).toMatchObject({
      item: { onHand: 0 },
      balances: [],
    });
    expect(await lot.adjust(-1)).toMatchObject({ status: 409, body: { title: 'more-than-on-hand' } });
    expect(await lot.adjust(8, { reason: 'found' })).toMatchObject({ status: 201 });
    expect(await lot.shelf()).toMatchObject({ onHand: 8, held: 0, free: 8, source: 'existing' });
    expect((await lot.balanced()).rows).toMatchObject([{ balanced: true, lots: [{ onHand: 8, free: 8 }] }]);
  });

  it('loses and doubles nothing while exhausted balances are taken away', async () => {
    const lot = await stocked(20);
    let counted = 20;
    const adjust = async (change: number) => {
      if ((await lot.adjust(change)).status === 201) counted += change;
    };
    for (let round = 0; round < 8; round += 1) {
      await adjust(-counted);
      const sweep = () => divide(deps, COUNTY, lot.itemId);
      await Promise.all([sweep(), adjust(5), adjust(10), sweep(), adjust(-5), sweep(), adjust(-15)]);
      expect(((await lot.shelf()) ?? { onHand: 0 }).onHand).toBe(counted);
    }
    expect((await lot.balanced()).rows).toMatchObject([{ balanced: true, differences: [] }]);
  });

  it.each([
    ['a change of nothing', { change: 0 }, 'change'],
    ['half a piece', { change: -0.5 }, 'change'],
    ['10^15', { change: 1e15 }, 'change'],
    ['too many in a large unit', { change: 1_000_000_000, unit: '箱' }, 'change'],
    ['a unit without a conversion', { unit: '件' }, 'unit'],
    ['an unknown item', { itemId: 'no-such' }, 'itemId'],
    ['an unknown lot', { lotId: 'lot_no_such' }, 'lotId'],
    ['a lot id that would reach other rows', { lotId: 'lot#META' }, 'lotId'],
    ['a place that is no warehouse', { placeId: 'village' }, 'placeId'],
    ['goods lost that grow', { change: 5, reason: 'lost' }, 'reason'],
    ['goods found that shrink', { reason: 'found' }, 'reason'],
    ['no reason', { reason: undefined }, 'reason'],
    ['no unit', { unit: undefined }, 'unit'],
    ['a reason of one’s own without words', { reason: 'other', note: undefined }, 'note'],
  ])('refuses %s with the path of the field', async (_what, change, path) => {
    const lot = await stocked(100);
    const reply = await lot.adjust(-1, change);
    expect(reply.status).toBe(422);
    expect(reply.body.errors.map((error: { path: string }) => error.path)).toContain(path);
    expect(await lot.shelf()).toMatchObject({ onHand: 100 });
  });

  it('refuses the lot of another item', async () => {
    const [one, other] = [await stocked(100), await stocked(100)];
    expect(await one.adjust(-1, { lotId: other.lotId })).toMatchObject({
      status: 422,
      body: { errors: [{ path: 'lotId' }] },
    });
  });

  it('is a storekeeper’s to make', async () => {
    const lot = await stocked(10);
    const shelf = { itemId: lot.itemId, lotId: lot.lotId, placeId: 'warehouse' };
    const body = { ...shelf, change: -1, unit: 'piece', reason: 'lost' };
    for (const role of ['clerk', 'approver', 'headquarters', 'auditor', 'point'] as const)
      expect((await callerOf(app, { roles: [role] }).post('/staff/adjustments', body)).status).toBe(403);
  });
});

describe('giving planned goods back', () => {
  const UNIT = 50;
  const shelf = { lotId: 'lot_a', placeId: 'warehouse' };
  const given = fc.record({
    tier: fc.constantFrom(1 as const, 2 as const, 3 as const),
    needBy: fc.constantFrom('2022-05-12T00:00:00.000Z', '2022-05-13T00:00:00.000Z'),
    planned: fc.integer({ min: 0, max: 4 }),
    picking: fc.integer({ min: 0, max: 4 }),
    elsewhere: fc.integer({ min: 0, max: 4 }),
  });
  const lines = fc.array(given, { maxLength: 8 }).map((all) =>
    all.map(({ tier, needBy, planned, picking, elsewhere }, i): Line => {
      const hold = (units: number, rest: object = {}) =>
        units === 0 ? [] : [{ ...shelf, quantity: units * UNIT, ...rest }];
      return {
        county: COUNTY,
        id: `req_${i}.01`,
        requestId: `req_${i}`,
        n: 1,
        version: 1,
        status: 'open',
        itemId: 'mask',
        siteId: 'village',
        siteKind: 'village',
        tier,
        needBy,
        asked: { quantity: 1, unit: '箱' },
        quantity: 1000,
        approved: 1000,
        holds: [...hold(picking, { consignmentId: 'con_1' }), ...hold(planned), ...hold(elsewhere, { lotId: 'lot_b' })],
        dispatched: 0,
        received: 0,
        rationale: 1,
        division: 1,
      };
    }),
  );
  const ofLot = (line: Line, lotId: string, picked: boolean) =>
    line.holds.reduce(
      (sum, h) => sum + (h.lotId === lotId && (h.consignmentId !== undefined) === picked ? h.quantity : 0),
      0,
    );
  const total = (all: readonly Line[]) => all.reduce((sum, line) => sum + ofLot(line, 'lot_a', false), 0);

  it('gives back enough or all there is, less than a unit too much, and touches nothing else', () => {
    fc.assert(
      fc.property(lines, fc.integer({ min: 1, max: 900 }), (all, needed) => {
        const back = released(all, shelf, UNIT, needed);
        const planned = total(all);
        expect(back.quantity).toBe(Math.min(planned, Math.ceil(needed / UNIT) * UNIT));
        const after = all.map((line) => back.lines.find(({ id }) => id === line.id) ?? line);
        expect(planned - total(after)).toBe(back.quantity);
        for (const [i, line] of after.entries()) {
          const before = all[i] ?? line;
          expect(ofLot(line, 'lot_a', true)).toBe(ofLot(before, 'lot_a', true));
          expect(ofLot(line, 'lot_b', false)).toBe(ofLot(before, 'lot_b', false));
          expect({ ...line, holds: [] }).toEqual({ ...before, holds: [] });
        }
      }),
      { numRuns: runs(100) },
    );
  });

  it('never takes from a stronger claim while a weaker one still has some', () => {
    const rank = ({ tier, needBy, id }: Line) => `${tier} ${needBy} ${id}`;
    fc.assert(
      fc.property(lines, fc.integer({ min: 1, max: 900 }), (all, needed) => {
        const back = released(all, shelf, UNIT, needed);
        const touched = back.lines.map(rank);
        const after = all.map((line) => back.lines.find(({ id }) => id === line.id) ?? line);
        const weakerWithGoods = after.filter((line) => ofLot(line, 'lot_a', false) > 0).map(rank);
        for (const one of touched) expect(weakerWithGoods.filter((other) => other > one)).toEqual([]);
      }),
      { numRuns: runs(100) },
    );
  });
});
