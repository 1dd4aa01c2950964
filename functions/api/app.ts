import { OpenAPIHono } from '@hono/zod-openapi';
import { bodyLimit } from 'hono/body-limit';
import { HTTPException } from 'hono/http-exception';
import type { z } from 'zod';
import type { Log } from '../shared/log.ts';
import { type FieldError, Problem } from '../shared/problem.ts';
import type { Verify } from './auth.ts';
import type { App, AppEnv } from './route.ts';

const MAX_BODY_BYTES = 256 * 1024;

/** `lines[2].quantity`: where in the body, as the sender would write it. */
const pathOf = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (text, part) =>
      typeof part === 'number' ? `${text}[${part}]` : text === '' ? String(part) : `${text}.${String(part)}`,
    '',
  );

const fieldErrors = (issues: readonly z.core.$ZodIssue[]): FieldError[] =>
  issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ path: pathOf([...issue.path, key]), message: 'There is no such field.' }))
      : [{ path: pathOf(issue.path), message: issue.message }],
  );

const problemBody = (problem: Problem) => ({
  type: `urn:green-channel:problem:${problem.code}`,
  title: problem.code,
  status: problem.status,
  detail: problem.message,
  errors: problem.errors,
});

const toProblem = (error: Error, log: Log): Problem | undefined => {
  if (error instanceof Problem) return error;
  if (error instanceof HTTPException && error.status < 500)
    return new Problem(error.status === 413 ? 413 : error.status === 415 ? 415 : 400, 'bad-request', error.message);
  log.error('API-500', error);
  return undefined;
};

/**
 * The HTTP app of one audience: verified caller on every route but the public ones, problem+json for every refusal,
 * OpenAPI 3.1 at `/{audience}/openapi.json`, made from the same schemas that validate.
 */
export const audienceApp = (
  audience: 'staff' | 'point' | 'public',
  { verify, log }: { readonly verify?: Verify; readonly log: Log },
  mount: (app: App) => void,
): App => {
  const app = new OpenAPIHono<AppEnv>({
    defaultHook: (result) => {
      if (!result.success)
        throw new Problem(422, 'invalid', 'The request does not fit its schema.', fieldErrors(result.error.issues));
    },
  });
  app.use(bodyLimit({ maxSize: MAX_BODY_BYTES }));
  app.doc31(`/${audience}/openapi.json`, {
    openapi: '3.1.0',
    info: { title: `Green Channel: ${audience}`, version: '1' },
  });
  if (verify !== undefined)
    app.use(async (c, next) => {
      c.set('actor', await verify(c.req.header('authorization')));
      await next();
    });
  mount(app);
  app.notFound((c) => {
    const problem = new Problem(404, 'no-such-path', `There is no ${c.req.method} ${c.req.path}.`);
    return c.body(JSON.stringify(problemBody(problem)), 404, { 'content-type': 'application/problem+json' });
  });
  app.onError((error, c) => {
    const problem = toProblem(error, log);
    const status = problem?.status ?? 500;
    const body =
      problem === undefined
        ? {
            type: 'urn:green-channel:problem:internal',
            title: 'internal',
            status,
            detail: 'Something failed here. Repeat with the same Idempotency-Key.',
            errors: [],
          }
        : problemBody(problem);
    return c.body(JSON.stringify(body), status, { 'content-type': 'application/problem+json' });
  });
  return app;
};
