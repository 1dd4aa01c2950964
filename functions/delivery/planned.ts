import type { Tier } from '../catalogue/policy.ts';
import { type Line, planned } from '../request/line.ts';

/** What is planned for a site from one place, across its requests. */
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

/** Whether a line is planned anything from there. */
export const isPlannedFrom = (line: Pick<Line, 'holds'>, placeId: string): boolean =>
  planned(line).some((hold) => hold.placeId === placeId);

/** The routes on which something is planned for open lines. */
export const routesOf = (lines: readonly Line[]): PlannedRoute[] => {
  const routes = new Map<string, PlannedRoute>();
  for (const line of lines)
    for (const { placeId: fromId, quantity } of planned(line)) {
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
