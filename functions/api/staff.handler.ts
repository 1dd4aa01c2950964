import { handle } from 'hono/aws-lambda';
import { catalogueRoutes } from '../catalogue/catalogue.routes.ts';
import { type Aws, type Deps, depsFrom, type Env, inLambda, required } from '../shared/deps.ts';
import { stockRoutes } from '../stock/stock.routes.ts';
import { audienceApp } from './app.ts';
import { oidcVerifier, type Verify } from './auth.ts';
import type { App } from './route.ts';

/** Everything the supply group does over HTTP. */
export const staffApp = (deps: Deps, verify: Verify): App =>
  audienceApp('staff', { verify, log: deps.log }, (app) => {
    catalogueRoutes(app, deps);
    stockRoutes(app, deps);
  });

export const create = (env: Env, aws: Aws) => {
  const verify = oidcVerifier(required(env, 'ISSUER'), required(env, 'JWKS_URI'), required(env, 'AUDIENCE'));
  return handle(staffApp(depsFrom('staff', env, aws), verify));
};

export const handler = inLambda(create);
