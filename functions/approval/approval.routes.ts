import { createRoute } from '@hono/zod-openapi';
import { type App, allow, answer, body, command, idempotencyHeader, idParam, problems } from '../api/route.ts';
import { type RequestView, requestView } from '../request/view.ts';
import type { Deps } from '../shared/deps.ts';
import { decide } from './approval.store.ts';
import { decisionBody } from './decide.ts';

/** Deciding on a request answers with it as it then is: how to read it is handed in by whoever composes the two. */
export type ApprovalDeps = Deps & { readonly viewRequest: (county: string, id: string) => Promise<RequestView> };

const example = { outcome: 'approved', note: '按定量标准核减', lines: [{ n: 1, quantity: 6, unit: '盒' }] };

/** What approvers and headquarters do: decide on what waits for a person. */
export const approvalRoutes = (app: App, deps: ApprovalDeps): void => {
  app.openapi(
    createRoute({
      method: 'post',
      path: '/staff/requests/{id}/decision',
      tags: ['request'],
      summary: 'Approve, cut or refuse a request that waits for a person',
      middleware: allow('approver', 'headquarters'),
      request: {
        params: idParam,
        headers: idempotencyHeader,
        body: body(decisionBody.meta({ example })),
      },
      responses: { 200: answer('The request as it now is', requestView), ...problems },
    }),
    async (c) => {
      const [{ id }, decision] = [c.req.valid('param'), c.req.valid('json')];
      await command(c, deps, (actor, once) => decide(deps, actor, once, id, decision));
      return c.json(await deps.viewRequest(c.get('actor').county, id), 200);
    },
  );
};
