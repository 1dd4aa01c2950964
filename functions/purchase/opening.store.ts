import { getItems, getPolicy, getSites } from '../catalogue/catalogue.store.ts';
import type { Item } from '../catalogue/item.ts';
import { keepsStock } from '../catalogue/site.ts';
import { inUnits } from '../catalogue/words.ts';
import { pursesOf } from '../funds/fund.store.ts';
import { notifyAll } from '../notices/notice.ts';
import { insert, replace } from '../shared/actions.ts';
import type { Actor } from '../shared/actor.ts';
import { countyDay, plusMinutes } from '../shared/clock.ts';
import { commit } from '../shared/commit.store.ts';
import type { Deps } from '../shared/deps.ts';
import { keysOf } from '../shared/keys.ts';
import type { Once } from '../shared/once.ts';
import { invalid } from '../shared/problem.ts';
import type { Said } from '../shared/reason.ts';
import { retrying } from '../shared/retrying.ts';
import { get } from '../shared/table.store.ts';
import { balancesOf } from '../stock/pool.store.ts';
import { poolOf } from '../stock/pool.ts';
import { asking } from '../workflow/timeline.ts';
import { toSource } from './notices.ts';
import {
  boughtOf,
  comingOf,
  fundFor,
  opened,
  poolLacks,
  type RestockBody,
  restockRow,
  withAnother,
} from './opening.ts';
import { purchasesNamed } from './purchase.store.ts';
import { purchaseRow } from './purchase.ts';

/**
 * The item and the fund of a purchase, and that its place keeps stock.
 *
 * @throws Problem 422 `unknown-item`, `inactive-item` or `no-stock-kept`, and as `fundFor` says.
 */
export const buyable = async (
  deps: Deps,
  county: string,
  { itemId, placeId, fundId }: Pick<RestockBody, 'itemId' | 'placeId' | 'fundId'>,
  forSite?: Parameters<typeof fundFor>[3],
): Promise<{ readonly item: Item; readonly fundId: string }> => {
  const [items, sites, purses] = await Promise.all([
    getItems(deps, county, [itemId]),
    getSites(deps, county, [placeId]),
    pursesOf(deps, county),
  ]);
  const item = items.get(itemId);
  if (item === undefined)
    throw invalid('unknown-item', 'itemId', {
      zh: `物资目录里没有编号“${itemId}”。`,
      en: `There is no item ${itemId} in this county.`,
    });
  if (!item.active)
    throw invalid('inactive-item', 'itemId', {
      zh: `${item.nameZh}已停用。`,
      en: `${item.nameEn} is no longer issued.`,
    });
  if (!keepsStock(sites.get(placeId)))
    throw invalid('no-stock-kept', 'placeId', {
      zh: `没有编号为“${placeId}”的在用仓库。`,
      en: `There is no warehouse ${placeId} in use.`,
    });
  return { item, fundId: fundFor(item, purses, fundId, forSite) };
};

/** What of an item is free on a shelf and in date, and what is being bought of it for the pool. */
export const poolStands = async (deps: Deps, county: string, item: Item, now: string) => {
  const [balances, restock] = await Promise.all([
    balancesOf(deps, county, item.id),
    get(deps, restockRow, keysOf(county).restock(item.id)),
  ]);
  const pool = poolOf(item, balances, countyDay(now));
  const purchases = await purchasesNamed(deps, county, restock?.purchases ?? []);
  return { restock, purchases, free: pool.free - pool.expired, onOrder: comingOf(purchases) };
};

const minimumStands = (item: Item, { free, onOrder }: { readonly free: number; readonly onOrder: number }): Said => {
  const [least, has, bought] = [inUnits(item, item.poolMinimum ?? 0), inUnits(item, free), inUnits(item, onOrder)];
  return {
    zh: `储备下限 ${least.zh}，可用 ${has.zh}，正在采购 ${bought.zh}。`,
    en: `the minimum is ${least.en}, ${has.en} are free and ${bought.en} are being bought.`,
  };
};

/** What the pool lacks of an item's minimum. */
const poolNeeds = async (deps: Deps, county: string, item: Item, now: string) => {
  const { restock, purchases, free, onOrder } = await poolStands(deps, county, item, now);
  return {
    ...{ restock, purchases, quantity: poolLacks(item, { free, onOrder }) },
    why: minimumStands(item, { free, onOrder }),
  };
};

/**
 * Opens a purchase that restocks the pool: by default for what it lacks of the item's minimum. Returns its id.
 *
 * @throws Problem 422 by field; 409 `nothing-lacking` or `too-many-purchases`.
 */
export const openRestock = (deps: Deps, actor: Actor, once: Once, body: RestockBody): Promise<string> =>
  retrying(async () => {
    const { county } = actor;
    const now = deps.clock.now();
    const [{ item, fundId }, policy] = await Promise.all([buyable(deps, county, body), getPolicy(deps, county)]);
    const needBy =
      body.needBy === undefined
        ? plusMinutes(now, policy.allocation.horizonMinutes)
        : new Date(body.needBy).toISOString();
    if (needBy <= now)
      throw invalid('past-need-by', 'needBy', {
        zh: '需求时限须晚于现在。',
        en: 'What is bought comes later than now.',
      });
    const { restock, purchases, ...lacking } = await poolNeeds(deps, county, item, now);
    const quantity = boughtOf(item, body, { ...lacking, bounds: false });
    const id = deps.ids.next('pur');
    const { itemId, placeId, reason } = body;
    const purchase = opened(
      { county, id, tier: 3, needBy, itemId, quantity, reason, placeId, fundId, askedBy: actor.sub },
      policy,
      now,
    );
    const list = { county, itemId, version: restock?.version ?? 1, purchases: withAnother(purchases, id) };
    const told = notifyAll(deps.ids, { county, at: now }, [toSource(purchase, item)]);
    await commit(deps, {
      actor,
      now,
      actions: [
        insert(purchaseRow, asking(purchase, told.asking, now)),
        restock === undefined ? insert(restockRow, list) : replace(restockRow, list),
        ...told.actions,
      ],
      news: [
        { of: purchaseRow.keyOf(purchase), version: 1, name: 'PurchaseOpened', reason, data: { itemId, quantity } },
      ],
      once: { by: once, result: id },
    });
    return id;
  });
