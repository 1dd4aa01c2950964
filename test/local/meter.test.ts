import { type AttributeValue, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { BatchGetCommand, GetCommand, QueryCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { describe, expect, it } from 'vitest';
import { lineRow } from '../../functions/request/line.ts';
import { requestRow } from '../../functions/request/request.ts';
import { openMeter } from '../../local/usage/meter.ts';
import { noCounts, sumOf, usedSince } from '../../local/usage/usage.ts';
import { aLine, aRequest, put } from '../support/need.ts';
import { useTable } from '../support/table.ts';

const on = useTable();

const bytes = (text: string): number => Buffer.byteLength(text);
/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html */
const sizeOf = (value: AttributeValue): number => {
  if (value.S !== undefined) return bytes(value.S);
  if (value.N !== undefined) return Math.ceil(value.N.replace(/^-|\.|0+$/g, '').length / 2) + 1;
  if (value.BOOL !== undefined || value.NULL !== undefined) return 1;
  if (value.L !== undefined) return value.L.reduce((sum, each) => sum + 1 + sizeOf(each), 3);
  if (value.M !== undefined)
    return Object.entries(value.M).reduce((sum, [name, each]) => sum + 1 + bytes(name) + sizeOf(each), 3);
  throw new Error('No row holds such a value');
};
const weigh = (row: Record<string, unknown>): number =>
  Object.entries(marshall(row, { removeUndefinedValues: true })).reduce(
    (sum, [name, value]) => sum + bytes(name) + sizeOf(value),
    0,
  );

/** A meter, and one function whose calls it counts. */
const metered = () => {
  const meter = openMeter();
  const send = meter.counting((command) => on.dynamo.send(command as never));
  const run = (...commands: object[]) =>
    meter.invocation({ entry: 'functions/request/remind.handler.ts' }, {}, async () => {
      for (const command of commands) await send(command);
    });
  const counts = () => meter.used().functions['request/remind'] ?? noCounts();
  return { meter, run, counts };
};

const long = (kilobytes: number) => '守'.repeat((kilobytes * 1_024) / 3);
const write = (...rows: object[]) =>
  new TransactWriteCommand({ TransactItems: rows.map((Item) => ({ Put: { TableName: on.table, Item } })) });

describe('a meter', () => {
  it('counts writes by the kilobyte, twice in a transaction, and each index that a row stands in once', async () => {
    const { run, counts } = metered();
    const request = requestRow.store(aRequest({ id: 'req_w', reason: long(3) }));
    const line = lineRow.store(aLine({ requestId: 'req_w', id: 'req_w.01' }));
    await run(write(request, line));
    const units = (row: object) => Math.ceil(weigh({ ...row }) / 1_024);
    // A request stands in two indexes, a line in one.
    expect(counts()).toMatchObject({ invocations: 1, readUnits: 0, writeUnits: 4 * units(request) + 3 * units(line) });
  });

  it('counts strong reads by four kilobytes: rows each on its own, a query by all that it read', async () => {
    const { run, counts } = metered();
    const rows = [1, 2, 3].map((n) => aLine({ requestId: 'req_r', n, asked: { quantity: 1, unit: long(2.5) } }));
    for (const row of rows) await put(on, lineRow, row);
    const Keys = rows.map((row) => ({ ...lineRow.keyOf(row) }));
    await run(new GetCommand({ TableName: on.table, Key: Keys[0], ConsistentRead: true }));
    expect(counts().readUnits).toBe(1);
    await run(new BatchGetCommand({ RequestItems: { [on.table]: { Keys, ConsistentRead: true } } }));
    expect(counts().readUnits).toBe(1 + 3);
    const query = {
      TableName: on.table,
      KeyConditionExpression: 'PK = :pk',
      ExpressionAttributeValues: { ':pk': Keys[0]?.PK },
    };
    const all = Math.ceil(rows.reduce((sum, row) => sum + weigh(lineRow.store(row)), 0) / 4_096);
    await run(new QueryCommand({ ...query, ConsistentRead: true }));
    expect(counts().readUnits).toBe(1 + 3 + all);
    await run(new QueryCommand(query));
    expect(counts().readUnits).toBe(1 + 3 + all + all / 2);
  });

  it('counts the actions of a transaction that was refused, which the table bills and does not tell', async () => {
    const { run, counts } = metered();
    const Put = {
      TableName: on.table,
      Item: lineRow.store(aLine({ requestId: 'req_x' })),
      ConditionExpression: 'attribute_not_exists(PK)',
    };
    await run(new TransactWriteCommand({ TransactItems: [{ Put }] }));
    const { writeUnits } = counts();
    await expect(run(new TransactWriteCommand({ TransactItems: [{ Put }] }))).rejects.toThrow(
      TransactionCanceledException,
    );
    expect(counts()).toMatchObject({ invocations: 2, writeUnits, refusedActions: 1 });
  });

  it('tells looks from commands, and what was used between two looks', async () => {
    const meter = openMeter();
    const staff = { entry: 'functions/api/staff.handler.ts' };
    const over = (method: string) => ({ requestContext: { http: { method } } });
    const call = (method: string) => meter.invocation(staff, over(method), async () => {});
    await call('GET');
    const before = meter.used();
    await call('GET');
    await call('POST');
    const { functions } = usedSince(before, meter.used());
    expect(functions).toMatchObject({ 'api/staff GET': { invocations: 1 }, 'api/staff POST': { invocations: 1 } });
    expect(sumOf(Object.values(functions)).invocations).toBe(2);
  });
});
