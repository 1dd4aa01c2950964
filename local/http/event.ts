import { isUtf8 } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { z } from 'zod';
import type { RouteSpec } from '../template/deployment.ts';

/** A route of the template and what its path variables stand for. */
export interface Match {
  readonly route: RouteSpec;
  readonly parameters: Readonly<Record<string, string>>;
}

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

const parametersOf = (pattern: string, path: string): Record<string, string> | undefined => {
  const names: string[] = [];
  const expression = pattern.replaceAll(/\{(\w+)(\+?)\}|[.*+?^$()|[\]\\]/g, (text, name?: string, greedy?: string) => {
    if (name === undefined) return `\\${text}`;
    names.push(name);
    return greedy === '+' ? '(.+)' : '([^/]+)';
  });
  const values = new RegExp(`^${expression}$`).exec(path)?.slice(1);
  return values && Object.fromEntries(names.map((name, i) => [name, decoded(values[i] ?? '')]));
};

/** The gateway's order: a full match before one with variables, those before a greedy one, a method before `ANY`. */
const rank = ({ path, method }: RouteSpec): number =>
  (path.includes('+}') ? 4 : path.includes('{') ? 2 : 0) + (method === 'ANY' ? 1 : 0);

/** The route that takes this request, as the gateway chooses it. */
export const match = (routes: readonly RouteSpec[], method: string, path: string): Match | undefined =>
  routes
    .filter((route) => route.method === 'ANY' || route.method === method)
    .flatMap((route) => {
      const parameters = parametersOf(route.path, path);
      return parameters === undefined ? [] : [{ route, parameters }];
    })
    .sort((a, b) => rank(a.route) - rank(b.route) || b.route.path.length - a.route.path.length)[0];

const TEXT = /^(text\/|application\/(.*\+)?(json|javascript|xml)|application\/x-www-form-urlencoded)/;

const joined = (pairs: Iterable<readonly [string, string]>): Record<string, string> => {
  const all: Record<string, string> = {};
  for (const [name, value] of pairs) all[name] = name in all ? `${all[name]},${value}` : value;
  return all;
};

/** A request as an HTTP API hands it to a function: payload format 2.0. */
export const eventOf = (
  request: IncomingMessage,
  url: URL,
  { route, parameters }: Match,
  body: Buffer,
): APIGatewayProxyEventV2 => {
  const { cookie, ...rest } = request.headers;
  const headers = Object.fromEntries(
    Object.entries(rest).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  );
  // Bytes that are no text are handed over as such, whatever they are called: nothing of them is lost on the way.
  const text = TEXT.test(headers['content-type'] ?? 'text/plain') && isUtf8(body);
  const routeKey = `${route.method} ${route.path}`;
  const now = new Date();
  return {
    version: '2.0',
    routeKey,
    rawPath: url.pathname,
    rawQueryString: url.search.slice(1),
    ...(cookie !== undefined && { cookies: cookie.split('; ') }),
    headers,
    ...(url.search.length > 1 && { queryStringParameters: joined(url.searchParams) }),
    ...(Object.keys(parameters).length > 0 && { pathParameters: { ...parameters } }),
    requestContext: {
      accountId: '000000000000',
      apiId: 'local',
      domainName: url.host,
      domainPrefix: 'local',
      http: {
        method: request.method ?? 'GET',
        path: url.pathname,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.socket.remoteAddress ?? '',
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: randomUUID(),
      routeKey,
      stage: '$default',
      time: now.toISOString(),
      timeEpoch: now.getTime(),
    },
    ...(body.length > 0 && { body: text ? body.toString('utf8') : body.toString('base64') }),
    isBase64Encoded: body.length > 0 && !text,
  };
};

const resultSchema = z.object({
  statusCode: z.int().min(100).max(599),
  headers: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
  cookies: z.array(z.string()).default([]),
  body: z.string().default(''),
  isBase64Encoded: z.boolean().default(false),
});

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: Buffer | string;
}

export const jsonAnswer = (status: number, body: unknown): Answer => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

/** What a function returned, as the gateway reads it: without a status it is the body of a 200. */
export const answerOf = (result: unknown): Answer => {
  if (typeof result !== 'object' || result === null || !('statusCode' in result)) return jsonAnswer(200, result);
  const { statusCode, headers, cookies, body, isBase64Encoded } = resultSchema.parse(result);
  return {
    status: statusCode,
    headers: {
      ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
      ...(cookies.length > 0 && { 'set-cookie': cookies }),
    },
    body: isBase64Encoded ? Buffer.from(body, 'base64') : body,
  };
};
