import { createRoute, z } from '@hono/zod-openapi';
import about from '../../package.json' with { type: 'json' };
import { type Aws, type Deps, depsFrom, type Env, inLambda } from '../shared/deps.ts';
import { publicNoticeRoutes } from '../trace/public-notice.routes.ts';
import { audienceApp, behindGateway } from './app.ts';
import { type App, answer, problems } from './route.ts';

const health = z.object({
  status: z.literal('ok'),
  version: z.string(),
  /** Time runs fast here: play with it, and expect nothing of it to last. */
  rehearsal: z.boolean(),
  /** The time that deadlines are measured in. */
  now: z.string(),
});

const readHealth = createRoute({
  method: 'get',
  path: '/health',
  tags: ['health'],
  summary: 'Whether the system answers, and whether it is a rehearsal',
  responses: {
    200: answer('It answers.', health),
    ...problems,
  },
});

/** What anybody may see without signing in. */
export const publicApp = (env: Env, deps: Deps): App => {
  const rehearsal = (env['REHEARSAL_CLOCK'] ?? '') !== '';
  return audienceApp('public', { log: deps.log }, (app) => {
    app.openapi(readHealth, (c) =>
      c.json({ status: 'ok' as const, version: about.version, rehearsal, now: deps.clock.now() }, 200),
    );
    publicNoticeRoutes(app, deps);
  });
};

export const create = (env: Env, aws: Aws) => behindGateway(publicApp(env, depsFrom('public', env, aws)));

export const handler = inLambda(create);
