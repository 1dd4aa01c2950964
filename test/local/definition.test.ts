import { describe, expect, it } from 'vitest';
import { machineFrom } from '../../local/workflows/definition.ts';
import { mustBeSound } from '../../local/workflows/sound.ts';
import { approval, fn, machine, task } from './definitions.ts';

describe('a state machine at boot', () => {
  const refused = (definition: unknown) => () => machineFrom('request', definition, 1);
  const ofOne = (state: Record<string, unknown>) => machine('One', { One: state });

  it('tells which functions it calls, and which of its tasks wait', () => {
    const { tasks } = machineFrom('request', approval, 1);
    expect([...tasks].map(([, { functionArn, waits }]) => [functionArn, waits])).toEqual([
      [fn('assess'), false],
      [fn('await'), true],
      [fn('escalate'), false],
      [fn('fail'), false],
    ]);
  });

  it.each([
    ['a Map', ofOne({ Type: 'Map', ItemProcessor: {}, End: true }), /States\.One\.Type/],
    ['a Wait', ofOne({ Type: 'Wait', Seconds: 1, End: true }), /States\.One\.Type/],
    ['an unknown field', ofOne(task('a', { End: true, HeartbeatSeconds: 3 })), /States\.One: .*HeartbeatSeconds/],
    ['no timeout', ofOne({ Type: 'Task', Resource: fn('a'), End: true }), /a task has one timeout/],
    [
      'another integration',
      ofOne(task('a', { Resource: 'arn:aws:states:::sqs:sendMessage', End: true })),
      /the state "One": the resource arn:aws:states:::sqs:sendMessage is unknown/,
    ],
    [
      'an unknown context value',
      ofOne(task('a', { Parameters: { 'at.$': '$$.State.EnteredTime' }, End: true })),
      /\$\$\.State\.EnteredTime is unknown/,
    ],
    [
      'a wait that gives its token to nobody',
      ofOne(
        task('a', {
          Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
          Parameters: { FunctionName: fn('a'), Payload: {} },
          End: true,
        }),
      ),
      /gives to nobody/,
    ],
    [
      'a wildcard that would take a timeout for a failure',
      ofOne(task('a', { Retry: [{ ErrorEquals: ['States.TaskFailed'] }], End: true })),
      /States\.TaskFailed/,
    ],
  ])('refuses %s', (_, definition, message) => {
    expect(refused(definition)).toThrow(message);
  });

  it('refuses a state that leads nowhere, and says of which machine', () => {
    const machines = { sound: JSON.stringify(approval), lost: JSON.stringify(ofOne(task('a', { Next: 'Two' }))) };
    expect(() => mustBeSound(machines)).toThrow(/^The state machine lost: .*invalid/);
  });
});
