import { SFNClient } from '@aws-sdk/client-sfn';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { create } from '../../functions/allocation/divide.handler.ts';
import { useTable } from '../support/table.ts';
import { COUNTY, countyOf } from './county.ts';

const deps = useTable();
type Handle = ReturnType<typeof create>;
let handle: Handle;
beforeAll(() => {
  vi.stubEnv('POWERTOOLS_LOG_LEVEL', 'SILENT');
  handle = create({ TABLE_NAME: deps.table }, { dynamo: deps.dynamo, workflows: new SFNClient({ region: 'local' }) });
});

let sequence = 100;
type Image = Readonly<Record<string, unknown>>;
/** A stream record as Lambda hands it over. */
const record = (was: Image | undefined, is: Image | undefined): DynamoDBRecord => {
  sequence += 1;
  return {
    eventName: was === undefined ? 'INSERT' : is === undefined ? 'REMOVE' : 'MODIFY',
    dynamodb: {
      SequenceNumber: String(sequence),
      // biome-ignore lint/suspicious/noExplicitAny: the SDK's attribute values and Lambda's differ in name only
      ...(was && { OldImage: marshall(was) as any }),
      // biome-ignore lint/suspicious/noExplicitAny: as above
      ...(is && { NewImage: marshall(is) as any }),
    },
  };
};
const row = (type: string, itemId: string, division = 0) => ({ type, county: COUNTY, itemId, division });

describe('a batch of stream records', () => {
  it('divides each item that was touched', async () => {
    const [masks, suits] = [countyOf(deps, 'masks-h1'), countyOf(deps, 'suits-h1')];
    const ids = [];
    for (const item of [masks, suits]) {
      await item.item();
      await item.lot(`lot-${ids.length}`, 10);
      ids.push(await item.need({ siteId: 'v1', tier: 3, quantity: 10 }));
    }
    const opened = ['masks-h1', 'masks-h1', 'suits-h1'].map((itemId) => record(undefined, row('open', itemId)));
    expect(await handle({ Records: opened })).toEqual({ batchItemFailures: [] });
    expect(await masks.held(ids[0] ?? '')).toEqual({ 'lot-0': 10 });
    expect(await suits.held(ids[1] ?? '')).toEqual({ 'lot-1': 10 });
  });

  it('passes over what an allocator wrote, and rows that have no part in it', async () => {
    const masks = countyOf(deps, 'masks-h2');
    await masks.item();
    await masks.need({ siteId: 'v1', tier: 3, quantity: 10 });
    const own = [
      record(row('balance', 'masks-h2', 1), row('balance', 'masks-h2', 2)),
      record(row('line', 'masks-h2', 1), row('line', 'masks-h2', 2)),
      record(row('open', 'masks-h2'), undefined),
      record(undefined, row('line', 'masks-h2')),
      record(undefined, row('rationale', 'masks-h2')),
      record(undefined, { type: 'request', county: COUNTY }),
    ];
    expect(await handle({ Records: own })).toEqual({ batchItemFailures: [] });
    expect((await masks.rows()).some(({ SK }) => SK === 'HEAD')).toBe(false);
    await handle({ Records: [record(row('balance', 'masks-h2', 1), row('balance', 'masks-h2', 1))] });
    expect((await masks.rows()).some(({ SK }) => SK === 'HEAD')).toBe(true);
  });

  it('reads nothing of an item for need that waits for its wave, and divides it when the wave has come', async () => {
    const masks = countyOf(deps, 'masks-h4');
    await masks.item();
    await masks.lot('a', 10);
    const id = await masks.need({ siteId: 'v1', tier: 3, quantity: 10 });
    const waiting = { countsFrom: '2999-05-12T01:30:00.000Z' };
    const submitted = row('line', 'masks-h4');
    await handle({
      Records: [
        record(undefined, { ...row('open', 'masks-h4'), ...waiting }),
        record(submitted, { ...submitted, ...waiting }),
      ],
    });
    expect(await masks.held(id)).toEqual({});
    await handle({
      Records: [record(undefined, { ...row('open', 'masks-h4'), countsFrom: '2022-05-12T01:30:00.000Z' })],
    });
    expect(await masks.held(id)).toEqual({ a: 10 });
  });

  it('asks for the records of a failed item again, and only those', async () => {
    const masks = countyOf(deps, 'masks-h3');
    await masks.item();
    await masks.lot('a', 10);
    const id = await masks.need({ siteId: 'v1', tier: 3, quantity: 10 });
    const broken = countyOf(deps, 'broken');
    await broken.write([
      {
        kind: 'put',
        key: { PK: `C#${COUNTY}#ITEM#broken`, SK: 'META' },
        row: { PK: `C#${COUNTY}#ITEM#broken`, SK: 'META', type: 'item', v: 1 },
        refuse: () => new Error('There is one'),
      },
    ]);
    const records = ['broken', 'masks-h3', 'broken'].map((itemId) => record(undefined, row('balance', itemId)));
    const answer = await handle({ Records: records });
    expect(answer.batchItemFailures).toEqual([{ itemIdentifier: records[0]?.dynamodb?.SequenceNumber }]);
    expect(await masks.held(id)).toEqual({ a: 10 });
  });
});
