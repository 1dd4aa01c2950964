import { setTimeout as sleep } from 'node:timers/promises';
import type { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import type { Log } from '../../functions/shared/log.ts';
import type { Checkpoint, Journal } from '../workflows/journal.ts';
import { bell } from './bell.ts';
import { type StreamFaults, startConsumer } from './consumer.ts';
import type { Subscription } from './mapping.ts';
import { leastOf } from './records.ts';
import { isBeyondStream, streamReader } from './shards.ts';

export interface StreamOptions {
  readonly client: DynamoDBStreamsClient;
  readonly streamArn: string;
  readonly subscriptions: readonly Subscription[];
  readonly journal: Journal;
  readonly log: Log;
  /** Of the rehearsal's clock; batching windows are as long in it. */
  readonly speed: number;
  /** The folder of what was given up, a folder a consumer in it. */
  readonly failures: string;
  readonly faults?: StreamFaults;
}

/** How far a consumer is behind the stream. */
export interface Lag {
  readonly consumer: string;
  readonly records: number;
  readonly seconds: number;
}

export interface Stream {
  /** Something was written: looks at once instead of when next due. */
  nudge(): void;
  /** Every consumer is done with the records up to this one; undefined while one has none. Older may be pruned. */
  passed(): string | undefined;
  lag(): Lag[];
  /** Resolves when all that was written before the call, and all that this led to, is done. */
  drained(): Promise<void>;
  stop(): Promise<void>;
}

const NOT_BEHIND = { records: 0, seconds: 0 };
/** Between two looks, however much is written: one page then holds what came meanwhile. */
const SHORTEST_MS = 4;
const LONGEST_MS = 100;
/** Between two tries while the engine does not answer. */
const UNREACHABLE_MS = 500;

/**
 * Reads a table's stream once for all its consumers, each of which has its own checkpoint and pace; a slow one holds
 * up the others only after some thousand records. A kill at any moment leads to records that come again, never to
 * records that do not come.
 *
 * @throws Error of one sentence when the stream cannot be read.
 */
export const openStream = async (options: StreamOptions): Promise<Stream> => {
  const { client, streamArn, subscriptions, journal, log } = options;
  const read = await streamReader(client, streamArn, await startingPlace(options));
  const look = bell();
  let drains: (() => void)[] = [];
  let isStopped = false;
  const consumers = subscriptions.map((to) =>
    startConsumer(to, {
      journal,
      log,
      streamArn,
      speed: options.speed,
      failures: options.failures,
      faults: options.faults ?? { pass: () => {}, records: (batch) => [...batch] },
      onIdle: look.ring,
    }),
  );

  const poll = async (): Promise<void> => {
    let pause = SHORTEST_MS;
    let isReachable = true;
    while (!isStopped) {
      const since = look.rings;
      const asked = drains;
      drains = [];
      const records = await read().catch((error: unknown) => {
        if (isReachable && !isStopped) log.warn('STREAM-UNREACHABLE', { error: String(error) });
        return undefined;
      });
      isReachable = records !== undefined;
      for (const consumer of consumers) consumer.offer(records ?? []);
      if (records !== undefined && records.length === 0 && consumers.every((each) => each.isIdle()))
        for (const drained of asked) drained();
      else drains.unshift(...asked);
      await Promise.all(consumers.map((each) => each.room()));
      pause = records === undefined ? UNREACHABLE_MS : records.length > 0 ? 0 : Math.min(2 * pause + 1, LONGEST_MS);
      await sleep(SHORTEST_MS);
      await look.wait(pause, since);
    }
  };
  const polling = poll();

  return {
    nudge: look.ring,
    passed: () => leastOf(consumers.map((each) => each.passed())),
    lag: () => subscriptions.map(({ name }, n) => ({ consumer: name, ...(consumers[n]?.behind() ?? NOT_BEHIND) })),
    drained: () =>
      new Promise((drained) => {
        drains.push(drained);
        look.ring();
      }),
    stop: async () => {
      isStopped = true;
      look.ring();
      await Promise.all([polling, ...consumers.map((each) => each.stop())]);
    },
  };
};

/** The first of the consumers' checkpoints; none when one of them has yet to begin. */
const startingPlace = async ({ client, streamArn, subscriptions, journal, log }: StreamOptions) => {
  const checkpoints: (Checkpoint | undefined)[] = [];
  for (const { name } of subscriptions) {
    const found = journal.checkpoint(name);
    const here = found?.stream === streamArn ? found : undefined;
    if (here !== undefined && (await isBeyondStream(client, streamArn, here))) {
      log.warn('STREAM-RESTARTED', { consumer: name, checkpoint: here.sequence });
      await journal.forget(name);
      checkpoints.push(undefined);
    } else checkpoints.push(here);
  }
  const least = leastOf(checkpoints.map((each) => each?.sequence));
  return checkpoints.find((each) => each?.sequence === least);
};
