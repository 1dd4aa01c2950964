import type { Tier } from '../catalogue/policy.ts';
import { type Line, planned } from '../request/line.ts';

/** What is planned for a site from one place, across its requests. */
export interface PlannedRoute {
  readonly fromId: string;
  readonly toId: string;
  /** The most urgent tier among it, and the earliest need-by. */
  readonly tier: Tier;
  readonly needBy: string;
  /** Base units by item. */
  readonly quantities: ReadonlyMap<string, number>;
}

/** The routes on which something is planned for open lines. */
export const routesOf = (lines: readonly Line[]): PlannedRoute[] => {
  const routes = new Map<string, PlannedRoute>();
  for (const { siteId: toId, itemId, tier, needBy, holds } of lines)
    for (const { placeId: fromId, quantity } of planned({ holds })) {
      const key = `${fromId} ${toId}`;
      const known = routes.get(key) ?? { fromId, toId, tier, needBy, quantities: new Map() };
      routes.set(key, {
        ...known,
        tier: Math.min(tier, known.tier) as Tier,
        needBy: [needBy, known.needBy].toSorted()[0] ?? needBy,
        quantities: new Map([...known.quantities, [itemId, (known.quantities.get(itemId) ?? 0) + quantity]]),
      });
    }
  return [...routes.values()];
};
