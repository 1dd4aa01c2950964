import { choicesRoutes } from '../donation/choices.routes.ts';
import { donorRoutes } from '../donation/donor.routes.ts';
import { donorPaperRoutes } from '../donation/paper.routes.ts';
import { type Aws, type Deps, depsFrom, type Env, inLambda } from '../shared/deps.ts';
import { traceGift } from '../trace/gift-trace.store.ts';
import { needsRoutes } from '../trace/needs.routes.ts';
import { audienceApp, behindGateway } from './app.ts';
import type { App } from './route.ts';

/** What somebody who gives does: no account, and a code to follow the gift by. */
export const donorApp = (deps: Deps): App =>
  audienceApp('donor', { log: deps.log }, (app) => {
    needsRoutes(app, deps);
    choicesRoutes(app, deps);
    donorPaperRoutes(app, deps);
    donorRoutes(app, { ...deps, traceGift: (row) => traceGift(deps, row) });
  });

export const create = (env: Env, aws: Aws) => behindGateway(donorApp(depsFrom('donor', env, aws)));

export const handler = inLambda(create);
