import { handle } from 'hono/aws-lambda';
import { allocationRoutes } from '../allocation/allocation.routes.ts';
import { divide } from '../allocation/divide.store.ts';
import { viewRationale } from '../allocation/rationale.store.ts';
import { approvalRoutes } from '../approval/approval.routes.ts';
import { catalogueRoutes } from '../catalogue/catalogue.routes.ts';
import type { StillAt } from '../catalogue/catalogue.store.ts';
import { consignmentRoutes } from '../delivery/consignment.routes.ts';
import { operationsRoutes } from '../operations/operations.routes.ts';
import { needWaitingAt } from '../request/recent.store.ts';
import { viewRequest } from '../request/register.store.ts';
import { type RequestDeps, requestRoutes } from '../request/request.routes.ts';
import { type Aws, type Deps, depsFrom, type Env, inLambda, required } from '../shared/deps.ts';
import { stockAt } from '../stock/pool.store.ts';
import { stockRoutes } from '../stock/stock.routes.ts';
import { audienceApp } from './app.ts';
import { oidcVerifier, type Verify } from './auth.ts';
import type { App } from './route.ts';

const stillAt: StillAt = async (deps, { county, id }) => {
  const [stock, needs] = await Promise.all([stockAt(deps, county, id), needWaitingAt(deps, county, id)]);
  return { stock, needs };
};

/** Everything the supply group does over HTTP. What one capability needs of another's store is handed in here. */
export const staffApp = (base: Deps, verify: Verify): App =>
  audienceApp('staff', { verify, log: base.log }, (app) => {
    const deps: RequestDeps = {
      ...base,
      why: (county, itemId, division, claim) => viewRationale(base, county, itemId, division, claim),
    };
    catalogueRoutes(app, base, stillAt);
    stockRoutes(app, base);
    requestRoutes(app, deps);
    allocationRoutes(app, base);
    approvalRoutes(app, { ...base, viewRequest: (county, id) => viewRequest(deps, county, id) });
    consignmentRoutes(app, { ...base, divide });
    operationsRoutes(app, base);
  });

export const create = (env: Env, aws: Aws) => {
  const verify = oidcVerifier(required(env, 'ISSUER'), required(env, 'JWKS_URI'), required(env, 'AUDIENCE'));
  return handle(staffApp(depsFrom('staff', env, aws), verify));
};

export const handler = inLambda(create);
