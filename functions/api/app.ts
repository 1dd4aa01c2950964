import { OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context, MiddlewareHandler } from 'hono';
import { handle } from 'hono/aws-lambda';
import { bodyLimit } from 'hono/body-limit';
import { HTTPException } from 'hono/http-exception';
import { matchedRoutes } from 'hono/route';
import { METHOD_NAME_ALL } from 'hono/router';
import { CORRELATION_HEADER, correlation, isCorrelation, notedResult, onBehalfOf } from '../shared/correlation.ts';
import type { Log } from '../shared/log.ts';
import {
  type About,
  type Changed,
  type FieldError,
  fault,
  INTERNAL,
  Problem,
  pathOf,
  problemBody,
} from '../shared/problem.ts';
import type { Said } from '../shared/reason.ts';
import type { Verify } from './auth.ts';
import { bodyGuard, NO_SUCH_FIELD } from './body.ts';
import { CSV_CONTENT, exported, rowsIn } from './csv.ts';
import { wordsOf } from './issue.ts';
import type { App, AppEnv } from './route.ts';

/** Twenty lines of anything fit in a tenth of this. */
const MAX_BODY_BYTES = 256 * 1024;
/** 5,000 rows of a sheet. Written out as base64, as the gateway hands bytes on, it stays below the 6 MB of an invocation. */
const MAX_SHEET_BYTES = 3 * 1024 * 1024;
/** Enough to mend a form by; a hostile body could earn thousands. */
const MAX_ERRORS = 50;
const METHODS = ['GET', 'POST', 'PUT'];

const fieldErrors = (issues: readonly z.core.$ZodIssue[]): FieldError[] =>
  issues
    .flatMap((issue): FieldError[] =>
      issue.code === 'unrecognized_keys'
        ? issue.keys.map((key) => fault(pathOf([...issue.path, key]), NO_SUCH_FIELD))
        : [{ path: pathOf(issue.path), ...wordsOf(issue) }],
    )
    .slice(0, MAX_ERRORS);

const PARTS: Readonly<Record<string, Said>> = {
  json: { zh: '内容不合要求。', en: 'The body does not fit the schema.' },
  header: { zh: '请求头不合要求。', en: 'The headers do not fit the schema.' },
  query: { zh: '查询条件不合要求。', en: 'The query does not fit the schema.' },
  param: { zh: '地址不合要求。', en: 'The path does not fit the schema.' },
};

/** The database has too much to do: the SDK has already waited and repeated. */
const BUSY = new Set([
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ThrottlingException',
  'TransactionInProgressException',
  'Unreachable',
]);

const toProblem = (error: Error, log: Log): Problem | undefined => {
  if (error instanceof Problem) return error;
  if (error instanceof HTTPException) {
    if (error.status === 415)
      return new Problem(415, 'not-json', {
        zh: '内容须以 application/json 发送。',
        en: 'Send the body as application/json.',
      });
    if (error.status < 500)
      return new Problem(400, 'bad-json', { zh: '内容不是 JSON，读不出来。', en: 'The body cannot be read as JSON.' });
  }
  if (BUSY.has(error.name)) {
    log.warn('API-503', { name: error.name });
    return new Problem(503, 'busy', {
      zh: '系统正忙，请稍后原样重发。',
      en: 'Too much at once. Repeat with the same Idempotency-Key.',
    });
  }
  log.error('API-500', error);
  return undefined;
};

const limited = (maxSize: number): MiddlewareHandler =>
  bodyLimit({
    maxSize,
    onError: () => {
      throw new Problem(413, 'too-large', {
        zh: `内容太大，至多 ${maxSize} 字节。`,
        en: `A body has at most ${maxSize} bytes.`,
      });
    },
  });

type Route = Parameters<App['openapi']>[0];

/** What is looked at in a body before the route's own schema is. A sheet of CSV is not: whoever reads it looks at its bytes. */
const bodyChecks = ({ request }: Route): MiddlewareHandler<AppEnv>[] => {
  const { body } = request ?? {};
  if (body?.content['text/csv'] !== undefined) return [limited(MAX_SHEET_BYTES)];
  return [limited(MAX_BODY_BYTES), bodyGuard(body !== undefined)];
};

/** A list can be had as CSV, and says so. */
const exportable = (route: Route): Pick<Route, 'responses'> & { readonly middleware: MiddlewareHandler<AppEnv>[] } => {
  const { responses } = route;
  const found = responses[200];
  const content = found !== undefined && 'content' in found ? found.content : undefined;
  const json = content?.['application/json'];
  const row = route.method === 'get' && json !== undefined && 'schema' in json ? rowsIn(json.schema) : undefined;
  if (row === undefined) return { responses, middleware: [] };
  const both = { ...found, content: { ...content, 'text/csv': CSV_CONTENT } } as (typeof responses)[200];
  return { responses: { ...responses, 200: both }, middleware: [exported(row)] };
};

/**
 * What holds of every route. One that names no query parameters or no body takes none, so that a mistyped one is never
 * passed over in silence; a body has a bound; a list can be had as CSV. Who may not use it hears that first.
 */
const houseRules = (app: App): void => {
  const { openapi } = app;
  app.openapi = ((route: Route, ...rest: [Parameters<typeof openapi>[1]]) => {
    const { responses, middleware } = exportable(route);
    return openapi(
      {
        ...{ ...route, responses },
        request: { query: z.strictObject({}), ...route.request },
        middleware: [...[route.middleware ?? []].flat(), ...bodyChecks(route), ...middleware],
      },
      ...rest,
    );
  }) as typeof openapi;
};

