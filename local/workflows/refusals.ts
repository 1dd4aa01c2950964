import {
  ExecutionAlreadyExists,
  InvalidExecutionInput,
  InvalidName,
  InvalidOutput,
  InvalidToken,
  StateMachineDoesNotExist,
  TaskDoesNotExist,
  TaskTimedOut,
} from '@aws-sdk/client-sfn';

/** The refusals of Step Functions, as the SDK throws them, so that callers meet here what they meet in the cloud. */
const said = (message: string) => ({ message, $metadata: { httpStatusCode: 400 } });

export const noSuchMachine = (arn: string) =>
  new StateMachineDoesNotExist(said(`State machine does not exist: '${arn}'`));
export const alreadyExists = (arn: string) => new ExecutionAlreadyExists(said(`Execution already exists: '${arn}'`));
export const badName = (name: string) => new InvalidName(said(`Invalid name: '${name}'`));
export const badInput = () => new InvalidExecutionInput(said('The input is not JSON'));
export const badOutput = () => new InvalidOutput(said('The output is not JSON'));
export const badToken = () => new InvalidToken(said('Invalid token'));
export const noSuchTask = () => new TaskDoesNotExist(said('There is no task of this token'));
export const taskOver = () => new TaskTimedOut(said('The task of this token has timed out or has ended'));
