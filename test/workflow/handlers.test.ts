import { marshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { divide } from '../../functions/allocation/divide.store.ts';
import { create as assess } from '../../functions/approval/assess.handler.ts';
import { create as escalate } from '../../functions/approval/escalate.handler.ts';
import { countyRow } from '../../functions/catalogue/county.ts';
import { siteRow } from '../../functions/catalogue/site.ts';
import { create as remindOfDelivery } from '../../functions/delivery/remind.handler.ts';
import { create as settle } from '../../functions/delivery/settle.handler.ts';
import { lineRow, plannedQuantity } from '../../functions/request/line.ts';
import { create as remind } from '../../functions/request/remind.handler.ts';
import { cancelRequest, submitRequest } from '../../functions/request/request.store.ts';
import { requestRow } from '../../functions/request/request.ts';
import type { RowType } from '../../functions/shared/row.ts';
import { balanceRow } from '../../functions/stock/balance.ts';
import { create as awaiting } from '../../functions/workflow/await.handler.ts';
import { create as failing } from '../../functions/workflow/fail.handler.ts';
import { create as sweeping } from '../../functions/workflow/sweep.handler.ts';
import { create as waking } from '../../functions/workflow/wake.handler.ts';
import { MACHINE_VARIABLES, MACHINES, useMachines } from '../support/machines.ts';
import { anew, COUNTY, checkpoint, clerk, furnish, put, stored } from '../support/need.ts';
import { useTable } from '../support/table.ts';

const table = useTable();
const { workflows, executions, answers } = useMachines();
const aws = () => ({ dynamo: table.dynamo, workflows });

/** What the template gives a function; the clock of a rehearsal that is so many minutes ahead of the wall's. */
const env = (minutesAhead = 0) => ({
  TABLE_NAME: table.table,
  ...MACHINE_VARIABLES,
  REHEARSAL_CLOCK: `${new Date(Date.now() - 60_000).toISOString()} ${1 + minutesAhead}`,
});

const asked = async (siteId: string): Promise<string> => {
  await furnish(table);
  await put(table, siteRow, checkpoint({ id: siteId }));
  await put(table, siteRow, checkpoint({ id: 'warehouse', kind: 'warehouse' }));
  await put(table, countyRow, { county: COUNTY });
  await put(table, balanceRow, {
    county: COUNTY,
    itemId: 'mask',
    lotId: table.ids.next('lot'),
    placeId: 'warehouse',
    status: 'available',
    onHand: 1000,
    held: 0,
    free: 1000,
    designation: { to: 'all' },
    source: 'existing',
    division: 0,
  });
  table.time = new Date().toISOString();
  return submitRequest(table, clerk, anew(), {
    siteId,
    recipients: 'post',
    needBy: new Date(Date.now() + 86_400_000).toISOString(),
    reason: 'stock runs out tonight',
    lines: [{ itemId: 'mask', quantity: 6, unit: '盒' }],
  });
};
const record = <T>(type: RowType<T>, row: T): DynamoDBRecord => ({
  dynamodb: {
    SequenceNumber: '1',
    NewImage: JSON.parse(JSON.stringify(marshall(type.store(row), { removeUndefinedValues: true }))),
  },
});
const consignments = () => [...executions].filter(([, { machine }]) => machine === MACHINES.consignment);

describe('the functions of the workflow', () => {
  it('by the sweep alone, without one record of the stream, carry a request to a consignment', async () => {
    const id = await asked('post-1');
    await sweeping(env(1), aws())();
    const started = executions.get(`${id}-1`)?.input;
    expect(await assess(env(), aws())(started)).toMatchObject({ status: 'approved' });
    for (const minute of [2, 3, 4]) await sweeping(env(minute), aws())();
    expect((await stored(table, id)).lines.map(plannedQuantity)).toEqual([300]);
    expect(consignments()).toMatchObject([[expect.any(String), { input: { status: 'planned' } }]]);
  });

  it('by the stream, start the request, wait for it to move, and tell the machine of it', async () => {
    const id = await asked('post-2');
    const wake = waking(env(), aws());
    await wake({ Records: [record(requestRow, (await stored(table, id)).request)] });
    const started = executions.get(`${id}-1`)?.input;
    const progress = await assess(env(), aws())(started);
    await awaiting(env(), aws())({ progress, token: 'until-received', execution: `${id}-1` });
    expect((await stored(table, id)).request.wait).toMatchObject({ token: 'until-received', status: 'approved' });
    await cancelRequest(table, clerk, anew(), id, { reason: 'the post is closed' });
    await wake({ Records: [record(requestRow, (await stored(table, id)).request)] });
    expect(answers.get('until-received')).toMatchObject({ status: 'cancelled', round: 1 });
  });

  it('by the stream, open a consignment for front-line goods as soon as they are planned', async () => {
    const id = await asked('post-3');
    await assess(env(), aws())({ ...progressOf(id), status: 'submitted' });
    await divide(table, COUNTY, 'mask');
    const [line] = (await stored(table, id)).lines;
    if (line === undefined) throw new Error('No line');
    expect(await waking(env(), aws())({ Records: [record(lineRow, line)] })).toEqual({ batchItemFailures: [] });
    await sweeping(env(1), aws())();
    expect(consignments().length).toBeGreaterThan(0);
  });

  it('escalate, remind and record what failed, each from what a machine hands over', async () => {
    const id = await asked('post-4');
    const at = { ...progressOf(id), status: 'submitted' };
    expect(await escalate(env(), aws())(at)).toMatchObject({ status: 'submitted', round: 1 });
    expect(await remind(env(), aws())({ ...at, status: 'approved' })).toMatchObject({ status: 'submitted' });
    await failing(env(), aws())({ ...at, error: { Error: 'AssertionError', Cause: 'no' } });
    expect((await stored(table, id)).request.failure).toMatchObject({ error: 'AssertionError', cause: 'no' });
  });

  it('take nothing that is no progress', async () => {
    for (const task of [assess, escalate, remind, remindOfDelivery, settle, awaiting, failing])
      expect(() => task(env(), aws())({ id: 'req_1' })).toThrow(expect.objectContaining({ name: 'ZodError' }));
  });

  it('do not start without their environment', () => {
    expect(() => waking({ TABLE_NAME: 'x' }, aws())).toThrow('MACHINE_REQUEST');
  });
});

const progressOf = (id: string) => ({ kind: 'request', county: COUNTY, id, attempt: 1, round: 0, secondsLeft: 1 });
