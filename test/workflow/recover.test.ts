import { beforeAll, describe, expect, it } from 'vitest';
import { countyRow } from '../../functions/catalogue/county.ts';
import { itemRow } from '../../functions/catalogue/item.ts';
import { consignmentRow } from '../../functions/delivery/consignment.ts';
import { requestRow } from '../../functions/request/request.ts';
import { get } from '../../functions/shared/table.store.ts';
import { startExecution } from '../../functions/workflow/duties.store.ts';
import { type RecoverDeps, recoverInput, recoverPage } from '../../functions/workflow/recover.store.ts';
import { firstAttemptSince } from '../../functions/workflow/timeline.ts';
import { recoverWhole } from '../../local/recovery.ts';
import { MACHINES, useMachines } from '../support/machines.ts';
import { aConsignment, aRequest, COUNTY, keys, mask, put, stored } from '../support/need.ts';
import { useTable } from '../support/table.ts';

const table = useTable();
const { workflows, executions } = useMachines();
const RECOVERY = '2022-05-12T01:00:00.000Z';
const divided: string[] = [];
const deps: RecoverDeps = Object.assign(table, {
  log: { info: () => {}, warn: () => {}, error: () => {} },
  divide: async (_: string, itemId: string) => divided.push(itemId),
});
const page = (given: unknown) => recoverPage(deps, recoverInput.parse(given));
const request = async (change = {}) => {
  const id = table.ids.next('req');
  await put(table, requestRow, aRequest({ id, ...change }));
  return id;
};
const wait = { token: 'old', status: 'submitted', execution: 'x', round: 3 };

beforeAll(async () => {
  await put(table, countyRow, { county: COUNTY });
  await put(table, countyRow, { county: '632324' });
  await put(table, itemRow, mask());
  await put(table, itemRow, mask({ county: '632324', id: 'gloves' }));
});

describe('a recovery', () => {
  it('gives a new execution to every row whose workflow has not ended, and to no other', async () => {
    const waiting = await request({ wait });
    const failed = await request({ status: 'approved', failure: { error: 'x', cause: 'y', at: RECOVERY } });
    const owed = await request({ status: 'approved', resume: { token: 'old', round: 1, since: RECOVERY } });
    const unstarted = await request({ start: RECOVERY });
    const over = await request({ status: 'closed' });
    const arrived = await put(table, consignmentRow, aConsignment({ id: 'con_2', status: 'received' }));
    const done = await recoverWhole(page);
    expect(done).toMatchObject({ raised: 5, divided: 2, failed: [] });
    for (const id of [waiting, failed, owed, unstarted]) {
      const { request: row, events } = await stored(table, id);
      expect(row).toMatchObject({ attempt: firstAttemptSince(table.time), start: table.time });
      expect([row.wait, row.resume, row.failure]).toEqual([undefined, undefined, undefined]);
      expect(events).toEqual(['WorkflowRecovered']);
    }
    expect((await stored(table, over)).request).toMatchObject({ attempt: 1, version: 1 });
    expect((await get(table, consignmentRow, keys.consignment(arrived.id)))?.start).toBe(table.time);
    expect(divided).toEqual(expect.arrayContaining(['mask', 'gloves']));
  });

  it('never names an execution that the lost life may have had', async () => {
    const id = await request();
    // After the moment that was restored, the lost life retried it; the cloud remembers that name for months.
    executions.set(`${id}-2`, { machine: undefined, input: undefined as never });
    await recoverWhole(page);
    await startExecution({ ...table, workflows, machines: MACHINES }, { kind: 'request', county: COUNTY, id });
    expect(executions.get(`${id}-${firstAttemptSince(table.time)}`)?.input).toMatchObject({ status: 'submitted' });
  });

  it('goes on where it was cut off and raises nothing twice; another one raises again', async () => {
    const id = await request();
    const first = await recoverWhole(page);
    const attempt = async () => (await stored(table, id)).request.attempt;
    const before = await attempt();
    expect(await recoverWhole(page, { recovery: first.recovery })).toMatchObject({ raised: 0 });
    expect(await attempt()).toBe(before);
    table.time = '2022-05-12T01:00:05.000Z';
    expect((await recoverWhole(page)).raised).toBeGreaterThan(0);
    expect(await attempt()).toBe(before + 5);
  });

  it('comes by every row, page by page', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 60; n += 1) ids.push(await request());
    table.time = '2022-05-12T01:00:10.000Z';
    const pages: string[][] = [];
    await recoverWhole(page, { told: ({ raised }) => pages.push([...raised]) });
    expect(pages.flat()).toEqual(expect.arrayContaining(ids));
    expect(new Set(pages.flat()).size).toBe(pages.flat().length);
    expect(Math.max(...pages.map((one) => one.length))).toBe(50);
  });

  it('passes by a row that cannot be read, and says which', async () => {
    const bad = await request();
    const good = await request();
    await put(
      table,
      { ...requestRow, store: (row) => ({ ...requestRow.store(row), needBy: 7 }) },
      aRequest({ id: bad }),
    );
    table.time = '2022-05-12T01:00:20.000Z';
    const { failed } = await recoverWhole(page);
    expect(failed).toEqual([{ what: `request ${bad}`, error: expect.stringContaining('needBy') }]);
    expect((await stored(table, good)).request.attempt).toBe(firstAttemptSince(table.time));
    await put(table, requestRow, aRequest({ id: bad, status: 'closed' }));
  });
});
