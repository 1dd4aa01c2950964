import { getItems, type PageOf } from '../catalogue/catalogue.store.ts';
import { roundRow } from '../operations/figures.ts';
import type { Deps } from '../shared/deps.ts';
import { keysOf } from '../shared/keys.ts';
import { getAll, ofType, type Page, partitionPage } from '../shared/table.store.ts';
import { type NeededItem, neededItemOf } from './needs.ts';
import { publishedItemRow } from './published.ts';

/**
 * When every item of the county had been looked at last; none: no round has come to its end yet, so that what is not told
 * may only not have been looked at.
 */
export const lookedThrough = async (deps: Deps, county: string): Promise<string | undefined> => {
  const [round] = await getAll(deps, roundRow, [keysOf(county).reconciliationRound()]);
  return round?.completedAt;
};

/** What is short and what is too much, item by item, as of the last round through the books. */
export const needsNow = async (deps: Deps, county: string, page: PageOf): Promise<Page<NeededItem>> => {
  const { PK, SK } = keysOf(county).publishedItem('');
  const { rows, cursor } = await partitionPage(deps, PK, SK, page);
  const found = ofType(publishedItemRow, rows);
  const items = await getItems(
    deps,
    county,
    found.map(({ itemId }) => itemId),
  );
  return {
    rows: found.flatMap((one) => {
      const item = items.get(one.itemId);
      return item?.active === true ? neededItemOf(one, item) : [];
    }),
    cursor,
  };
};
