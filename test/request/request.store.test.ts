import { beforeEach, describe, expect, it } from 'vitest';
import { decide } from '../../functions/approval/approval.store.ts';
import type { Draft } from '../../functions/request/intake.ts';
import { lineRow, openOf, openRow, replanned } from '../../functions/request/line.ts';
import { cancelRequest, submitRequest } from '../../functions/request/request.store.ts';
import { requestRow } from '../../functions/request/request.ts';
import { replace } from '../../functions/shared/actions.ts';
import { systemActor } from '../../functions/shared/actor.ts';
import { commit } from '../../functions/shared/commit.store.ts';
import { doOnce } from '../../functions/shared/once.store.ts';
import { everyIndexed, get, getAll, ofType, partition } from '../../functions/shared/table.store.ts';
import { availableAt, balanceRow, holdDelta, openBalance } from '../../functions/stock/balance.ts';
import { killedAnywhere } from '../support/crash.ts';
import {
  aLine,
  anew,
  approver,
  aRequest,
  COUNTY,
  clerk,
  freshPost,
  furnish,
  keys,
  put,
  stored,
} from '../support/need.ts';
import { useTable } from '../support/table.ts';

const deps = useTable();
let here = '';
beforeEach(async () => {
  here = await freshPost(deps);
});
const ask = (quantity = 6): Draft => ({
  siteId: here,
  recipients: 'post',
  needBy: '2022-05-13T01:00:00Z',
  reason: 'stock runs out tonight',
  lines: [{ itemId: 'mask', quantity, unit: '盒' }],
});
const onShelf = (lotId: string) =>
  get(deps, balanceRow, availableAt({ county: COUNTY, itemId: 'mask', lotId, placeId: 'warehouse' }));

/** An approved request of one line that holds 100 of each lot. */
const planned = async (lotIds: readonly string[]): Promise<string> => {
  const id = deps.ids.next('req');
  const holds = lotIds.map((lotId) => ({ lotId, placeId: 'warehouse', quantity: 100 }));
  const open = aLine({ requestId: id, status: 'open', approved: 100 * lotIds.length, quantity: 100 * lotIds.length });
  const line = replanned(open, holds, 3);
  await put(deps, requestRow, aRequest({ id, status: 'approved' }));
  await put(deps, lineRow, line);
  await put(deps, openRow, openOf(line));
  const place = { county: COUNTY, itemId: 'mask', placeId: 'warehouse' };
  for (const lotId of lotIds)
    await commit(deps, {
      actor: systemActor(COUNTY),
      now: deps.time,
      actions: [
        openBalance({
          ...place,
          lotId,
          status: 'available',
          onHand: 150,
          designation: { to: 'all' },
          source: 'existing',
        }),
      ],
      news: [],
    });
  for (const lotId of lotIds)
    await commit(deps, {
      actor: systemActor(COUNTY),
      now: deps.time,
      actions: [holdDelta({ ...place, lotId }, 100)],
      news: [],
    });
  return id;
};
const lots = (n: number) => Array.from({ length: n }, () => deps.ids.next('lot'));

describe('submitting', () => {
  it('leaves a request that is to be assessed, and says who asked', async () => {
    await furnish(deps);
    const id = await submitRequest(deps, clerk, anew(), ask());
    const { request, lines, events } = await stored(deps, id);
    expect(request).toMatchObject({
      status: 'submitted',
      start: deps.time,
      attempt: 1,
      tier: 1,
      coverDays: 3,
      askedBy: 'clerk-1',
      estimatedFen: 30_000,
      needBy: '2022-05-13T01:00:00.000Z',
    });
    expect(lines).toMatchObject([{ id: `${id}.01`, status: 'submitted', quantity: 300, approved: 0 }]);
    expect(events).toEqual(['RequestSubmitted']);
  });

  it('compares with need that is open, and remembers what was confirmed', async () => {
    await furnish(deps);
    await expect(submitRequest(deps, clerk, anew(), ask(7))).rejects.toMatchObject({ code: 'odd-quantity' });
    const id = await submitRequest(deps, clerk, anew(), { ...ask(7), confirmed: true });
    expect((await stored(deps, id)).request.odd).toMatchObject([{ n: 1, code: 'over-norm' }]);
  });

  it('is one request however often it is sent with the same key', async () => {
    await furnish(deps);
    const once = anew();
    const send = () => doOnce(deps, clerk, once, () => submitRequest(deps, clerk, once, ask()));
    const ids = await Promise.all([send(), send(), send()]);
    expect(new Set(ids).size).toBe(1);
  });

  it('is one request wherever its process is killed', async () => {
    await furnish(deps);
    const kills = await killedAnywhere(
      deps,
      async () => {
        here = await freshPost(deps);
        return anew();
      },
      (alive, once) => doOnce(alive, clerk, once, () => submitRequest(alive, clerk, once, ask())),
      async (once) => {
        const id = await doOnce(deps, clerk, once, () => Promise.reject(new Error('It was not done')));
        expect((await stored(deps, id)).lines).toHaveLength(1);
      },
    );
    expect(kills).toBeGreaterThan(8);
  });

  it('changes nothing when it is refused', async () => {
    await furnish(deps);
    const all = () => everyIndexed(deps, { index: 'GSI1', at: keys.queue('request.start') });
    const before = await all();
    await expect(submitRequest(deps, clerk, anew(), { ...ask(), siteId: 'nowhere' })).rejects.toMatchObject({
      status: 422,
    });
    expect(await all()).toEqual(before);
  });
});

