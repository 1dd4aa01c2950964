import type { Said } from '../shared/reason.ts';
import { baseName, type Item, unitsOf } from './item.ts';

/**
 * A quantity of base units as people say it: in the unit that somebody used where it is whole, else in issue units, with
 * the base units beside it.
 */
export const inUnits = (item: Item, base: number, used = item.issueUnit): Said => {
  const whole = { zh: `${base}${baseName(item)}`, en: `${base} ${item.baseUnit}` };
  const unit = [used, item.issueUnit].find((one) => {
    const size = unitsOf(item)[one] ?? 1;
    return size > 1 && base % size === 0;
  });
  if (unit === undefined) return whole;
  const amount = `${base / (unitsOf(item)[unit] ?? 1)} ${unit}`;
  return { zh: `${amount}（${whole.zh}）`, en: `${amount} (${whole.en})` };
};
