/** Small state machines in the shape that the stack gives its own. */
export const MACHINE = 'arn:aws:states:local:000000000000:stateMachine:request';
export const fn = (name: string): string => `arn:aws:lambda:local:000000000000:function:${name}`;

type State = Record<string, unknown>;

export const task = (name: string, rest: State): State => ({
  Type: 'Task',
  Resource: fn(name),
  TimeoutSeconds: 30,
  ...rest,
});

export const waitFor = (name: string, rest: State): State => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
  Parameters: {
    FunctionName: fn(name),
    Payload: { 'progress.$': '$', 'token.$': '$$.Task.Token', 'execution.$': '$$.Execution.Name' },
  },
  TimeoutSecondsPath: '$.secondsLeft',
  ...rest,
});

export const machine = (StartAt: string, States: Record<string, State>) => ({ StartAt, States });

/** Assess, wait for a person, escalate when nobody decides, end when somebody does. */
export const approval = machine('Assess', {
  Assess: task('assess', {
    Retry: [{ ErrorEquals: ['Throttled'], IntervalSeconds: 600, MaxAttempts: 2, BackoffRate: 2 }],
    Catch: [{ ErrorEquals: ['PolicyMissing'], ResultPath: '$.error', Next: 'Record the failure' }],
    Next: 'Where does it stand?',
  }),
  'Where does it stand?': {
    Type: 'Choice',
    Choices: [{ Variable: '$.status', StringEquals: 'submitted', Next: 'Wait for a decision' }],
    Default: 'Done',
  },
  'Wait for a decision': waitFor('await', {
    Catch: [
      { ErrorEquals: ['States.Timeout'], ResultPath: null, Next: 'Escalate' },
      { ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: 'Record the failure' },
    ],
    Next: 'Where does it stand?',
  }),
  Escalate: task('escalate', { Next: 'Where does it stand?' }),
  'Record the failure': task('fail', { ResultPath: null, Next: 'Failed' }),
  Failed: { Type: 'Fail', Error: 'RequestFailed', Cause: 'See the request' },
  Done: { Type: 'Succeed' },
});
