import { createRoute, type z } from '@hono/zod-openapi';
import { type App, allow, answer, body, command, idempotencyHeader, idParam, problems } from '../api/route.ts';
import type { Deps } from '../shared/deps.ts';
import { closeRequestShort } from './close-short.store.ts';
import { closeShortBody } from './close-short.ts';
import { viewRequest, type Why } from './register.store.ts';
import { reopenRequest } from './reopening.store.ts';
import { reopeningBody } from './reopening.ts';
import type { requestView } from './view.ts';

const tags = ['request'];

/** What is decided of a request once it was approved: that the rest of it is given up, or needed after all. */
export const laterRoutes = (
  app: App,
  deps: Deps & { readonly why: Why },
  view: z.ZodType<z.infer<typeof requestView>>,
): void => {
  const responses = { 200: answer('The request as it now is', view), ...problems };
  const middleware = allow('approver', 'headquarters');
  app.openapi(
    createRoute({
      method: 'post',
      path: '/staff/requests/{id}/close-short',
      tags,
      summary: 'Give up what is still short, of the whole request or of some lines; what is under way still comes',
      middleware,
      request: {
        params: idParam,
        headers: idempotencyHeader,
        body: body(closeShortBody.meta({ example: { reason: '县内已无货源，改由邻县直供', lines: [1] } })),
      },
      responses,
    }),
    async (c) => {
      const [{ id }, what] = [c.req.valid('param'), c.req.valid('json')];
      await command(c, deps, (actor, once) => closeRequestShort(deps, actor, once, id, what));
      return c.json(await viewRequest(deps, c.get('actor').county, id), 200);
    },
  );
  app.openapi(
    createRoute({
      method: 'post',
      path: '/staff/requests/{id}/reopening',
      tags,
      summary: 'Open lines again that were served or closed short; more than was asked takes headquarters',
      middleware,
      request: {
        params: idParam,
        headers: idempotencyHeader,
        body: body(
          reopeningBody.meta({
            example: {
              reason: '点位新增值守人员',
              needBy: '2022-05-15T10:00:00Z',
              lines: [{ n: 1, quantity: 2, unit: '盒' }],
            },
          }),
        ),
      },
      responses,
    }),
    async (c) => {
      const [{ id }, what] = [c.req.valid('param'), c.req.valid('json')];
      await command(c, deps, (actor, once) => reopenRequest(deps, actor, once, id, what));
      return c.json(await viewRequest(deps, c.get('actor').county, id), 200);
    },
  );
};
