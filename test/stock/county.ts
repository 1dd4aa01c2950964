import { putItem, putSite } from '../../functions/catalogue/catalogue.store.ts';
import { itemBody } from '../../functions/catalogue/item.ts';
import { siteBody } from '../../functions/catalogue/site.ts';
import { type Line, lineRow, openOf, openRow } from '../../functions/request/line.ts';
import { insert } from '../../functions/shared/actions.ts';
import type { Actor } from '../../functions/shared/actor.ts';
import { commit } from '../../functions/shared/commit.store.ts';
import type { Deps } from '../../functions/shared/deps.ts';
import { holdDelta } from '../../functions/stock/balance.ts';

export const COUNTY = '632323';
export const actor: Actor = { sub: 'li', county: COUNTY, roles: ['headquarters', 'storekeeper'] };

const people = { post: 10, vulnerable: 20, residents: 400 };

/** A warehouse, a hospital and a village; and the masks they are about. */
export const openCounty = async (deps: Deps): Promise<void> => {
  const site = (id: string, kind: string) =>
    putSite(
      { ...deps, stillAt: async () => ({ stock: [], needs: [] }) },
      actor,
      id,
      siteBody.parse({ nameZh: id, nameEn: id, kind, township: 'town', people, households: 100, leadMinutes: 30 }),
    );
  await Promise.all([site('warehouse', 'warehouse'), site('hospital', 'hospital'), site('village', 'village')]);
  await addItem(deps, 'mask');
};

export const addItem = (deps: Deps, id: string, change: object = {}, madeOn?: number) =>
  putItem(
    deps,
    actor,
    id,
    itemBody.parse({
      nameZh: '口罩',
      nameEn: 'Mask',
      category: '2',
      baseUnit: 'piece',
      units: { 盒: 50, 箱: 1000 },
      issueUnit: '盒',
      ...change,
    }),
    { madeOn },
  );

type Given = Pick<Line, 'itemId' | 'tier' | 'holds'> & Partial<Line>;

/** An open need line that is promised goods, as an apportionment leaves it: pointer, holds and balances agree. */
export const promise = async (deps: Deps, requestId: string, given: Given): Promise<Line> => {
  const quantity = given.holds.reduce((sum, hold) => sum + hold.quantity, 0);
  const line: Line = {
    county: COUNTY,
    id: `${requestId}.01`,
    requestId,
    n: 1,
    version: 1,
    status: 'open',
    siteId: given.tier === 1 ? 'hospital' : 'village',
    siteKind: given.tier === 1 ? 'hospital' : 'village',
    needBy: '2022-05-13T00:00:00.000Z',
    asked: { quantity, unit: 'piece' },
    quantity,
    approved: quantity,
    dispatched: 0,
    received: 0,
    rationale: 1,
    division: 1,
    ...given,
  };
  await commit(deps, {
    actor,
    now: deps.clock.now(),
    actions: [
      insert(lineRow, line),
      insert(openRow, openOf(line)),
      ...[...Map.groupBy(line.holds, ({ lotId, placeId }) => `${lotId} ${placeId}`).values()].flatMap((holds) => {
        const [first] = holds;
        const held = holds.reduce((sum, hold) => sum + hold.quantity, 0);
        return first === undefined ? [] : [holdDelta({ county: COUNTY, itemId: line.itemId, ...first }, held)];
      }),
    ],
    news: [],
  });
  return line;
};
