import type { DynamoDBRecord } from 'aws-lambda';
import { z } from 'zod';
import type { Log } from '../../functions/shared/log.ts';
import type { GivenUp } from './failures.ts';
import type { Subscription } from './mapping.ts';
import type { StreamRecord } from './records.ts';

type Records = readonly StreamRecord[];

/** What a delivery needs around it. */
export interface Dock {
  readonly log: Log;
  /** The batch as it arrives: a test may lose, double or shuffle records. */
  arriving<T>(batch: readonly T[]): T[];
  /** These are done with: the checkpoint may move past them. */
  done(records: Records): Promise<void>;
  giveUp(records: Records, condition: GivenUp, invocations: number): Promise<void>;
  pause(ms: number): Promise<void>;
  isStopped(): boolean;
}

const LONGEST_PAUSE_MS = 2_000;
const pauseAfter = (attempts: number): number => Math.min(LONGEST_PAUSE_MS, 25 * 2 ** attempts);

const batchResponse = z
  .object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })).nullish() })
  .nullish();

/**
 * The sequence numbers that a partial batch response names as failed.
 * @throws ZodError for an answer of any other shape.
 */
const failedOf = (answer: unknown): string[] =>
  batchResponse.parse(answer)?.batchItemFailures?.map(({ itemIdentifier }) => itemIdentifier) ?? [];

/**
 * Delivers a batch as Lambda's event source mapping does: in order; again after a failure; from the first record that
 * the function names as failed; halved, when it fails whole, until the bad record stands alone; and that one given up
 * after its retries or when it is too old.
 */
export const deliver = async (to: Subscription, batch: Records, dock: Dock): Promise<void> => {
  const parts = [{ records: batch, attempts: 0 }];
  for (let part = parts.pop(); part !== undefined && !dock.isStopped(); part = parts.pop()) {
    const { records, attempts } = part;
    const old = records.findIndex((record) => !isTooOld(to, record));
    if (old !== 0) {
      const late = old < 0 ? records : records.slice(0, old);
      await dock.giveUp(late, 'RecordAgeExceeded', attempts);
      await dock.done(late);
      if (late.length < records.length) parts.push({ records: records.slice(late.length), attempts });
      continue;
    }
    const done = await send(to, records, dock);
    if (done > 0) await dock.done(records.slice(0, done));
    // A handler that the end of the process cut off has not failed.
    if (done === records.length || dock.isStopped()) continue;
    if (done > 0) parts.push({ records: records.slice(done), attempts: 0 });
    else if (to.bisect && records.length > 1) {
      const middle = Math.ceil(records.length / 2);
      parts.push({ records: records.slice(middle), attempts }, { records: records.slice(0, middle), attempts });
    } else if (attempts < to.retries) {
      await dock.pause(pauseAfter(attempts));
      parts.push({ records, attempts: attempts + 1 });
    } else {
      await dock.giveUp(records, 'RetryAttemptsExhausted', attempts + 1);
      await dock.done(records);
    }
  }
};

const isTooOld = (to: Subscription, { record }: StreamRecord): boolean =>
  Date.now() / 1000 - (record.dynamodb?.ApproximateCreationDateTime ?? 0) > to.maxAgeSeconds;

/** How many records from the first on are done. */
const send = async (to: Subscription, records: Records, dock: Dock): Promise<number> => {
  const arriving = dock.arriving(records.map(({ record }) => record));
  if (arriving.length === 0) return records.length;
  try {
    const answer = await to.handler({ Records: arriving });
    return to.partial ? doneOf(records, arriving, failedOf(answer)) : records.length;
  } catch (error) {
    if (!dock.isStopped()) dock.log.warn('CONSUMER-FAILED', { consumer: to.name, error: String(error) });
    return 0;
  }
};

const doneOf = (records: Records, arriving: readonly DynamoDBRecord[], failed: readonly string[]): number => {
  if (failed.length === 0) return records.length;
  const given = new Set(arriving.map((record) => record.dynamodb?.SequenceNumber));
  // An answer that names a record it was not given says nothing about any of them.
  if (!failed.every((sequence) => given.has(sequence))) return 0;
  return records.findIndex(({ sequence }) => failed.includes(sequence));
};
