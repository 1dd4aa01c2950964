import { AssertionError } from 'node:assert';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { consignmentStatus } from '../../functions/delivery/consignment.ts';
import { dispatchPaperStatus } from '../../functions/delivery/dispatch-paper.ts';
import { shortfallStatus } from '../../functions/delivery/shortfall.ts';
import { planStatus } from '../../functions/distribution/plan.ts';
import { donationStatus } from '../../functions/donation/donation.ts';
import { issueStatus } from '../../functions/emergency/issue.ts';
import { importStatus } from '../../functions/imports/import.ts';
import { purchaseStatus } from '../../functions/purchase/purchase.ts';
import { requestStatus } from '../../functions/request/request.ts';
import { Stale } from '../../functions/shared/actions.ts';
import { Problem } from '../../functions/shared/problem.ts';
import { appealStatus } from '../../functions/supply/appeal.ts';
import { gapStatus } from '../../functions/supply/gap.ts';
import { LASTING_ERRORS, TRANSIENT_ERRORS } from '../../functions/workflow/errors.ts';
import { KINDS, type Kind, kinds } from '../../functions/workflow/kinds.ts';
import { readable, synthesised } from '../support/synthesised.ts';

const rule = z.object({ ErrorEquals: z.array(z.string()) });
const state = z.object({
  Type: z.string(),
  Resource: z.string().optional(),
  Next: z.string().optional(),
  Default: z.string().optional(),
  Choices: z.array(z.object({ Variable: z.string(), StringEquals: z.string(), Next: z.string() })).default([]),
  Retry: z.array(rule.extend({ MaxAttempts: z.int() })).default([]),
  Catch: z.array(rule.extend({ Next: z.string(), ResultPath: z.string().nullable() })).default([]),
  TimeoutSeconds: z.int().optional(),
  TimeoutSecondsPath: z.string().optional(),
  Parameters: z.unknown().optional(),
});
type State = z.infer<typeof state>;
const definition = z.object({ StartAt: z.string(), States: z.record(z.string(), state) });

const machines = Object.fromEntries(
  synthesised({ target: 'aws' })
    .of('AWS::StepFunctions::StateMachine')
    .map(({ Properties }) => {
      const text = readable(Properties['DefinitionString']);
      return [String(Properties['StateMachineName']), { text, ...definition.parse(JSON.parse(text)) }];
    }),
);
const machine = (name: string) => machines[name] ?? { text: '', StartAt: '', States: {} };
const states = Object.entries(machines).flatMap(([name, { States }]) =>
  Object.entries(States).map(([called, one]) => [`${name}: ${called}`, one] as const),
);
const isWait = (one: State): boolean => one.Resource?.endsWith(':lambda:invoke.waitForTaskToken') ?? false;
const tasks = states.filter(([, { Type }]) => Type === 'Task');
const recording = (called: string): boolean => called.endsWith(': Record the failure');

/** Where a row at this status leads to, from the one choice a machine has. */
const leadsTo = (name: string, status: string): string | undefined => {
  const stands = machine(name).States['Where does it stand?'];
  return stands?.Choices.find(({ StringEquals }) => StringEquals === status)?.Next ?? stands?.Default;
};
const STATUSES: Readonly<Record<Kind, readonly string[]>> = {
  request: requestStatus.options,
  consignment: consignmentStatus.options,
  shortfall: shortfallStatus.options,
  'dispatch-paper': dispatchPaperStatus.options,
  'emergency-issue': issueStatus.options,
  purchase: purchaseStatus.options,
  import: importStatus.options,
  appeal: appealStatus.options,
  gap: gapStatus.options,
  donation: donationStatus.options,
  'distribution-plan': planStatus.options,
};
const leadingTo = (name: string, statuses: readonly string[]) =>
  Object.fromEntries(statuses.map((status) => [status, leadsTo(name, status)]));
const whenLate = (name: string, wait: string): string | undefined =>
  machine(name).States[wait]?.Catch.find(({ ErrorEquals }) => ErrorEquals.includes('States.Timeout'))?.Next;

describe('a procurement request', () => {
  const name = 'green-channel-request';

  it('is assessed first; then what its status asks for', () => {
    expect(machine(name).StartAt).toBe('Assess by the green channel');
    expect(leadingTo(name, requestStatus.options)).toEqual({
      submitted: 'Wait for a decision',
      approved: 'Wait until everything is received',
      refused: 'The request has ended',
      cancelled: 'The request has ended',
      closed: 'The request has ended',
    });
  });

  it('goes to the next level when nobody decides, and reminds when goods are overdue', () => {
    expect(whenLate(name, 'Wait for a decision')).toBe('Escalate the decision');
    expect(whenLate(name, 'Wait until everything is received')).toBe('Remind of overdue goods');
  });

  it('ends quietly when another execution has taken over', () => {
    expect(leadsTo(name, 'superseded')).toBe('The request has ended');
  });
});

