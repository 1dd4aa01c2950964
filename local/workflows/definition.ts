import { StateMachine, type StateMachineDefinition } from 'aws-local-stepfunctions';
import { z } from 'zod';
import { CannotStart } from '../cannot-start.ts';
import { known } from '../template/known.ts';

/**
 * The states language as far as this host keeps its promises. Waits live in tasks that hold a token: their timers come
 * from the row's deadline and are journalled. A Wait state, Map, Parallel or another integration has no journal here.
 */

const errorName = z
  .string()
  .refine(
    (name) => name !== 'States.TaskFailed',
    'States.TaskFailed is not told from States.Timeout here: name errors',
  );
const comment = z.string().optional();
const jsonPath = z.literal('JSONPath').optional();
const next = { Next: z.string().optional(), End: z.boolean().optional() };
/** "$" replaces the whole input, which is what leaving it out does; the library would add a field of that name. */
const resultPath = z
  .string()
  .startsWith('$')
  .transform((path) => (path === '$' ? undefined : path))
  .nullable()
  .optional();
const template = z.record(z.string(), z.unknown());

const retry = z.strictObject({
  Comment: comment,
  ErrorEquals: z.array(errorName).min(1),
  IntervalSeconds: z.int().min(1).default(1),
  MaxAttempts: z.int().min(0).optional(),
  BackoffRate: z.number().min(1).optional(),
  MaxDelaySeconds: z.int().min(1).optional(),
  JitterStrategy: z.enum(['FULL', 'NONE']).optional(),
});

const FUNCTION_ARN = /^arn:aws[\w-]*:lambda:[^:]*:[^:]*:function:.+$/;
const WAIT_FOR_TOKEN = /^arn:aws[\w-]*:states:::lambda:invoke\.waitForTaskToken$/;

const task = z
  .strictObject({
    Type: z.literal('Task'),
    Comment: comment,
    QueryLanguage: jsonPath,
    Resource: z.string(),
    Parameters: template.optional(),
    ResultSelector: template.optional(),
    ResultPath: resultPath,
    OutputPath: z.string().startsWith('$').optional(),
    TimeoutSeconds: z.int().min(1).optional(),
    TimeoutSecondsPath: z
      .string()
      .regex(/^\$(\.[A-Za-z_]\w*)+$/, 'only a path of plain names, such as $.secondsLeft, is known')
      .optional(),
    Retry: z.array(retry).optional(),
    Catch: z
      .array(
        z.strictObject({
          Comment: comment,
          ErrorEquals: z.array(errorName).min(1),
          Next: z.string(),
          ResultPath: resultPath,
        }),
      )
      .optional(),
    ...next,
  })
  .refine(
    (state) => (state.TimeoutSeconds === undefined) !== (state.TimeoutSecondsPath === undefined),
    'a task has one timeout',
  );
type TaskState = z.infer<typeof task>;

const state = z.discriminatedUnion('Type', [
  task,
  z.strictObject({
    Type: z.literal('Choice'),
    Comment: comment,
    QueryLanguage: jsonPath,
    Choices: z.array(template).min(1),
    Default: z.string().optional(),
  }),
  z.strictObject({
    Type: z.literal('Pass'),
    Comment: comment,
    QueryLanguage: jsonPath,
    Result: z.unknown().optional(),
    Parameters: template.optional(),
    ResultPath: resultPath,
    ...next,
  }),
  z.strictObject({ Type: z.literal('Succeed'), Comment: comment, QueryLanguage: jsonPath }),
  z.strictObject({
    Type: z.literal('Fail'),
    Comment: comment,
    QueryLanguage: jsonPath,
    Error: z.string().optional(),
    Cause: z.string().optional(),
    ErrorPath: z.string().optional(),
    CausePath: z.string().optional(),
  }),
]);

const definition = z.strictObject({
  Comment: comment,
  QueryLanguage: jsonPath,
  StartAt: z.string(),
  States: z.record(z.string(), state),
});

/** Definitions rest on no other context: whatever else it holds differs between hosts. */
const CONTEXT = new Set(['$$.Execution.Name', '$$.Task.Token']);
const TOKEN = '$$.Task.Token';

const waitParameters = z.strictObject({ FunctionName: z.string().regex(FUNCTION_ARN), Payload: template });

/** One task as this host runs it. */
export interface Task {
  readonly functionArn: string;
  /** It ends when its token is settled, not when its function returns. */
  readonly waits: boolean;
  /** From the state's own input, as it was when the task was entered. */
  timeoutSeconds(input: unknown): number;
}

export interface Machine {
  readonly tasks: ReadonlyMap<string, Task>;
  /** The library's machine that begins at this state; without one, where the definition says. */
  from(state?: string): StateMachine;
}

