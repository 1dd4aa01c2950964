import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Context } from 'aws-lambda';
import type { Aws, Env } from '../../functions/shared/deps.ts';
import { CannotStart } from '../cannot-start.ts';
import type { FunctionSpec } from '../template/deployment.ts';
import { ROOT } from '../template/synth.ts';
import { type Meter, noMeter } from '../usage/meter.ts';

type Handler = (event: unknown, context: Context) => unknown;

/** All functions of the deployment, in this process. */
export interface Functions {
  /**
   * Invokes a function as the cloud would: event and result pass through JSON, within the function's own time.
   *
   * @throws whatever the function throws; `Sandbox.Timedout` when its time is over.
   */
  invoke(arn: string, event: unknown): Promise<unknown>;
  /** Resolves when no invocation is under way. */
  settled(): Promise<void>;
}

/** Loads every entry named in the template, and creates its handler with the environment the template gives it. */
export const loadFunctions = async (
  specs: readonly FunctionSpec[],
  environmentOf: (spec: FunctionSpec) => Env,
  awsOf: (spec: FunctionSpec) => Aws,
  meter: Meter = noMeter,
): Promise<Functions> => {
  const handlers = new Map<string, { spec: FunctionSpec; handler: Handler }>();
  for (const spec of specs) {
    const create = await creatorIn(spec);
    handlers.set(spec.arn, { spec, handler: create(environmentOf(spec), awsOf(spec)) });
  }
  const underWay = new Set<Promise<unknown>>();
  const invoke = async (arn: string, event: unknown): Promise<unknown> => {
    const found = handlers.get(arn);
    if (found === undefined) throw new Error(`There is no function ${arn}`);
    const { spec, handler } = found;
    const result = await meter.invocation(spec, event, () =>
      withinTime(spec, (context) => handler(throughJson(event), context)),
    );
    return throughJson(result);
  };
  return {
    invoke: (arn, event) => {
      const invocation = invoke(arn, event);
      underWay.add(invocation);
      return invocation.finally(() => underWay.delete(invocation));
    },
    settled: async () => {
      while (underWay.size > 0) await Promise.allSettled(underWay);
    },
  };
};

const creatorIn = async ({ name, entry }: FunctionSpec): Promise<(env: Env, aws: Aws) => Handler> => {
  const module: Record<string, unknown> = await import(join(ROOT, entry));
  const create = module['create'];
  if (typeof create !== 'function') throw new CannotStart(`${entry}, which ${name} runs, has no function create.`);
  return create as (env: Env, aws: Aws) => Handler;
};

const throughJson = (value: unknown): unknown => (value === undefined ? null : JSON.parse(JSON.stringify(value)));

/** Step Functions and the gateway know a function out of time by this name. */
class TimedOut extends Error {
  override readonly name = 'Sandbox.Timedout';
}

const withinTime = async (spec: FunctionSpec, run: (context: Context) => unknown): Promise<unknown> => {
  const limit = spec.timeoutSeconds * 1000;
  const deadline = Date.now() + limit;
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new TimedOut(`${spec.name} took longer than ${limit} ms`)), limit);
  try {
    return await Promise.race([run(contextFor(spec, deadline)), late.promise]);
  } finally {
    clearTimeout(timer);
  }
};

const contextFor = (spec: FunctionSpec, deadline: number): Context => ({
  functionName: spec.name,
  functionVersion: '$LATEST',
  invokedFunctionArn: spec.arn,
  memoryLimitInMB: String(spec.memoryMegabytes),
  awsRequestId: randomUUID(),
  logGroupName: `/aws/lambda/${spec.name}`,
  logStreamName: 'local',
  callbackWaitsForEmptyEventLoop: false,
  getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  done: () => {},
  fail: () => {},
  succeed: () => {},
});
