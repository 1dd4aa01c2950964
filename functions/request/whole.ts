import { counted, type Item, issueSize } from '../catalogue/item.ts';
import { invalid } from '../shared/problem.ts';
import type { AskedQuantity } from '../shared/quantity.ts';

/**
 * What a person promises or approves, in base units. What is not whole issue units is refused: rounded up it would be
 * more than the person said, and rounded down perhaps nothing.
 *
 * @throws Problem 422 `unknown-unit`, `too-much` or `part-unit`, at `path` (empty: the body itself).
 */
export const wholeUnits = (item: Item, { quantity, unit }: AskedQuantity, path: string): number => {
  const base = counted(item, { quantity, unit }, path);
  if (typeof base !== 'number')
    throw invalid(base.path.endsWith('unit') ? 'unknown-unit' : 'too-much', base.path, base.message);
  if (base % issueSize(item) !== 0)
    throw invalid(
      'part-unit',
      path === '' ? 'quantity' : `${path}.quantity`,
      `${item.nameZh} ${item.nameEn} is issued in whole ${item.issueUnit} of ${issueSize(item)} ${item.baseUnit}.`,
    );
  return base;
};
