import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Dock, deliver } from '../../local/stream/delivery.ts';
import { type StreamHandler, subscription } from '../../local/stream/mapping.ts';
import { lambdaRecord, type StreamRecord } from '../../local/stream/records.ts';
import { runs } from '../support/random.ts';
import { mapping } from './rows.ts';

const STREAM = 'arn:aws:dynamodb:local:000000000000:table/t/stream/1';
const record = (n: number, created = new Date()): StreamRecord =>
  lambdaRecord(STREAM, 'shard', { dynamodb: { SequenceNumber: String(n), ApproximateCreationDateTime: created } });

const to = (handler: StreamHandler, more: object = {}) =>
  subscription(
    'wake',
    mapping(STREAM, '{"eventID":[{"exists":false}]}', { MaximumRecordAgeInSeconds: 60, ...more }),
    handler,
  );

/** A dock that writes down what happens to the records, without waiting between attempts. */
const dock = (isStopped = () => false) => {
  const passed: number[] = [];
  const givenUp: { records: number[]; condition: string; invocations: number }[] = [];
  const numbers = (records: readonly StreamRecord[]) => records.map(({ sequence }) => Number(sequence));
  const it: Dock = {
    log: { info: () => {}, warn: () => {}, error: () => {} },
    arriving: (batch) => [...batch],
    isStopped,
    pause: async () => {},
    done: async (records) => void passed.push(...numbers(records)),
    giveUp: async (records, condition, invocations) =>
      void givenUp.push({ records: numbers(records), condition, invocations }),
  };
  return { it, passed, givenUp };
};

const numbersIn = (event: Parameters<StreamHandler>[0]) =>
  event.Records.map(({ dynamodb }) => Number(dynamodb?.SequenceNumber));

describe('a batch', () => {
  it('is done with in order and whole, and only its bad records are given up', async () => {
    const batches = fc.record({
      size: fc.integer({ min: 1, max: 40 }),
      bad: fc.uniqueArray(fc.integer({ min: 1, max: 40 }), { maxLength: 6 }),
      retries: fc.integer({ min: 0, max: 3 }),
      names: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(batches, async ({ size, bad, retries, names }) => {
        const handled: number[] = [];
        const handler: StreamHandler = async (event) => {
          for (const n of numbersIn(event)) {
            if (!bad.includes(n)) handled.push(n);
            else if (names) return { batchItemFailures: [{ itemIdentifier: String(n) }] };
            else throw new Error(`${n} is bad`);
          }
          return { batchItemFailures: [] };
        };
        const all = Array.from({ length: size }, (_, i) => i + 1);
        const { it, passed, givenUp } = dock();
        await deliver(
          to(handler, { MaximumRetryAttempts: retries }),
          all.map((n) => record(n)),
          it,
        );
        expect(passed).toEqual(all);
        expect(givenUp).toEqual(
          all
            .filter((n) => bad.includes(n))
            .map((n) => ({ records: [n], condition: 'RetryAttemptsExhausted', invocations: retries + 1 })),
        );
        expect([...new Set(handled)].sort((a, b) => a - b)).toEqual(all.filter((n) => !bad.includes(n)));
      }),
      { numRuns: runs(200) },
    );
  });

  it('gives up what is too old to be acted on, and delivers the rest', async () => {
    const handled: number[] = [];
    const { it, passed, givenUp } = dock();
    const hourAgo = new Date(Date.now() - 3_600_000);
    const batch = [record(1, hourAgo), record(2, hourAgo), record(3)];
    await deliver(
      to(async (event) => void handled.push(...numbersIn(event))),
      batch,
      it,
    );
    expect(givenUp).toEqual([{ records: [1, 2], condition: 'RecordAgeExceeded', invocations: 0 }]);
    expect([handled, passed]).toEqual([[3], [1, 2, 3]]);
  });

  it.each([
    ['names a record it was not given', { batchItemFailures: [{ itemIdentifier: '2' }, { itemIdentifier: '99' }] }],
    ['is no answer', { batchItemFailures: 'none' }],
    ['names nothing', { batchItemFailures: [{ itemIdentifier: '' }] }],
  ])('has failed whole when its answer %s', async (_, answer) => {
    const { it, givenUp } = dock();
    await deliver(
      to(async () => answer, { BisectBatchOnFunctionError: false }),
      [record(1), record(2)],
      it,
    );
    expect(givenUp).toEqual([{ records: [1, 2], condition: 'RetryAttemptsExhausted', invocations: 3 }]);
  });

  it('is neither done nor given up when the host stops under it', async () => {
    let isStopped = false;
    const { it, passed, givenUp } = dock(() => isStopped);
    const handler: StreamHandler = async () => {
      isStopped = true;
      throw new Error('The table is gone');
    };
    await deliver(to(handler, { MaximumRetryAttempts: 0 }), [record(1)], it);
    expect([passed, givenUp]).toEqual([[], []]);
  });
});
