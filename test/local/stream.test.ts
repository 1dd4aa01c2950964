import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DynamoDBStreamEvent } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { openJournal } from '../../local/workflows/journal.ts';
import { asKilledNow, freshDisk } from './disk.ts';
import { failing, failuresIn, remembering, useStream } from './rows.ts';

const { freshRows, host, streamArn, table } = useStream();

describe('the stream', () => {
  it('gives every consumer what it wants, in order, in the shape of Lambda', async () => {
    const rows = freshRows();
    const events: DynamoDBStreamEvent[] = [];
    const wake = remembering(rows);
    const here = await host(freshDisk(), [
      { name: 'wake', pattern: rows.pattern(), handler: wake.handler },
      {
        name: 'divide',
        pattern: rows.pattern({ eventName: ['REMOVE'] }),
        handler: async (event) => void events.push(event),
      },
    ]);
    await rows.putAll(['a', 'b']);
    await rows.remove('a');
    await here.drained();
    expect(wake.all()).toEqual(['a', 'b', 'a']);
    expect(events).toHaveLength(1);
    expect(events[0]?.Records).toMatchObject([
      {
        eventName: 'REMOVE',
        eventSource: 'aws:dynamodb',
        eventSourceARN: streamArn(),
        dynamodb: { OldImage: { type: { S: 'line' } }, StreamViewType: 'NEW_AND_OLD_IMAGES' },
      },
    ]);
    const at = events[0]?.Records[0]?.dynamodb?.ApproximateCreationDateTime ?? 0;
    expect(Math.abs(at - Date.now() / 1000)).toBeLessThan(60);
  });

  it('is drained only when what its consumers wrote is done too', async () => {
    const rows = freshRows();
    const { batches, handler } = remembering(rows);
    const here = await host(freshDisk(), [
      {
        pattern: rows.pattern(),
        handler: async (event) => {
          await handler(event);
          if (batches.flat().length < 5) await rows.put(`echo ${batches.flat().length}`);
        },
      },
    ]);
    await rows.put('call');
    await here.drained();
    expect(batches.flat()).toEqual(['call', 'echo 1', 'echo 2', 'echo 3', 'echo 4']);
  });

  it('fills batches up to their size, and no further', async () => {
    const rows = freshRows();
    const names = Array.from({ length: 25 }, (_, i) => `${i}`);
    await rows.putAll(names);
    const { batches, all, handler } = remembering(rows);
    const here = await host(freshDisk(), [{ pattern: rows.pattern(), more: { BatchSize: 10 }, handler }]);
    await here.drained();
    expect(all()).toEqual(names);
    expect(Math.max(...batches.map((batch) => batch.length))).toBe(10);
  });

  it('lets a slow consumer hold up no other', async () => {
    const rows = freshRows();
    const slow = Promise.withResolvers<void>();
    const quick = Promise.withResolvers<void>();
    const here = await host(freshDisk(), [
      { name: 'slow', pattern: rows.pattern(), handler: () => slow.promise },
      { name: 'quick', pattern: rows.pattern(), handler: async () => quick.resolve() },
    ]);
    await rows.put('a');
    here.nudge();
    await quick.promise;
    const before = Number(here.passed() ?? 0);
    slow.resolve();
    await here.drained();
    expect(Number(here.passed())).toBeGreaterThan(before);
  });
});

