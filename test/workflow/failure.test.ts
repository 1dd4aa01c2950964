import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { consignmentRow } from '../../functions/delivery/consignment.ts';
import { requestRow } from '../../functions/request/request.ts';
import { plusMinutes } from '../../functions/shared/clock.ts';
import { everyIndexed, get } from '../../functions/shared/table.store.ts';
import { failureInput, recordFailure, restartLost } from '../../functions/workflow/failure.store.ts';
import { retryWorkflow } from '../../functions/workflow/retry.store.ts';
import { killedAnywhere } from '../support/crash.ts';
import { aConsignment, anew, approver, aRequest, COUNTY, keys, put, stored } from '../support/need.ts';
import { useTable } from '../support/table.ts';

const table = useTable();
const quiet = () => ({ ...table, clock: table.clock, log: { info: () => {}, warn: () => {}, error: () => {} } });
const row = async (change = {}) => {
  const id = table.ids.next('req');
  await put(table, requestRow, aRequest({ id, ...change }));
  return id;
};
const given = (id: string, change = {}) =>
  failureInput.parse({
    kind: 'request',
    county: COUNTY,
    id,
    attempt: 1,
    round: 2,
    status: 'submitted',
    secondsLeft: 1,
    error: { Error: 'AssertionError', Cause: JSON.stringify({ errorMessage: 'more than was approved', trace: [] }) },
    ...change,
  });
const wait = { token: 't', status: 'submitted', execution: 'x', round: 1 };

describe('an execution that gives up', () => {
  it('leaves what failed on the row, in a queue that staff see', async () => {
    const id = await row({ wait });
    await recordFailure(quiet(), given(id));
    const { request, events } = await stored(table, id);
    expect(request.failure).toEqual({ error: 'AssertionError', cause: 'more than was approved', at: table.time });
    expect([request.wait, events]).toEqual([undefined, ['WorkflowFailed']]);
    const failed = await everyIndexed(table, { index: 'GSI1', at: keys.queue('request.failed') });
    expect(failed.map((found) => found['id'])).toContain(id);
  });

  it('is retried by a person with a new attempt', async () => {
    const id = await row();
    await recordFailure(quiet(), given(id));
    await retryWorkflow(table, approver, anew('approver-1'), 'request', id);
    const { request, events } = await stored(table, id);
    expect(request).toMatchObject({ attempt: 2, start: table.time });
    expect([request.failure, events]).toEqual([undefined, ['WorkflowFailed', 'WorkflowRetried']]);
    // What the old execution has to say comes too late.
    await recordFailure(quiet(), given(id));
    expect((await stored(table, id)).request.failure).toBeUndefined();
  });

  it('is retried by nobody who sees no failure, or none of this county', async () => {
    const id = await row();
    const retry = (who: typeof approver) => retryWorkflow(table, who, anew('approver-1'), 'request', id);
    await expect(retry(approver)).rejects.toMatchObject({ status: 409, code: 'not-failed' });
    const elsewhere = { ...approver, county: '632324' };
    await expect(retry(elsewhere)).rejects.toMatchObject({ status: 404, code: 'unknown-request' });
  });

  it('takes nothing from a request that has ended', async () => {
    const id = await row({ status: 'closed' });
    await recordFailure(quiet(), given(id));
    expect((await stored(table, id)).request.failure).toBeUndefined();
  });

  it('shows on a consignment whose receipt could not be settled: that has yet to close needs', async () => {
    const id = table.ids.next('con');
    await put(table, consignmentRow, aConsignment({ id, status: 'received' }));
    await recordFailure(quiet(), given(id, { kind: 'consignment', status: 'received' }));
    expect((await get(table, consignmentRow, keys.consignment(id)))?.failure).toMatchObject({
      error: 'AssertionError',
    });
  });

  it('keeps of a cause what can be read in a list', async () => {
    const id = await row();
    await recordFailure(quiet(), given(id, { error: { Error: 'States.Runtime', Cause: 'x'.repeat(20_000) } }));
    expect((await stored(table, id)).request.failure?.cause).toHaveLength(500);
  });

  it('is recorded once, wherever that is killed', async () => {
    const kills = await killedAnywhere(
      quiet(),
      () => row({ wait }),
      (alive, id) => recordFailure(alive, given(id)),
      async (id) => expect((await stored(table, id)).events).toEqual(['WorkflowFailed']),
    );
    expect(kills).toBeGreaterThan(2);
  });
});

describe('a row that waits long after its deadline', () => {
  const late = { dueAt: plusMinutes(table.time, -31), wait };

  it('has lost its execution and gets a new one', async () => {
    const id = await row(late);
    expect(await restartLost(quiet(), COUNTY, 'request')).toEqual([id]);
    const { request, events } = await stored(table, id);
    expect(request).toMatchObject({ attempt: 2, start: table.time, dueAt: table.time });
    expect([request.wait, events]).toEqual([undefined, ['WorkflowRestarted']]);
  });

  it('is given time before it is restarted again', async () => {
    const id = await row(late);
    await restartLost(quiet(), COUNTY, 'request');
    const started = (await stored(table, id)).request;
    await put(table, requestRow, { ...started, start: undefined });
    expect(await restartLost(quiet(), COUNTY, 'request')).toEqual([]);
    const later = { ...quiet(), clock: { now: () => plusMinutes(table.time, 31) } };
    expect(await restartLost(later, COUNTY, 'request')).toContain(id);
  });

  it.each([
    ['whose deadline is not so long ago', { ...late, dueAt: plusMinutes(table.time, -29) }],
    ['whose start is to be sent', { ...late, start: table.time }],
    ['whose resume is to be sent', { ...late, resume: { token: 't', round: 1, since: table.time } }],
    ['that failed and waits for a person', { ...late, failure: { error: 'x', cause: 'y', at: table.time } }],
    ['that has ended', { ...late, status: 'closed' }],
  ])('is left alone %s', async (_what, change) => {
    const id = await row(change);
    const { version } = (await stored(table, id)).request;
    await restartLost(quiet(), COUNTY, 'request');
    expect((await stored(table, id)).request.version).toBe(version);
  });

  it('is left alone where the index still shows it as waiting, and the row no longer does', async () => {
    const id = await row(late);
    const lagging = {
      ...quiet(),
      dynamo: Object.assign(Object.create(table.dynamo), {
        send: async (command: never) => {
          const reply = await table.dynamo.send(command);
          if (Object(command) instanceof QueryCommand) await recordFailure(quiet(), given(id));
          return reply;
        },
      }),
    };
    expect(await restartLost(lagging, COUNTY, 'request')).not.toContain(id);
    expect((await stored(table, id)).request.attempt).toBe(1);
  });

  it('is restarted once by two sweeps at the same moment', async () => {
    const id = await row(late);
    const both = await Promise.all([restartLost(quiet(), COUNTY, 'request'), restartLost(quiet(), COUNTY, 'request')]);
    expect(both.flat().filter((found) => found === id)).toHaveLength(1);
    expect((await stored(table, id)).request.attempt).toBe(2);
  });
});
