import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { QueryCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FaultSettings, faultsFrom, noFaults, type Victim } from '../../local/faults/faults.ts';
import { mishandling } from '../../local/faults/mishaps.ts';

const never = () => {};
const put = (SK: string) => ({ Put: { TableName: 'supply', Item: { PK: 'a', SK } } });
const write = new TransactWriteCommand({ TransactItems: [put('META'), put('EVENT#1')] });

/** A table that counts what reaches it, on a bad day. */
const table = (settings: FaultSettings, kill: (victim: Victim) => void = never) => {
  const sent: object[] = [];
  const send = mishandling(
    async (command) => {
      sent.push(command);
      return { reply: sent.length };
    },
    faultsFrom(settings, kill),
  );
  return { sent, send };
};

describe('on a bad day', () => {
  it('a transaction meets a rival, and nothing of it is written', async () => {
    const { sent, send } = table({ conflict: 1 });
    const error: unknown = await send(write).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(TransactionCanceledException);
    expect(error).toMatchObject({ CancellationReasons: [{ Code: 'TransactionConflict' }, { Code: 'None' }] });
    expect(sent).toEqual([]);
  });

  it('a transaction is written and its reply is lost', async () => {
    const { sent, send } = table({ lostReply: 1 });
    await expect(send(write)).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(sent).toEqual([write]);
  });

  it('an index answers as it stood before, the table never', async () => {
    const { send } = table({ staleIndex: 1 });
    const index = new QueryCommand({ TableName: 'supply', IndexName: 'GSI1' });
    const rows = new QueryCommand({ TableName: 'supply' });
    expect([await send(index), await send(index)]).toEqual([{ reply: 1 }, { reply: 1 }]);
    expect([await send(rows), await send(rows)]).toEqual([{ reply: 2 }, { reply: 3 }]);
  });

  it('stream records are missing, come twice, and out of order, the same for the same seed', () => {
    const shares = fc.record({
      seed: fc.integer(),
      droppedRecord: fc.double({ min: 0, max: 1, noNaN: true }),
      duplicatedRecord: fc.double({ min: 0, max: 1, noNaN: true }),
      reorderedBatch: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(shares, fc.array(fc.nat()), (settings, batch) => {
        const arrived = faultsFrom(settings, never).records(batch);
        expect(faultsFrom(settings, never).records(batch)).toEqual(arrived);
        expect(arrived.every((record) => batch.includes(record))).toBe(true);
      }),
    );
    const batch = Array.from({ length: 50 }, (_, i) => i);
    expect(faultsFrom({ droppedRecord: 0.5 }, never).records(batch).length).toBeLessThan(50);
    expect(faultsFrom({ duplicatedRecord: 0.5 }, never).records(batch).length).toBeGreaterThan(50);
    const mixed = faultsFrom({ reorderedBatch: 1 }, never).records(batch);
    expect(mixed).not.toEqual(batch);
    expect(mixed.sort((a, b) => a - b)).toEqual(batch);
  });
});

describe('a kill', () => {
  it('comes at the named point, at the pass it is set for, and to the one it is set for', async () => {
    const killed: string[] = [];
    const { send } = table({ kill: { at: 'commit-reply', pass: 2, victim: 'both' } }, (victim) => killed.push(victim));
    await send(write);
    expect(killed).toEqual([]);
    await send(write);
    await send(write);
    expect(killed).toEqual(['both']);
  });

  it('between chunks of a division comes after a commit that advanced a head, and no other', async () => {
    const killed: string[] = [];
    const { send } = table({ kill: { at: 'allocator-chunk', pass: 1 } }, (victim) => killed.push(victim));
    await send(write);
    expect(killed).toEqual([]);
    await send(new TransactWriteCommand({ TransactItems: [put('HEAD')] }));
    expect(killed).toEqual(['host']);
  });
});

it('without settings nothing goes wrong', () => {
  noFaults.pass('prune');
  expect(noFaults.strikes('conflict')).toBe(false);
  expect(noFaults.records([1, 2])).toEqual([1, 2]);
});
