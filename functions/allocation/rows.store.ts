import { type Item, itemRow } from '../catalogue/item.ts';
import { policyInForce, policyRow } from '../catalogue/policy.ts';
import { siteRow } from '../catalogue/site.ts';
import { lineRow, type Open, openRow } from '../request/line.ts';
import type { Deps } from '../shared/deps.ts';
import { keysOf } from '../shared/keys.ts';
import { get, getAll, ofType, partition } from '../shared/table.store.ts';
import { type Balance, balanceRow, isExhausted } from '../stock/balance.ts';
import { headRow } from './head.ts';
import type { Rows } from './standing.ts';

/** What one item's partition holds. */
export interface Shelf {
  /** The division counter; 0: never divided. */
  readonly head: number;
  readonly item: Item | undefined;
  readonly balances: readonly Balance[];
  /** Balances on which nothing is left: no part of any division. */
  readonly exhausted: readonly Balance[];
  readonly opens: readonly Open[];
}

/**
 * Reads strongly what lies on an item's shelves and who waits for it. The head is read before the lots: what changes
 * meanwhile is found at a commit. The pointers may come beside the lots, since a line holds nothing before it was in a
 * division.
 */
export const readShelf = async (deps: Deps, county: string, itemId: string): Promise<Shelf> => {
  const keys = keysOf(county);
  const of = keys.item(itemId);
  const [{ division: head } = { division: 0 }, item] = await Promise.all([
    get(deps, headRow, keys.head(itemId)),
    get(deps, itemRow, of),
  ]);
  const [shelves, pointers] = await Promise.all([partition(deps, of.PK, 'LOT#'), partition(deps, of.PK, 'OPEN#')]);
  const balances = Map.groupBy(ofType(balanceRow, shelves), isExhausted);
  return {
    ...{ head, item, opens: ofType(openRow, pointers) },
    ...{ balances: balances.get(false) ?? [], exhausted: balances.get(true) ?? [] },
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
