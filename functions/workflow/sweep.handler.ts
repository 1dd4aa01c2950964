import { divide } from '../allocation/divide.store.ts';
import { openDue } from '../delivery/consignment.store.ts';
import { noteSweep, type Swept } from '../operations/figures.store.ts';
import type { Line } from '../request/line.ts';
import { type Aws, depsFrom, type Env, inLambda } from '../shared/deps.ts';
import { carryOutRecalls } from '../stock/recall-duty.store.ts';
import { settleStocktakes } from '../stock/stocktake-settle.store.ts';
import { lookAfterGaps } from '../supply/gap.store.ts';
import { machinesFrom } from './duties.store.ts';
import { sweep } from './sweep.store.ts';

/** Every minute: what the stream should have brought about and did not. */
export const create = (env: Env, aws: Aws) => {
  const deps = depsFrom('workflow', env, aws);
  const duties = {
    ...deps,
    workflows: aws.workflows,
    machines: machinesFrom(env),
    divide: async (county: string, itemId: string) => (await divide(deps, county, itemId)).lacking ?? [],
    lookAfterGaps: (county: string, lacking: readonly Line[]) => lookAfterGaps(deps, county, lacking),
    openDue: (county: string) => openDue(deps, county),
    carryOutRecalls: (county: string) => carryOutRecalls(deps, county),
    settleStocktakes: (county: string) => settleStocktakes(deps, county),
    note: (county: string, swept: Swept) => noteSweep(deps, county, swept),
  };
  return (): Promise<void> => sweep(duties);
};

export const handler = inLambda(create);