/** The library's longest timer: about 24.8 days. Ours, which end before, know of rehearsals and restarts. */
const LIBRARY_TIMEOUT_SECONDS = 2_147_483;

/**
 * Retries keep a rehearsal's pace down to these: an engine that starts again takes its second however fast the clock,
 * and retries that are all over by then would turn a moment's absence into a failure.
 */
const SHORTEST_INTERVAL_SECONDS = 0.05;
const SHORTEST_DELAY_SECONDS = 5;

/**
 * Reads a state machine from the template's definition, Lambda ARNs resolved. Whether its choice rules, targets and paths
 * are sound is asked once, by `sound.ts`.
 *
 * @throws CannotStart of one sentence for any state, resource or field that this host does not know.
 */
export const machineFrom = (name: string, source: unknown, speed: number): Machine => {
  const read = known(definition, source, `The state machine ${name}`);
  const tasks = new Map<string, Task>();
  const states: Record<string, unknown> = {};
  for (const [title, found] of Object.entries(read.States)) {
    const what = `The state machine ${name}: the state "${title}"`;
    const strange = contextOf(found).find((path) => !CONTEXT.has(path));
    if (strange !== undefined) throw new CannotStart(`${what}: the context value ${strange} is unknown to this host.`);
    if (found.Type === 'Task') tasks.set(title, taskOf(found, what));
    states[title] = found.Type === 'Task' ? forLibrary(found, speed) : found;
  }
  const machines = new Map<string, StateMachine>();
  return {
    tasks,
    from: (StartAt = read.StartAt) => {
      const machine =
        machines.get(StartAt) ??
        new StateMachine(asDefinition({ StartAt, States: states }), { validationOptions: { noValidate: true } });
      machines.set(StartAt, machine);
      return machine;
    },
  };
};

/** The library's own type cannot say "as read from JSON"; what it is was checked above. */
const asDefinition = (source: unknown): StateMachineDefinition => source as StateMachineDefinition;

const contextOf = (part: unknown): string[] =>
  typeof part === 'string'
    ? (part.match(/\$\$(\.\w+)*/g) ?? [])
    : typeof part === 'object' && part !== null
      ? Object.values(part).flatMap(contextOf)
      : [];

const taskOf = (found: TaskState, what: string): Task => {
  const { Resource, Parameters, TimeoutSeconds, TimeoutSecondsPath } = found;
  const timeoutSeconds = (input: unknown): number => {
    if (TimeoutSecondsPath === undefined) return TimeoutSeconds ?? 0;
    const value = TimeoutSecondsPath.split('.').slice(1).reduce(field, input);
    if (Number.isInteger(value) && Number(value) > 0) return Number(value);
    throw new RuntimeFailure(`${TimeoutSecondsPath} is ${JSON.stringify(value)}, not a number of seconds`);
  };
  const token = contextOf(Parameters).includes(TOKEN);
  if (FUNCTION_ARN.test(Resource) && !token) return { functionArn: Resource, waits: false, timeoutSeconds };
  if (!WAIT_FOR_TOKEN.test(Resource))
    throw new CannotStart(`${what}: the resource ${Resource} is unknown to this host.`);
  if (!token) throw new CannotStart(`${what}: it waits for a token that it gives to nobody.`);
  return { functionArn: known(waitParameters, Parameters, what).FunctionName, waits: true, timeoutSeconds };
};

const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;

/** AWS's States.Runtime, which no Retry or Catch may take. The two flags are how the library is told. */
class RuntimeFailure extends Error {
  override readonly name = 'States.Runtime';
  readonly isRetryable = false;
  readonly isCatchable = false;
}

/**
 * The state as the library runs it: its timer moved out of the way, retries at the rehearsal's pace, and the handler
 * given the state's own input beside the payload, because the timeout is read from there.
 */
const forLibrary = (found: TaskState, speed: number): Record<string, unknown> => {
  const { TimeoutSecondsPath, Parameters, Retry, ...rest } = found;
  const atPace = (seconds: number, shortest: number) => Math.max(seconds / speed, Math.min(seconds, shortest));
  const payload = WAIT_FOR_TOKEN.test(found.Resource) ? Parameters?.['Payload'] : Parameters;
  return {
    ...rest,
    TimeoutSeconds: LIBRARY_TIMEOUT_SECONDS,
    Parameters: payload === undefined ? { 'input.$': '$', 'payload.$': '$' } : { 'input.$': '$', payload },
    ...(Retry !== undefined && {
      Retry: Retry.map((each) => ({
        ...each,
        IntervalSeconds: atPace(each.IntervalSeconds, SHORTEST_INTERVAL_SECONDS),
        ...(each.MaxDelaySeconds !== undefined && {
          MaxDelaySeconds: atPace(each.MaxDelaySeconds, SHORTEST_DELAY_SECONDS),
        }),
      })),
    }),
  };
};
