import { comingOf } from '../purchase/opening.ts';
import { purchasesNamed } from '../purchase/purchase.store.ts';
import type { Purchase } from '../purchase/purchase.ts';
import type { Line } from '../request/line.ts';
import type { Deps } from '../shared/deps.ts';
import { keysOf } from '../shared/keys.ts';
import { getAll } from '../shared/table.store.ts';
import { type Appeal, appealRow, outstanding } from './appeal.ts';

/** What is sought for a line already: its purchases, the appeals that are open, and what they are to bring, in base units. */
export interface Sought {
  readonly purchases: readonly Purchase[];
  readonly appeals: readonly Appeal[];
  readonly bought: number;
  readonly above: number;
}

/** What is sought for each of these lines, bought or asked of those above, strongly. */
export const soughtFor = async (
  deps: Deps,
  county: string,
  lines: readonly Pick<Line, 'purchases' | 'appeals'>[],
): Promise<readonly Sought[]> => {
  const named = (name: 'purchases' | 'appeals') => [...new Set(lines.flatMap((line) => line[name] ?? []))];
  const [purchases, appeals] = await Promise.all([
    purchasesNamed(deps, county, named('purchases')),
    getAll(deps, appealRow, named('appeals').map(keysOf(county).appeal)),
  ]);
  const [bought, asked] = [
    new Map(purchases.map((one) => [one.id, one])),
    new Map(appeals.filter((one) => outstanding(one) > 0).map((one) => [one.id, one])),
  ];
  return lines.map((line) => {
    const of = {
      purchases: (line.purchases ?? []).flatMap((id) => bought.get(id) ?? []),
      appeals: (line.appeals ?? []).flatMap((id) => asked.get(id) ?? []),
    };
    return {
      ...of,
      bought: comingOf(of.purchases),
      above: of.appeals.reduce((sum, one) => sum + outstanding(one), 0),
    };
  });
};
