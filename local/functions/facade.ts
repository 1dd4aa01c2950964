import { SendTaskSuccessCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { type DynamoDBDocumentClient, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import type { Aws } from '../../functions/shared/deps.ts';
import type { Faults } from '../faults/faults.ts';
import { mishandling } from '../faults/mishaps.ts';
import type { FunctionSpec } from '../template/deployment.ts';
import type { Meter } from '../usage/meter.ts';
import { guard, type Need } from './iam.ts';
import { rightsOf } from './rights.ts';

/** The part of Step Functions that functions call. */
interface Workflows {
  start(machineArn: string, name: string, input: string): Promise<{ executionArn: string; startDate: Date }>;
  sendTaskSuccess(token: string, output: string): Promise<void>;
  /** The machine whose execution was given this token; none for a token that was never given. */
  machineOf(token: string): string | undefined;
}

/** What all functions share. */
interface House {
  readonly dynamo: DynamoDBDocumentClient;
  readonly workflows: Workflows;
  readonly faults: Faults;
  readonly meter: Meter;
  /** Told after every transaction whether it was committed: then the stream has something new. */
  readonly onWrite: (isCommitted: boolean) => void;
}

type Send = (command: object) => Promise<unknown>;

/** The client, its `send` replaced. Everything else about it stays as it is. */
const sending = <C extends object>(client: C, send: Send): C => Object.assign(Object.create(client), { send });

/**
 * The cloud as one function may use it: shared clients, and before each call the question whether the function's own
 * policy allows it. A right forgotten in the stack fails here, and not first in the cloud.
 */
export const awsFor = (
  { name, statements }: FunctionSpec,
  { dynamo, workflows, faults, meter, onWrite }: House,
): Aws => {
  const ask = guard(name, statements);
  const send = meter.counting((command) => dynamo.send(command as Parameters<typeof dynamo.send>[0]));
  const table = mishandling(send, faults);
  return {
    dynamo: sending(dynamo, async (command) => {
      ask(rightsOf(command));
      if (!(command instanceof TransactWriteCommand)) return table(command);
      let isCommitted = false;
      try {
        const reply = await table(command);
        isCommitted = true;
        return reply;
      } finally {
        onWrite(isCommitted);
      }
    }),
    workflows: sending(NO_CLIENT, (command) => perform(command, workflows, ask, faults)),
  };
};

/** Never sends: it lends its type, and what it would answer to questions about itself. */
const NO_CLIENT = new SFNClient({ region: 'local', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } });

/**
 * Performs a command of Step Functions on the embedded machines.
 *
 * @throws Error naming a command that no function of the stack sends.
 */
const perform = async (
  command: object,
  workflows: Workflows,
  ask: (needs: readonly Need[]) => void,
  faults: Faults,
): Promise<object> => {
  if (command instanceof StartExecutionCommand) {
    const { stateMachineArn = '', name = '', input = '{}' } = command.input;
    ask([{ action: 'states:StartExecution', resource: stateMachineArn }]);
    faults.pass('commit-journal');
    return workflows.start(stateMachineArn, name, input);
  }
  if (command instanceof SendTaskSuccessCommand) {
    const { taskToken = '', output = '{}' } = command.input;
    const machine = workflows.machineOf(taskToken);
    if (machine !== undefined) ask([{ action: 'states:SendTaskSuccess', resource: machine }]);
    faults.pass('commit-journal');
    await workflows.sendTaskSuccess(taskToken, output);
    faults.pass('resume-sent');
    return {};
  }
  throw new Error(`This host does not know ${command.constructor.name}`);
};
