import { createRoute, z } from '@hono/zod-openapi';
import {
  type App,
  allow,
  allowStaff,
  answer,
  body,
  command,
  idempotencyHeader,
  idParam,
  pageOf,
  pageQuery,
  problems,
} from '../api/route.ts';
import type { Deps } from '../shared/deps.ts';
import { disposeOf, listDisposals, viewDisposal } from './disposal.store.ts';
import { disposal, disposalBody } from './disposal.ts';
import { listRecipients, viewLot } from './lot.store.ts';
import { lotView, recipients } from './lot-view.ts';
import { liftRecall, recallLot } from './recall.store.ts';
import { liftBody, recallBody } from './recall.ts';
import { carryOut } from './recall-duty.store.ts';
import { changeStatus, viewStatusChange } from './status-change.store.ts';
import { condemnBody, quarantineBody, releaseBody, statusChange } from './status-change.ts';

const tags = ['stock'];
const lotParam = z.object({ lotId: z.string().regex(/^[\w-]{1,64}$/, 'a lot id') });
const example = { placeId: 'county-warehouse', quantity: 3, unit: '盒' };

const changed = { 201: answer('The change, and what it took back from whom.', statusChange), ...problems };

const quarantine = createRoute({
  method: 'post',
  path: '/staff/lots/{lotId}/quarantine',
  tags,
  summary: 'Set goods of a lot apart until somebody has looked at them',
  description: 'Planned goods are taken back in the same step, weakest claim first; goods in picking are not.',
  middleware: allow('storekeeper'),
  request: {
    params: lotParam,
    headers: idempotencyHeader,
    body: body(quarantineBody.meta({ example: { ...example, reason: 'suspected-damage', note: '外箱受潮' } })),
  },
  responses: changed,
});

const release = createRoute({
  method: 'post',
  path: '/staff/lots/{lotId}/release',
  tags,
  summary: 'Let goods of a lot out of quarantine: by a second person',
  middleware: allow('storekeeper', 'approver', 'headquarters'),
  request: {
    params: lotParam,
    headers: idempotencyHeader,
    body: body(releaseBody.meta({ example: { ...example, reason: 'inspected' } })),
  },
  responses: changed,
});

const condemn = createRoute({
  method: 'post',
  path: '/staff/lots/{lotId}/condemn',
  tags,
  summary: 'Say that goods of a lot will not be used any more',
  middleware: allow('storekeeper'),
  request: {
    params: lotParam,
    headers: idempotencyHeader,
    body: body(condemnBody.meta({ example: { ...example, reason: 'damaged', note: '内包装破损' } })),
  },
  responses: changed,
});

const readChange = createRoute({
  method: 'get',
  path: '/staff/status-changes/{id}',
  tags,
  summary: 'Read a change of status',
  middleware: allowStaff,
  request: { params: idParam },
  responses: { 200: answer('The change.', statusChange), ...problems },
});

const dispose = createRoute({
  method: 'post',
  path: '/staff/disposals',
  tags,
  summary: 'Record that condemned or expired goods were disposed of, and what proves it',
  description:
    'By somebody else than who condemned them, headquarters apart. Much at once is for an approver or headquarters. Goods that can be used are condemned first.',
  middleware: allow('storekeeper', 'approver', 'headquarters'),
  request: {
    headers: idempotencyHeader,
    body: body(
      disposalBody.meta({
        example: {
          ...{ lotId: 'lot_01G2W3X4Y5Z6A7B8C9D0E1F2G3', ...example, reason: 'damaged' },
          ...{ method: 'burnt', evidence: '报废处置单2022-031', witness: '监销签字单2022-031' },
        },
      }),
    ),
  },
  responses: { 201: answer('The disposal.', disposal), ...problems },
});

const readDisposals = createRoute({
  method: 'get',
  path: '/staff/disposals',
  tags,
  summary: 'Disposals, the newest first',
  middleware: allowStaff,
  request: { query: pageQuery },
  responses: { 200: answer('A page of disposals.', pageOf(disposal)), ...problems },
});

const readDisposal = createRoute({
  method: 'get',
  path: '/staff/disposals/{id}',
  tags,
  summary: 'Read a disposal',
  middleware: allowStaff,
  request: { params: idParam },
  responses: { 200: answer('The disposal.', disposal), ...problems },
});

const recall = createRoute({
  method: 'post',
  path: '/staff/lots/{lotId}/recall',
  tags,
  summary: 'Recall a lot: nothing of it is for use, and every site that got some is told',
  description: 'What of it is in picking is named: those consignments are cancelled first.',
  middleware: allow('storekeeper', 'approver', 'headquarters'),
  request: {
    params: lotParam,
    headers: idempotencyHeader,
    body: body(recallBody.meta({ example: { reason: 'maker-notice', note: '厂家召回通知2022-7号' } })),
  },
  responses: { 201: answer('The lot, recalled.', lotView), ...problems },
});

