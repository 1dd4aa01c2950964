import { viewRationale } from '../allocation/rationale.store.ts';
import { pointCatalogueRoutes } from '../catalogue/point.routes.ts';
import { pointDeliveryRoutes } from '../delivery/point.routes.ts';
import { pointNoticeRoutes } from '../notices/notices.routes.ts';
import { pointRequestRoutes } from '../request/request.routes.ts';
import { type Aws, type Deps, depsFrom, type Env, inLambda, required } from '../shared/deps.ts';
import { audienceApp, behindGateway } from './app.ts';
import { oidcVerifier, type Verify } from './auth.ts';
import { changesTo } from './changed.store.ts';
import type { App } from './route.ts';

/** What a village point or a front-line post does, for its own site only. */
export const pointApp = (deps: Deps, verify: Verify): App =>
  audienceApp('point', { verify, log: deps.log, changes: (about) => changesTo(deps, about) }, (app) => {
    pointCatalogueRoutes(app, deps);
    pointRequestRoutes(app, {
      ...deps,
      why: (county, itemId, division, claim) => viewRationale(deps, county, itemId, division, claim),
    });
    pointDeliveryRoutes(app, deps);
    pointNoticeRoutes(app, deps);
  });

export const create = (env: Env, aws: Aws) => {
  const verify = oidcVerifier(required(env, 'ISSUER'), required(env, 'JWKS_URI'), required(env, 'AUDIENCE'));
  return behindGateway(pointApp(depsFrom('point', env, aws), verify));
};

export const handler = inLambda(create);
