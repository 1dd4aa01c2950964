import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Machine, Task } from './definition.ts';
import type { Ending, Execution } from './journal.ts';
import { asJson, callTask, Paused, type Stage, waitTask } from './tasks.ts';

/** Runs an execution from where the journal has it; `undefined` when it was paused, and the journal still has it so. */
export const runExecution = async (stage: Stage, machine: Machine, arn: string): Promise<Ending | undefined> => {
  for (;;) {
    const execution = stage.journal.execution(arn);
    if (execution === undefined) throw new Error(`The journal has no execution ${arn}`);
    try {
      return { status: 'SUCCEEDED', output: JSON.stringify(await runFrom(stage, machine, execution)) };
    } catch (error) {
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
      if (cause instanceof Paused && cause.reason === 'take-up') continue;
      if (cause instanceof Paused && cause.reason === 'journal')
        stage.log.error('JOURNAL-UNWRITABLE', cause.cause, { execution: arn });
      if (cause instanceof Paused || stage.stopping.aborted) return undefined;
      const { name, message } = cause instanceof Error ? cause : new Error(String(cause));
      return { status: 'FAILED', error: name, cause: message };
    }
  }
};

/** What a task handler is given: see `forLibrary` of definition.ts. */
const given = z.object({ input: z.unknown(), payload: z.unknown() });

/** Runs the library's interpreter once, from the journalled task if the definition still has it. */
const runFrom = async (stage: Stage, machine: Machine, execution: Execution): Promise<unknown> => {
  const { arn, state, stateInput } = execution;
  // A release may have renamed the task. State data is all that a machine knows, and every task is repeatable, so it
  // then goes through the definition again from the top.
  const there = state !== null && machine.tasks.has(state);
  let number = there ? execution.entry : execution.entry + 1;
  let token: string | undefined;
  const context = {
    Execution: { Name: execution.name },
    Task: {
      /** Of the task about to be entered: after a crash the one that was given out for it, else a fresh one. */
      get Token(): string {
        token ??= stage.journal.waitAt(arn, number)?.token ?? `gc.${randomUUID()}`;
        return token;
      },
    },
  };
  const handlerOf = (title: string, task: Task) => async (value: unknown) => {
    if (stage.stopping.aborted) throw new Paused('stopping');
    const { input, payload } = given.parse(value);
    const entry = { execution: arn, entry: number, state: title, stateInput: JSON.stringify(input) };
    const mine = token;
    number += 1;
    token = undefined;
    return asJson(
      mine === undefined
        ? await callTask(stage, task, entry, input, payload)
        : await waitTask(stage, task, entry, input, payload, mine),
    );
  };
  const run = machine.from(there ? state : undefined).run(JSON.parse(stateInput ?? execution.input), {
    context,
    overrides: {
      taskResourceLocalHandlers: Object.fromEntries(
        [...machine.tasks].map(([title, task]) => [title, handlerOf(title, task)]),
      ),
    },
  });
  const abort = (): void => run.abort();
  stage.stopping.addEventListener('abort', abort);
  try {
    const [output] = await Promise.all([run.result, follow(stage, execution, run.eventLogs)]);
    return output;
  } finally {
    stage.stopping.removeEventListener('abort', abort);
  }
};

/** A failed task may be retried or caught, and then leaves no other trace. A timeout is how a wait ends. */
const follow = async (
  stage: Stage,
  { arn, machine }: Execution,
  events: ReturnType<ReturnType<Machine['from']>['run']>['eventLogs'],
) => {
  for await (const event of events) {
    if (event.type === 'StateEntered' || event.type === 'StateRetried') stage.onTransition(machine, event.state.name);
    if (
      event.type === 'StateFailed' &&
      event.state.type === 'Task' &&
      event.Error !== 'States.Timeout' &&
      event.Error !== 'Paused'
    )
      stage.log.warn('TASK-FAILED', {
        execution: arn,
        state: event.state.name,
        error: event.Error,
        cause: event.Cause,
      });
  }
};