describe('a consignment', () => {
  const name = 'green-channel-consignment';

  it('waits for picking, dispatch and receipt, then closes the needs it served', () => {
    expect(machine(name).StartAt).toBe('Where does it stand?');
    expect(leadingTo(name, consignmentStatus.options)).toEqual({
      planned: 'Wait for picking',
      picking: 'Wait for dispatch',
      dispatched: 'Wait for the receipt',
      received: 'Close the needs it served',
      cancelled: 'The consignment has ended',
      returned: 'The consignment has ended',
    });
    expect(leadsTo(name, 'superseded')).toBe('The consignment has ended');
  });

  it('reminds at each deadline', () => {
    for (const wait of ['Wait for picking', 'Wait for dispatch', 'Wait for the receipt'])
      expect(whenLate(name, wait)).toBe('Remind of the deadline');
  });
});

describe('a distribution plan', () => {
  const name = 'green-channel-distribution-plan';

  it('waits for its decision, then opens the needs of its sites until all are open', () => {
    expect(machine(name).StartAt).toBe('Where does it stand?');
    expect(leadingTo(name, planStatus.options)).toEqual({
      submitted: 'Wait for a decision',
      approved: 'Open the needs of its sites',
      opened: 'The plan has ended',
      refused: 'The plan has ended',
      cancelled: 'The plan has ended',
    });
    expect(leadsTo(name, 'superseded')).toBe('The plan has ended');
    expect(machine(name).States['Open the needs of its sites']?.Next).toBe('Where does it stand?');
    expect(whenLate(name, 'Wait for a decision')).toBe('Escalate the plan');
  });
});

describe('a gift', () => {
  const name = 'green-channel-donation';

  it('is screened, brought, counted in and looked after; its donor is asked where its wish cannot be met', () => {
    expect(machine(name).StartAt).toBe('Screen the gift');
    expect(leadingTo(name, donationStatus.options)).toEqual({
      registered: 'Screen the gift',
      review: 'Wait for a person to screen it',
      expected: 'Wait for the gift',
      counted: 'Release what was accepted',
      received: 'Wait until it is looked after',
      asking: 'Wait for the donor',
      returning: 'Wait until it is given back',
      closed: 'The gift has ended',
      declined: 'The gift has ended',
      lapsed: 'The gift has ended',
      withdrawn: 'The gift has ended',
    });
    expect(leadsTo(name, 'superseded')).toBe('The gift has ended');
  });

  it('is asked for when it does not come, and looked after at each deadline', () => {
    for (const wait of [
      'Wait for a person to screen it',
      'Wait for the gift',
      'Wait for the donor',
      'Wait until it is given back',
    ])
      expect(whenLate(name, wait)).toBe('Remind of the gift');
    expect(whenLate(name, 'Wait until it is looked after')).toBe('Look after the gift');
  });
});

describe('a purchase', () => {
  const name = 'green-channel-purchase';

  it('is chosen for, assessed, decided on, ordered and closed; what was chosen is always assessed', () => {
    expect(machine(name).StartAt).toBe('Assess by the green channel');
    expect(leadingTo(name, purchaseStatus.options)).toEqual({
      sourcing: 'Wait for a choice',
      submitted: 'Wait for a decision',
      ordered: 'Wait for the orders',
      delivered: 'Wait for what closes it',
      closed: 'The purchase has ended',
      refused: 'The purchase has ended',
      cancelled: 'The purchase has ended',
    });
    expect(leadsTo(name, 'superseded')).toBe('The purchase has ended');
    expect(machine(name).States['Wait for a choice']?.Next).toBe('Assess by the green channel');
  });

  it('is looked after at each deadline', () => {
    expect(whenLate(name, 'Wait for a choice')).toBe('Remind of the purchase');
    expect(whenLate(name, 'Wait for a decision')).toBe('Escalate the decision');
    expect(whenLate(name, 'Wait for the orders')).toBe('Follow up on the orders');
    expect(whenLate(name, 'Wait for what closes it')).toBe('Remind of missing papers');
  });
});

describe('an import', () => {
  it('is booked, some rows after the other, until all are', () => {
    const name = 'green-channel-import';
    expect(leadingTo(name, importStatus.options)).toEqual({
      booking: 'Book the next rows',
      booked: 'The import has ended',
    });
    expect(leadsTo(name, 'superseded')).toBe('The import has ended');
    expect(machine(name).States['Book the next rows']?.Next).toBe('Where does it stand?');
  });
});

