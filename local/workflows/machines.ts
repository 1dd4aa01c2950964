import { setMaxListeners } from 'node:events';
import type { Log } from '../../functions/shared/log.ts';
import { type Machine, machineFrom } from './definition.ts';
import { runExecution } from './execution.ts';
import type { Execution, Journal } from './journal.ts';
import { limitTo } from './limit.ts';
import {
  alreadyExists,
  badInput,
  badName,
  badOutput,
  badToken,
  noSuchMachine,
  noSuchTask,
  taskOver,
} from './refusals.ts';
import { Paused, type Stage } from './tasks.ts';
import type { Time } from './timers.ts';

export interface WorkflowOptions extends Time {
  readonly journal: Journal;
  /** State machine ARN to its definition from the template, Lambda ARNs resolved. */
  readonly machines: Readonly<Record<string, unknown>>;
  /** Calls a function; it must settle within the function's own timeout. */
  readonly invoke: (functionArn: string, payload: unknown) => Promise<unknown>;
  readonly log: Log;
  /** Told of every state that an execution enters and every task that it tries again. */
  readonly onTransition?: (machineArn: string, state: string) => void;
  /** Calls of functions at the same time, over all executions. */
  readonly concurrency?: number;
}

export interface Workflows {
  /** Functions that the definitions call: the host checks at boot that it has them. */
  readonly functions: ReadonlySet<string>;
  /**
   * Starts an execution once its name is on disk. The same name with the same input while it runs is the same
   * execution.
   *
   * @throws StateMachineDoesNotExist, InvalidName, InvalidExecutionInput, ExecutionAlreadyExists of the SDK.
   */
  start(machineArn: string, name: string, input: string): Promise<{ executionArn: string; startDate: Date }>;
  /**
   * Settles the wait of a token, once that is on disk.
   *
   * @throws InvalidToken, TaskDoesNotExist, InvalidOutput, TaskTimedOut (also for a task that has ended) of the SDK.
   */
  sendTaskSuccess(token: string, output: string): Promise<void>;
  /** Takes up every execution that the journal has as running and that does not run here; how many. */
  resumeAll(): Promise<number>;
  /** The execution once it has ended. */
  ended(executionArn: string): Promise<Execution>;
  /** Ends all timers and waits for calls in progress. Whatever runs is taken up by the next `resumeAll`. */
  stop(): Promise<void>;
}

const NAME = /^[\w.-]{1,80}$/;
const TOKEN = /^gc\.[\da-f-]{36}$/;
/** As long as AWS keeps an ended Standard execution, and so its name. */
const KEPT_MS = 90 * 86_400_000;
const PRUNED_EVERY = 1_000;
const CONCURRENCY = 32;

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

/**
 * Step Functions Standard on one machine: the template's own definitions, journalled, so that a kill at any moment
 * costs nothing but the repetition of the task in progress.
 *
 * @throws Error of one sentence for a definition with anything that this host does not know.
 */
export const workflows = (options: WorkflowOptions): Workflows => {
  const { journal, log, clock, speed } = options;
  const machines = new Map<string, Machine>(
    Object.entries(options.machines).map(([arn, source]) => [arn, machineFrom(arn, source, speed)]),
  );
  const stopping = new AbortController();
  setMaxListeners(0, stopping.signal);
  const listeners = new Map<string, () => void>();
  const watchers = new Map<string, PromiseWithResolvers<Execution>>();
  const running = new Map<string, Promise<void>>();
  let ended = 0;
  const limit = limitTo(options.concurrency ?? CONCURRENCY);
  const calls = new Set<Promise<unknown>>();

  const stage: Stage = {
    journal,
    log,
    onTransition: options.onTransition ?? (() => {}),
    time: { clock, speed },
    stopping: stopping.signal,
    invoke: (functionArn, payload) => {
      const call = options.invoke(functionArn, payload);
      calls.add(call);
      return call.finally(() => calls.delete(call));
    },
    turn: (call) =>
      limit(async () => {
        if (stopping.signal.aborted) throw new Paused('stopping');
        return call();
      }),
    onSettled: (token, then) => {
      listeners.set(token, then);
      return () => listeners.delete(token);
    },
  };

  const prune = () => journal.prune(new Date(Date.parse(clock.now()) - KEPT_MS).toISOString());

  const run = (machine: Machine, arn: string): void => {
    const whole = async (): Promise<void> => {
      const ending = await runExecution(stage, machine, arn);
      if (ending === undefined) return;
      if (ending.status === 'FAILED')
        log.error('EXECUTION-FAILED', ending.error, { execution: arn, cause: ending.cause });
      await journal.end(arn, clock.now(), ending);
      ended += 1;
      if (ended % PRUNED_EVERY === 0) await prune();
      const watcher = watchers.get(arn);
      watchers.delete(arn);
      const execution = journal.execution(arn);
      if (execution !== undefined) watcher?.resolve(execution);
    };
    const done = whole()
      .catch((error: unknown) => log.error('JOURNAL-UNWRITABLE', error, { execution: arn }))
      .finally(() => running.delete(arn));
    running.set(arn, done);
  };

  return {
    functions: new Set(
      [...machines.values()].flatMap(({ tasks }) => [...tasks.values()].map((task) => task.functionArn)),
    ),

    start: async (machineArn, name, input) => {
      const machine = machines.get(machineArn);
      if (machine === undefined) throw noSuchMachine(machineArn);
      if (!NAME.test(name)) throw badName(name);
      if (!isJson(input)) throw badInput();
      if (stopping.signal.aborted) throw new Error('The workflows are stopping');
      const arn = `${machineArn.replace(':stateMachine:', ':execution:')}:${name}`;
      const begun = { arn, machine: machineArn, name, input, startedAt: clock.now() };
      const isNew = await journal.begin(begun);
      const { startedAt, ...there } = journal.execution(arn) ?? { ...begun, status: 'RUNNING' };
      if (isNew) run(machine, arn);
      else if (there.status !== 'RUNNING' || there.input !== input) throw alreadyExists(arn);
      return { executionArn: arn, startDate: new Date(startedAt) };
    },

    sendTaskSuccess: async (token, output) => {
      if (!isJson(output)) throw badOutput();
      if (!TOKEN.test(token)) throw badToken();
      if (journal.wait(token) === undefined) throw noSuchTask();
      if (!(await journal.settle(token, { status: 'SUCCEEDED', output }))) throw taskOver();
      listeners.get(token)?.();
    },

    resumeAll: async () => {
      await prune();
      const found = journal.running().filter(({ arn }) => !running.has(arn));
      for (const { arn, machine: machineArn } of found) {
        const machine = machines.get(machineArn);
        // Left as it is: going back to the release that has the machine takes it up again.
        if (machine === undefined) log.error('EXECUTION-ORPHANED', `There is no ${machineArn}`, { execution: arn });
        else run(machine, arn);
      }
      return found.length;
    },

    ended: async (arn) => {
      const execution = journal.execution(arn);
      if (execution !== undefined && execution.status !== 'RUNNING') return execution;
      const watcher = watchers.get(arn) ?? Promise.withResolvers<Execution>();
      watchers.set(arn, watcher);
      return watcher.promise;
    },

    stop: async () => {
      stopping.abort();
      await Promise.allSettled([...calls, ...running.values()]);
    },
  };
};
