import { countyRow } from '../catalogue/county.ts';
import { type Aws, depsFrom, type Env, inLambda } from '../shared/deps.ts';
import { forEach } from '../shared/each.ts';
import { countyKey } from '../shared/keys.ts';
import { ofType, partition } from '../shared/table.store.ts';
import { publishing } from '../trace/published.store.ts';
import { reconcileNext } from './figures.store.ts';

/** Every ten minutes: adds up a part of every county's books. One county that fails keeps no other from its turn. */
export const create = (env: Env, aws: Aws) => {
  const deps = { ...depsFrom('operations', env, aws), publishing };
  return async (): Promise<void> => {
    const counties = ofType(countyRow, await partition(deps, countyKey('').PK));
    const failed = await forEach(counties, 1, ({ county }) => reconcileNext(deps, county));
    for (const { item, error } of failed) deps.log.error('RECONCILE-FAILED', error, { county: item.county });
    if (failed.length > 0) throw new Error(`${failed.length} counties were not reconciled; see RECONCILE-FAILED`);
  };
};

export const handler = inLambda(create);
