import { AsyncLocalStorage } from 'node:async_hooks';
import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import type { FunctionSpec } from '../template/deployment.ts';
import { type Counts, noCounts, type Usage } from './usage.ts';

type Send = (command: object) => Promise<unknown>;

/** Counts what the cloud would bill. */
export interface Meter {
  /** Runs a function, and counts what it asks of the table to it. */
  invocation<T>(spec: Pick<FunctionSpec, 'entry'>, event: unknown, run: () => Promise<T>): Promise<T>;
  /** The table, asked each time what the call consumed. */
  counting(send: Send): Send;
  /** A machine has entered a state, or tries a task again. */
  transition(machineArn: string, state: string): void;
}

/** What a host does without: counting costs a little at each call. */
export const noMeter: Meter = {
  invocation: (_spec, _event, run) => run(),
  counting: (send) => send,
  transition: () => {},
};

/** `functions/delivery/settle.handler.ts` is `delivery/settle`. */
const nameOf = (entry: string): string => entry.replace(/^functions\//, '').replace(/\.handler\.ts$/, '');

/** Of a call over HTTP: to look and to command are two things, and cost differently. */
const methodOf = (event: unknown): string => {
  const context = Object(Object(event)['requestContext']);
  const method = Object(context['http'])['method'];
  return typeof method === 'string' ? ` ${method}` : '';
};

/** Both spellings are the API's: a transaction says what it read and wrote in a list, a table at a time. */
const unitsIn = (reply: unknown): number =>
  [Object(reply)['ConsumedCapacity'] ?? []]
    .flat()
    .reduce((sum: number, { CapacityUnits }: { CapacityUnits?: number }) => sum + (CapacityUnits ?? 0), 0);

/**
 * A meter that counts. The table itself says what each call consumed; DynamoDB and the embedded engine reckon it alike,
 * from the size of rows. Who is counted to is found by the call's own chain of causes.
 */
export const openMeter = (): Meter & { used(): Usage } => {
  const functions: Record<string, Counts> = {};
  const transitions: Record<string, number> = {};
  let underWay = 0;
  const under = new AsyncLocalStorage<Counts>();
  return {
    used: () => structuredClone({ functions, transitions, underWay }),
    transition: (machineArn, state) => {
      const name = `${machineArn.slice(machineArn.lastIndexOf('-') + 1)}: ${state}`;
      transitions[name] = (transitions[name] ?? 0) + 1;
    },
    invocation: async ({ entry }, event, run) => {
      const name = nameOf(entry) + methodOf(event);
      const counts = functions[name] ?? noCounts();
      functions[name] = counts;
      counts.invocations += 1;
      underWay += 1;
      const began = performance.now();
      try {
        return await under.run(counts, run);
      } finally {
        underWay -= 1;
        counts.milliseconds += performance.now() - began;
      }
    },
    counting: (send) => async (command) => {
      const counts = under.getStore() ?? noCounts();
      const writes = command instanceof TransactWriteCommand;
      Object.assign(Object(Object(command)['input']), { ReturnConsumedCapacity: 'TOTAL' });
      try {
        const reply = await send(command);
        counts[writes ? 'writeUnits' : 'readUnits'] += unitsIn(reply);
        return reply;
      } catch (error) {
        if (writes && error instanceof TransactionCanceledException)
          counts.refusedActions += command.input.TransactItems?.length ?? 0;
        throw error;
      }
    },
  };
};
