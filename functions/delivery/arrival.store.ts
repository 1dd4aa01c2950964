import { getPolicy, getSite } from '../catalogue/catalogue.store.ts';
import { type Item, issueSize } from '../catalogue/item.ts';
import { type Line, lineIdOf, lineRow, received } from '../request/line.ts';
import { type Action, replace } from '../shared/actions.ts';
import type { Actor } from '../shared/actor.ts';
import type { Deps } from '../shared/deps.ts';
import type { Designation } from '../stock/lot.ts';
import { openLot, record } from '../stock/movement.ts';
import { type Consignment, type ConsignmentLine, consignmentLineRow, type Found } from './consignment.ts';
import { arrival, counted, missingOf, servedMore, why } from './receipt.ts';
import { openShortfall } from './shortfall.store.ts';

/** What came on top of what was sent: a lot of its own, found and delivered at once. Two actions. */
export const extraLot = (
  deps: Deps,
  actor: Actor,
  { toId, id }: Consignment,
  { itemId }: ConsignmentLine,
  extra: { readonly lotId: string; readonly quantity: number; readonly reason: string | undefined },
  now: string,
): Action[] => {
  const { county, sub: by } = actor;
  const designation: Designation = { to: 'sites', siteIds: [toId] };
  return openLot(
    { county, id: extra.lotId, itemId, source: 'found', designation, from: id, at: now },
    {
      ...{ id: deps.ids.next('mov'), kind: 'found', placeId: toId, reason: extra.reason, by },
      effects: { found: extra.quantity, delivered: extra.quantity },
    },
  );
};

/** The lot-lines as found, with their movements and what came on top: two actions a line, and two an extra. */
export const countedIn = (
  deps: Deps,
  actor: Actor,
  consignment: Consignment,
  lines: readonly ConsignmentLine[],
  { told, needs, now }: { told: ReadonlyMap<number, Found>; needs: readonly Line[]; now: string },
): Action[] =>
  lines.flatMap((line): Action[] => {
    const found = told.get(line.n);
    if (found === undefined) throw new Error(`Line ${line.n} of ${consignment.id} was not counted`);
    const { county, lotId, itemId, quantity } = line;
    const lotOfExtra = found.extra === 0 ? undefined : deps.ids.next('lot');
    const moves = record({
      ...{ county, id: deps.ids.next('mov'), lotId, itemId, kind: 'delivered', placeId: consignment.toId },
      ...{ effects: arrival(quantity, found), served: servedMore(line, 0, found.good, needs) },
      ...{ document: consignment.id, reason: why(found), at: now, by: actor.sub },
    });
    const row = { ...line, found: { ...found, ...(lotOfExtra !== undefined && { extraLotId: lotOfExtra }) } };
    const extra = { lotId: lotOfExtra ?? '', quantity: found.extra, reason: found.reasons.extra };
    return [
      replace(consignmentLineRow, row),
      moves,
      ...(lotOfExtra === undefined ? [] : extraLot(deps, actor, consignment, line, extra, now)),
    ];
  });

/** The need lines as they are served now: by what was found good, or by nothing, where nothing reached them. */
export const servedNeeds = (
  needs: readonly Line[],
  lines: readonly ConsignmentLine[],
  told: ReadonlyMap<number, Pick<Found, 'good'>>,
  items: ReadonlyMap<string, Item>,
): Action[] => {
  const byNeed = new Map(counted(lines, told).map((one) => [lineIdOf(one), one]));
  return needs.map((need) => {
    const of = byNeed.get(need.id);
    const item = items.get(need.itemId);
    if (of === undefined) throw new Error(`${need.id} has no share`);
    if (item === undefined) throw new Error(`${need.itemId} is in no catalogue`);
    return replace(lineRow, received(need, of.sent, of.good, issueSize(item)));
  });
};

/** What is missing, as a shortfall to be resolved: the actions, its events and its id; none, where nothing is. */
export const shortfallIn = async (
  deps: Deps,
  consignment: Consignment,
  lines: readonly ConsignmentLine[],
  told: ReadonlyMap<number, Found>,
  items: ReadonlyMap<string, Item>,
  now: string,
) => {
  const missing = missingOf(lines, told);
  if (missing.length === 0) return undefined;
  const { county, toId } = consignment;
  const [policy, site] = await Promise.all([getPolicy(deps, county), getSite(deps, county, toId)]);
  return openShortfall(deps, consignment, missing, { policy, site, items, now });
};
