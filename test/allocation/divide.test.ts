import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { apportion } from '../../functions/allocation/apportion.ts';
import { divide } from '../../functions/allocation/divide.store.ts';
import { readRationale, viewRationale } from '../../functions/allocation/rationale.store.ts';
import { inputOf } from '../../functions/allocation/rationale.ts';
import { useTable } from '../support/table.ts';
import { COUNTY, countyOf } from './county.ts';

const deps = useTable();

describe('dividing an item', () => {
  it('takes what a village was promised for a later front-line need, and tells the village why in numbers', async () => {
    const masks = countyOf(deps, 'masks-1');
    await masks.item();
    await masks.lot('a', 600);
    const village = await masks.need({ siteId: 'v1', tier: 3, quantity: 200 });
    await masks.divide();
    expect(await masks.held(village)).toEqual({ a: 200 });
    const post = await masks.need({ siteId: 'gate', tier: 1, quantity: 600, kind: 'checkpoint' });
    const { division } = await masks.divide();
    expect(await masks.held(post)).toEqual({ a: 600 });
    expect(await masks.line(village)).toMatchObject({ holds: [], rationale: division, division });
    // So that the stream's records of it wake no allocator.
    expect(await masks.balance('a')).toMatchObject({ held: 600, free: 0, division });
    const why = await viewRationale(deps, COUNTY, 'masks-1', division, { siteId: 'v1', tier: 3 });
    expect(why?.zh).toBe(
      '共有 600 盒；一线需 600，用 600，剩 0；居民可用 0，共需 200，得 0；本点应有 200，已有或在途 0，需 200，得 0，达 0%。',
    );
    expect(why?.en).toContain('the front line needed 600 and took 600, leaving 0');
    expect(why?.en).toContain('it needed 200 and got 0');
    expect(await masks.sound()).toEqual([]);
  });

  it('leaves what is in picking, on the way or received where it is, and counts it', async () => {
    const masks = countyOf(deps, 'masks-2');
    await masks.item();
    await masks.lot('a', 100);
    const [picking, onTheWay, waiting] = [
      await masks.need({ siteId: 'v1', tier: 3, quantity: 30 }),
      await masks.need({ siteId: 'v2', tier: 3, quantity: 30 }),
      await masks.need({ siteId: 'v3', tier: 3, quantity: 40 }),
    ];
    await masks.divide();
    await masks.pick(picking, 'con_1');
    await masks.pick(onTheWay, 'con_2');
    await masks.dispatch(onTheWay, 'con_2');
    const post = await masks.need({ siteId: 'gate', tier: 1, quantity: 500 });
    await masks.divide();
    expect(await masks.held(post)).toEqual({ a: 40 });
    expect((await masks.line(picking)).holds).toEqual([
      { lotId: 'a', placeId: 'warehouse', quantity: 30, consignmentId: 'con_1' },
    ]);
    expect(await masks.line(onTheWay)).toMatchObject({ holds: [], dispatched: 30 });
    expect(await masks.held(waiting)).toEqual({});
    expect(await masks.sound()).toEqual([]);
  });

  it('writes nothing once an item is settled', async () => {
    const masks = countyOf(deps, 'masks-3');
    await masks.item({ reserve: 10 });
    await masks.lot('a', 50, { useBy: '2022-06-01' });
    await masks.lot('b', 40);
    for (const siteId of ['v1', 'v2', 'v3']) await masks.need({ siteId, tier: 3, quantity: 40 });
    expect(await masks.divide()).toEqual({ division: 1, changed: true });
    const before = await masks.rows();
    expect(await masks.divide()).toEqual({ division: 1, changed: false, lacking: expect.any(Array) });
    expect(await masks.rows()).toEqual(before);
  });

  it('explains itself to a line that got nothing, once', async () => {
    const masks = countyOf(deps, 'masks-4');
    await masks.item();
    const village = await masks.need({ siteId: 'v1', tier: 3, quantity: 40 });
    expect(await masks.divide()).toEqual({ division: 1, changed: true });
    expect(await masks.line(village)).toMatchObject({ holds: [], rationale: 1 });
    expect(await masks.divide()).toEqual({ division: 1, changed: false, lacking: [await masks.line(village)] });
  });

  it('lets a lot fall out that would now expire on the way, and says so', async () => {
    const masks = countyOf(deps, 'masks-5');
    await masks.item();
    await masks.site('far', 300);
    await masks.lot('short', 40, { useBy: '2022-05-12' });
    const village = await masks.need({ siteId: 'far', tier: 3, quantity: 40 });
    await masks.divide();
    expect(await masks.held(village)).toEqual({ short: 40 });
    const before = deps.time;
    // 19:00 in China: with an hour of handling and five on the road the goods would arrive tomorrow.
    deps.time = '2022-05-12T11:00:00.000Z';
    const { division } = await masks.divide();
    deps.time = before;
    expect(await masks.held(village)).toEqual({});
    expect(await masks.balance('short')).toMatchObject({ held: 0, free: 40 });
    const why = await viewRationale(deps, COUNTY, 'masks-5', division, { siteId: 'far', tier: 3 });
    expect(why).toMatchObject({ passedOver: { expiring: 40, designated: 0 } });
    expect(why?.zh).toContain('40 到达前过期');
  });

  it('waits with need beyond the horizon, and keeps counting need that was served until the look-back is over', async () => {
    const masks = countyOf(deps, 'masks-6');
    await masks.item();
    await masks.lot('a', 100);
    const soon = await masks.need({ siteId: 'v1', tier: 3, quantity: 60, needBy: '2022-05-13T00:00:00.000Z' });
    const late = await masks.need({ siteId: 'v2', tier: 3, quantity: 40, needBy: '2022-05-30T00:00:00.000Z' });
    await masks.divide();
    expect(await masks.held(soon)).toEqual({ a: 60 });
    expect(await masks.line(late)).toMatchObject({ holds: [], rationale: 0 });
    await masks.pick(soon, 'con_1');
    await masks.dispatch(soon, 'con_1');
    await masks.receive(soon, 60);
    const again = await masks.need({ siteId: 'v1', tier: 3, quantity: 60, needBy: '2022-05-14T00:00:00.000Z' });
    const never = await masks.need({ siteId: 'v3', tier: 3, quantity: 60, needBy: '2022-05-14T00:00:00.000Z' });
    await masks.divide();
    // (60 + 7) / 120 and 33 / 60: level but for a unit, which goes to the line that asked first.
    expect([await masks.held(again), await masks.held(never)]).toEqual([{ a: 7 }, { a: 33 }]);
    const before = deps.time;
    deps.time = '2022-05-16T00:00:01.000Z';
    await masks.divide();
    deps.time = before;
    expect((await masks.pointers()).map(({ lineId }) => lineId)).not.toContain(soon);
    expect([await masks.held(again), await masks.held(never)]).toEqual([{ a: 20 }, { a: 20 }]);
  });

  it('weighs together what villages asked within one wave, and lets the front line wait for none', async () => {
    const masks = countyOf(deps, 'masks-9');
    await masks.item();
    await masks.lot('a', 60);
    const before = deps.time;
    const countsFrom = '2022-05-12T01:30:00.000Z';
    const early = await masks.need({ siteId: 'v1', tier: 3, quantity: 60, countsFrom });
    expect(await masks.divide()).toEqual({ division: 0, changed: false });
    const late = await masks.need({ siteId: 'v2', tier: 3, quantity: 60, countsFrom });
    const post = await masks.need({ siteId: 'gate', tier: 1, quantity: 20, countsFrom: deps.time });
    await masks.divide();
    expect(await masks.held(post)).toEqual({ a: 20 });
    expect([await masks.line(early), await masks.line(late)]).toMatchObject([
      { holds: [], rationale: 0 },
      { holds: [], rationale: 0 },
    ]);
    deps.time = countsFrom;
    await masks.divide();
    expect([await masks.held(early), await masks.held(late)]).toEqual([{ a: 20 }, { a: 20 }]);
    // What counts is divided again at once: no wave is waited for twice.
    await masks.adjust('a', 20);
    await masks.divide();
    expect([await masks.held(early), await masks.held(late)]).toEqual([{ a: 30 }, { a: 30 }]);
    expect(await masks.unsettled()).toEqual([]);
    deps.time = before;
  });

  it('forgets a cancelled line, even one that still waited for its wave', async () => {
    const masks = countyOf(deps, 'masks-10');
    await masks.item();
    const waiting = await masks.need({ siteId: 'v1', tier: 3, quantity: 10, countsFrom: '2022-05-12T01:30:00.000Z' });
    await masks.cancel(waiting);
    await masks.divide();
    expect(await masks.pointers()).toEqual([]);
  });

  it('forgets a cancelled line', async () => {
    const masks = countyOf(deps, 'masks-7');
    await masks.item();
    await masks.lot('a', 10);
    const [first, second] = [
      await masks.need({ siteId: 'v1', tier: 3, quantity: 10 }),
      await masks.need({ siteId: 'v2', tier: 3, quantity: 10 }),
    ];
    await masks.divide();
    await masks.cancel(first);
    await masks.divide();
    expect(await masks.held(second)).toEqual({ a: 10 });
    expect((await masks.pointers()).map(({ lineId }) => lineId)).toEqual([second]);
  });

  it('keeps what it rested on: the rationale replays to the same answer', async () => {
    const masks = countyOf(deps, 'masks-8');
    await masks.item({ reserve: 7 });
    await masks.lot('a', 50, { useBy: '2022-05-14' });
    await masks.lot('b', 31, { designation: { to: 'sites', siteIds: ['v2', 'v3'] } });
    const needs = await Promise.all(
      ([1, 2, 3, 3] as const).map((tier, i) => masks.need({ siteId: `v${i}`, tier, quantity: 30 })),
    );
    const { division } = await masks.divide();
    const parts = await readRationale(deps, COUNTY, 'masks-8', division);
    expect(parts).toMatchObject([{ at: deps.time, policy: { version: 0, handlingMinutes: 60 }, part: 0, parts: 1 }]);
    const again = apportion(inputOf(parts));
    const held = Object.fromEntries(await Promise.all(needs.map(async (id) => [id, await masks.held(id)] as const)));
    for (const id of needs)
      expect(held[id]).toEqual(
        Object.fromEntries(
          again.grants.filter(({ lineId }) => lineId === id).map(({ lotId, quantity }) => [lotId, quantity]),
        ),
      );
    expect(again.withheld).toBe(parts[0]?.withheld);
  });

  it('takes away balances that are exhausted, and nothing else', async () => {
    const masks = countyOf(deps, 'masks-empty');
    await masks.item();
    await masks.lot('a', 30);
    await masks.lot('b', 30);
    await masks.adjust('b', -10);
    const village = await masks.need({ siteId: 'v1', tier: 3, quantity: 40 });
    await masks.divide();
    for (const step of ['pick', 'dispatch'] as const) await masks[step](village, 'con_1');
    expect(await masks.balance('a')).toMatchObject({ onHand: 0, held: 0, free: 0 });
    const { division } = await masks.divide();
    expect([await masks.balance('a'), await masks.balance('b')]).toMatchObject([undefined, { onHand: 10 }]);
    expect(await masks.divide()).toEqual({ division, changed: false });
    await masks.receive(village, 40);
    expect(await masks.sound()).toEqual([]);
  });

  it('takes away exhausted balances of an item that nobody waits for, more than one transaction holds', async () => {
    const masks = countyOf(deps, 'masks-many-empty');
    await masks.item();
    for (let n = 0; n < 120; n += 1) {
      await masks.lot(`lot-${n}`, 1);
      await masks.adjust(`lot-${n}`, -1);
    }
    expect(await masks.divide()).toEqual({ division: 2, changed: true });
    expect((await masks.rows()).map(({ SK }) => SK)).toEqual(['HEAD', 'META']);
  });

  it('leaves an exhausted balance that goods come onto while it is divided', async () => {
    const masks = countyOf(deps, 'masks-11');
    await masks.item();
    await masks.lot('a', 10);
    await masks.adjust('a', -10);
    let came = false;
    const send = async (command: object): Promise<unknown> => {
      if (command instanceof TransactWriteCommand && !came) {
        came = true;
        await masks.adjust('a', 7);
      }
      return deps.dynamo.send(command as never);
    };
    const slow = { ...deps, dynamo: Object.assign(Object.create(deps.dynamo), { send }) };
    expect(await divide(slow, COUNTY, 'masks-11')).toEqual({ division: 0, changed: false });
    expect([came, await masks.balance('a')]).toMatchObject([true, { onHand: 7, free: 7 }]);
  });
});
