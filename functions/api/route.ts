import { createHash } from 'node:crypto';
import type { OpenAPIHono } from '@hono/zod-openapi';
import { z } from '@hono/zod-openapi';
import type { Context, MiddlewareHandler } from 'hono';
import type { Actor, Role } from '../shared/actor.ts';
import { noteResult } from '../shared/correlation.ts';
import type { Deps } from '../shared/deps.ts';
import { doOnce } from '../shared/once.store.ts';
import type { Once } from '../shared/once.ts';
import { Problem } from '../shared/problem.ts';

/** What every route finds on its context: the verified caller. */
export interface AppEnv {
  /** What the adapter hands over: in Lambda, and here, the gateway's event. */
  Bindings: { event?: { requestContext?: { requestId?: string; http?: { sourceIp?: string } } } };
  Variables: { actor: Actor };
}
export type App = OpenAPIHono<AppEnv>;

/** Refuses every caller without one of these roles. */
export const allow =
  (...roles: readonly Role[]): MiddlewareHandler<AppEnv> =>
  async (c, next) => {
    const held = c.get('actor').roles;
    if (!roles.some((role) => held.includes(role)))
      throw new Problem(403, 'wrong-role', {
        zh: '您的账号没有办理这件事的权限。',
        en: `This takes one of the roles ${roles.join(', ')}.`,
      });
    await next();
  };

/** Whoever works for the supply group; each of them may read everything of the county. */
const STAFF: readonly Role[] = ['clerk', 'approver', 'headquarters', 'storekeeper', 'buyer', 'finance', 'auditor'];
export const allowStaff = allow(...STAFF);

/**
 * Said of a POST that is a question, too long for a query: it changes nothing, so a repeat needs no key. It stands in the
 * OpenAPI document, and is the only exception there.
 */
export const changesNothing = { 'x-changes-nothing': true } as const;

/** Every POST that changes something carries one, so that a repeat after a lost reply is one command. */
export const idempotencyHeader = z.object({
  'idempotency-key': z
    .string({
      error:
        '每次提交须带 Idempotency-Key，每次新编一个。 Every POST carries an Idempotency-Key header: a text of your own, new for each command.',
    })
    .regex(/^[\w.:-]{8,128}$/, '8 至 128 个字母、数字或 . _ : - 组成。 8 to 128 letters, digits and . _ : -')
    .openapi({
      description: 'New for each command; repeat it unchanged after a lost reply.',
      example: '2022-05-12-desk-3-0042',
    }),
});

/** Whoever knows it can repeat the command and hear its answer, a code included: nobody else may guess it. */
export const secretKeyHeader = z.object({
  'idempotency-key': z
    .string({ error: '每次提交须带 Idempotency-Key。 Every POST carries an Idempotency-Key header.' })
    .regex(
      /^[\w-]{22,128}$/,
      '须为 128 位以上的随机串（至少 22 个字符）。 At least 128 random bits: 22 characters or more.',
    )
    .openapi({
      description: 'At least 128 random bits, new for each command; repeat it unchanged after a lost reply.',
      example: 'kq3vX9yT2mP0aZ8cWf5LrA',
    }),
});

/** How the identity of a command is stored whose key opens its answer: whoever reads the table cannot repeat it. */
export const storedSecretly = (sent: Once): Once => ({
  ...sent,
  key: createHash('sha256').update(sent.key).digest('base64url'),
});

/** The version a change was made on, as `ETag` gave it out. */
export const ifMatchHeader = z.object({
  'if-match': z
    .string()
    .regex(/^("?)\d{1,9}\1$/, 'ETag 给出的一个版本号。 One version number, as the ETag header gave it.')
    .openapi({ description: 'Needed when there is a row already and it is to change.', example: '"3"' })
    .transform((text) => Number(text.replaceAll('"', '')))
    .optional(),
});

export const etag = (row: { readonly version: number }) => ({ ETag: `"${row.version}"` });

/** The command's identity: who, on which path, under which key, with which body. */
export const onceOf = async (c: Context<AppEnv>): Promise<Once> => ({
  subject: c.get('actor').sub,
  route: `${c.req.method} ${c.req.path}`,
  key: c.req.header('idempotency-key') ?? '',
  bodyHash: createHash('sha256')
    .update(new Uint8Array(await c.req.arrayBuffer()))
    .digest('base64url'),
});

/** From where a request comes, as the gateway saw it. */
export const addressOf = (c: Context<AppEnv>): string => c.env?.event?.requestContext?.http?.sourceIp ?? '';

/**
 * Runs one command of the caller, once however often it is sent. Returns the id of what it made or changed.
 *
 * @param kept the command's identity as it is stored: where its key or path opens something, not as it was sent.
 */
export const command = async (
  c: Context<AppEnv>,
  deps: Deps,
  run: (actor: Actor, once: Once) => Promise<string>,
  kept: (sent: Once) => Once = (sent) => sent,
): Promise<string> => {
  const [actor, once] = [c.get('actor'), kept(await onceOf(c))];
  const id = await doOnce(deps, actor, once, () => run(actor, once));
  noteResult(id);
  return id;
};

/** A JSON body that must be there and may hold nothing unknown. */
export const body = <S extends z.ZodType>(schema: S) => ({
  required: true,
  content: { 'application/json': { schema } },
});

export const answer = <S extends z.ZodType>(description: string, schema: S) => ({
  description,
  content: { 'application/json': { schema } },
});

/** Any refusal, as RFC 9457 says. */
export const problems = {
  default: {
    description: 'A refusal; nothing has changed.',
    content: {
      'application/problem+json': {
        schema: z
          .object({
            type: z.string(),
            title: z.string(),
            status: z.int(),
            detail: z.string(),
            /** Where in the body, query, path or headers, and what. */
            errors: z.array(z.object({ path: z.string(), message: z.string(), at: z.string().optional() })),
            /** Of a 409: what others did with the row meanwhile, the newest first. */
            changed: z
              .array(
                z.object({
                  name: z.string(),
                  by: z.string(),
                  at: z.string(),
                  localTime: z.string(),
                  reason: z.string().optional(),
                }),
              )
              .optional(),
          })
          .openapi('Problem', {
            example: {
              type: 'urn:green-channel:problem:invalid',
              title: 'invalid',
              status: 422,
              detail: '内容不合要求。 The body does not fit the schema.',
              errors: [{ path: 'lines[2].quantity', message: '太小，至少为 1。 Too small: expected number to be >=1' }],
            },
          }),
      },
    },
  },
} as const;

/** A whole number in a query, in decimal digits: ` 10`, `1e2`, `0x10` and nothing at all are none. */
export const wholeNumber = (minimum: number, maximum: number) =>
  z
    .string()
    .regex(/^(0|[1-9]\d{0,8})$/, '须为十进制整数。 A whole number in decimal digits.')
    .transform(Number)
    .pipe(z.int().min(minimum).max(maximum))
    .openapi({ type: 'integer', minimum, maximum });

export const pageQuery = z.strictObject({
  limit: wholeNumber(1, 200).default(50).openapi({ default: 50 }),
  cursor: z.string().max(2000).optional(),
});

/** Some rows, and where to go on. */
export const pageOf = <S extends z.ZodType>(row: S) => z.object({ rows: z.array(row), cursor: z.string().optional() });

/** An id as it was given out. Any other text is the id of nothing, and not found. */
export const idParam = z.object({ id: z.string().max(60) });
