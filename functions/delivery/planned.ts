import type { Tier } from '../catalogue/policy.ts';
import { type Line, promised } from '../request/line.ts';

/** What is promised to a site from one place, across its requests. */
export interface PlannedRoute {
  readonly fromId: string;
  readonly toId: string;
  /** The most urgent tier among it, and the earliest need-by. */
  readonly tier: Tier;
  readonly needBy: string;
  /** What it is planned for. */
  readonly lines: readonly Line[];
  /** Base units by item. */
  readonly quantities: ReadonlyMap<string, number>;
}

/** Whether a line is promised anything from there. */
export const isPlannedFrom = (line: Pick<Line, 'holds'>, placeId: string): boolean =>
  promised(line).some((hold) => hold.placeId === placeId);

/** The routes on which something is promised to open lines. */
export const routesOf = (lines: readonly Line[]): PlannedRoute[] => {
  const routes = new Map<string, PlannedRoute>();
  for (const line of lines)
    for (const { placeId: fromId, quantity } of promised(line)) {
      const { siteId: toId, itemId, tier, needBy } = line;
      const key = `${fromId} ${toId}`;
      const known: PlannedRoute = routes.get(key) ?? { fromId, toId, tier, needBy, lines: [], quantities: new Map() };
      routes.set(key, {
        ...known,
        lines: known.lines.includes(line) ? known.lines : [...known.lines, line],
        tier: Math.min(tier, known.tier) as Tier,
        needBy: [needBy, known.needBy].toSorted()[0] ?? needBy,
        quantities: new Map([...known.quantities, [itemId, (known.quantities.get(itemId) ?? 0) + quantity]]),
      });
    }
  return [...routes.values()];
};