const lift = createRoute({
  method: 'post',
  path: '/staff/lots/{lotId}/recall/lift',
  tags,
  summary: 'Lift the recall of a lot',
  middleware: allow('headquarters'),
  request: {
    params: lotParam,
    headers: idempotencyHeader,
    body: body(liftBody.meta({ example: { reason: '复检合格' } })),
  },
  responses: { 200: answer('The lot; what was set apart stays so until it is released.', lotView), ...problems },
});

const readLot = createRoute({
  method: 'get',
  path: '/staff/lots/{lotId}',
  tags,
  summary: 'Read a lot: what it is, where it lies, whether it is recalled',
  middleware: allowStaff,
  request: { params: lotParam },
  responses: { 200: answer('The lot.', lotView), ...problems },
});

const readRecipients = createRoute({
  method: 'get',
  path: '/staff/lots/{lotId}/recipients',
  tags,
  summary: 'Which site got how much of a lot, and what is on its way to whom',
  middleware: allowStaff,
  request: { params: lotParam },
  responses: { 200: answer('Sites and consignments.', recipients), ...problems },
});

const statusRoutes = (app: App, deps: Deps): void => {
  app.openapi(quarantine, async (c) => {
    const of = { act: 'quarantine', from: 'available', lotId: c.req.valid('param').lotId } as const;
    const id = await command(c, deps, (actor, once) => changeStatus(deps, actor, once, of, c.req.valid('json')));
    return c.json(await viewStatusChange(deps, c.get('actor').county, id), 201);
  });
  app.openapi(release, async (c) => {
    const of = { act: 'release', from: 'quarantined', lotId: c.req.valid('param').lotId } as const;
    const id = await command(c, deps, (actor, once) => changeStatus(deps, actor, once, of, c.req.valid('json')));
    return c.json(await viewStatusChange(deps, c.get('actor').county, id), 201);
  });
  app.openapi(condemn, async (c) => {
    const { from, ...rest } = c.req.valid('json');
    const of = { act: 'condemn', from, lotId: c.req.valid('param').lotId } as const;
    const id = await command(c, deps, (actor, once) => changeStatus(deps, actor, once, of, rest));
    return c.json(await viewStatusChange(deps, c.get('actor').county, id), 201);
  });
  app.openapi(readChange, async (c) =>
    c.json(await viewStatusChange(deps, c.get('actor').county, c.req.valid('param').id), 200),
  );
};

const disposalRoutes = (app: App, deps: Deps): void => {
  app.openapi(dispose, async (c) => {
    const id = await command(c, deps, (actor, once) => disposeOf(deps, actor, once, c.req.valid('json')));
    return c.json(await viewDisposal(deps, c.get('actor').county, id), 201);
  });
  app.openapi(readDisposals, async (c) =>
    c.json(await listDisposals(deps, c.get('actor').county, c.req.valid('query')), 200),
  );
  app.openapi(readDisposal, async (c) =>
    c.json(await viewDisposal(deps, c.get('actor').county, c.req.valid('param').id), 200),
  );
};

const recallRoutes = (app: App, deps: Deps): void => {
  app.openapi(recall, async (c) => {
    const { county } = c.get('actor');
    const { lotId } = c.req.valid('param');
    await command(c, deps, (actor, once) => recallLot(deps, actor, once, lotId, c.req.valid('json')));
    // Committed: what is left to do is done now, by a repeat of this, or by the sweep.
    await carryOut(deps, county, lotId);
    return c.json(await viewLot(deps, county, lotId), 201);
  });
  app.openapi(lift, async (c) => {
    const { county } = c.get('actor');
    const { lotId } = c.req.valid('param');
    await command(c, deps, (actor, once) => liftRecall(deps, actor, once, lotId, c.req.valid('json').reason));
    await carryOut(deps, county, lotId);
    return c.json(await viewLot(deps, county, lotId), 200);
  });
};

/** A lot: its goods set apart, released, condemned, disposed of, recalled; and who got them. */
export const lotRoutes = (app: App, deps: Deps): void => {
  statusRoutes(app, deps);
  disposalRoutes(app, deps);
  recallRoutes(app, deps);
  app.openapi(readLot, async (c) =>
    c.json(await viewLot(deps, c.get('actor').county, c.req.valid('param').lotId), 200),
  );
  app.openapi(readRecipients, async (c) =>
    c.json(await listRecipients(deps, c.get('actor').county, c.req.valid('param').lotId), 200),
  );
};
