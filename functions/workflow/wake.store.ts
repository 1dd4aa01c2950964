import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBBatchResponse, DynamoDBRecord } from 'aws-lambda';
import { forEach } from '../shared/each.ts';
import { type DutyDeps, sendResume, startExecution } from './duties.store.ts';
import { type Duty, dutiesIn } from './wake.ts';

/** Records of a batch are mostly of different rows. */
const AT_ONCE = 8;

export type WakeDeps = DutyDeps & {
  /** Opens the site's consignment for what is planned for it; opening again changes nothing. */
  readonly openForSite: (county: string, siteId: string) => Promise<unknown>;
};

const perform = (deps: WakeDeps, duty: Duty): Promise<unknown> => {
  switch (duty.do) {
    case 'start':
      return startExecution(deps, duty.of);
    case 'resume':
      return sendResume(deps, duty.of);
    case 'open':
      return deps.openForSite(duty.county, duty.siteId);
    default:
      return Promise.reject(new Error(`Unknown duty ${JSON.stringify(duty satisfies never)}`));
  }
};

/**
 * Stream consumer: does what changed rows ask for, each duty once a batch however many records ask for it. Records
 * whose duty failed are handed back to be delivered again.
 */
export const wake = async (deps: WakeDeps, records: readonly DynamoDBRecord[]): Promise<DynamoDBBatchResponse> => {
  const duties = new Map<string, { readonly duty: Duty; readonly records: string[] }>();
  const failed: string[] = [];
  for (const { dynamodb: { NewImage: image, SequenceNumber: number = '' } = {} } of records) {
    if (image === undefined) continue;
    try {
      // The stream's wire format is the table's, binary apart, which no row holds.
      for (const duty of dutiesIn(unmarshall(image as Record<string, AttributeValue>))) {
        const key = JSON.stringify(duty);
        const same = duties.get(key);
        if (same === undefined) duties.set(key, { duty, records: [number] });
        else same.records.push(number);
      }
    } catch (error) {
      deps.log.error('WAKE-UNREADABLE', error, { record: number });
      failed.push(number);
    }
  }
  const errors = await forEach([...duties.values()], AT_ONCE, ({ duty }) => perform(deps, duty));
  for (const { item, error } of errors) {
    deps.log.error('WAKE-FAILED', error, { duty: item.duty });
    failed.push(...item.records);
  }
  return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
};
