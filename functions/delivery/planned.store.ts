import { getPolicy, getSite } from '../catalogue/catalogue.store.ts';
import { arrivalAt } from '../catalogue/policy.ts';
import { type Line, lineRow, promised } from '../request/line.ts';
import type { Deps } from '../shared/deps.ts';
import { type Key, keysOf } from '../shared/keys.ts';
import { everyIndexed, getAll, ofType } from '../shared/table.store.ts';
import { availableAt, balanceRow } from '../stock/balance.ts';
import { type Goods, goodsAt } from './loading.ts';

/**
 * The open lines of a site, read strongly: as many reads as it has lines that are not over. Which lines there are is the
 * index's word, and an index may lag behind the stream: `named` are the keys of lines that a caller knows of from
 * elsewhere.
 */
export const openLinesAt = async (
  deps: Deps,
  county: string,
  siteId: string,
  named: readonly Key[] = [],
): Promise<Line[]> => {
  const indexed = await everyIndexed(deps, { index: 'GSI2', at: keysOf(county).party(siteId), beginsWith: 'LINE#' });
  // A line that the index still shows as submitted may have been approved since, and one that it shows as open be over.
  const lines = await getAll(deps, lineRow, [...ofType(lineRow, indexed).map(lineRow.keyOf), ...named]);
  const unique = new Map(lines.map((line) => [line.id, line]));
  return [...unique.values()].filter((line) => line.siteId === siteId && line.status === 'open');
};

/** What these lines are promised from a place, each with the use-by of its lot. */
export const goodsOf = async (deps: Deps, lines: readonly Line[], placeId: string): Promise<Goods[]> => {
  const shelves = lines.flatMap((line) =>
    promised(line)
      .filter((hold) => hold.placeId === placeId)
      .map(({ lotId }) => availableAt({ county: line.county, itemId: line.itemId, lotId, placeId })),
  );
  const balances = await getAll(deps, balanceRow, shelves);
  return goodsAt(placeId, lines, new Map(balances.map(({ lotId, useBy }) => [lotId, useBy])));
};

/** When goods picked now would reach a site. */
export const arrivalNow = async (deps: Deps, county: string, siteId: string, now: string): Promise<string> => {
  const [site, policy] = await Promise.all([getSite(deps, county, siteId), getPolicy(deps, county)]);
  return arrivalAt(site, policy, now);
};
