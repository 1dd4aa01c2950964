import { createRoute } from '@hono/zod-openapi';
import {
  type App,
  allow,
  allowStaff,
  answer,
  command,
  idempotencyHeader,
  idParam,
  pageOf,
  pageQuery,
  problems,
} from '../api/route.ts';
import { type Actor, ownSite, type Role } from '../shared/actor.ts';
import type { Deps } from '../shared/deps.ts';
import { notFound, Problem } from '../shared/problem.ts';
import { acknowledge, listNotices, noticeOf } from './inbox.store.ts';
import { inboxOf, type Notice } from './notice.ts';
import { noticeStatus, noticeView, staffNoticeView, staffViewOf, viewOf } from './view.ts';

const tags = ['notices'];
const query = pageQuery.extend({ status: noticeStatus.default('open').openapi({ default: 'open' }) });
const staffView = staffNoticeView.meta({ id: 'StaffNotice' });
const pointView = noticeView.meta({ id: 'Notice' });

/** Every staff role has an inbox, shared by all who hold it. */
const hasInbox = (role: Role): role is Exclude<Role, 'point' | 'system'> => role !== 'point' && role !== 'system';
const inboxesOf = ({ roles }: Actor): string[] => roles.filter(hasInbox).map((role) => inboxOf({ role }));

/** What staff are told, by role, and that they have read it. */
export const noticeRoutes = (app: App, deps: Deps): void => {
  app.openapi(
    createRoute({
      method: 'get',
      path: '/staff/notices',
      tags,
      summary: 'What whoever holds one’s roles is told: not yet acknowledged unless asked otherwise, newest first',
      middleware: allowStaff,
      request: { query },
      responses: { 200: answer('A page of notices', pageOf(staffView)), ...problems },
    }),
    async (c) => {
      const actor = c.get('actor');
      const { rows, cursor } = await listNotices(deps, actor.county, inboxesOf(actor), c.req.valid('query'));
      return c.json({ rows: rows.map(staffViewOf), cursor }, 200);
    },
  );
  app.openapi(
    createRoute({
      method: 'post',
      path: '/staff/notices/{id}/acknowledgement',
      tags,
      summary: 'Say that a notice of one’s own inbox was read; again changes nothing',
      middleware: allowStaff,
      request: { params: idParam, headers: idempotencyHeader },
      responses: { 200: answer('The notice', staffView), ...problems },
    }),
    async (c) => {
      const [caller, { id }] = [c.get('actor'), c.req.valid('param')];
      const own = ({ inbox }: Notice): void => {
        if (!inboxesOf(caller).includes(inbox))
          throw new Problem(403, 'other-inbox', `This is in the inbox of ${inbox}: whoever is there acknowledges it.`);
      };
      await command(c, deps, (actor, once) => acknowledge(deps, actor, once, id, own));
      return c.json(staffViewOf(await noticeOf(deps, caller.county, id)), 200);
    },
  );
};

/** What a site is told, and that somebody there has read it. */
export const pointNoticeRoutes = (app: App, deps: Deps): void => {
  app.openapi(
    createRoute({
      method: 'get',
      path: '/point/notices',
      tags,
      summary: 'What one’s own site is told: not yet acknowledged unless asked otherwise, newest first',
      middleware: allow('point'),
      request: { query },
      responses: { 200: answer('A page of notices', pageOf(pointView)), ...problems },
    }),
    async (c) => {
      const actor = c.get('actor');
      const { rows, cursor } = await listNotices(deps, actor.county, [ownSite(actor)], c.req.valid('query'));
      return c.json({ rows: rows.map((notice) => viewOf(notice, 'point')), cursor }, 200);
    },
  );
  app.openapi(
    createRoute({
      method: 'post',
      path: '/point/notices/{id}/acknowledgement',
      tags,
      summary: 'Say that a notice of one’s own site was read; again changes nothing',
      middleware: allow('point'),
      request: { params: idParam, headers: idempotencyHeader },
      responses: { 200: answer('The notice', pointView), ...problems },
    }),
    async (c) => {
      const [caller, { id }] = [c.get('actor'), c.req.valid('param')];
      const siteId = ownSite(caller);
      // Another's is answered as one that does not exist.
      const own = ({ inbox }: Notice): void => {
        if (inbox !== siteId) throw notFound('notice', id);
      };
      await command(c, deps, (actor, once) => acknowledge(deps, actor, once, id, own));
      return c.json(viewOf(await noticeOf(deps, caller.county, id), 'point'), 200);
    },
  );
};
