import { marshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { lineRow } from '../../functions/request/line.ts';
import { requestRow } from '../../functions/request/request.ts';
import type { Key } from '../../functions/shared/keys.ts';
import { wake } from '../../functions/workflow/wake.store.ts';
import { dutiesIn } from '../../functions/workflow/wake.ts';
import { MACHINES, useMachines } from '../support/machines.ts';
import { aLine, aRequest, COUNTY, put, stored } from '../support/need.ts';
import { useTable } from '../support/table.ts';

const table = useTable();
const { workflows, executions, answers } = useMachines();
const opened: string[] = [];
const deps = (
  openForSite = async (county: string, siteId: string, lines: readonly Key[]): Promise<unknown> =>
    opened.push(`${county} ${siteId} ${lines.map(({ SK }) => SK)}`),
) => ({
  ...table,
  clock: table.clock,
  log: { info: () => {}, warn: () => {}, error: () => {} },
  workflows,
  machines: MACHINES,
  openForSite,
});
const hold = { lotId: 'lot_1', placeId: 'warehouse', quantity: 50 };
const record = (SequenceNumber: string, row: Record<string, unknown>): DynamoDBRecord => ({
  eventName: 'MODIFY',
  // Lambda hands over the wire format of the table, as plain JSON.
  dynamodb: {
    SequenceNumber,
    NewImage: JSON.parse(JSON.stringify(marshall(row, { removeUndefinedValues: true }))),
  },
});
const request = async (change = {}) => {
  const row = await put(table, requestRow, aRequest({ id: table.ids.next('req'), ...change }));
  return { id: row.id, image: requestRow.store(row) };
};

describe('what a changed row asks for', () => {
  const front = aLine({ status: 'open', approved: 300, holds: [hold] });

  it('is the consignment of the site, for front-line goods that are planned', () => {
    expect(dutiesIn(lineRow.store(front))).toEqual([
      { do: 'open', county: COUNTY, siteId: 'checkpoint-1', line: lineRow.keyOf(front) },
    ]);
  });

  it.each([
    ['goods of other tiers, which go by waves', { ...front, tier: 2 as const }],
    ['goods that are in picking already', { ...front, holds: [{ ...hold, consignmentId: 'con_1' }] }],
    ['a line that holds nothing', { ...front, holds: [] }],
    ['a line that nobody needs any more', { ...front, status: 'cancelled' as const }],
  ])('is nothing for %s', (_what, line) => {
    expect(dutiesIn(lineRow.store(line))).toEqual([]);
  });

  it('is nothing for rows without duties', () => {
    expect(dutiesIn(requestRow.store(aRequest()))).toEqual([]);
    expect(dutiesIn({ PK: 'x', SK: 'y', type: 'event' })).toEqual([]);
  });
});

describe('the consumer of the stream', () => {
  it('starts what is to be started, resumes what waits, opens what is to be carried', async () => {
    const fresh = await request({ start: table.time });
    const moved = await request({ status: 'approved', resume: { token: 'tok', round: 1, since: table.time } });
    const lines = [1, 2].map((n) => lineRow.store(aLine({ n, status: 'open', approved: 300, holds: [hold] })));
    opened.length = 0;
    const reply = await wake(deps(), [
      record('1', fresh.image),
      record('2', moved.image),
      ...lines.map((line, i) => record(`${3 + i}`, line)),
    ]);
    expect(reply).toEqual({ batchItemFailures: [] });
    expect([...executions.keys()]).toEqual([`${fresh.id}-1`]);
    expect(answers.get('tok')).toMatchObject({ status: 'approved' });
    // One consignment for the site, whichever of its lines the stream spoke of.
    expect(opened).toEqual([`${COUNTY} checkpoint-1 LINE#000000001,LINE#000000002`]);
  });

  it('acts on what the row says now, however old, doubled or late the record', async () => {
    const { id, image } = await request({ start: table.time });
    const records = [record('1', image), record('2', image), record('3', image)];
    await wake(deps(), records);
    await wake(deps(), records.reverse());
    expect(executions.size).toBe(1);
    expect((await stored(table, id)).request.version).toBe(2);
  });

  it('passes over rows that were deleted', async () => {
    expect(await wake(deps(), [{ eventName: 'REMOVE', dynamodb: { SequenceNumber: '1' } }])).toEqual({
      batchItemFailures: [],
    });
  });

  it('hands back only the records whose duty failed', async () => {
    const fresh = await request({ start: table.time });
    const line = lineRow.store(aLine({ status: 'open', approved: 300, holds: [hold] }));
    const broken = deps(() => Promise.reject(new Error('no')));
    const reply = await wake(broken, [record('1', line), record('2', fresh.image), record('3', line)]);
    expect(reply.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)).toEqual(['1', '3']);
    expect(executions.has(`${fresh.id}-1`)).toBe(true);
  });

  it('hands back a record that cannot be understood, and does the others', async () => {
    const fresh = await request({ start: table.time });
    const reply = await wake(deps(), [record('1', { type: 'line', v: 1 }), record('2', fresh.image)]);
    expect(reply.batchItemFailures).toEqual([{ itemIdentifier: '1' }]);
    expect(executions.has(`${fresh.id}-1`)).toBe(true);
  });
});
