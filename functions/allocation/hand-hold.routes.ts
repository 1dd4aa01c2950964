import { createRoute, z } from '@hono/zod-openapi';
import { type App, allow, answer, body, command, idempotencyHeader, problems } from '../api/route.ts';
import { type RequestView, requestView } from '../request/view.ts';
import type { Deps } from '../shared/deps.ts';
import { holdByHand, releaseByHand } from './hand-hold.store.ts';
import { handHoldBody, handReleaseBody } from './hand-hold.ts';

/** A hold by hand answers with its request as it then is: how to read it is handed in by whoever composes the two. */
export type HandHoldDeps = Deps & { readonly viewRequest: (county: string, id: string) => Promise<RequestView> };

const params = z.object({ id: z.string().max(60), line: z.coerce.number().int().min(1).max(999) });
const common = {
  tags: ['allocation'],
  middleware: allow('approver', 'headquarters'),
  responses: { 200: answer('The request as it now is', requestView), ...problems },
};

/** What approvers and headquarters promise to a line beside the apportionment. */
export const handHoldRoutes = (app: App, deps: HandHoldDeps): void => {
  app.openapi(
    createRoute({
      ...common,
      method: 'post',
      path: '/staff/requests/{id}/lines/{line}/holds',
      summary: 'Promise goods of a lot to a line by hand; no division takes them back',
      request: {
        params,
        headers: idempotencyHeader,
        body: body(
          handHoldBody.meta({
            example: {
              ...{ lotId: 'lot_01G2V3F8Q0XJ5T9M4B7C6D8E9F', placeId: 'county-warehouse', quantity: 2, unit: '盒' },
              ...{ reason: '指挥部现场调度', takeFrom: true },
            },
          }),
        ),
      },
    }),
    async (c) => {
      const [{ id, line: n }, what] = [c.req.valid('param'), c.req.valid('json')];
      await command(c, deps, (actor, once) => holdByHand(deps, actor, once, { id, n }, what));
      return c.json(await deps.viewRequest(c.get('actor').county, id), 200);
    },
  );
  app.openapi(
    createRoute({
      ...common,
      method: 'post',
      path: '/staff/requests/{id}/lines/{line}/holds/release',
      summary: 'Take promises by hand back, of one lot or all that nobody picks yet',
      request: {
        params,
        headers: idempotencyHeader,
        body: body(handReleaseBody.meta({ example: { reason: '现场已另行解决' } })),
      },
    }),
    async (c) => {
      const [{ id, line: n }, what] = [c.req.valid('param'), c.req.valid('json')];
      await command(c, deps, (actor, once) => releaseByHand(deps, actor, once, { id, n }, what));
      return c.json(await deps.viewRequest(c.get('actor').county, id), 200);
    },
  );
};
