import { createRoute, type z } from '@hono/zod-openapi';
import { type App, allow, answer, command, idempotencyHeader, idParam, problems } from '../api/route.ts';
import type { Role } from '../shared/actor.ts';
import type { Deps } from '../shared/deps.ts';
import type { Kind } from './kinds.ts';
import { retryWorkflow } from './retry.store.ts';

/** Who may let which rows go on, and what the row is then read as. */
interface Retry {
  readonly kind: Kind;
  readonly tags: string[];
  readonly by: readonly Role[];
  readonly view: z.ZodType<object>;
  readonly read: (county: string, id: string) => Promise<object>;
}

/** A person lets a row go on whose workflow gave up: the same for every kind of row that has one. */
export const retryRoute = (app: App, deps: Deps, { kind, tags, by, view, read }: Retry): void => {
  const route = createRoute({
    method: 'post',
    path: `/staff/${kind}s/{id}/retry`,
    tags,
    summary: `Let a row of kind ${kind} go on whose workflow gave up`,
    middleware: allow(...by),
    request: { params: idParam, headers: idempotencyHeader },
    responses: { 200: answer('As it now is', view), ...problems },
  });
  app.openapi(route, async (c) => {
    const { id } = c.req.valid('param');
    await command(c, deps, (actor, once) => retryWorkflow(deps, actor, once, kind, id));
    return c.json(await read(c.get('actor').county, id), 200);
  });
};
