import { type Item, issueSize } from '../catalogue/item.ts';
import { at, type Tier } from '../catalogue/policy.ts';
import { roundUpTo } from '../shared/quantity.ts';

/**
 * What so many people of a tier use up in so many days, in base units, rounded up to a whole issue unit: the ration
 * that an ask is measured against (定用量, FACTS: who comes first). `undefined` where no norm is set.
 */
export const ration = (item: Item, tier: Tier, people: number, days: number): number | undefined => {
  const norm = at({ tier1: undefined, tier2: undefined, tier3: undefined, ...item.norms }, tier);
  return norm && roundUpTo(issueSize(item), Math.ceil((norm.quantity * people * days) / norm.days));
};
