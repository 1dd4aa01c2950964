import { getItems, getPolicy, getSites } from '../catalogue/catalogue.store.ts';
import type { Tier } from '../catalogue/policy.ts';
import { type Line, lineRow } from '../request/line.ts';
import { requestRow } from '../request/request.ts';
import type { Deps } from '../shared/deps.ts';
import { keysOf } from '../shared/keys.ts';
import { notFound } from '../shared/problem.ts';
import { get, getAll, newest, ofType, partition } from '../shared/table.store.ts';
import { lotRow } from '../stock/lot.ts';
import { explain, passedOver, type Reason } from './explain.ts';
import { type Rationale, rationaleRow } from './rationale.ts';
import { type LineStory, storyOf } from './story.ts';

/** Why a claim got what it got, with its numbers and in words. Quantities are base units. */
export interface RationaleView extends Omit<Reason, 'lots'> {
  /** Goods that the claim could not use, by why. */
  readonly passedOver: { readonly designated: number; readonly expiring: number };
  readonly zh: string;
  readonly en: string;
}

/** All parts of what a division rested on and gave: enough to compute it again. */
export const readRationale = async (
  deps: Deps,
  county: string,
  itemId: string,
  division: number,
): Promise<Rationale[]> => {
  const { PK, SK } = keysOf(county).rationale(itemId, division, 0);
  return ofType(rationaleRow, await partition(deps, PK, SK.slice(0, SK.lastIndexOf('#') + 1)));
};

/**
 * Explains what a division gave a site in a tier. `undefined` when no division has looked at it yet (`division` 0), or
 * when it did not count then.
 */
export const viewRationale = async (
  deps: Deps,
  county: string,
  itemId: string,
  division: number,
  of: { readonly siteId: string; readonly tier: Tier },
): Promise<RationaleView | undefined> => {
  if (division === 0) return undefined;
  const parts = await readRationale(deps, county, itemId, division);
  const claim = parts
    .flatMap(({ claims }) => claims)
    .find(({ siteId, tier }) => siteId === of.siteId && tier === of.tier);
  const [first] = parts;
  if (claim === undefined || first === undefined) return undefined;
  const { county: _, part, parts: __, claims, ...summary } = first;
  const reason = { ...summary, claim, lots: parts.flatMap(({ lots }) => lots) };
  const { lots, ...view } = reason;
  return { ...view, passedOver: passedOver(reason), ...explain(reason) };
};

/**
 * All parts of the division that looked at a line last. A division that left it as it was did not write it, but knows
 * what there was and who needed it since. None, when no division found that it counts.
 */
const lastLook = async (deps: Deps, { county, itemId, id, rationale }: Line): Promise<Rationale[]> => {
  if (rationale === 0) return [];
  const { PK } = keysOf(county).rationale(itemId, 0, 0);
  const [last] = ofType(rationaleRow, await newest(deps, PK, 'DIVISION#', 1));
  for (const division of new Set([Math.max(last?.division ?? 0, rationale), rationale])) {
    const parts = await readRationale(deps, county, itemId, division);
    if (parts.some(({ claims }) => claims.some(({ lines }) => lines.some(({ lineId }) => lineId === id)))) return parts;
  }
  return [];
};

/**
 * Tells the whole story of a line: what the division that looked at it last rested on and gave, or when one will.
 *
 * @throws Problem 404 `unknown-request` or `unknown-line`.
 */
export const viewStory = async (deps: Deps, county: string, requestId: string, n: number): Promise<LineStory> => {
  const keys = keysOf(county);
  const line = await get(deps, lineRow, keys.requestLine(requestId, n));
  if (line === undefined)
    throw (await get(deps, requestRow, keys.request(requestId))) === undefined
      ? notFound('request', requestId)
      : notFound('line', `${n} of ${requestId}`);
  const parts = await lastLook(deps, line);
  const goods = [...parts.flatMap(({ lots }) => lots.filter(({ quantity }) => quantity > 0)), ...line.holds];
  const [items, sites, lots, { allocation }] = await Promise.all([
    getItems(deps, county, [line.itemId]),
    getSites(deps, county, [...new Set([line.siteId, ...goods.map(({ placeId }) => placeId)])]),
    getAll(
      deps,
      lotRow,
      goods.map(({ lotId }) => keys.lot(lotId)),
    ),
    getPolicy(deps, county),
  ]);
  return storyOf({
    line,
    parts,
    item: items.get(line.itemId),
    sites,
    lots: new Map(lots.map((lot) => [lot.id, lot])),
    horizonMinutes: allocation.horizonMinutes,
    now: deps.clock.now(),
  });
};
