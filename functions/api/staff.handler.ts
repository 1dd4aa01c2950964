import { allocationRoutes } from '../allocation/allocation.routes.ts';
import { divide } from '../allocation/divide.store.ts';
import { handHoldRoutes } from '../allocation/hand-hold.routes.ts';
import { viewRationale } from '../allocation/rationale.store.ts';
import { approvalRoutes } from '../approval/approval.routes.ts';
import { catalogueRoutes } from '../catalogue/catalogue.routes.ts';
import { consignmentRoutes } from '../delivery/consignment.routes.ts';
import { distributionRoutes } from '../distribution/plan.routes.ts';
import { deskRoutes } from '../donation/desk.routes.ts';
import { donationRoutes } from '../donation/donation.routes.ts';
import { giftPaperRoutes } from '../donation/paper.routes.ts';
import { emergencyRoutes } from '../emergency/issue.routes.ts';
import { fundRoutes } from '../funds/fund.routes.ts';
import { importRoutes } from '../imports/import.routes.ts';
import { noticeRoutes } from '../notices/notices.routes.ts';
import { offerRoutes } from '../offers/offer.routes.ts';
import { operationsRoutes } from '../operations/operations.routes.ts';
import { priceRoutes } from '../prices/price.routes.ts';
import { purchaseRoutes } from '../purchase/purchase.routes.ts';
import { closeRequestShort } from '../request/close-short.store.ts';
import { recentNeedOf } from '../request/recent.store.ts';
import { viewRequest } from '../request/register.store.ts';
import { type RequestDeps, requestRoutes } from '../request/request.routes.ts';
import { stillAt } from '../request/still-at.store.ts';
import { type Aws, type Deps, depsFrom, type Env, inLambda, required } from '../shared/deps.ts';
import { stockRoutes } from '../stock/stock.routes.ts';
import { appealRoutes } from '../supply/appeal.routes.ts';
import { supplyRoutes } from '../supply/supply.routes.ts';
import { purchaseFileRoutes } from '../trace/purchase-file.routes.ts';
import { queueRoutes } from '../workflow/queues.routes.ts';
import { audienceApp, behindGateway } from './app.ts';
import { oidcVerifier, type Verify } from './auth.ts';
import { changesTo } from './changed.store.ts';
import type { App } from './route.ts';

/** Everything the supply group does over HTTP. What one capability needs of another's store is handed in here. */
export const staffApp = (base: Deps, verify: Verify): App =>
  audienceApp('staff', { verify, log: base.log, changes: (about) => changesTo(base, about) }, (app) => {
    const deps: RequestDeps = {
      ...base,
      why: (county, itemId, division, claim) => viewRationale(base, county, itemId, division, claim),
    };
    catalogueRoutes(app, base, stillAt);
    stockRoutes(app, base);
    requestRoutes(app, deps);
    allocationRoutes(app, base);
    const viewing = { ...base, viewRequest: (county: string, id: string) => viewRequest(deps, county, id) };
    handHoldRoutes(app, viewing);
    approvalRoutes(app, viewing);
    consignmentRoutes(app, { ...base, divide });
    emergencyRoutes(app, base);
    supplyRoutes(app, {
      ...base,
      closeShort: (actor, once, id, what) => closeRequestShort(base, actor, once, id, what),
    });
    appealRoutes(app, base);
    priceRoutes(app, base);
    offerRoutes(app, base);
    purchaseRoutes(app, base);
    purchaseFileRoutes(app, base);
    deskRoutes(app, base);
    donationRoutes(app, base);
    giftPaperRoutes(app, base);
    distributionRoutes(app, { ...base, recentNeedOf });
    fundRoutes(app, base);
    importRoutes(app, base);
    noticeRoutes(app, base);
    queueRoutes(app, base);
    operationsRoutes(app, base);
  });

export const create = (env: Env, aws: Aws) => {
  const verify = oidcVerifier(required(env, 'ISSUER'), required(env, 'JWKS_URI'), required(env, 'AUDIENCE'));
  return behindGateway(staffApp(depsFrom('staff', env, aws), verify));
};

export const handler = inLambda(create);
