import type { Verify } from '../../functions/api/auth.ts';
import type { App } from '../../functions/api/route.ts';
import { type Actor, actorSchema, type Role } from '../../functions/shared/actor.ts';
import { Problem } from '../../functions/shared/problem.ts';

/** Takes the caller itself, as JSON, for a token. Tests of the real verifier are in test/api. */
export const testVerify: Verify = async (authorization) => {
  const token = authorization?.match(/^Bearer (.+)$/)?.[1];
  if (token === undefined) throw new Problem(401, 'no-token', 'Sign in.');
  return actorSchema.parse(JSON.parse(token));
};

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: a test says what it expects of a body, and fails where it is not so
  readonly body: any;
}

/** Whether a refusal, and all that it finds fault with, is said in Chinese too: most who are refused read nothing else. */
export const isInChinese = ({ body: { detail, errors = [] } }: Reply): boolean =>
  [detail, ...errors.map(({ message }: { message: string }) => message)].every((said) => String(said).includes('。'));

let keys = 0;

/** Sends JSON as one caller; every POST with a key of its own unless one is given. */
export const callerOf = (app: App, actor: Partial<Actor> & { readonly roles: Role[] }) => {
  const token = JSON.stringify({ sub: actor.roles.join('-'), county: '632323', ...actor });
  const send = async (
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Reply> => {
    keys += 1;
    const reply = await app.request(path, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(method === 'POST' && { 'idempotency-key': `key-${String(keys).padStart(8, '0')}` }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await reply.text();
    return { status: reply.status, headers: reply.headers, body: text === '' ? undefined : JSON.parse(text) };
  };
  return {
    get: (path: string) => send('GET', path),
    put: (path: string, body: unknown, ifMatch?: number) =>
      send('PUT', path, body, ifMatch === undefined ? {} : { 'if-match': `"${ifMatch}"` }),
    post: (path: string, body: unknown, key?: string) =>
      send('POST', path, body, key === undefined ? {} : { 'idempotency-key': key }),
    send,
  };
};

export type Caller = ReturnType<typeof callerOf>;