/** The caller's own id, if it is one; or the gateway's, which its access log has too; or a new one. */
const correlationOf = (c: Context<AppEnv>): string => {
  const gateway: unknown = c.env?.event?.requestContext?.requestId;
  const known = [c.req.header(CORRELATION_HEADER), gateway];
  return known.find((id): id is string => typeof id === 'string' && isCorrelation(id)) ?? crypto.randomUUID();
};

/**
 * Answers every request under an id of its own, and says in one line of the log what was asked, by the route: a path may
 * hold a code that opens something.
 */
const traced =
  (log: Log): MiddlewareHandler<AppEnv> =>
  (c, next) =>
    onBehalfOf(correlationOf(c), async () => {
      const began = Date.now();
      await next();
      c.res.headers.set(CORRELATION_HEADER, correlation() ?? '');
      log.info('API-ANSWERED', {
        method: c.req.method,
        route: matchedRoutes(c).findLast(({ method }) => method !== METHOD_NAME_ALL)?.path,
        status: c.res.status,
        milliseconds: Date.now() - began,
        subject: c.get('actor')?.sub,
        result: notedResult(),
      });
    });

/** What else the path answers to: the router's own handlers, the middleware for all methods left out. */
const methodsAt = (app: App, path: string): readonly string[] =>
  METHODS.filter((method) => app.router.match(method, path)[0].some(([[, route]]) => route.method !== METHOD_NAME_ALL));

interface Premises {
  /** None: for anybody. */
  readonly verify?: Verify;
  readonly log: Log;
  /** What happened to the row that a refusal is about; none: this audience changes nothing. */
  readonly changes?: (about: About) => Promise<readonly Changed[]>;
}

/** A refusal is an answer even when what led to it cannot be read. */
const changedMeanwhile = async ({ about }: Problem, { log, changes }: Premises): Promise<readonly Changed[]> => {
  try {
    return about === undefined ? [] : ((await changes?.(about)) ?? []);
  } catch (error) {
    log.error('API-CHANGES', error);
    return [];
  }
};

/**
 * The HTTP app of one audience: verified caller on every route but the public ones, problem+json for every refusal,
 * OpenAPI 3.1 at `/{audience}/openapi.json`, made from the same schemas that validate.
 */
export const audienceApp = (
  audience: 'staff' | 'point' | 'donor' | 'public',
  premises: Premises,
  mount: (app: App) => void,
): App => {
  const { verify, log } = premises;
  const app = new OpenAPIHono<AppEnv>({
    defaultHook: (result) => {
      if (!result.success)
        throw new Problem(
          422,
          'invalid',
          PARTS[result.target] ?? 'The request does not fit the schema.',
          fieldErrors(result.error.issues),
        );
    },
  });
  houseRules(app);
  app.use(traced(log));
  if (verify !== undefined)
    app.openAPIRegistry.registerComponent('securitySchemes', 'bearer', {
      type: 'http',
      scheme: 'bearer',
      bearerFormat: 'JWT',
      description: 'A token of the sign-in service; county, roles and site are its claims.',
    });
  app.doc31(`/${audience}/openapi.json`, {
    openapi: '3.1.0',
    info: {
      title: `Green Channel: ${audience}`,
      version: '1',
      description:
        'Every refusal is application/problem+json with the paths of the fields concerned, and has changed nothing.',
    },
    ...(verify !== undefined && { security: [{ bearer: [] }] }),
  });
  if (verify !== undefined)
    app.use(async (c, next) => {
      c.set('actor', await verify(c.req.header('authorization')));
      await next();
    });
  mount(app);
  const refuse = (body: { readonly status: number }, headers: Readonly<Record<string, string>> = {}) =>
    new Response(JSON.stringify(body), {
      status: body.status,
      headers: { ...headers, 'content-type': 'application/problem+json' },
    });
  app.notFound((c) => {
    const { method, path } = c.req;
    const methods = methodsAt(app, path);
    return methods.length === 0
      ? refuse(
          problemBody(new Problem(404, 'no-such-path', { zh: `这里没有 ${path}。`, en: `There is no ${path} here.` })),
        )
      : refuse(
          problemBody(
            new Problem(405, 'wrong-method', {
              zh: `${path} 只接受 ${methods.join('、')}，不接受 ${method}。`,
              en: `${path} takes ${methods.join(' and ')}, not ${method}.`,
            }),
          ),
          { allow: methods.join(', ') },
        );
  });
  app.onError(async (error) => {
    const problem = toProblem(error, log);
    return refuse(
      problem === undefined ? INTERNAL : problemBody(problem, await changedMeanwhile(problem, premises)),
      problem?.status === 401
        ? { 'www-authenticate': 'Bearer' }
        : problem?.status === 503
          ? { 'retry-after': '2' }
          : {},
    );
  });
  return app;
};

/** Answers as a Lambda function behind the gateway. */
export const behindGateway = (app: App): ReturnType<typeof handle> => {
  // As text it would lose the mark by which Excel knows that it is UTF-8.
  const isContentTypeBinary = (type: string): boolean => type.startsWith('text/csv');
  return handle(app, { isContentTypeBinary });
};
