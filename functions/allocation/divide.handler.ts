import type { AttributeValue, DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { waveOf } from '../request/line.ts';
import { type Aws, depsFrom, type Env, inLambda } from '../shared/deps.ts';
import { forEach } from '../shared/each.ts';
import { divide } from './divide.store.ts';

/** Items have nothing to do with each other. */
const AT_ONCE = 8;

const WAKING = new Set(['balance', 'open', 'line']);

type Image = Record<string, AttributeValue> | undefined;
const text = (image: Image, name: string): string | undefined => image?.[name]?.S;

/** The item whose division a record may have unsettled; none when an allocator wrote it, or what it says waits. */
const touched = (
  { dynamodb, eventName }: DynamoDBRecord,
  now: string,
): { readonly county: string; readonly itemId: string } | undefined => {
  const { NewImage: is, OldImage: was } = dynamodb ?? {};
  const image = is ?? was;
  const [type, county, itemId] = ['type', 'county', 'itemId'].map((name) => text(image, name));
  if (type === undefined || county === undefined || itemId === undefined || !WAKING.has(type)) return undefined;
  // A new line does not count before its pointer is there; pointers are taken away by allocators only.
  if ((type === 'line' && eventName === 'INSERT') || (type === 'open' && eventName === 'REMOVE')) return undefined;
  // Nothing is promised to what waits for its wave, so nothing is unsettled before the sweep finds it there.
  if (waveOf({ countsFrom: text(is, 'countsFrom') }, now) !== undefined) return undefined;
  if (was !== undefined && is !== undefined && was['division']?.N !== is['division']?.N) return undefined;
  return { county, itemId };
};

/**
 * Divides every item that a batch of stream records touched, once each, a few at a time. Records of items that failed
 * come again.
 */
export const create = (env: Env, aws: Aws) => {
  const deps = depsFrom('allocation', env, aws);
  return async (event: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> => {
    const now = deps.clock.now();
    const items = new Map<string, { county: string; itemId: string; first: string }>();
    for (const record of event.Records) {
      const item = touched(record, now);
      const key = `${item?.county}#${item?.itemId}`;
      if (item !== undefined && !items.has(key))
        items.set(key, { ...item, first: record.dynamodb?.SequenceNumber ?? '' });
    }
    const failed = await forEach([...items.values()], AT_ONCE, ({ county, itemId }) => divide(deps, county, itemId));
    for (const { item, error } of failed)
      deps.log.error('DIVIDE-FAILED', error, { county: item.county, itemId: item.itemId });
    return { batchItemFailures: failed.map(({ item }) => ({ itemIdentifier: item.first })) };
  };
};

export const handler = inLambda(create);
