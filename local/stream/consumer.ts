import type { Log } from '../../functions/shared/log.ts';
import type { Journal } from '../workflows/journal.ts';
import { bell } from './bell.ts';
import { type Dock, deliver } from './delivery.ts';
import { keepFailure } from './failures.ts';
import type { Subscription } from './mapping.ts';
import { isAfter, type StreamRecord } from './records.ts';

/** What tests let go wrong between the stream and its consumers. */
export interface StreamFaults {
  /** Told between a batch that is done and its checkpoint; a kill set for this point ends the process here. */
  pass(point: 'journal-checkpoint'): void;
  /** A batch as it arrives: some records missing, some twice, some out of order. */
  records<T>(batch: readonly T[]): T[];
}

export interface Surroundings {
  readonly journal: Journal;
  readonly log: Log;
  readonly faults: StreamFaults;
  readonly speed: number;
  /** The folder of what was given up. */
  readonly failures: string;
  readonly streamArn: string;
  /** Told when all that was offered is done: what the function wrote may be waiting in the stream. */
  readonly onIdle: () => void;
}

export interface Consumer {
  /** Takes what was read next, perhaps nothing. What is at or before the checkpoint, or not wanted, is passed over. */
  offer(records: readonly StreamRecord[]): void;
  /** Resolves when there is room for more. */
  room(): Promise<void>;
  isIdle(): boolean;
  /** Records that are read and not done, and how long ago the first of them was written. */
  behind(): { readonly records: number; readonly seconds: number };
  /** The last record that is done, with all before it. */
  passed(): string | undefined;
  /** Resolves when the call in progress has ended; nothing is begun after. */
  stop(): Promise<void>;
}

/** Records that may wait for a slow function before reading pauses for all. */
const MOST_WAITING = 2_000;
const UNWRITABLE_MS = 1_000;

/**
 * Feeds one function from the stream. Its checkpoint moves only once the function is done and what it had journalled
 * is on disk: both are in the same journal, whose changes are synced in the order they were made.
 */
export const startConsumer = (to: Subscription, around: Surroundings): Consumer => {
  const { journal, log, streamArn } = around;
  const queue: StreamRecord[] = [];
  /** What the function has in hand. */
  let inHand: readonly StreamRecord[] = [];
  const change = bell();
  const stopped = bell();
  let isStopped = false;
  let isBusy = false;
  const before = journal.checkpoint(to.name);
  let passed = before?.stream === streamArn ? before.sequence : undefined;
  let read: { shard: string; sequence: string } | undefined;

  /** Nothing waits: what was read last and not wanted is passed too. */
  const passUnwanted = (): void => {
    if (read === undefined || read.sequence === passed) return;
    journal.skip(to.name, { stream: streamArn, ...read });
    passed = read.sequence;
  };

  const dock: Dock = {
    log,
    arriving: (batch) => around.faults.records(batch),
    isStopped: () => isStopped,
    pause: (ms) => stopped.wait(ms, 0),
    done: async (records) => {
      const last = records.at(-1);
      if (last === undefined) return;
      around.faults.pass('journal-checkpoint');
      await journal.pass(to.name, { stream: streamArn, shard: last.shard, sequence: last.sequence });
      passed = last.sequence;
    },
    giveUp: async (records, condition, invocations) => {
      const file = await keepFailure(around.failures, {
        consumer: to.name,
        functionArn: to.functionArn,
        condition,
        invocations,
        records,
      });
      log.error('RECORDS-GIVEN-UP', condition, { consumer: to.name, records: records.length, file });
    },
  };
  const work = async (): Promise<void> => {
    for (;;) {
      while (queue.length === 0 && !isStopped) await change.wait();
      if (isStopped) return;
      isBusy = true;
      if (to.windowSeconds > 0 && queue.length < to.batchSize)
        await dock.pause((to.windowSeconds * 1000) / around.speed);
      const batch = queue.splice(0, to.batchSize);
      inHand = batch;
      change.ring();
      try {
        await deliver(to, batch, dock);
      } catch (error) {
        // The disk is full or gone. Nothing may be passed over: the batch comes again, which is harmless.
        log.error('JOURNAL-UNWRITABLE', error, { consumer: to.name });
        queue.unshift(...batch);
        await dock.pause(UNWRITABLE_MS);
      }
      isBusy = false;
      inHand = [];
      if (queue.length === 0) around.onIdle();
    }
  };
  const working = work();

  return {
    offer: (records) => {
      for (const each of records) {
        if (passed !== undefined && !isAfter(each.sequence, passed)) continue;
        if (read !== undefined && !isAfter(each.sequence, read.sequence)) continue;
        read = { shard: each.shard, sequence: each.sequence };
        if (to.wants(each.record)) queue.push(each);
      }
      if (queue.length > 0) change.ring();
      else if (!isBusy) passUnwanted();
    },
    room: async () => {
      while (queue.length > MOST_WAITING && !isStopped) await change.wait();
    },
    isIdle: () => queue.length === 0 && !isBusy,
    behind: () => {
      const first = (inHand[0] ?? queue[0])?.record.dynamodb?.ApproximateCreationDateTime;
      const seconds = first === undefined ? 0 : Math.max(0, Math.round(Date.now() / 1000 - first));
      return { records: inHand.length + queue.length, seconds };
    },
    passed: () => passed,
    stop: () => {
      isStopped = true;
      stopped.ring();
      change.ring();
      return working;
    },
  };
};
