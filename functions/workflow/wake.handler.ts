import type { DynamoDBStreamEvent } from 'aws-lambda';
import { openForSite } from '../delivery/consignment.store.ts';
import { type Aws, depsFrom, type Env, inLambda } from '../shared/deps.ts';
import type { Key } from '../shared/keys.ts';
import { machinesFrom } from './duties.store.ts';
import { wake } from './wake.store.ts';

/** Consumer A of the table's stream. */
export const create = (env: Env, aws: Aws) => {
  const deps = depsFrom('workflow', env, aws);
  const duties = {
    ...deps,
    workflows: aws.workflows,
    machines: machinesFrom(env),
    openForSite: (county: string, siteId: string, lines: readonly Key[]) => openForSite(deps, county, siteId, lines),
  };
  return ({ Records }: DynamoDBStreamEvent) => wake(duties, Records);
};

export const handler = inLambda(create);
