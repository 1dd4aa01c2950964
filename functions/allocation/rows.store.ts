import { type Item, itemRow } from '../catalogue/item.ts';
import { policyInForce, policyRow } from '../catalogue/policy.ts';
import { siteRow } from '../catalogue/site.ts';
import { lineRow, type Open, openRow } from '../request/line.ts';
import type { Deps } from '../shared/deps.ts';
import { keysOf } from '../shared/keys.ts';
import { get, getAll, ofType, partition } from '../shared/table.store.ts';
import { type Balance, balanceRow } from '../stock/balance.ts';
import { headRow } from './head.ts';
import type { Rows } from './standing.ts';

/** What one item's partition holds. */
export interface Shelf {
  /** The division counter; 0: never divided. */
  readonly head: number;
  readonly item: Item | undefined;
  readonly balances: readonly Balance[];
  readonly opens: readonly Open[];
}

/** Reads an item's partition strongly. The head is read before the lots: what changes meanwhile is found at a commit. */
export const readShelf = async (deps: Deps, county: string, itemId: string): Promise<Shelf> => {
  const all = await partition(deps, keysOf(county).item(itemId).PK);
  return {
    head: ofType(headRow, all)[0]?.division ?? 0,
    item: ofType(itemRow, all)[0],
    balances: ofType(balanceRow, all),
    opens: ofType(openRow, all),
  };
};

/** All that a division rests on: to what the partition holds, its lines and their sites, and the policy. */
export const readRows = async (
  deps: Deps,
  county: string,
  { item, balances, opens }: Pick<Shelf, 'balances' | 'opens'> & { readonly item: Item },
): Promise<Rows> => {
  const keys = keysOf(county);
  const [policy, sites, lines] = await Promise.all([
    get(deps, policyRow, keys.policy()),
    getAll(
      deps,
      siteRow,
      [...new Set(opens.map(({ siteId }) => siteId))].map((id) => keys.site(id)),
    ),
    getAll(
      deps,
      lineRow,
      opens.map(({ requestId, n }) => keys.requestLine(requestId, n)),
    ),
  ]);
  return { item, policy: policyInForce(county, policy), balances, opens, lines, sites };
};
