import { createRoute, z } from '@hono/zod-openapi';
import { handle } from 'hono/aws-lambda';
import about from '../../package.json' with { type: 'json' };
import { clockFrom } from '../shared/clock.ts';
import { type Env, inLambda } from '../shared/deps.ts';
import { logFor } from '../shared/log.ts';
import { audienceApp } from './app.ts';
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
export const publicApp = (env: Env): App => {
  const clock = clockFrom(env);
  const rehearsal = (env['REHEARSAL_CLOCK'] ?? '') !== '';
  return audienceApp('public', { log: logFor('public') }, (app) => {
    app.openapi(readHealth, (c) =>
      c.json({ status: 'ok' as const, version: about.version, rehearsal, now: clock.now() }, 200),
    );
  });
};

export const create = (env: Env) => handle(publicApp(env));

export const handler = inLambda(create);
