import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBBatchResponse, DynamoDBRecord } from 'aws-lambda';
import { onBehalfOf } from '../shared/correlation.ts';
import { forEach } from '../shared/each.ts';
import type { Key } from '../shared/keys.ts';
import { type DutyDeps, sendResume, settleNotices, startExecution } from './duties.store.ts';
import { type Duty, dutiesIn } from './wake.ts';

/** Records of a batch are mostly of different rows. */
const AT_ONCE = 8;

export type WakeDeps = DutyDeps & {
  /**
   * Opens the site's consignment for what is planned for it; opening again changes nothing. The lines are those that
   * the stream spoke of: an index may not know them yet.
   */
  readonly openForSite: (county: string, siteId: string, lines: readonly Key[]) => Promise<unknown>;
};

/** One duty, and every record that asks for it. */
interface Asked {
  readonly duty: Duty;
  readonly lines: Key[];
  readonly records: string[];
  /** The request that the row goes back to. */
  readonly correlation: string | undefined;
}

const perform = (deps: WakeDeps, { duty, lines }: Asked): Promise<unknown> => {
  switch (duty.do) {
    case 'start':
      return startExecution(deps, duty.of);
    case 'resume':
      return sendResume(deps, duty.of);
    case 'settle':
      return settleNotices(deps, duty.of);
    case 'open':
      return deps.openForSite(duty.county, duty.siteId, lines);
    default:
      return Promise.reject(new Error(`Unknown duty ${JSON.stringify(duty satisfies never)}`));
  }
};

const nameOf = (duty: Duty): string =>
  duty.do === 'open'
    ? `open ${duty.county} ${duty.siteId}`
    : `${duty.do} ${duty.of.kind} ${duty.of.county} ${duty.of.id}`;

/**
 * Stream consumer: does what changed rows ask for, each duty once a batch however many records ask for it. Records
 * whose duty failed are handed back to be delivered again.
 */
export const wake = async (deps: WakeDeps, records: readonly DynamoDBRecord[]): Promise<DynamoDBBatchResponse> => {
  const asked = new Map<string, Asked>();
  const failed: string[] = [];
  for (const { dynamodb: { NewImage: image, SequenceNumber: number = '' } = {} } of records) {
    if (image === undefined) continue;
    try {
      // The stream's wire format is the table's, binary apart, which no row holds.
      for (const duty of dutiesIn(unmarshall(image as Record<string, AttributeValue>))) {
        const same = asked.get(nameOf(duty)) ?? { duty, lines: [], records: [], correlation: image['correlation']?.S };
        same.records.push(number);
        if (duty.do === 'open') same.lines.push(duty.line);
        asked.set(nameOf(duty), same);
      }
    } catch (error) {
      deps.log.error('WAKE-UNREADABLE', error, { record: number });
      failed.push(number);
    }
  }
  const done = await forEach([...asked.values()], AT_ONCE, (one) =>
    onBehalfOf(one.correlation, () => perform(deps, one)),
  );
  for (const { item, error } of done) {
    onBehalfOf(item.correlation, () => deps.log.error('WAKE-FAILED', error, { duty: nameOf(item.duty) }));
    failed.push(...item.records);
  }
  return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
};
