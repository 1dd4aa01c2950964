import { describe, expect, it } from 'vitest';
import { MAX_ACTIONS, Stale, shift } from '../../functions/shared/actions.ts';
import { systemActor } from '../../functions/shared/actor.ts';
import { commit } from '../../functions/shared/commit.store.ts';
import { eventRow } from '../../functions/shared/event.ts';
import { keysOf } from '../../functions/shared/keys.ts';
import { doOnce } from '../../functions/shared/once.store.ts';
import { Problem } from '../../functions/shared/problem.ts';
import { get, ofType, partition } from '../../functions/shared/table.store.ts';
import { availableAt, balanceRow, holdDelta, openBalance } from '../../functions/stock/balance.ts';
import { useTable } from '../support/table.ts';

const deps = useTable();
const actor = systemActor('632323');
const keys = keysOf('632323');
const place = (lotId: string) => ({ county: '632323', itemId: 'mask', lotId, placeId: 'warehouse' });
const shelf = (lotId: string, onHand: number) =>
  openBalance({ ...place(lotId), status: 'available', onHand, designation: { to: 'all' }, source: 'existing' });
const write = (actions: Parameters<typeof commit>[1]['actions'], rest: Partial<Parameters<typeof commit>[1]> = {}) =>
  commit(deps, { actor, now: deps.time, actions, news: [], ...rest });
const onShelf = (lotId: string) => get(deps, balanceRow, availableAt(place(lotId)));

describe('commit', () => {
  it('writes state and event together, or neither', async () => {
    const news = [{ of: keys.lot('a'), version: 1, name: 'GoodsReceived' }];
    await write([shelf('a', 10)], { news });
    await expect(write([shelf('b', 10)], { news })).rejects.toThrow(Stale);
    expect(await onShelf('b')).toBeUndefined();
    expect(ofType(eventRow, await partition(deps, keys.lot('a').PK, 'EVENT#'))).toHaveLength(1);
  });

  it('never holds more than is free', async () => {
    await write([shelf('c', 10)]);
    await write([holdDelta(place('c'), 7)]);
    await expect(write([holdDelta(place('c'), 4)])).rejects.toThrow(Stale);
    expect(await onShelf('c')).toMatchObject({ onHand: 10, held: 7, free: 3 });
  });

  it('never takes held goods off the shelf as free ones', async () => {
    await write([shelf('d', 10)]);
    await write([holdDelta(place('d'), 7)]);
    const refusal = new Problem(409, 'held', 'Only 3 are free.');
    const taken = shift(availableAt(place('d')), { onHand: -4, free: -4 }, () => refusal);
    await expect(write([taken])).rejects.toBe(refusal);
  });

  it('calls what no command may send a mistake of ours, not of the caller', async () => {
    const painted = { ...shelf('f', 1), kind: 'paint' } as never;
    const tooMany = Array.from({ length: MAX_ACTIONS + 1 }, (_, n) => shelf(`g-${n}`, 1));
    for (const actions of [[painted], tooMany]) await expect(write(actions)).rejects.not.toBeInstanceOf(Problem);
    expect(await onShelf('g-0')).toBeUndefined();
  });

  it('runs a command once however often it is sent with the same key', async () => {
    const by = { subject: 's', route: 'POST /x', key: 'key-00001', bodyHash: 'h' };
    const send = (lotId: string, bodyHash = 'h') =>
      doOnce(deps, actor, { ...by, bodyHash }, async () => {
        await write([shelf(lotId, 1)], { once: { by: { ...by, bodyHash }, result: lotId } });
        return lotId;
      });
    expect(await Promise.all([send('e1'), send('e2'), send('e3')]).then((all) => new Set(all).size)).toBe(1);
    await expect(send('e4', 'another body')).rejects.toMatchObject({ status: 422, code: 'key-reused' });
    expect((await Promise.all(['e1', 'e2', 'e3', 'e4'].map(onShelf))).filter(Boolean)).toHaveLength(1);
  });
});
