import type { Tier } from '../catalogue/policy.ts';
import type { Line } from '../request/line.ts';
import type { Deps } from '../shared/deps.ts';
import { Problem } from '../shared/problem.ts';
import { type Released, released } from '../stock/adjustment.ts';
import { openLinesOf } from '../stock/give-back.store.ts';
import { type IssueLine, releasesThatFit } from './issue.ts';

/** What has to be taken back so that these goods are free. @throws Problem 409 `promised`, `too-many-holders`. */
export const overriding = async (
  deps: Deps,
  tier: Tier,
  lines: readonly IssueLine[],
  unitOf: (itemId: string) => number,
): Promise<readonly Released[]> => {
  // Two lots of an item may be planned for the same line, which one transaction writes once.
  const changed = new Map<string, Line>();
  const all: Released[] = [];
  for (const [i, { itemId, quantity, balance }] of lines.entries()) {
    const needed = quantity - balance.free;
    if (needed <= 0) {
      all.push({ lines: [], releases: [], quantity: 0 });
      continue;
    }
    const below = (await openLinesOf(deps, balance, (open) => open.tier > tier)).map(
      (line) => changed.get(line.id) ?? line,
    );
    const back = released(below, balance, unitOf(itemId), needed, 'planned');
    if (back.quantity < needed)
      throw new Problem(
        409,
        'promised',
        `Of ${balance.lotId}, ${balance.free + back.quantity} can be issued: the rest is promised to those who come first, or is being picked.`,
        [{ path: `lines[${i}].quantity`, message: `At most ${balance.free + back.quantity} base units.` }],
      );
    for (const line of back.lines) changed.set(line.id, line);
    all.push(back);
  }
  if (changed.size > releasesThatFit(lines.length))
    throw new Problem(409, 'too-many-holders', 'Too many sites are promised these goods: issue fewer lines at once.');
  return all.map((one) => ({ ...one, lines: one.lines.map((line) => changed.get(line.id) ?? line) }));
};
