import { z } from 'zod';
import { onBehalfOf } from './correlation.ts';
import { type Aws, type Deps, depsFrom, type Env } from './deps.ts';

/** Where what a task is given says on behalf of which request it is: in the progress of a row. */
const traced = z.looseObject({ correlation: z.string().optional() });
const traceOf = z.union([traced.extend({ progress: traced }).transform(({ progress }) => progress), traced]);

/**
 * The entry of a machine's task: reads what the machine hands over and does what the task is for. `service` is the name
 * of the capability, in the log.
 *
 * @throws ZodError when that is not what the task takes: a lasting error, which no machine tries again.
 */
export const taskHandler =
  <I, O>(
    service: string,
    input: z.ZodType<I>,
    run: (deps: Deps & Pick<Aws, 'workflows'>, given: I) => Promise<O>,
  ): ((env: Env, aws: Aws) => (given: unknown) => Promise<O>) =>
  (env, aws) => {
    const deps = { ...depsFrom(service, env, aws), workflows: aws.workflows };
    return (given) => onBehalfOf(traceOf.safeParse(given).data?.correlation, () => run(deps, input.parse(given)));
  };
