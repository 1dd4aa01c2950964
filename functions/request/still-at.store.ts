import type { StillAt } from '../catalogue/catalogue.store.ts';
import { stockAt } from '../stock/pool.store.ts';
import { needWaitingAt } from './recent.store.ts';

/** What is still at a site that is to be closed: goods on its shelves, and need that waits. */
export const stillAt: StillAt = async (deps, { county, id }) => {
  const [stock, needs] = await Promise.all([stockAt(deps, county, id), needWaitingAt(deps, county, id)]);
  return { stock, needs };
};
