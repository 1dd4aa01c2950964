import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { QueryCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import type { Faults } from './faults.ts';

type Send = (command: object) => Promise<unknown>;

const cancelled = (command: TransactWriteCommand, code: string): TransactionCanceledException => {
  const items = command.input.TransactItems ?? [];
  return new TransactionCanceledException({
    message: 'Transaction cancelled',
    $metadata: {},
    // One part meets the rival; the others have nothing to say.
    CancellationReasons: items.map((_, i) => (i === 0 ? { Code: code, Message: code } : { Code: 'None' })),
  });
};

/** A reply that never came, as the SDK reports it once its own attempts are used up. */
const lost = (): Error => Object.assign(new Error('socket hang up'), { name: 'TimeoutError', code: 'ECONNRESET' });

/** Divisions say which they are by advancing their item's head. */
const dividesStock = (command: TransactWriteCommand): boolean =>
  (command.input.TransactItems ?? []).some(({ Update, Put }) => (Update?.Key?.['SK'] ?? Put?.Item?.['SK']) === 'HEAD');

/** The table as it is on a bad day: what DynamoDB does now and then and the embedded engine never. */
export const mishandling = (send: Send, faults: Faults): Send => {
  const earlier = new Map<string, unknown>();
  const write = async (command: TransactWriteCommand): Promise<unknown> => {
    if (faults.strikes('conflict')) throw cancelled(command, 'TransactionConflict');
    if (faults.strikes('throttling')) throw cancelled(command, 'ThrottlingError');
    const reply = await send(command);
    faults.pass('commit-reply');
    if (dividesStock(command)) faults.pass('allocator-chunk');
    if (faults.strikes('lostReply')) throw lost();
    return reply;
  };
  const query = async (command: QueryCommand): Promise<unknown> => {
    const question = JSON.stringify(command.input);
    const before = earlier.get(question);
    if (before !== undefined && faults.strikes('staleIndex')) return before;
    const reply = await send(command);
    if (faults.remembers) earlier.set(question, reply);
    return reply;
  };
  return async (command) => {
    if (command instanceof TransactWriteCommand) return write(command);
    if (command instanceof QueryCommand && command.input.IndexName !== undefined) return query(command);
    return send(command);
  };
};
