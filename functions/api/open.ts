import { z } from '@hono/zod-openapi';
import type { MiddlewareHandler } from 'hono';
import type { AppEnv } from './route.ts';

/** The county that somebody without a sign-in speaks of, as it is asked for in a query. */
export const county = z
  .string()
  .regex(/^\d{6}$/, '六位行政区划代码。 The six digits of its code.')
  .openapi({ description: 'May be left out where only one county is served.', example: '632323' })
  .optional();

/** Anybody reads it, and many at once: a minute old is fresh enough, of figures that change each hour. */
export const forAMinute: MiddlewareHandler<AppEnv> = async (c, next) => {
  await next();
  if (c.res.status === 200) c.res.headers.set('cache-control', 'public, max-age=60');
};
