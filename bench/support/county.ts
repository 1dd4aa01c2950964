import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { type Item, itemBody, itemRow } from '../../functions/catalogue/item.ts';
import { type Site, siteBody, siteRow } from '../../functions/catalogue/site.ts';
import type { Line } from '../../functions/request/line.ts';
import type { Deps } from '../../functions/shared/deps.ts';
import { mapEach } from '../../functions/shared/each.ts';
import type { RowType } from '../../functions/shared/row.ts';
import { balanceRow } from '../../functions/stock/balance.ts';

export const WAREHOUSE = 'warehouse';
/** Base units in a box, the unit of issue. */
const BOX = 50;
/** Enough of everything, so that what is measured is the work and not the refusal. */
const AMPLE = 10_000_000;

export const names = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, n) => `${prefix}-${n}`);

const put = async <T>(deps: Deps, type: RowType<T>, row: T): Promise<void> => {
  await deps.dynamo.send(new PutCommand({ TableName: deps.table, Item: type.store(row) }));
};

export const checkpoint = (id: string) =>
  siteBody.parse({
    ...{ nameZh: id, nameEn: id, kind: 'checkpoint', township: '样例乡', leadMinutes: 30 },
    people: { post: 20, vulnerable: 0, residents: 0 },
  });

/** In boxes of fifty; the norm is ample, so that the green channel need not ask anybody. */
export const mask = itemBody.parse({
  ...{ nameZh: '口罩', nameEn: 'Mask', category: '2', baseUnit: 'piece', units: { 盒: BOX }, issueUnit: '盒' },
  norms: { tier1: { quantity: BOX, days: 1 } },
});

/** Lots of one item, each expiring a day after the one before it. */
const stock = async (deps: Deps, county: string, itemId: string, lots: number): Promise<void> => {
  for (let n = 1; n <= lots; n += 1)
    await put(deps, balanceRow, {
      ...{ county, itemId, lotId: `lot_${itemId}_${String(n).padStart(3, '0')}`, placeId: WAREHOUSE },
      ...{ status: 'available', onHand: AMPLE, held: 0, free: AMPLE, division: 0 },
      ...{ useBy: new Date(Date.now() + (30 + n) * 86_400_000).toISOString().slice(0, 10) },
      ...{ designation: { to: 'all' }, source: 'existing' },
    });
};

/** The catalogue of a county and its stock. */
export const furnish = async (
  deps: Deps,
  county: string,
  { items, sites, lots }: { readonly items: number; readonly sites: number; readonly lots: number },
): Promise<void> => {
  await mapEach(names('site', sites), (id) => {
    const site: Site = { ...checkpoint(id), county, id, version: 1 };
    return put(deps, siteRow, site);
  });
  await mapEach(names('item', items), async (id) => {
    const item: Item = { ...mask, county, id, version: 1 };
    await put(deps, itemRow, item);
    await stock(deps, county, id, lots);
  });
};

/** A need line as its approval leaves it: it counts, and nothing is promised to it yet. */
export const approvedLine = (county: string, n: number, itemId: string, siteId: string): Line => ({
  ...{ county, id: `req_${String(n).padStart(8, '0')}.01`, requestId: `req_${String(n).padStart(8, '0')}`, n: 1 },
  ...{ version: 1, status: 'open', itemId, siteId, siteKind: 'checkpoint', tier: 1 },
  ...{ needBy: new Date(Date.now() + 86_400_000).toISOString(), asked: { quantity: 2, unit: '盒' } },
  ...{ quantity: 2 * BOX, approved: 2 * BOX, holds: [], dispatched: 0, received: 0, rationale: 0, division: 0 },
});
