import { createHash } from 'node:crypto';
import type { OpenAPIHono } from '@hono/zod-openapi';
import { z } from '@hono/zod-openapi';
import type { Context, MiddlewareHandler } from 'hono';
import type { Actor, Role } from '../shared/actor.ts';
import type { Once } from '../shared/once.ts';
import { Problem } from '../shared/problem.ts';

/** What every route finds on its context: the verified caller. */
export interface AppEnv {
  Variables: { actor: Actor };
}
export type App = OpenAPIHono<AppEnv>;

/** Refuses every caller without one of these roles. */
export const allow =
  (...roles: readonly Role[]): MiddlewareHandler<AppEnv> =>
  async (c, next) => {
    const held = c.get('actor').roles;
    if (!roles.some((role) => held.includes(role)))
      throw new Problem(403, 'wrong-role', `This takes one of the roles ${roles.join(', ')}.`);
    await next();
  };

/** Every POST carries one, so that a repeat after a lost reply is one command. */
export const idempotencyHeader = z.object({
  'idempotency-key': z
    .string()
    .min(8)
    .max(128)
    .regex(/^[\w.:-]+$/)
    .openapi({ description: 'Unique per command; repeat it unchanged after a lost reply.' }),
});

/** The command's identity: who, on which path, under which key, with which body. */
export const onceOf = async (c: Context<AppEnv>): Promise<Once> => ({
  subject: c.get('actor').sub,
  route: `${c.req.method} ${c.req.path}`,
  key: c.req.header('idempotency-key') ?? '',
  bodyHash: createHash('sha256')
    .update(await c.req.text())
    .digest('base64url'),
});

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
            errors: z.array(z.object({ path: z.string(), message: z.string() })),
          })
          .openapi('Problem'),
      },
    },
  },
} as const;

export const pageQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(2000).optional(),
});
