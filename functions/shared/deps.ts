import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SFNClient } from '@aws-sdk/client-sfn';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { type Clock, clockFrom } from './clock.ts';
import { type Ids, randomIds } from './ids.ts';
import { type Log, logFor } from './log.ts';

/** The cloud as a handler sees it. The embedded host hands in its own, which asks the function's policy first. */
export interface Aws {
  readonly dynamo: DynamoDBDocumentClient;
  readonly workflows: SFNClient;
}

/** What every store needs: one plain object, made once a process. */
export interface Deps {
  readonly table: string;
  readonly dynamo: DynamoDBDocumentClient;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
}

/**
 * No answer came: refused, reset, timed out. In Node such failures are nameless, and a machine retries by name.
 */
class Unreachable extends Error {
  override readonly name = 'Unreachable';
}

const NETWORK = /^(ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN)/;

const named = (error: unknown): unknown =>
  error instanceof Error && 'code' in error && NETWORK.test(String(error.code))
    ? new Unreachable(`The table gave no answer: ${error.message}`, { cause: error })
    : error;

/** The client with its network failures named; everything else about it stays as it is. */
const naming = (dynamo: DynamoDBDocumentClient): DynamoDBDocumentClient => {
  const send = dynamo.send.bind(dynamo) as (command: unknown) => Promise<unknown>;
  return Object.assign(Object.create(dynamo), {
    send: (command: unknown) =>
      send(command).catch((error: unknown) => {
        throw named(error);
      }),
  });
};

export type Env = Readonly<Record<string, string | undefined>>;

/** In Lambda the clients are made while the runtime initialises, once a process. */
const cloud = (): Aws => ({
  dynamo: DynamoDBDocumentClient.from(new DynamoDBClient({ maxAttempts: 5 }), {
    marshallOptions: { removeUndefinedValues: true },
  }),
  workflows: new SFNClient({ maxAttempts: 5 }),
});

export const required = (env: Env, name: string): string => {
  const value = env[name];
  if (value === undefined || value === '') throw new Error(`The environment variable ${name} is not set`);
  return value;
};

export const depsFrom = (service: string, env: Env, aws: Aws): Deps => ({
  table: required(env, 'TABLE_NAME'),
  dynamo: naming(aws.dynamo),
  clock: clockFrom(env),
  ids: randomIds(),
  log: logFor(service),
});

/**
 * Makes a handler in Lambda as its module loads. Elsewhere loading a module does nothing: the embedded host and
 * tests call `create` with the environment the template gives that function.
 */
export const inLambda = <H>(create: (env: Env, aws: Aws) => H): H | undefined =>
  // biome-ignore lint/style/noProcessEnv: the one place where a handler entry meets its environment
  process.env['AWS_LAMBDA_FUNCTION_NAME'] === undefined ? undefined : create(process.env, cloud());
