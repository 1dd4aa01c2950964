import { beforeAll, describe, expect, it } from 'vitest';
import { consignmentOf, openConsignment } from '../../functions/delivery/consignment.store.ts';
import { consignmentRow, gatheringRow } from '../../functions/delivery/consignment.ts';
import { dispatch } from '../../functions/delivery/dispatch.store.ts';
import { startPicking } from '../../functions/delivery/picking.store.ts';
import { remind } from '../../functions/delivery/remind.store.ts';
import { viewConsignment } from '../../functions/delivery/view.store.ts';
import { replace } from '../../functions/shared/actions.ts';
import { plusMinutes } from '../../functions/shared/clock.ts';
import { get } from '../../functions/shared/table.store.ts';
import { MAX_ROUNDS, type Progress } from '../../functions/workflow/progress.ts';
import { retryWorkflow } from '../../functions/workflow/retry.store.ts';
import { useTable } from '../support/table.ts';
import { anew, COUNTY, countyOn, keys, storekeeper } from './county.ts';

const deps = useTable();
const county = countyOn(deps);

const opened = async (site: string): Promise<string> => {
  await county.site(site);
  await county.need({ requestId: `${site}-x`, siteId: site, approved: 10, planned: { a: 10 } });
  return (await openConsignment(deps, storekeeper, { fromId: 'store', toId: site }, anew())).id;
};
const rowOf = (id: string) => consignmentOf(deps, COUNTY, id);
const progressOf = async (id: string, rest: Partial<Progress> = {}): Promise<Progress> => {
  const { attempt, status } = await rowOf(id);
  return { kind: 'consignment', county: COUNTY, id, attempt, round: 1, status, secondsLeft: 1, ...rest };
};
const waiting = async (id: string): Promise<void> => {
  const row = await rowOf(id);
  const wait = { token: 'token', status: row.status, execution: `${id}-1`, round: 1 };
  await county.write(replace(consignmentRow, { ...row, wait }));
};

beforeAll(async () => {
  await county.site('store', 'warehouse', 0);
  await county.item('mask');
  await county.shelf('a', 1000);
});

describe('a passed deadline', () => {
  it('is said on the consignment, and the next one set; again is nothing new', async () => {
    const id = await opened('m1');
    await waiting(id);
    const progress = await progressOf(id);
    const { dueAt } = await rowOf(id);
    deps.time = plusMinutes(dueAt, 1);
    const [first, second] = [await remind(deps, progress), await remind(deps, progress)];
    // Residents’ goods: eight hours to start picking, once more from now.
    expect(first).toEqual({ ...progress, round: 2, status: 'planned', secondsLeft: 480 * 60 });
    expect(second).toEqual(first);
    const view = await viewConsignment(deps, COUNTY, id);
    expect(view.events.map(({ name }) => name)).toEqual(['ConsignmentOpened', 'PickingOverdue']);
    expect(view.next).toMatchObject({ overdue: true, reminders: 1 });
    const { wait, resume } = await rowOf(id);
    expect([wait, resume]).toEqual([undefined, undefined]);
  });

  it('is different at each status', async () => {
    const id = await opened('m2');
    await startPicking({ ...deps, divide: county.divide }, storekeeper, anew(), id);
    deps.time = plusMinutes((await rowOf(id)).dueAt, 1);
    await remind(deps, await progressOf(id));
    await dispatch(deps, storekeeper, anew(), id, { carrier: '乡镇干部', vehicle: '青D12345' });
    expect((await rowOf(id)).reminders).toBe(0);
    deps.time = plusMinutes((await rowOf(id)).dueAt, 1);
    await remind(deps, await progressOf(id));
    const { events, next } = await viewConsignment(deps, COUNTY, id);
    expect(events.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['DispatchOverdue', 'ConsignmentDispatched', 'ReceiptOverdue']),
    );
    expect(next.dueAt).toBe(plusMinutes(deps.time, 240));
  });

  it('changes nothing before it has passed, after the consignment has moved on, or for an older execution', async () => {
    const id = await opened('m3');
    const before = await rowOf(id);
    await remind(deps, await progressOf(id));
    const planned = await progressOf(id);
    await startPicking({ ...deps, divide: county.divide }, storekeeper, anew(), id);
    deps.time = plusMinutes(deps.time, 10_000);
    expect(await remind(deps, planned)).toMatchObject({ status: 'picking' });
    const row = await rowOf(id);
    await county.write(replace(consignmentRow, { ...row, attempt: 2 }));
    expect(await remind(deps, { ...planned, status: 'picking' })).toMatchObject({ status: 'superseded' });
    expect(await rowOf(id)).toMatchObject({ reminders: 0, version: before.version + 2 });
  });

  it('raises the attempt when the execution has waited two hundred times', async () => {
    const id = await opened('m4');
    const row = await rowOf(id);
    deps.time = plusMinutes(row.dueAt, 1);
    const last = await progressOf(id, { round: MAX_ROUNDS - 1 });
    expect(await remind(deps, last)).toMatchObject({ status: 'superseded' });
    expect(await rowOf(id)).toMatchObject({ attempt: 2, start: deps.time, reminders: 1, status: 'planned' });
  });

  it('calls off a consignment for which nothing is planned any more', async () => {
    const id = await opened('m5');
    await county.plan('m5-x', 1, {});
    deps.time = plusMinutes((await rowOf(id)).dueAt, 1);
    expect(await remind(deps, await progressOf(id))).toMatchObject({ status: 'cancelled' });
    expect(await get(deps, gatheringRow, keys.gathering('store', 'm5'))).toBeUndefined();
    expect((await viewConsignment(deps, COUNTY, id)).events.at(-1)).toMatchObject({ name: 'ConsignmentCancelled' });
  });
});

describe('a consignment whose machine waits', () => {
  it('owes it a resume as soon as it is picked', async () => {
    const id = await opened('m6');
    await waiting(id);
    await startPicking({ ...deps, divide: county.divide }, storekeeper, anew(), id);
    const { wait, resume } = await rowOf(id);
    expect(wait).toBeUndefined();
    expect(resume).toEqual({ token: 'token', round: 1, since: deps.time });
  });
});

describe('retry', () => {
  it('starts a new attempt of what has failed, and only of that', async () => {
    const id = await opened('m7');
    const retry = () => retryWorkflow(deps, { ...storekeeper, roles: ['approver'] }, anew(), 'consignment', id);
    await expect(retry()).rejects.toMatchObject({ status: 409, code: 'not-failed' });
    const row = await rowOf(id);
    const failure = { error: 'TypeError', cause: 'x', at: deps.time };
    await county.write(replace(consignmentRow, { ...row, failure }));
    expect((await viewConsignment(deps, COUNTY, id)).next.step).toBe('retry');
    await retry();
    const after = await rowOf(id);
    expect(after).toMatchObject({ attempt: 2, start: deps.time, status: 'planned' });
    expect(after.failure).toBeUndefined();
  });
});