describe('cancelling', () => {
  it('gives the planned goods back in the same transaction, and leaves the open pointer to the apportionment', async () => {
    const [lotId = ''] = lots(1);
    const id = await planned([lotId]);
    await cancelRequest(deps, clerk, anew(), id, { reason: 'the post is closed' });
    expect(await onShelf(lotId)).toMatchObject({ onHand: 150, held: 0, free: 150 });
    const { request, lines, events } = await stored(deps, id);
    expect(request.status).toBe('cancelled');
    expect(lines).toMatchObject([{ status: 'cancelled', holds: [] }]);
    expect(events).toEqual(['RequestCancelled']);
    const pointers = ofType(openRow, await partition(deps, keys.item('mask').PK, 'OPEN#'));
    expect(pointers.filter(({ requestId }) => requestId === id)).toHaveLength(1);
  });

  it('gives back 20 lots of a line in one transaction', async () => {
    const ids = lots(20);
    const id = await planned(ids);
    await cancelRequest(deps, clerk, anew(), id, { reason: 'the post is closed' });
    for (const lotId of ids) expect(await onShelf(lotId)).toMatchObject({ held: 0 });
  });

  it('of 20 lines on 100 balances gives back what one transaction holds, and leaves the rest to the apportionment', async () => {
    const id = deps.ids.next('req');
    await put(deps, requestRow, aRequest({ id, status: 'approved', lines: 20 }));
    const held = { county: COUNTY, placeId: 'warehouse', onHand: 10, held: 10, free: 0, division: 1 } as const;
    const balances = [];
    for (let n = 1; n <= 20; n += 1) {
      const holds = lots(5).map((lotId) => ({ lotId, placeId: 'warehouse', quantity: 10 }));
      const itemId = `item-${n}`;
      await put(deps, lineRow, aLine({ requestId: id, n, itemId, status: 'open', approved: 50, holds }));
      for (const { lotId } of holds)
        balances.push(
          await put(deps, balanceRow, {
            ...held,
            itemId,
            lotId,
            status: 'available',
            designation: { to: 'all' },
            source: 'existing',
          }),
        );
    }
    await cancelRequest(deps, clerk, anew(), id, { reason: 'the post is closed' });
    const { lines } = await stored(deps, id);
    const after = await getAll(deps, balanceRow, balances.map(balanceRow.keyOf));
    const stillHeld = after.reduce((sum, balance) => sum + balance.held, 0);
    expect(lines.every(({ status }) => status === 'cancelled')).toBe(true);
    expect(stillHeld).toBe((100 - 77) * 10);
    expect(lines.flatMap(({ holds }) => holds).reduce((sum, { quantity }) => sum + quantity, 0)).toBe(stillHeld);
  });

  it('tells a machine that waits', async () => {
    const wait = { token: 't', status: 'submitted', execution: 'x', round: 1 };
    const id = deps.ids.next('req');
    await put(deps, requestRow, aRequest({ id, wait }));
    await put(deps, lineRow, aLine({ requestId: id }));
    await cancelRequest(deps, clerk, anew(), id, { reason: 'a mistake' });
    const { request } = await stored(deps, id);
    expect(request.wait).toBeUndefined();
    expect(request.resume).toEqual({ token: 't', round: 1, since: deps.time });
  });

  it('of an unknown request is a 404', async () => {
    await expect(cancelRequest(deps, clerk, anew(), 'req_none', { reason: 'x' })).rejects.toMatchObject({
      status: 404,
      code: 'unknown-request',
    });
  });

  it('of another county’s request is a 404', async () => {
    const id = await planned(lots(1));
    const stranger = { ...clerk, county: '632324' };
    await expect(cancelRequest(deps, stranger, anew(), id, { reason: 'x' })).rejects.toMatchObject({ status: 404 });
  });

  it('and deciding at the same moment never leave half of either', async () => {
    await furnish(deps);
    for (let i = 0; i < 10; i += 1) {
      const id = await submitRequest(deps, clerk, anew(), ask());
      const [cancelled, decided] = await Promise.allSettled([
        cancelRequest(deps, clerk, anew(), id, { reason: 'a mistake' }),
        decide(deps, approver, anew('approver-1'), id, { outcome: 'approved' }),
      ]);
      const { request, lines } = await stored(deps, id);
      const pointers = ofType(openRow, await partition(deps, keys.item('mask').PK, 'OPEN#'));
      const open = pointers.filter(({ requestId }) => requestId === id).length;
      // What was approved a moment ago may still be cancelled; what was cancelled cannot be approved.
      expect(cancelled.status).toBe('fulfilled');
      expect([request.status, lines[0]?.status]).toEqual(['cancelled', 'cancelled']);
      expect(open).toBe(decided.status === 'fulfilled' ? 1 : 0);
    }
  });

  it('and picking at the same moment never leave picked goods of a cancelled request', async () => {
    for (let i = 0; i < 10; i += 1) {
      const [lotId = ''] = lots(1);
      const id = await planned([lotId]);
      const { lines } = await stored(deps, id);
      const line = lines[0] ?? aLine();
      await Promise.allSettled([
        cancelRequest(deps, clerk, anew(), id, { reason: 'a mistake' }),
        commit(deps, {
          actor: systemActor(COUNTY),
          now: deps.time,
          actions: [replace(lineRow, { ...line, holds: line.holds.map((h) => ({ ...h, consignmentId: 'con_1' })) })],
          news: [],
        }),
      ]);
      const after = await stored(deps, id);
      const shelf = await onShelf(lotId);
      const held = after.lines[0]?.holds.reduce((sum, { quantity }) => sum + quantity, 0);
      expect(shelf?.held).toBe(held);
      expect([after.request.status, held]).toEqual(
        after.request.status === 'cancelled' ? ['cancelled', 0] : ['approved', 100],
      );
    }
  });
});
