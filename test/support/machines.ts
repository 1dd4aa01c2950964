import { SendTaskSuccessCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { mockClient } from 'aws-sdk-client-mock';
import { afterEach } from 'vitest';
import { machinesFrom } from '../../functions/workflow/duties.store.ts';
import { KINDS, machineVariable } from '../../functions/workflow/kinds.ts';
import type { Progress } from '../../functions/workflow/progress.ts';

/** Each kind's machine, as the template names it to functions. */
export const MACHINE_VARIABLES = Object.fromEntries(
  KINDS.map((kind) => [machineVariable(kind), `arn:machine:${kind}`]),
);
export const MACHINES = machinesFrom(MACHINE_VARIABLES);

/** What was asked of the workflow service: executions by name, answers by token. It answers as the service does. */
export const useMachines = () => {
  const workflows = new SFNClient({ region: 'local' });
  const mock = mockClient(workflows);
  const executions = new Map<string, { machine: string | undefined; input: Progress }>();
  const answers = new Map<string, Progress>();
  const over = new Map<string, string>();
  const failure = (name: string) => Object.assign(new Error(name), { name });
  mock.on(StartExecutionCommand).callsFake(({ name = '', input, stateMachineArn }) => {
    if (executions.has(name)) throw failure('ExecutionAlreadyExists');
    executions.set(name, { machine: stateMachineArn, input: JSON.parse(input ?? 'null') });
    return { executionArn: `arn:${name}`, startDate: new Date(0) };
  });
  mock.on(SendTaskSuccessCommand).callsFake(({ taskToken = '', output }) => {
    const why = over.get(taskToken);
    if (why !== undefined) throw failure(why);
    answers.set(taskToken, JSON.parse(output ?? 'null'));
    // A token is good for one answer.
    over.set(taskToken, 'TaskTimedOut');
    return {};
  });
  afterEach(() => {
    executions.clear();
    answers.clear();
    over.clear();
  });
  return { workflows, executions, answers, over };
};
