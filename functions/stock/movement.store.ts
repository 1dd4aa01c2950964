import { getItem, type PageOf } from '../catalogue/catalogue.store.ts';
import type { Deps } from '../shared/deps.ts';
import { keysOf } from '../shared/keys.ts';
import { notFound, Problem } from '../shared/problem.ts';
import { get, indexPage, ofType, type Page, partitionPage } from '../shared/table.store.ts';
import { lotRow, lotsOf } from './lot.ts';
import { type MovementView, movementRow, movementViewOf } from './movement.ts';

const movementsOf = async (deps: Deps, county: string, lotId: string, page: PageOf): Promise<Page<MovementView>> => {
  const { rows, cursor } = await partitionPage(deps, keysOf(county).lot(lotId).PK, 'MOVE#', page);
  return { rows: ofType(movementRow, rows).map(movementViewOf), cursor };
};

/** Everything that happened to a lot, in its order. @throws Problem 404 `unknown-lot`. */
export const listLotMovements = async (
  deps: Deps,
  county: string,
  lotId: string,
  page: PageOf,
): Promise<Page<MovementView>> => {
  if ((await get(deps, lotRow, keysOf(county).lot(lotId))) === undefined) throw notFound('lot', lotId);
  return movementsOf(deps, county, lotId, page);
};

/**
 * Everything that happened to an item, lot by lot, the oldest lot first. A cursor says where the lot stands in their list
 * and where in the lot to go on. @throws Problem 404 `unknown-item`.
 */
export const listItemMovements = async (
  deps: Deps,
  county: string,
  itemId: string,
  { limit, cursor = '.' }: PageOf,
): Promise<Page<MovementView>> => {
  await getItem(deps, county, itemId);
  const rows: MovementView[] = [];
  let [before, inside, ...more] = cursor.split('.');
  if (before === undefined || inside === undefined || more.length > 0)
    throw new Problem(400, 'bad-cursor', 'This cursor was not given out for this list.');
  for (;;) {
    const at = keysOf(county).queue(lotsOf(itemId));
    const lots = await indexPage(deps, { index: 'GSI1', at, limit: 1, cursor: before || undefined });
    for (const { id } of ofType(lotRow, lots.rows)) {
      const left = limit - rows.length;
      const page = await movementsOf(deps, county, id, { limit: left, cursor: inside || undefined });
      rows.push(...page.rows);
      if (page.cursor !== undefined) return { rows, cursor: `${before}.${page.cursor}` };
    }
    if (lots.cursor === undefined) return { rows };
    [before, inside] = [lots.cursor, ''];
    if (rows.length === limit) return { rows, cursor: `${before}.` };
  }
};
