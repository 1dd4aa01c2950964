import type { StateMachine } from 'aws-local-stepfunctions';
import type { Log } from '../../functions/shared/log.ts';
import type { Task } from './definition.ts';
import type { Entry, Journal } from './journal.ts';
import { type Time, whenDue } from './timers.ts';

/** What executions need of the host. */
export interface Stage {
  readonly journal: Journal;
  readonly time: Time;
  readonly log: Log;
  /** Told of every state that is entered and every task that is tried again. */
  readonly onTransition: (machineArn: string, state: string) => void;
  /** Calls a function; it settles within the function's own timeout. */
  readonly invoke: (functionArn: string, payload: unknown) => Promise<unknown>;
  /** Waits for a turn among the calls of all executions; once stopping, there is none. */
  readonly turn: <T>(call: () => Promise<T>) => Promise<T>;
  /** Once aborted, nothing more is entered, and whatever waits is left as the journal has it. */
  readonly stopping: AbortSignal;
  /** Calls back when the token has been settled; returns how to stop listening. */
  readonly onSettled: (token: string, then: () => void) => () => void;
}

type Json = Parameters<StateMachine['run']>[0];
/** What crosses to a function or back crosses as JSON, as it would between services. */
export const asJson = (value: unknown): Json => JSON.parse(JSON.stringify(value ?? null));

/** Before the library's own longest timer, which no wait may meet, an execution is taken up from the journal again. */
const TAKE_UP_MS = 20 * 86_400_000;
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * Leaves the execution as the journal has it, past every Retry and Catch: the two flags are how the library is told.
 */
export class Paused extends Error {
  override readonly name = 'Paused';
  readonly isRetryable = false;
  readonly isCatchable = false;
  readonly reason: 'stopping' | 'take-up' | 'journal';

  constructor(reason: Paused['reason'], cause?: unknown) {
    super(reason, { cause });
    this.reason = reason;
  }
}

/** Caught and retried by its name; its message is the state language's Cause. */
class TaskError extends Error {
  constructor(name: string, cause: string) {
    super(cause);
    this.name = name;
  }
}

const timedOut = (): TaskError => new TaskError('States.Timeout', '');

/** A function's error as Step Functions tells it: its cause is the text that Lambda answers with. */
const functionError = (error: unknown): TaskError => {
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  const trace = (stack ?? '').split('\n').map((line) => line.trim());
  return new TaskError(name, JSON.stringify({ errorType: name, errorMessage: message, trace }));
};

const journalled = async <T>(write: () => T): Promise<Awaited<T>> => {
  try {
    return await write();
  } catch (error) {
    throw new Paused('journal', error);
  }
};

/** Calls the function and answers with what it returns. Its timeout is in real time: no rehearsal speeds up a call. */
export const callTask = async (stage: Stage, task: Task, entry: Entry, input: unknown, payload: unknown) => {
  const seconds = task.timeoutSeconds(input);
  await journalled(() => stage.journal.enter(entry));
  return stage.turn(async () => {
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => late.reject(timedOut()), Math.min(seconds * 1000, LONGEST_TIMER_MS));
    try {
      return await Promise.race([stage.invoke(task.functionArn, asJson(payload)), late.promise]);
    } catch (error) {
      throw error instanceof TaskError ? error : functionError(error);
    } finally {
      clearTimeout(timer);
    }
  });
};

/**
 * Gives the function a token and waits until that is settled or the deadline has come, in virtual time. The token and
 * its deadline are on disk before anybody sees them. Taken up after a crash, the wait is the same one; its function is
 * called again, because nothing says that it was.
 */
export const waitTask = async (
  stage: Stage,
  task: Task,
  entry: Entry,
  input: unknown,
  payload: unknown,
  token: string,
) => {
  const { journal, time } = stage;
  const before = journal.wait(token);
  const deadline =
    before?.deadline ?? new Date(Date.parse(time.clock.now()) + task.timeoutSeconds(input) * 1000).toISOString();
  if (before === undefined) await journalled(() => journal.openWait(entry, token, deadline));
  if (isOpen(stage, token)) {
    await stage.turn(async () => {
      try {
        await stage.invoke(task.functionArn, asJson(payload));
      } catch (error) {
        // Once settled, a task has ended, whatever becomes of its function.
        if (isOpen(stage, token)) throw functionError(error);
      }
    });
    await settled(stage, token, deadline);
  }
  return outcomeOf(stage, token);
};

const isOpen = ({ journal }: Stage, token: string): boolean => journal.wait(token)?.status === 'OPEN';

const settled = async (stage: Stage, token: string, deadline: string): Promise<void> => {
  // A function may answer after the host has stopped, and the journal is closed then: nothing of it may be read.
  if (stage.stopping.aborted) throw new Paused('stopping');
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const pause = (): void => reject(new Paused('stopping'));
  const takeUp = setTimeout(() => reject(new Paused('take-up')), TAKE_UP_MS);
  const stopListening = stage.onSettled(token, resolve);
  const callOff = whenDue(stage.time, deadline, () => {
    journalled(() => stage.journal.settle(token, { status: 'TIMED_OUT' })).then(() => resolve(), reject);
  });
  stage.stopping.addEventListener('abort', pause);
  if (!isOpen(stage, token)) resolve();
  return promise.finally(() => {
    clearTimeout(takeUp);
    stopListening();
    callOff();
    stage.stopping.removeEventListener('abort', pause);
  });
};

const outcomeOf = ({ journal }: Stage, token: string): unknown => {
  const wait = journal.wait(token);
  if (wait?.status === 'SUCCEEDED') return JSON.parse(wait.output ?? 'null');
  throw timedOut();
};