describe('every wait', () => {
  const waits = tasks.filter(([, one]) => isWait(one));

  it.each(waits)('%s: ends at the deadline of the row, and silence leads on', (_, wait) => {
    expect(wait.TimeoutSecondsPath).toBe('$.secondsLeft');
    expect(wait.Catch[0]).toMatchObject({ ErrorEquals: ['States.Timeout'], ResultPath: null });
    expect(wait.Retry.flatMap(({ ErrorEquals }) => ErrorEquals)).not.toContain('States.Timeout');
  });

  it.each(waits)('%s: leaves its token, its execution and nothing else from the machine', (_, wait) => {
    expect(wait.Parameters).toMatchObject({
      Payload: { 'progress.$': '$', 'token.$': '$$.Task.Token', 'execution.$': '$$.Execution.Name' },
    });
  });
});

describe('every task', () => {
  it.each(tasks)('%s: has a time limit', (_, { TimeoutSeconds, TimeoutSecondsPath }) => {
    expect(TimeoutSeconds ?? TimeoutSecondsPath).toBeDefined();
  });

  it.each(tasks)('%s: tries again what may pass, and only that', (_, { Retry }) => {
    const errors = Retry.flatMap(({ ErrorEquals }) => ErrorEquals).filter((error) => error !== 'States.Timeout');
    expect(errors).toEqual(TRANSIENT_ERRORS);
    for (const { MaxAttempts } of Retry) expect(MaxAttempts).toBeLessThanOrEqual(8);
  });

  it.each(tasks.filter(([called]) => !recording(called)))('%s: leaves what failed on the row', (_, { Catch }) => {
    const failing = Catch.filter(({ ErrorEquals }) => !ErrorEquals.includes('States.Timeout'));
    expect(failing).toEqual([
      { ErrorEquals: LASTING_ERRORS, ResultPath: '$.error', Next: 'Record the failure' },
      { ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: 'Record the failure' },
    ]);
  });

  it('fails the execution after recording, even if it cannot be recorded', () => {
    for (const [, one] of tasks.filter(([called]) => recording(called))) {
      expect(one.Next).toBe('Given up until somebody retries');
      expect(one.Catch).toEqual([
        { ErrorEquals: ['States.ALL'], ResultPath: null, Next: 'Given up until somebody retries' },
      ]);
    }
  });
});

describe('every machine', () => {
  it('is of a kind of row, and every kind has one', () => {
    expect(Object.keys(machines).sort()).toEqual(KINDS.map((kind) => `green-channel-${kind}`).sort());
  });

  it.each(KINDS)(
    'of a %s waits where the sweep looks for lost waits, and ends where a failure loses nothing',
    (kind) => {
      const name = `green-channel-${kind}`;
      const { States } = machine(name);
      const leading = (fits: (one: State) => boolean) =>
        STATUSES[kind].filter((status) => {
          const one = States[leadsTo(name, status) ?? ''];
          return one !== undefined && fits(one);
        });
      expect(leading(isWait)).toEqual(kinds[kind].waiting);
      expect(leading(({ Type }) => Type === 'Succeed')).toEqual(kinds[kind].ended);
    },
  );

  it.each(Object.entries(machines))('%s: keeps its waits at the top, where they can be resumed', (_, { States }) => {
    for (const { Type } of Object.values(States)) expect(['Task', 'Choice', 'Succeed', 'Fail']).toContain(Type);
  });

  it.each(Object.entries(machines))('%s: takes nothing from the context that a restart would change', (_, { text }) => {
    const taken = new Set(text.match(/\$\$\.[\w.]+/g));
    expect(['$$.Task.Token', '$$.Execution.Name']).toEqual(expect.arrayContaining([...taken]));
  });

  it.each(Object.entries(machines))('%s: reads as sentences', (_, { States }) => {
    for (const called of Object.keys(States)) expect(called).toMatch(/^[A-Z][a-z]+( [a-z]+){2,8}\??$/);
  });

  it.each(Object.entries(machines))('%s: can get to every state it has', (_, { StartAt, States }) => {
    const reached = new Set<string>();
    const visit = (called: string | undefined): void => {
      if (called === undefined || reached.has(called)) return;
      reached.add(called);
      const one = States[called];
      for (const { Next } of [...(one?.Choices ?? []), ...(one?.Catch ?? [])]) visit(Next);
      visit(one?.Next);
      visit(one?.Default);
    };
    visit(StartAt);
    expect([...reached].sort()).toEqual(Object.keys(States).sort());
  });
});

it('the names of errors are those that are thrown', () => {
  expect(TRANSIENT_ERRORS).toContain(new Stale().name);
  for (const { name } of [
    new Problem(409, 'wrong-status', ''),
    new z.ZodError([]),
    new AssertionError({ message: '' }),
    new TypeError(),
  ])
    expect(LASTING_ERRORS).toContain(name);
  expect(TRANSIENT_ERRORS.filter((error) => (LASTING_ERRORS as readonly string[]).includes(error))).toEqual([]);
});