describe('a checkpoint', () => {
  it('is not moved by a kill before it: the records come again', async () => {
    const rows = freshRows();
    await rows.putAll(['a', 'b']);
    const disk = freshDisk();
    let killed = '';
    const before = remembering(rows);
    const here = await host(disk, [{ pattern: rows.pattern(), handler: before.handler }], {
      faults: {
        pass: () => {
          killed ||= asKilledNow(disk);
        },
        records: (batch) => [...batch],
      },
    });
    await here.drained();
    const after = remembering(rows);
    await (await host(killed, [{ pattern: rows.pattern(), handler: after.handler }])).drained();
    expect(after.all()).toEqual(before.all());
  });

  it('keeps what is done from coming again after a kill, and nothing else', async () => {
    const rows = freshRows();
    await rows.putAll(['a', 'b']);
    const disk = freshDisk();
    const before = remembering(rows);
    const here = await host(disk, [{ pattern: rows.pattern(), handler: before.handler }]);
    await here.drained();
    const killed = await here.kill();
    await rows.put('c');
    const after = remembering(rows);
    const again = await host(killed, [{ pattern: rows.pattern(), handler: after.handler }]);
    await again.drained();
    expect([before.all(), after.all()]).toEqual([['a', 'b'], ['c']]);
  });

  it('that cannot be written is not passed over', async () => {
    const rows = freshRows();
    await rows.putAll(['a', 'b']);
    const { batches, handler } = remembering(rows);
    let isFull = true;
    const here = await host(freshDisk(), [{ pattern: rows.pattern(), handler }], {
      journalled: (journal) => ({
        ...journal,
        pass: (...moved) => {
          if (!isFull) return journal.pass(...moved);
          isFull = false;
          return Promise.reject(new Error('database or disk is full'));
        },
      }),
    });
    await here.drained();
    expect(batches).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ]);
    expect(here.logged).toEqual(['JOURNAL-UNWRITABLE']);
  });

  it("is each consumer's own: a new one reads from the start, the old one goes on", async () => {
    const rows = freshRows();
    await rows.put('a');
    const disk = freshDisk();
    const first = await host(disk, [{ name: 'old', pattern: rows.pattern(), handler: async () => {} }]);
    await first.drained();
    const [old, young] = [remembering(rows), remembering(rows)];
    const here = await host(await first.kill(), [
      { name: 'old', pattern: rows.pattern(), handler: old.handler },
      { name: 'young', pattern: rows.pattern(), handler: young.handler },
    ]);
    await rows.put('b');
    await here.drained();
    expect([old.all(), young.all()]).toEqual([['b'], ['a', 'b']]);
  });

  it('moves past records that the consumer does not want', async () => {
    const rows = freshRows();
    const here = await host(freshDisk(), [
      { pattern: rows.pattern({ eventName: ['REMOVE'] }), handler: async () => {} },
    ]);
    await here.drained();
    const before = Number(here.passed() ?? 0);
    await rows.put('a');
    await here.drained();
    expect(Number(here.passed())).toBeGreaterThan(before);
  });

  it('beyond the end of the stream is dropped: the engine counts from the start again', async () => {
    const rows = freshRows();
    await rows.put('a');
    const disk = freshDisk();
    const { all, handler } = remembering(rows);
    const journal = openJournal(join(disk, 'journal.db'));
    await journal.pass('wake', { stream: streamArn(), shard: `shardId-00000001-${table}`, sequence: '999999' });
    journal.close();
    const here = await host(disk, [{ pattern: rows.pattern(), handler }]);
    await here.drained();
    expect(all()).toEqual(['a']);
    expect(here.logged).toEqual(['STREAM-RESTARTED']);
  });

  it('of another stream is none: a table made anew is read from its start', async () => {
    const rows = freshRows();
    await rows.put('a');
    const disk = freshDisk();
    const { all, handler } = remembering(rows);
    const journal = openJournal(join(disk, 'journal.db'));
    await journal.pass('wake', { stream: `${streamArn()}.old`, shard: 'shard', sequence: '999999' });
    journal.close();
    await (await host(disk, [{ pattern: rows.pattern(), handler }])).drained();
    expect(all()).toEqual(['a']);
  });
});

describe('a failing consumer', () => {
  it('is given its records again until it is done with them', async () => {
    const rows = freshRows();
    let left = 2;
    const { done, handler } = failing(rows, () => {
      left -= 1;
      return left >= 0;
    });
    await rows.put('a');
    const here = await host(freshDisk(), [{ pattern: rows.pattern(), handler }]);
    await here.drained();
    expect(done).toEqual(['a']);
    expect(here.logged).toEqual(['CONSUMER-FAILED', 'CONSUMER-FAILED']);
  });

  it('is given again only what it names as failed, and what follows', async () => {
    const rows = freshRows();
    await rows.putAll(['a', 'b', 'c']);
    const { batches, handler } = remembering(rows);
    const here = await host(freshDisk(), [
      {
        pattern: rows.pattern(),
        handler: async (event) => {
          await handler(event);
          const bad = batches.length === 1 ? event.Records[rows.names(event).indexOf('b')] : undefined;
          return { batchItemFailures: bad ? [{ itemIdentifier: bad.dynamodb?.SequenceNumber }] : [] };
        },
      },
    ]);
    await here.drained();
    expect(batches).toEqual([
      ['a', 'b', 'c'],
      ['b', 'c'],
    ]);
  });

  it('loses no other record to one that cannot be handled; that one is put aside', async () => {
    const rows = freshRows();
    await rows.putAll(['a', 'b', 'poison', 'c', 'd']);
    const disk = freshDisk();
    const { done, handler } = failing(rows, (name) => name === 'poison');
    const here = await host(disk, [{ pattern: rows.pattern(), handler }]);
    await here.drained();
    expect(done).toEqual(['a', 'b', 'c', 'd']);
    const [file = '', ...others] = failuresIn(disk);
    expect(others).toEqual([]);
    const kept = JSON.parse(readFileSync(file, 'utf8'));
    expect(kept).toMatchObject({
      requestContext: { condition: 'RetryAttemptsExhausted', approximateInvokeCount: 3 },
      responseContext: { functionError: 'Unhandled' },
      version: '1.0',
      DDBStreamBatchInfo: { batchSize: 1, streamArn: streamArn() },
    });
    expect(rows.names(JSON.parse(kept.payload))).toEqual(['poison']);
  });
});

describe('what a test lets go wrong', () => {
  it('reaches the function: lost, doubled and shuffled records', async () => {
    const rows = freshRows();
    await rows.putAll(['a', 'b', 'c']);
    const { batches, handler } = remembering(rows);
    const here = await host(freshDisk(), [{ pattern: rows.pattern(), handler }], {
      faults: { pass: () => {}, records: (batch) => [...batch.slice(1), ...batch.slice(1)].reverse() },
    });
    await here.drained();
    expect(batches).toEqual([['c', 'b', 'c', 'b']]);
  });
});
