import { getSites } from '../catalogue/catalogue.store.ts';
import type { Deps } from '../shared/deps.ts';
import { invalid, Problem } from '../shared/problem.ts';
import { type Comparison, compareOver } from './comparison.ts';
import { assumed, type PreviewBody } from './preview.ts';
import { readRows, readShelf } from './rows.store.ts';

/**
 * What the pool of one item would come to if something else were so, beside what it comes to as it stands. Reads only.
 *
 * @throws Problem 422 with everything that cannot be assumed, by field.
 */
export const previewAllocation = async (deps: Deps, county: string, body: PreviewBody): Promise<Comparison> => {
  const shelf = await readShelf(deps, county, body.itemId);
  const { item } = shelf;
  if (item === undefined) throw invalid('unknown-item', 'itemId', `There is no item ${body.itemId} in this county.`);
  const named = [
    ...body.needs.map(({ siteId }) => siteId),
    ...body.lots.flatMap(({ designation: to }) => (to.to === 'sites' ? to.siteIds : [])),
  ];
  const places = shelf.balances.map(({ placeId }) => placeId);
  const [rows, sites] = await Promise.all([
    readRows(deps, county, { ...shelf, item }),
    getSites(deps, county, [...new Set([...named, ...places])]),
  ]);
  const now = deps.clock.now();
  const then = assumed(body, rows, sites, now);
  if (then.errors.length > 0) throw new Problem(422, 'invalid', 'This cannot be assumed.', then.errors);
  return compareOver(rows, then.rows, new Map(then.rows.sites.map((site) => [site.id, site])), now);
};
